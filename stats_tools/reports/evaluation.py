"""The annual evaluation: scores by indicator and dimension, the ranking, how firm it is, and who deserves a look.

Plan 三（五）（六）.  Every indicator is scaled among the clusters evaluated together: the lowest gets 0, the highest
100, what lies between its share of the way; where all are alike, everybody gets 50.  A dimension is the weighted mean
of its indicators, the total the weighted mean of the dimensions.  A cluster that lacks an input is not ranked, because
any number put in its place would be invented.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from stats_tools.amounts import PERCENT, Amount
from stats_tools.metric_query import Measure
from stats_tools.operations.observations import Observation
from stats_tools.operations.panel import Cell
from stats_tools.operations.reporting import expected_to_report
from stats_tools.operations.sources import Sources
from stats_tools.periods import Period
from stats_tools.reports.evaluation_rules import Dimension, EvaluationRules, ScoredIndicator
from stats_tools.reports.rank_ranges import RankRange, rank_ranges, ranks
from stats_tools.reports.reported import (
    MissingValues,
    SourceFile,
    missing_values,
    require_figures,
    source_files,
)
from stats_tools.reports.situation import Situation
from stats_tools.reports.watch_signals import FoundSignal, found_signals
from stats_tools.types import Cluster

LOWEST, HIGHEST, ALIKE = Decimal(0), Decimal(100), Decimal(50)


@dataclass(frozen=True, slots=True)
class Input:
    """What one indicator of one cluster is scored by.

    Args:
        dimension: where it counts.
        scored: the indicator with its weight.
        amount: the figure or growth with its unit; None where it cannot be computed.
        cell: with the stored values behind it.
        score: 0 to 100; None where the cluster is not ranked.
    """

    dimension: Dimension
    scored: ScoredIndicator
    amount: Amount | None
    cell: Cell
    score: Decimal | None


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One cluster.

    Args:
        cluster: which.
        inputs: in the order of the rules.
        dimensions: score of each dimension by code; empty where the cluster is not ranked.
        total: 0 to 100; None where it is not ranked.
        rank: 1 for the best, equal totals share one; None where it is not ranked.
        ranks: how the rank moves with the weights; None where it is not ranked.
        signals: for a closer look.
        is_candidate: whether it fulfils the bounds of promotion.
    """

    cluster: Cluster
    inputs: tuple[Input, ...]
    dimensions: Mapping[str, Decimal]
    total: Decimal | None
    rank: int | None
    ranks: RankRange | None
    signals: tuple[FoundSignal, ...]
    is_candidate: bool


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The evaluation of a year.

    Args:
        year: four digits.
        clusters: the ranked ones first, by rank.
        observations: every stored value behind it.
        files: the reports those come from.
        missing: inputs that are not there.
        sample: whether the figures are synthetic.
    """

    year: int
    rules: EvaluationRules
    clusters: tuple[Evaluated, ...]
    observations: tuple[Observation, ...]
    files: tuple[SourceFile, ...]
    missing: tuple[MissingValues, ...]
    sample: bool

    @property
    def ranked(self) -> tuple[Evaluated, ...]:
        """Those with a total, the best first."""
        return tuple(each for each in self.clusters if each.rank is not None)

    @property
    def known_on(self) -> date:
        """The day on which the newest value entered the database."""
        return max(file.recorded_on for file in self.files)


def evaluate(sources: Sources, year: int, rules: EvaluationRules) -> Evaluation:
    """The evaluation of a year, from its fourth quarter and that of the year before.

    Args:
        sources: definitions, and what the reader of the evaluation may see.
        year: four digits, within the range of periods.
        rules: weights, signals and bounds.

    Raises:
        NoFiguresError: no cluster has a figure for the fourth quarter of the year.
    """
    period, clusters = Period(year, 4), expected_to_report(sources)
    require_figures(sources, [each.code for each in clusters], period)
    indicators = tuple(dict.fromkeys(each.indicator for d in rules.dimensions for each in d.indicators))
    situation = Situation(sources, clusters, period, indicators)
    inputs = {cluster: _inputs(situation, rules, cluster) for cluster in clusters}
    ranked = [cluster for cluster, held in inputs.items() if all(each.amount is not None for each in held)]
    scored = _scored(inputs, ranked)
    evaluated = _evaluated(situation, rules, scored, ranked)
    observations = _behind(evaluated)
    gaps = [gap for each in evaluated for one in each.inputs for gap in one.cell.gaps]
    return Evaluation(
        year=year,
        rules=rules,
        clusters=evaluated,
        observations=observations,
        files=source_files(observations),
        missing=missing_values(situation.panel.with_hidden(gaps), sources),
        sample=any(each.is_sample for each in observations),
    )


def _inputs(situation: Situation, rules: EvaluationRules, cluster: Cluster) -> tuple[Input, ...]:
    held = []
    for dimension in rules.dimensions:
        for scored in dimension.indicators:
            definition = situation.sources.catalogue.get(scored.indicator)
            cell = situation.panel.measured(scored.indicator, (cluster.code,), situation.period, None, scored.measure)
            growth = PERCENT if definition.unit != PERCENT else situation.sources.naming.percentage_points
            grown = scored.measure is Measure.YOY
            unit, decimals = (growth, 2) if grown else (definition.unit, definition.decimals)
            amount = None if cell.value is None else Amount(cell.value, unit, decimals)
            held.append(Input(dimension, scored, amount, cell, None))
    return tuple(held)


def _scored(inputs: Mapping[Cluster, tuple[Input, ...]], ranked: Sequence[Cluster]) -> dict[Cluster, tuple[Input, ...]]:
    """The inputs with their scores, scaled among the ranked clusters."""
    scored: dict[Cluster, list[Input]] = {cluster: [] for cluster in inputs}
    for place in range(len(next(iter(inputs.values())))):
        values = [amount.value for cluster in ranked if (amount := inputs[cluster][place].amount) is not None]
        for cluster, held in inputs.items():
            one = held[place]
            score = scaled(one.amount.value, values) if cluster in ranked and one.amount is not None else None
            scored[cluster].append(Input(one.dimension, one.scored, one.amount, one.cell, score))
    return {cluster: tuple(held) for cluster, held in scored.items()}


def scaled(value: Decimal, values: Sequence[Decimal]) -> Decimal:
    """Where a value lies between the lowest (0) and the highest (100) of all; 50 where all are alike."""
    low, high = min(values), max(values)
    return ALIKE if low == high else (value - low) * HIGHEST / (high - low)


def _dimension_scores(rules: EvaluationRules, inputs: Sequence[Input]) -> dict[str, Decimal]:
    scores = {}
    for dimension in rules.dimensions:
        own = [(each.scored.weight, each.score) for each in inputs if each.dimension == dimension]
        weights = sum((weight for weight, _ in own), LOWEST)
        scores[dimension.code] = sum((weight * (score or LOWEST) for weight, score in own), LOWEST) / weights
    return scores


def total_of(rules: EvaluationRules, scores: Mapping[str, Decimal]) -> Decimal:
    """The weighted mean of the dimensions."""
    weights = sum((each.weight for each in rules.dimensions), LOWEST)
    return sum((each.weight * scores[each.code] for each in rules.dimensions), LOWEST) / weights


def _evaluated(
    situation: Situation,
    rules: EvaluationRules,
    scored: Mapping[Cluster, tuple[Input, ...]],
    ranked: Sequence[Cluster],
) -> tuple[Evaluated, ...]:
    scores = {cluster: _dimension_scores(rules, scored[cluster]) for cluster in ranked}
    totals = {cluster: total_of(rules, scores[cluster]) for cluster in ranked}
    order = dict(zip(ranked, ranks([totals[cluster] for cluster in ranked]), strict=True))
    weights = {each.code: each.weight for each in rules.dimensions}
    ranges = dict(zip(ranked, rank_ranges([scores[c] for c in ranked], weights, rules.sensitivity), strict=True))
    evaluated = []
    for cluster, inputs in scored.items():
        signals = found_signals(situation, rules.watch, cluster)
        moved = ranges.get(cluster)
        candidate = moved is not None and not signals and _is_candidate(situation, rules, cluster, moved)
        evaluated.append(
            Evaluated(
                cluster=cluster,
                inputs=inputs,
                dimensions=scores.get(cluster, {}),
                total=totals.get(cluster),
                rank=order.get(cluster),
                ranks=moved,
                signals=signals,
                is_candidate=candidate,
            )
        )
    return tuple(sorted(evaluated, key=lambda each: (each.rank is None, each.rank or 0)))


def _is_candidate(situation: Situation, rules: EvaluationRules, cluster: Cluster, moved: RankRange) -> bool:
    growth = situation.growth(rules.promotion.growth_of, [cluster.code], Measure.YOY).cell.value
    return (
        moved.worst <= rules.promotion.worst_rank and growth is not None and growth >= rules.promotion.growth_at_least
    )


def _behind(evaluated: Sequence[Evaluated]) -> tuple[Observation, ...]:
    held = [each for one in evaluated for part in one.inputs for each in part.cell.inputs]
    held += [each for one in evaluated for signal in one.signals for each in signal.inputs]
    return tuple({each.key: each for each in held}.values())
