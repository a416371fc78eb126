"""Values that are possible but questionable: each becomes a warning that a person confirms or corrects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from stats_tools.catalogue import Indicator, IndicatorCatalogue, Nature
from stats_tools.definition_files import FOLDER, read_definition
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Issues, Place
from stats_tools.observation_table import CodeNumbers, ObservationTable, quarter_index
from stats_tools.periods import QUARTERS_A_YEAR, Period
from stats_tools.registry import Registry
from stats_tools.schema import SCALE
from stats_tools.versions import Difference

_MARGIN = 1e-6
"""Of ratios: far more than a quotient of two stored values is off as a float, and no growth that anyone reports."""

Finding = tuple[IssueCode, Callable[[], dict[str, str]]]
"""What is questionable, and what its words need: told only for findings that are kept."""


class Relation(BaseModel):
    """An indicator that cannot exceed another of the same cluster and period."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    part: str
    whole: str


class PlausibilityBounds(BaseModel):
    """The bounds that do not belong to one indicator; see the file for their meaning."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slip_factor: Decimal
    smallest_base: Decimal
    relations: tuple[Relation, ...]

    @classmethod
    def load(cls, path: Path = FOLDER / "plausibility.yaml") -> Self:
        """Read the bounds file; raises DefinitionError where it is wrong."""
        return read_definition(path, cls)


@dataclass(frozen=True, slots=True)
class _IndicatorBounds:
    """The bounds of one indicator, values in units of 1e-8; None for none.

    Between ``fewest`` and ``most`` times the value a year earlier no growth is questioned. As floats they lie a little
    within the bounds: what is past them is judged exactly.
    """

    indicator: Indicator
    cumulative: bool
    at_least: int | None
    at_most: int | None
    fewest: float
    most: float
    wholes: tuple[str, ...]

    @classmethod
    def of(cls, indicator: Indicator, bounds: PlausibilityBounds) -> Self:
        """The bounds of an indicator and the indicators that it cannot exceed."""
        own, slip = indicator.plausible, bounds.slip_factor
        wholes = tuple(relation.whole for relation in bounds.relations if relation.part == indicator.code)
        cumulative = indicator.nature is Nature.FLOW and not indicator.may_be_negative
        fewest = max(1 / slip, -1 if own.growth_below is None else 1 + own.growth_below / 100)
        most = slip if own.growth_above is None else min(slip, 1 + own.growth_above / 100)
        within = float(fewest) + _MARGIN, float(most) - _MARGIN
        return cls(indicator, cumulative, _scaled(own.at_least), _scaled(own.at_most), *within, wholes)

    def excludes(self, value: int) -> bool:
        """Whether a value is past them."""
        return (self.at_least is not None and value < self.at_least) or (
            self.at_most is not None and value > self.at_most
        )


class _Known:
    """The values that will stand after the import, by packed key, in units of 1e-8."""

    def __init__(self, found: Difference) -> None:
        self._values, self._stored = found.table.values, found.stored
        self._fresh = {found.table.keys[position]: position for position in found.fresh}

    def value(self, packed: int) -> int | None:
        """The value of a key; None without one."""
        position = self._fresh.get(packed)
        return self.settled(packed) if position is None else self._values[position]

    def settled(self, packed: int) -> int | None:
        """The value of a key that the report does not touch; None without one."""
        position = None if packed in self._fresh else self._stored.positions.get(packed)
        return None if position is None else self._stored.values_scaled[position]


class PlausibilityCheck:
    """Questions values against one another, across the report and what is stored.

    Values are compared as they are stored, as integers: a report may bring more than a million.

    Args:
        catalogue: the indicators with their own bounds.
        registry: for the names of clusters.
        bounds: the bounds across indicators.
    """

    def __init__(self, catalogue: IndicatorCatalogue, registry: Registry, bounds: PlausibilityBounds) -> None:
        self._catalogue = catalogue
        self._registry = registry
        self._bounds = bounds

    def questions(self, sheet: str, found: Difference) -> Issues:
        """What is questionable about values that are new or changed.

        Args:
            sheet: they were read from.
            found: the report against the values that will stand beside its own.
        """
        log, known, table = IssueLog(), _Known(found), found.table
        bounds: dict[str, _IndicatorBounds] = {}
        for position in found.fresh:
            packed = table.keys[position]
            code = table.codes.indicator(packed)
            own = bounds.get(code)
            if own is None:
                own = bounds[code] = _IndicatorBounds.of(self._catalogue.reported(code), self._bounds)
            for finding, facts in self._of(packed, table.values[position], own, known, table.codes):
                log.question(partial(self._issue, finding, sheet, table, position, facts))
        return log.collected()

    def _of(
        self, packed: int, value: int, own: _IndicatorBounds, known: _Known, codes: CodeNumbers
    ) -> Iterator[Finding]:
        if own.excludes(value):
            plausible = own.indicator.plausible
            facts = {"at_least": _said(plausible.at_least), "at_most": _said(plausible.at_most)}
            yield IssueCode.OUT_OF_BOUNDS, lambda: facts
        base = known.value(packed - QUARTERS_A_YEAR)
        if base is not None and base > 0 and value > 0 and not own.fewest < value / base < own.most:
            yield from self._growth(value, base, own.indicator, Period.from_index(quarter_index(packed)))
        for whole_code in own.wholes:
            whole = known.value(codes.with_indicator(packed, whole_code))
            if whole is not None and value > whole:
                yield IssueCode.PART_OVER_WHOLE, partial(self._whole, whole_code, whole)
        if own.cumulative:
            yield from _falls(packed, value, known, quarter_index(packed))

    def _growth(self, value: int, base: int, indicator: Indicator, period: Period) -> Iterator[Finding]:
        slip = self._bounds.slip_factor
        told = partial(_base, period.year_ago, base)
        if value >= base * slip or base >= value * slip:
            yield IssueCode.UNIT_SLIP, told
            return
        lowest, highest = indicator.plausible.growth_below, indicator.plausible.growth_above
        leaps = (lowest is not None and (value - base) * 100 < base * lowest) or (
            highest is not None and (value - base) * 100 > base * highest
        )
        if leaps and base >= self._bounds.smallest_base * SCALE:
            growth = f"{Decimal(value - base) / base * 100:.2f}"
            yield IssueCode.GROWTH_OUT_OF_BOUNDS, lambda: {**told(), "growth": growth}

    def _whole(self, code: str, whole: int) -> dict[str, str]:
        return {"whole_name": self._catalogue.reported(code).name, "whole": _amount(whole)}

    def _issue(
        self, code: IssueCode, sheet: str, table: ObservationTable, position: int, facts: Callable[[], dict[str, str]]
    ) -> ImportIssue:
        each = table[position]
        indicator = self._catalogue.reported(each.indicator)
        own, row, _ = table.place(position)
        cell = each.cell.rpartition("!")[2]
        named = {
            "cluster": self._registry.cluster(each.cluster).short_name,
            "indicator": indicator.name,
            "period": str(each.period),
            "amount": _said(each.value),
            "unit": indicator.unit,
        }
        return ImportIssue(code, Place(own or sheet, row + 1, indicator.header, cell), facts=named | facts())


def _falls(packed: int, value: int, known: _Known, index: int) -> Iterator[Finding]:
    """Cumulative values only grow within a year, unless losses are possible.

    A fall between two fresh values is told once, at the later one.
    """
    if index % QUARTERS_A_YEAR:
        earlier = known.value(packed - 1)
        if earlier is not None and value < earlier:
            yield IssueCode.CUMULATIVE_FALL, partial(_fall, index - 1, earlier, value)
    if (index + 1) % QUARTERS_A_YEAR:
        later = known.settled(packed + 1)
        if later is not None and later < value:
            yield IssueCode.CUMULATIVE_FALL, partial(_fall, index, value, later)


def _fall(index: int, value_before: int, value_after: int) -> dict[str, str]:
    earlier = Period.from_index(index)
    return {
        "earlier": str(earlier),
        "value_before": _amount(value_before),
        "later": str(earlier.shift(1)),
        "value_after": _amount(value_after),
    }


def _base(period: Period, base: int) -> dict[str, str]:
    return {"base_period": str(period), "base": _amount(base)}


def _scaled(bound: Decimal | None) -> int | None:
    return None if bound is None else int(bound * SCALE)


def _amount(scaled: int) -> str:
    return _said(Decimal(scaled) / SCALE)


def _said(value: Decimal | None) -> str:
    """A number written plainly, without trailing zeros; empty for no bound."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
