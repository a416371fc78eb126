"""A snapshot for digests and briefings: who has reported, leading figures, targets, movers, what is conspicuous."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from stats_tools.catalogue import Code, IndicatorCatalogue
from stats_tools.definition_files import FOLDER, DefinitionError, read_definition
from stats_tools.metric_query import Measure, MetricQuery
from stats_tools.operations.panel import change_of
from stats_tools.operations.reporting import Coverage, expected_to_report
from stats_tools.operations.results import MetricResult, Series
from stats_tools.operations.run import run_query
from stats_tools.operations.sources import Sources
from stats_tools.periods import Period
from stats_tools.registers.desk import RegisterDesk
from stats_tools.reports.anomalies import Anomaly, AnomalyRules, anomalies
from stats_tools.reports.lateness import DueOf, Lateness, lateness
from stats_tools.reports.register_state import RegisterState, register_state
from stats_tools.reports.reported import SourceFile, source_files
from stats_tools.reports.situation import Growth, Situation, Standing, inputs_of
from stats_tools.reports.trend import quarterly_trend
from stats_tools.targets import Target
from stats_tools.types import Cluster

_MOST_SECTIONS = 12
"""Clusters told one by one in the details; of more there are the movers."""


class _Definition(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MoverRules(_Definition):
    """By which growth movers are chosen, how many at each end, and from which base, in the indicator's unit."""

    indicator: Code
    count: int = Field(ge=1)
    smallest_base: Decimal


class BriefingRules(_Definition):
    """What a briefing tells first."""

    headline: tuple[Code, ...] = Field(min_length=1)
    movers: MoverRules

    @classmethod
    def load(cls, catalogue: IndicatorCatalogue, path: Path = FOLDER / "briefing.yaml") -> Self:
        """Read the file; raises DefinitionError where it is wrong or names an unknown indicator."""
        rules = read_definition(path, cls)
        unknown = {*rules.headline, rules.movers.indicator} - {each.code for each in catalogue.everything}
        if unknown:
            raise DefinitionError(f"{path.name}: no such indicator: {sorted(unknown)}")
        return rules


@dataclass(frozen=True, slots=True)
class Rules:
    """All that is set by files."""

    briefing: BriefingRules
    anomalies: AnomalyRules

    @classmethod
    @cache
    def of(cls, catalogue: IndicatorCatalogue) -> Rules:
        """The rules that ship with the product."""
        return cls(BriefingRules.load(catalogue), AnomalyRules.load(catalogue))


@dataclass(frozen=True, slots=True)
class Scope:
    """What a briefing is about: the whole province, one city or one cluster."""

    city: str = ""
    cluster: str = ""

    @property
    def is_province(self) -> bool:
        """Whether it is about everything."""
        return not (self.city or self.cluster)


@dataclass(frozen=True, slots=True)
class Mover:
    """A cluster whose growth is among the highest or the lowest; ``indicator`` is what grew, by its name."""

    cluster: Cluster
    indicator: str
    growth: Growth


@dataclass(frozen=True, slots=True)
class Briefing:
    """A frozen snapshot.

    Args:
        scope: what it is about.
        label: what the clusters together are called.
        period: the newest quarter with figures.
        coverage: who has reported.
        lateness: who did so after it was due, or still has not; None where nothing says when that is.
        headline: the leading indicators of all clusters together.
        sections: further indicators cluster by cluster, where they are few.
        progress: towards each target of the plan; empty for a city or a cluster.
        rising, falling: the movers, each beginning with the furthest.
        anomalies: what is conspicuous.
        trend: of the leading flow by single quarters, for a city or a cluster; None where that is too little.
        registers: projects and the like of the whole province; None for a city or a cluster.
        files: where the figures come from.
        sample: whether they are synthetic.
    """

    scope: Scope
    label: str
    period: Period
    coverage: Coverage
    lateness: Lateness | None
    headline: tuple[Standing, ...]
    sections: tuple[tuple[Cluster, tuple[Standing, ...]], ...]
    progress: tuple[tuple[Target, MetricResult], ...]
    rising: tuple[Mover, ...]
    falling: tuple[Mover, ...]
    anomalies: tuple[Anomaly, ...]
    trend: Series | None
    registers: RegisterState | None
    files: tuple[SourceFile, ...]
    sample: bool

    @property
    def known_on(self) -> date | None:
        """The day on which the newest value entered the database; None without any."""
        return max((file.recorded_on for file in self.files), default=None)


def brief(
    sources: Sources, scope: Scope, today: date, due_of: DueOf, desk: RegisterDesk | None = None
) -> Briefing | None:
    """The snapshot of the newest quarter with figures; None where there are no figures at all.

    Args:
        sources: definitions, and what the readers of the briefing may see.
        scope: what it is about.
        today: the day on which due dates are judged.
        due_of: when the reports for a quarter are due.
        desk: the registers as those readers may see them; None where they are not kept.
    """
    clusters = clusters_of(sources, scope)
    codes = [each.code for each in sources.catalogue.indicators]
    extent = sources.observations.extent(codes, [each.code for each in clusters]) if clusters else None
    if extent is None:
        return None
    rules, period = Rules.of(sources.catalogue), extent[1]
    situation = Situation(sources, clusters, period, (*rules.briefing.headline, *rules.anomalies.indicators))
    headline = tuple(situation.standing(code) for code in rules.briefing.headline)
    sections = _sections(situation) if len(clusters) <= _MOST_SECTIONS else ()
    rising, falling = _movers(situation, rules.briefing.movers)
    told = (*headline, *(each for _, held in sections for each in held))
    inputs = inputs_of(told)
    sample = any(each.is_sample for each in inputs)
    query = MetricQuery(operation="value", indicators=("revenue",), clusters=(), level=None)
    return Briefing(
        scope=scope,
        label=sources.naming.clusters(tuple(clusters), query, sources.registry),
        period=period,
        coverage=situation.coverage,
        lateness=lateness(sources, situation.coverage, due_of, today),
        headline=headline,
        sections=sections,
        progress=_progress(sources, period, today) if scope.is_province else (),
        rising=rising,
        falling=falling,
        anomalies=anomalies(situation, rules.anomalies),
        trend=None if scope.is_province else quarterly_trend(situation),
        registers=register_state(desk, None, sample=sample) if desk is not None and scope.is_province else None,
        files=source_files(inputs),
        sample=sample,
    )


def clusters_of(sources: Sources, scope: Scope) -> tuple[Cluster, ...]:
    """The clusters of a scope that are expected to report; a cluster that is named always is."""
    if scope.cluster:
        return (sources.registry.cluster(scope.cluster),)
    expected = expected_to_report(sources)
    return tuple(each for each in expected if not scope.city or each.city == scope.city)


def _sections(situation: Situation) -> tuple[tuple[Cluster, tuple[Standing, ...]], ...]:
    indicators = [each.code for each in situation.sources.catalogue.indicators]
    return tuple(
        (cluster, tuple(situation.standing(code, [cluster.code]) for code in indicators))
        for cluster in situation.clusters
    )


def _progress(sources: Sources, period: Period, today: date) -> tuple[tuple[Target, MetricResult], ...]:
    """Each target by itself, as of the quarter; a quarter past the target's own is judged at its end."""
    told = []
    for target in sources.targets:
        judged = min(period, target.due_period)
        query = MetricQuery(operation="target_progress", targets=(target.code,), periods=(str(judged),))
        told.append((target, run_query(query, sources, today)))
    return tuple(told)


def _movers(situation: Situation, rules: MoverRules) -> tuple[tuple[Mover, ...], tuple[Mover, ...]]:
    if len(situation.clusters) < 2:
        return (), ()
    now = situation.panel.values(rules.indicator, situation.codes, situation.period)
    before = situation.panel.values(rules.indicator, situation.codes, situation.period.year_ago)
    grown = [
        (change, code)
        for code, base in before.items()
        if code in now and base >= rules.smallest_base
        for change in [change_of(now[code], base, as_rate=True)]
        if change is not None
    ]
    ordered = [code for _, code in sorted(grown, key=lambda each: -each[0])]
    # Nobody is named at both ends.
    count = min(rules.count, len(ordered) // 2)
    rising, falling = ordered[:count], ordered[len(ordered) - count :][::-1]
    movers = {code: _mover(situation, rules, code) for code in (*rising, *falling)}
    return tuple(movers[code] for code in rising), tuple(movers[code] for code in falling)


def _mover(situation: Situation, rules: MoverRules, code: str) -> Mover:
    growth = situation.growth(rules.indicator, [code], Measure.YOY)
    sources = situation.sources
    return Mover(sources.registry.cluster(code), sources.catalogue.get(rules.indicator).name, growth)
