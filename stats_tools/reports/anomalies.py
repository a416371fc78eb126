"""Figures to be looked at: sudden falls, losses, cumulatives that shrink, each by a rule with the values behind it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from stats_tools.amounts import PERCENT, Amount
from stats_tools.catalogue import Code, IndicatorCatalogue, Nature
from stats_tools.definition_files import FOLDER, DefinitionError, read_definition
from stats_tools.metric_query import Measure
from stats_tools.operations.observations import Observation
from stats_tools.operations.panel import Cell
from stats_tools.periods import Basis, Period
from stats_tools.reports.situation import Situation
from stats_tools.types import Cluster


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=64)]
    indicator: Code


class GrowthBelow(_Rule):
    """The change of the indicator is below the bound."""

    kind: Literal["growth_below"]
    measure: Measure
    basis: Basis | None = None
    bound: Decimal
    smallest_base: Decimal | None = None

    @model_validator(mode="after")
    def _is_change(self) -> Self:
        if self.measure in (Measure.LEVEL, Measure.CAGR):
            raise ValueError(f"{self.code}: {self.measure} is no change over a year or a quarter")
        return self


class LevelBelow(_Rule):
    """The indicator itself is below the bound."""

    kind: Literal["level_below"]
    basis: Basis | None = None
    bound: Decimal


class CumulativeFall(_Rule):
    """A cumulative figure is smaller than the one of the quarter before."""

    kind: Literal["cumulative_fall"]


Rule = Annotated[GrowthBelow | LevelBelow | CumulativeFall, Field(discriminator="kind")]


class AnomalyRules(BaseModel):
    """All rules, in the order in which what they find is told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: tuple[Rule, ...]

    @classmethod
    def load(cls, catalogue: IndicatorCatalogue, path: Path = FOLDER / "anomalies.yaml") -> Self:
        """Read the rules file.

        Raises:
            DefinitionError: the file is not valid, a code is used twice, or a rule looks at what is not reported or,
                cumulatively, at what does not cumulate.
        """
        held = read_definition(path, cls)
        flows = {each.code for each in catalogue.indicators if each.nature is Nature.FLOW}
        known = {each.code for each in catalogue.indicators}
        for rule in held.rules:
            if rule.indicator not in (flows if isinstance(rule, CumulativeFall) else known):
                raise DefinitionError(f"{rule.code}: {rule.indicator} is not reported, or does not cumulate")
        if len({rule.code for rule in held.rules}) < len(held.rules):
            raise DefinitionError("the code of a rule is used twice")
        return held

    @property
    def indicators(self) -> tuple[str, ...]:
        """Codes of the indicators that the rules look at."""
        return tuple(dict.fromkeys(rule.indicator for rule in self.rules))


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One conspicuous figure with all it takes to check it.

    Args:
        rule: code of the rule that found it.
        kind: of the rule.
        cluster: whose figure it is.
        indicator: what it is called.
        period: the quarter.
        basis: on which the figures are read.
        measure: what was judged.
        amount: the judged value: a change, or the figure itself.
        bound: what it was judged by; None for cumulatives.
        now: the figure of the quarter.
        base: the figure it is compared with; None where the figure itself is judged.
        base_period: quarter of ``base``.
        inputs: the stored values behind it.
    """

    rule: str
    kind: str
    cluster: Cluster
    indicator: str
    period: Period
    basis: Basis
    measure: Measure
    amount: Amount
    bound: Amount | None
    now: Amount
    base: Amount | None
    base_period: Period
    inputs: tuple[Observation, ...]

    @property
    def sample(self) -> bool:
        """Whether it rests on synthetic figures."""
        return any(each.is_sample for each in self.inputs)


def anomalies(situation: Situation, rules: AnomalyRules) -> tuple[Anomaly, ...]:
    """What the rules find, rule by rule and in the order of the clusters."""
    return tuple(
        found
        for rule in rules.rules
        for cluster in situation.clusters
        for found in [_judged(situation, rule, cluster)]
        if found is not None
    )


def _judged(situation: Situation, rule: Rule, cluster: Cluster) -> Anomaly | None:
    match rule:
        case GrowthBelow():
            return _growth_below(situation, rule, cluster)
        case LevelBelow():
            return _level_below(situation, rule, cluster)
        case CumulativeFall():
            return _cumulative_fall(situation, rule, cluster)


def _growth_below(situation: Situation, rule: GrowthBelow, cluster: Cluster) -> Anomaly | None:
    panel, period = situation.panel, situation.period
    base = period.shift(-1) if rule.measure.is_quarterly else period.year_ago
    basis = panel.basis(rule.indicator, Basis.QUARTER if rule.measure.is_quarterly else rule.basis, period)
    if not panel.complete(rule.indicator, [cluster.code], [period, base], basis):
        return None
    cell = panel.measured(rule.indicator, (cluster.code,), period, basis, rule.measure)
    small = rule.smallest_base is not None and (cell.base or Decimal(0)) < rule.smallest_base
    if cell.value is None or cell.value >= rule.bound or small:
        return None
    return _anomaly(situation, rule, cluster, cell, basis, rule.measure, base)


def _level_below(situation: Situation, rule: LevelBelow, cluster: Cluster) -> Anomaly | None:
    panel, period = situation.panel, situation.period
    basis = panel.basis(rule.indicator, rule.basis, period)
    cell = panel.level(rule.indicator, (cluster.code,), period, basis)
    if cell.value is None or cell.value >= rule.bound:
        return None
    return _anomaly(situation, rule, cluster, cell, basis, Measure.LEVEL, period)


def _cumulative_fall(situation: Situation, rule: CumulativeFall, cluster: Cluster) -> Anomaly | None:
    panel, period = situation.panel, situation.period
    if period.quarter == 1 or not panel.complete(rule.indicator, [cluster.code], [period, period.shift(-1)]):
        return None
    # The difference of the two cumulatives is the single quarter; it is the fall where it is negative.
    cell = panel.level(rule.indicator, (cluster.code,), period, Basis.QUARTER)
    if cell.value is None or cell.value >= 0:
        return None
    now, before = (panel.level(rule.indicator, (cluster.code,), p, None) for p in (period, period.shift(-1)))
    whole = Cell(cell.value, inputs=cell.inputs, current=now.value, base=before.value)
    basis = panel.basis(rule.indicator, None, period)
    return _anomaly(situation, rule, cluster, whole, basis, Measure.QOQ_CHANGE, period.shift(-1))


def _anomaly(
    situation: Situation, rule: Rule, cluster: Cluster, cell: Cell, basis: Basis, measure: Measure, base: Period
) -> Anomaly:
    definition = situation.sources.catalogue.get(rule.indicator)

    def own(value: Decimal) -> Amount:
        return Amount(value, definition.unit, definition.decimals)

    def judged(value: Decimal) -> Amount:
        return Amount(value, PERCENT) if measure.is_rate else own(value)

    value = cell.value or Decimal(0)
    bound = None if isinstance(rule, CumulativeFall) else judged(rule.bound)
    return Anomaly(
        rule=rule.code,
        kind=rule.kind,
        cluster=cluster,
        indicator=definition.name,
        period=situation.period,
        basis=basis,
        measure=measure,
        amount=judged(value),
        bound=bound,
        now=own(value if cell.current is None else cell.current),
        base=None if cell.base is None else own(cell.base),
        base_period=base,
        inputs=cell.inputs,
    )
