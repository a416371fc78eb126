"""Signals for a closer look at a cluster: computed from its year, each with the values behind it, never a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from stats_tools.amounts import PERCENT, Amount
from stats_tools.catalogue import Nature
from stats_tools.metric_query import Measure
from stats_tools.operations.observations import Observation
from stats_tools.periods import Basis, Period
from stats_tools.reports.evaluation_rules import CountSignal, FigureSignal, Signal, Watch
from stats_tools.reports.situation import Situation
from stats_tools.types import Cluster


@dataclass(frozen=True, slots=True)
class FoundSignal:
    """One signal of one cluster.

    Args:
        code: of the signal.
        kind: of the signal.
        ground: the plan's word that it serves.
        indicator: what the indicator is called; empty for counts of reports.
        count: how many quarters, indicators or falls; None for figures.
        named: which they are, in the words of the definitions; empty for figures.
        amount: the figure or growth judged; None for counts.
        bound: what it was judged by; None for counts.
        inputs: the stored values behind it.
    """

    code: str
    kind: str
    ground: str
    indicator: str = ""
    count: int | None = None
    named: tuple[str, ...] = ()
    amount: Amount | None = None
    bound: Amount | None = None
    inputs: tuple[Observation, ...] = ()


def found_signals(situation: Situation, watch: Watch, cluster: Cluster) -> tuple[FoundSignal, ...]:
    """The signals of a cluster in the year that the situation's quarter ends."""
    found = (_found(situation, signal, cluster) for signal in watch.signals)
    return tuple(each for each in found if each is not None)


def _found(situation: Situation, signal: Signal, cluster: Cluster) -> FoundSignal | None:
    if isinstance(signal, FigureSignal):
        return _figure(situation, signal, cluster)
    inputs: tuple[Observation, ...] = ()
    match signal.kind:
        case "quarters_missing":
            named = _quarters_missing(situation, cluster)
        case "indicators_missing":
            named = _indicators_missing(situation, cluster)
        case "cumulative_falls":
            named, inputs = _cumulative_falls(situation, cluster)
    return _counted(signal, named, inputs)


def _counted(signal: CountSignal, named: tuple[str, ...], inputs: tuple[Observation, ...]) -> FoundSignal | None:
    if len(named) < signal.at_least:
        return None
    return FoundSignal(signal.code, signal.kind, signal.ground, count=len(named), named=named, inputs=inputs)


def _quarters(situation: Situation) -> tuple[Period, ...]:
    return tuple(Period(situation.period.year, quarter) for quarter in range(1, situation.period.quarter + 1))


def _quarters_missing(situation: Situation, cluster: Cluster) -> tuple[str, ...]:
    codes = tuple(each.code for each in situation.sources.catalogue.indicators)
    observations, quarters = situation.sources.observations, _quarters(situation)
    held = observations.read(codes, [cluster.code], quarters)
    hidden = observations.hidden(codes, [cluster.code], quarters)
    reported = {each.key.period for each in held} | {key.period for key in hidden}
    return tuple(situation.sources.naming.quarter(each) for each in quarters if each not in reported)


def _indicators_missing(situation: Situation, cluster: Cluster) -> tuple[str, ...]:
    lacking = next((codes for each, codes in situation.coverage.partial if each == cluster), ())
    return tuple(situation.sources.catalogue.get(code).name for code in lacking)


def _cumulative_falls(situation: Situation, cluster: Cluster) -> tuple[tuple[str, ...], tuple[Observation, ...]]:
    """Quarters in which what only adds up is less than in the quarter before."""
    catalogue, panel = situation.sources.catalogue, situation.panel
    named: list[str] = []
    inputs: list[Observation] = []
    for indicator in catalogue.indicators:
        if indicator.nature is not Nature.FLOW or indicator.may_be_negative:
            continue
        for quarter in _quarters(situation)[1:]:
            cell = panel.level(indicator.code, (cluster.code,), quarter, Basis.QUARTER)
            if cell.value is not None and cell.value < 0:
                named.append(situation.sources.naming.quarter(quarter) + indicator.name)
                inputs.extend(cell.inputs)
    return tuple(named), tuple(inputs)


def _figure(situation: Situation, signal: FigureSignal, cluster: Cluster) -> FoundSignal | None:
    definition = situation.sources.catalogue.get(signal.indicator)
    measure = Measure.YOY if signal.kind == "growth_below" else Measure.LEVEL
    cell = situation.panel.measured(signal.indicator, (cluster.code,), situation.period, None, measure)
    if cell.value is None or cell.value >= signal.bound:
        return None

    def told(value: Decimal) -> Amount:
        return Amount(value, PERCENT) if measure is Measure.YOY else Amount(value, definition.unit, definition.decimals)

    return FoundSignal(
        code=signal.code,
        kind=signal.kind,
        ground=signal.ground,
        indicator=definition.name,
        amount=told(cell.value),
        bound=told(signal.bound),
        inputs=cell.inputs,
    )
