"""Values that are possible but questionable: each becomes a warning that a person confirms or corrects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from stats_tools.catalogue import Indicator, IndicatorCatalogue, Nature
from stats_tools.definition_files import FOLDER, read_definition
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Issues, Place
from stats_tools.periods import Period
from stats_tools.recording import Key, Observation
from stats_tools.registry import Registry

Finding = tuple[IssueCode, dict[str, str]]


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


class PlausibilityCheck:
    """Questions values against one another, across the report and what is stored.

    Args:
        catalogue: the indicators with their own bounds.
        registry: for the names of clusters.
        bounds: the bounds across indicators.
    """

    def __init__(self, catalogue: IndicatorCatalogue, registry: Registry, bounds: PlausibilityBounds) -> None:
        self._catalogue = catalogue
        self._registry = registry
        self._bounds = bounds

    def questions(self, sheet: str, fresh: Sequence[Observation], stored: Mapping[Key, Decimal]) -> Issues:
        """What is questionable about values that are new or changed.

        Args:
            sheet: they were read from.
            fresh: the values to question.
            stored: every value that will stand beside them, in the indicators' units; fresh ones take precedence.
        """
        log = IssueLog()
        reported = {each.key: each.value for each in fresh}
        known = {**stored, **reported}
        settled = {key: value for key, value in stored.items() if key not in reported}
        for each in fresh:
            for code, facts in (*self._of(each, known), *self._falls(each, known, settled)):
                named = self._facts(each) | facts
                log.add(ImportIssue(code, self._place(sheet, each), facts=named))
        return log.collected()

    def _of(self, each: Observation, known: Mapping[Key, Decimal]) -> Iterator[Finding]:
        indicator = self._catalogue.reported(each.indicator)
        bounds = indicator.plausible
        outside = (bounds.at_least is not None and each.value < bounds.at_least) or (
            bounds.at_most is not None and each.value > bounds.at_most
        )
        if outside:
            facts = {"at_least": _said(bounds.at_least), "at_most": _said(bounds.at_most)}
            yield IssueCode.OUT_OF_BOUNDS, facts
        yield from self._growth(each, indicator, known)
        yield from self._relations(each, known)

    def _falls(
        self, each: Observation, known: Mapping[Key, Decimal], settled: Mapping[Key, Decimal]
    ) -> Iterator[Finding]:
        """Cumulative values only grow within a year, unless losses are possible.

        A fall between two fresh values is told once, at the later one.
        """
        indicator = self._catalogue.reported(each.indicator)
        if indicator.nature is not Nature.FLOW or indicator.may_be_negative:
            return
        before, after = each.period.shift(-1), each.period.shift(1)
        earlier = known.get((each.cluster, each.indicator, before.index))
        later = settled.get((each.cluster, each.indicator, after.index))
        if before.year == each.period.year and earlier is not None and each.value < earlier:
            yield IssueCode.CUMULATIVE_FALL, _fall(before, earlier, each.period, each.value)
        if after.year == each.period.year and later is not None and later < each.value:
            yield IssueCode.CUMULATIVE_FALL, _fall(each.period, each.value, after, later)

    def _growth(self, each: Observation, indicator: Indicator, known: Mapping[Key, Decimal]) -> Iterator[Finding]:
        base = known.get((each.cluster, each.indicator, each.period.year_ago.index))
        if base is None or base <= 0 or each.value <= 0:
            return
        facts = {"base_period": str(each.period.year_ago), "base": _said(base)}
        slip = self._bounds.slip_factor
        if each.value >= base * slip or base >= each.value * slip:
            yield IssueCode.UNIT_SLIP, facts
            return
        growth = (each.value / base - 1) * 100
        lowest, highest = indicator.plausible.growth_below, indicator.plausible.growth_above
        leaps = (lowest is not None and growth < lowest) or (highest is not None and growth > highest)
        if leaps and base >= self._bounds.smallest_base:
            yield IssueCode.GROWTH_OUT_OF_BOUNDS, {**facts, "growth": f"{growth:.2f}"}

    def _relations(self, each: Observation, known: Mapping[Key, Decimal]) -> Iterator[Finding]:
        for relation in self._bounds.relations:
            if relation.part != each.indicator:
                continue
            whole = known.get((each.cluster, relation.whole, each.period.index))
            if whole is not None and each.value > whole:
                name = self._catalogue.reported(relation.whole).name
                yield IssueCode.PART_OVER_WHOLE, {"whole_name": name, "whole": _said(whole)}

    def _place(self, sheet: str, each: Observation) -> Place:
        own, _, cell = each.cell.rpartition("!")
        row = int("".join(filter(str.isdigit, cell)) or 0)
        return Place(own or sheet, row, self._catalogue.reported(each.indicator).header, cell)

    def _facts(self, each: Observation) -> dict[str, str]:
        indicator = self._catalogue.reported(each.indicator)
        return {
            "cluster": self._registry.cluster(each.cluster).short_name,
            "indicator": indicator.name,
            "period": str(each.period),
            "amount": _said(each.value),
            "unit": indicator.unit,
        }


def _fall(earlier: Period, value_before: Decimal, later: Period, value_after: Decimal) -> dict[str, str]:
    return {
        "earlier": str(earlier),
        "value_before": _said(value_before),
        "later": str(later),
        "value_after": _said(value_after),
    }


def _said(value: Decimal | None) -> str:
    """A number written plainly, without trailing zeros; empty for no bound."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
