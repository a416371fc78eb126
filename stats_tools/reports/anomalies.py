"""Figures to be looked at: sudden falls, losses, cumulatives that shrink, each by a rule with the values behind it."""

from __future__ import annotations

from collections.abc import Iterator
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
from stats_tools.operations.panel import base_period, change_of
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
    by_code = {cluster.code: cluster for cluster in situation.clusters}
    return tuple(
        _anomaly(situation, rule, by_code[code]) for rule in rules.rules for code in _conspicuous(situation, rule)
    )


def _conspicuous(situation: Situation, rule: Rule) -> Iterator[str]:
    """Codes of the clusters that a rule finds, judged by the bare values because most are inconspicuous."""
    read = _reading(situation, rule)
    now = situation.panel.values(rule.indicator, situation.codes, situation.period, read.basis)
    if isinstance(rule, LevelBelow):
        yield from (code for code, value in now.items() if value < rule.bound)
        return
    before = situation.panel.values(rule.indicator, situation.codes, read.base, read.basis)
    smallest = rule.smallest_base if isinstance(rule, GrowthBelow) else None
    bound = rule.bound if isinstance(rule, GrowthBelow) else Decimal(0)
    for code, value in now.items():
        base = before.get(code)
        if base is None or (smallest is not None and base < smallest):
            continue
        change = change_of(value, base, as_rate=read.measure.is_rate)
        if change is not None and change < bound:
            yield code


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a rule reads its indicator: the basis, the change it takes, and the quarter it compares with."""

    basis: Basis
    measure: Measure
    base: Period


def _reading(situation: Situation, rule: Rule) -> _Reading:
    panel, period = situation.panel, situation.period
    match rule:
        case GrowthBelow():
            quarterly = rule.measure.is_quarterly
            basis = panel.basis(rule.indicator, Basis.QUARTER if quarterly else rule.basis, period)
            return _Reading(basis, rule.measure, base_period(period, rule.measure, None))
        case LevelBelow():
            return _Reading(panel.basis(rule.indicator, rule.basis, period), Measure.LEVEL, period)
        case CumulativeFall():
            # In a first quarter there is nothing before it to be less than.
            base = period.shift(-1) if period.quarter > 1 else period
            return _Reading(panel.basis(rule.indicator, None, period), Measure.QOQ_CHANGE, base)


def _anomaly(situation: Situation, rule: Rule, cluster: Cluster) -> Anomaly:
    definition, panel = situation.sources.catalogue.reported(rule.indicator), situation.panel
    read = _reading(situation, rule)
    now, before = (
        panel.level(rule.indicator, (cluster.code,), quarter, read.basis) for quarter in (situation.period, read.base)
    )
    compares = read.measure is not Measure.LEVEL
    value, base = now.value or Decimal(0), before.value or Decimal(0)
    change = change_of(value, base, as_rate=read.measure.is_rate) if compares else value

    def own(number: Decimal) -> Amount:
        return Amount(number, definition.unit, definition.decimals)

    def judged(number: Decimal) -> Amount:
        return Amount(number, PERCENT) if read.measure.is_rate else own(number)

    return Anomaly(
        rule=rule.code,
        kind=rule.kind,
        cluster=cluster,
        indicator=definition.name,
        period=situation.period,
        basis=read.basis,
        measure=read.measure,
        amount=judged(change or Decimal(0)),
        bound=None if isinstance(rule, CumulativeFall) else judged(rule.bound),
        now=own(value),
        base=own(base) if compares else None,
        base_period=read.base,
        inputs=tuple(dict.fromkeys((*now.inputs, *(before.inputs if compares else ())))),
    )
