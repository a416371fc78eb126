"""The indicator catalogue: what may be reported and asked for, as typed, frozen definitions read from files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from stats_tools.definition_files import FOLDER, read_definition
from stats_tools.spelling import spelling_key
from stats_tools.units import UnitTable

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]


class Nature(StrEnum):
    """How the figures of successive quarters relate."""

    FLOW = "flow"
    """Cumulative from January to the end of the quarter."""
    STOCK = "stock"
    """The level at the end of the quarter."""


class _Definition(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Plausible(_Definition):
    """Bounds past which a reported value is questioned.

    Args:
        at_least: lowest value that needs no question, in the indicator's unit.
        at_most: highest such value, in the indicator's unit.
        growth_below: lowest year-on-year growth that needs no question, percent.
        growth_above: highest such growth, percent.
    """

    at_least: Decimal | None = None
    at_most: Decimal | None = None
    growth_below: Decimal | None = None
    growth_above: Decimal | None = None


class Indicator(_Definition):
    """One reported indicator.

    Args:
        code: stable identifier, e.g. ``revenue``.
        name: what it is called to people.
        header: column heading of the quarterly report, without unit.
        aliases: further headings, and further words for it in a question.
        unit: the unit it is stored and shown in.
        nature: flow or stock.
        aggregation: how clusters add up.
        decimals: most decimals to show.
        may_be_negative: whether a value below zero is possible.
        whole: whether only whole numbers are possible.
        plausible: bounds past which a report is questioned.
    """

    code: Code
    name: str
    header: str
    aliases: tuple[str, ...]
    unit: str
    nature: Nature
    aggregation: Literal["sum"]
    decimals: int = Field(ge=0, le=8)
    may_be_negative: bool
    whole: bool
    plausible: Plausible = Plausible()

    @property
    def heading(self) -> str:
        """The heading with its unit in full-width brackets, as templates and exports write it."""
        return f"{self.header}（{self.unit}）"

    @property
    def names(self) -> tuple[str, ...]:
        """Every word that means this indicator, the name first."""
        return tuple(dict.fromkeys((self.name, self.header, *self.aliases)))


class Ratio(_Definition):
    """``scale`` × numerator ÷ denominator."""

    kind: Literal["ratio"]
    numerator: Code
    denominator: Code
    scale: Decimal

    @property
    def inputs(self) -> tuple[str, ...]:
        """Codes of the reported indicators it is computed from."""
        return (self.numerator, self.denominator)


class Sum(_Definition):
    """The sum of its terms."""

    kind: Literal["sum"]
    terms: tuple[Code, ...] = Field(min_length=2)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Codes of the reported indicators it is computed from."""
        return self.terms


class DerivedIndicator(_Definition):
    """An indicator computed from reported ones; the formula is data.

    Args:
        code: stable identifier, e.g. ``rd_intensity``.
        name: what it is called to people.
        aliases: further words for it in a question.
        formula: how it is computed; over several clusters a ratio is the ratio of the sums.
        unit: unit of the result.
        decimals: most decimals to show.
    """

    code: Code
    name: str
    aliases: tuple[str, ...]
    formula: Annotated[Ratio | Sum, Field(discriminator="kind")]
    unit: str
    decimals: int = Field(ge=0, le=8)

    @property
    def names(self) -> tuple[str, ...]:
        """Every word that means this indicator, the name first."""
        return tuple(dict.fromkeys((self.name, *self.aliases)))


class IndicatorCatalogue(_Definition):
    """All indicators, reported and derived, in the order of the file."""

    indicators: tuple[Indicator, ...]
    derived: tuple[DerivedIndicator, ...] = ()

    @classmethod
    def load(cls, path: Path = FOLDER / "indicators.yaml", units: UnitTable | None = None) -> Self:
        """Read the catalogue file.

        Raises:
            DefinitionError: the file is not valid, a word means two indicators, a formula names an indicator that is
                not reported, or a unit is not in the units table.
        """
        catalogue = read_definition(path, cls)
        table = units or UnitTable.load()
        for definition in catalogue.everything:
            table.require(definition.unit, definition.code)
        return catalogue

    @property
    def everything(self) -> tuple[Indicator | DerivedIndicator, ...]:
        """Reported and derived indicators, in the order of the file."""
        return (*self.indicators, *self.derived)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        twice = _repeated(definition.code for definition in self.everything)
        twice += _repeated(
            key for definition in self.everything for key in {spelling_key(name) for name in definition.names}
        )
        if twice:
            raise ValueError(f"means more than one indicator: {twice}")
        reported = {indicator.code for indicator in self.indicators}
        for derived in self.derived:
            unknown = set(derived.formula.inputs) - reported
            if unknown:
                raise ValueError(f"{derived.code} is computed from what is not reported: {sorted(unknown)}")
        return self

    @cached_property
    def _by_code(self) -> Mapping[str, Indicator | DerivedIndicator]:
        return {definition.code: definition for definition in self.everything}

    @cached_property
    def _reported_by_name(self) -> Mapping[str, Indicator]:
        return {
            spelling_key(name): indicator
            for indicator in self.indicators
            for name in (*indicator.names, indicator.code)
        }

    def get(self, code: str) -> Indicator | DerivedIndicator:
        """The definition with this code; raises KeyError where there is none."""
        return self._by_code[code]

    def reported(self, code: str) -> Indicator:
        """The reported indicator with this code; raises KeyError where there is none or it is derived."""
        definition = self._by_code[code]
        if not isinstance(definition, Indicator):
            raise KeyError(code)
        return definition

    def find_reported(self, heading: str) -> Indicator | None:
        """The reported indicator a column heading (without its unit) means, or None."""
        return self._reported_by_name.get(spelling_key(heading))

    def nature(self, code: str) -> Nature:
        """How an indicator is read: of a derived one a flow where any of its inputs is a flow."""
        definition = self._by_code[code]
        if isinstance(definition, Indicator):
            return definition.nature
        flows = any(self.reported(each).nature is Nature.FLOW for each in definition.formula.inputs)
        return Nature.FLOW if flows else Nature.STOCK


def _repeated(keys: Iterable[str]) -> list[str]:
    return sorted(key for key, count in Counter(keys).items() if count > 1)
