"""The half-yearly summary for the national commission: its figures, in the order in which it tells them.

Plan 三（六）: 每半年将各市产业集群发展情况汇总上报国家发展改革委.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import chain

from stats_tools.metric_query import MetricQuery
from stats_tools.operations.reporting import Coverage, expected_to_report
from stats_tools.operations.results import MetricResult, Series
from stats_tools.operations.run import run_query
from stats_tools.operations.sources import Sources
from stats_tools.periods import Period
from stats_tools.reports.anomalies import Anomaly, AnomalyRules, anomalies
from stats_tools.reports.lateness import DueOf, Lateness, lateness
from stats_tools.reports.reported import MissingValues, SourceFile, missing_values, require_figures, source_files
from stats_tools.reports.situation import Situation, Standing, inputs_of
from stats_tools.reports.trend import quarterly_trend
from stats_tools.types import Cluster

_CODE = re.compile(r"(\d{4})H([12])", re.ASCII)


@dataclass(frozen=True, slots=True)
class HalfYear:
    """Half a year as it is reported on: cumulatively, so that the second half tells the whole year.

    Args:
        year: four digits.
        half: 1 or 2.
    """

    year: int
    half: int

    @classmethod
    def parse(cls, code: str) -> HalfYear:
        """Read the code, e.g. ``2021H1``; raises ValueError for anything else."""
        found = _CODE.fullmatch(code.strip().upper())
        if found is None:
            raise ValueError(f"not a half year: {code!r}")
        half = cls(int(found[1]), int(found[2]))
        return cls.ending(half.period)

    @classmethod
    def ending(cls, period: Period) -> HalfYear:
        """The half year that ends with a quarter; raises ValueError for a first or third quarter."""
        if period.quarter % 2:
            raise ValueError(f"no half year ends with {period}")
        return cls(period.year, period.quarter // 2)

    @property
    def period(self) -> Period:
        """The quarter it ends with; raises ValueError where the year is out of range."""
        return Period(self.year, self.half * 2)

    def __str__(self) -> str:
        return f"{self.year}H{self.half}"


@dataclass(frozen=True, slots=True)
class ClusterSection:
    """One cluster: all indicators, each with its changes, and what is conspicuous."""

    cluster: Cluster
    standings: tuple[Standing, ...]
    anomalies: tuple[Anomaly, ...]


@dataclass(frozen=True, slots=True)
class HalfYearFigures:
    """Everything the summary says.

    Args:
        half: the half year.
        coverage: who has reported.
        lateness: who did so after it was due, or still has not; None where nothing says when that is.
        totals: all clusters together, indicator by indicator.
        sections: cluster by cluster, those without any figure left out.
        progress: towards the targets of the plan.
        anomalies: what is conspicuous.
        trend: of revenue by single quarters, over the clusters that have all of them; None where that is too little.
        files: the reports the figures come from.
        missing: values that are not there, of the quarter itself and of those it is compared with.
        sample: whether the figures are synthetic.
    """

    half: HalfYear
    coverage: Coverage
    lateness: Lateness | None
    totals: tuple[Standing, ...]
    sections: tuple[ClusterSection, ...]
    progress: MetricResult
    anomalies: tuple[Anomaly, ...]
    trend: Series | None
    files: tuple[SourceFile, ...]
    missing: tuple[MissingValues, ...]
    sample: bool

    @property
    def period(self) -> Period:
        """The quarter that the half year ends with."""
        return self.half.period

    @property
    def known_on(self) -> date:
        """The day on which the newest value entered the database."""
        return max(file.recorded_on for file in self.files)


def halfyear_figures(
    sources: Sources, half: HalfYear, rules: AnomalyRules, today: date, due_of: DueOf
) -> HalfYearFigures:
    """The figures of the summary.

    Args:
        sources: definitions, and what the reader of the report may see.
        half: the half year.
        rules: what is conspicuous.
        today: the day on which due dates are judged.
        due_of: when the reports for a quarter are due.

    Raises:
        NoFiguresError: no cluster has a figure for the half year.
    """
    clusters, period = expected_to_report(sources), half.period
    require_figures(sources, [each.code for each in clusters], period)
    indicators = tuple(each.code for each in sources.catalogue.everything)
    situation = Situation(sources, clusters, period, indicators)
    found = anomalies(situation, rules)
    totals = tuple(situation.standing(code) for code in indicators)
    each = {cluster: tuple(situation.standing(code, [cluster.code]) for code in indicators) for cluster in clusters}
    sections = tuple(
        ClusterSection(cluster, held, tuple(a for a in found if a.cluster == cluster))
        for cluster, held in each.items()
        if any(standing.amount is not None for standing in held)
    )
    query = MetricQuery(operation="target_progress", periods=(str(period),))
    told = (*totals, *chain.from_iterable(each.values()))
    inputs = inputs_of(told)
    return HalfYearFigures(
        half=half,
        coverage=situation.coverage,
        lateness=lateness(sources, situation.coverage, due_of, today),
        totals=totals,
        sections=sections,
        progress=run_query(query, sources, today),
        anomalies=found,
        trend=quarterly_trend(situation),
        files=source_files(inputs),
        missing=_missing(situation, tuple(chain.from_iterable(each.values()))),
        sample=any(each.is_sample for each in inputs),
    )


def _missing(situation: Situation, standings: tuple[Standing, ...]) -> tuple[MissingValues, ...]:
    """What the quarter itself lacks, and of clusters that reported what their growth over the year lacks."""
    gaps = [
        gap
        for each in standings
        for cell in (each.cell, each.yoy.cell)
        if each.amount or cell is each.cell
        for gap in cell.gaps
    ]
    return missing_values(situation.panel.with_hidden(gaps), situation.sources)
