"""How the annual evaluation scores, read from a file: dimensions, weights, signals and the bounds of promotion."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from stats_tools.catalogue import Code, IndicatorCatalogue
from stats_tools.definition_files import FOLDER, DefinitionError, read_definition
from stats_tools.metric_query import Measure

SignalCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=64)]


class _Definition(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ScoredIndicator(_Definition):
    """One indicator of a dimension.

    Args:
        indicator: code, reported or derived.
        measure: the year's figure, or its growth over the year before.
        weight: share within the dimension.
        basis: words of the plan that name it, verbatim.
    """

    indicator: Code
    measure: Literal[Measure.LEVEL, Measure.YOY]
    weight: Decimal = Field(gt=0)
    basis: str


class Dimension(_Definition):
    """One dimension with its weight in the whole."""

    code: Code
    name: str
    weight: Decimal = Field(gt=0)
    basis: str
    indicators: tuple[ScoredIndicator, ...] = Field(min_length=1)


class Sensitivity(_Definition):
    """How far weights are moved, percent, and how many random weightings are tried, from which seed."""

    percent: Decimal = Field(gt=0, lt=100)
    draws: int = Field(ge=1, le=100_000)
    seed: int


class CountSignal(_Definition):
    """At least so many quarters without report, indicators missing, or cumulatives that fell in the year."""

    code: SignalCode
    ground: str
    kind: Literal["quarters_missing", "indicators_missing", "cumulative_falls"]
    at_least: int = Field(ge=1)


class FigureSignal(_Definition):
    """The growth over the year, percent, or the year's figure, in the indicator's unit, is below the bound."""

    code: SignalCode
    ground: str
    kind: Literal["growth_below", "level_below"]
    indicator: Code
    bound: Decimal


Signal = Annotated[CountSignal | FigureSignal, Field(discriminator="kind")]


class Watch(_Definition):
    """The signals, and the words of the plan they serve."""

    basis: str
    signals: tuple[Signal, ...]


class Promotion(_Definition):
    """Who may be proposed: ranked at least so well under every weighting, growing at least so much, no signal."""

    basis: str
    worst_rank: int = Field(ge=1)
    growth_of: Code
    growth_at_least: Decimal


class EvaluationRules(_Definition):
    """All settings of the evaluation.

    Args:
        doc_id: the document that every ``basis`` is a quotation from.
        dimensions: what is scored.
        sensitivity: how firm the ranking is.
        watch: signals for a closer look.
        promotion: bounds for candidates.
    """

    doc_id: str
    dimensions: tuple[Dimension, ...] = Field(min_length=1)
    sensitivity: Sensitivity
    watch: Watch
    promotion: Promotion

    @classmethod
    def load(cls, catalogue: IndicatorCatalogue, path: Path = FOLDER / "evaluation.yaml") -> Self:
        """Read the file.

        Raises:
            DefinitionError: it is not valid, names an indicator that the catalogue does not have, or uses a code twice.
        """
        rules = read_definition(path, cls)
        known = {each.code for each in catalogue.everything}
        named = {each.indicator for dimension in rules.dimensions for each in dimension.indicators}
        named |= {each.indicator for each in rules.watch.signals if isinstance(each, FigureSignal)}
        named.add(rules.promotion.growth_of)
        if named - known:
            raise DefinitionError(f"{path.name}: no such indicator: {sorted(named - known)}")
        for codes in ([each.code for each in rules.dimensions], [each.code for each in rules.watch.signals]):
            if len(set(codes)) < len(codes):
                raise DefinitionError(f"{path.name}: a code is used twice: {codes}")
        return rules

    @property
    def quotations(self) -> tuple[str, ...]:
        """Every verbatim basis."""
        told = [self.watch.basis, self.promotion.basis]
        for dimension in self.dimensions:
            told += [dimension.basis, *(each.basis for each in dimension.indicators)]
        return tuple(dict.fromkeys(told))
