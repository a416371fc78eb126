"""Who has reported for a quarter, and who has not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stats_tools.operations.inquiry import Inquiry
from stats_tools.operations.panel import Panel
from stats_tools.operations.registration import operation
from stats_tools.operations.results import Fact, Finding, MetricResult
from stats_tools.operations.sources import Sources
from stats_tools.periods import Period
from stats_tools.types import Cluster


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who has reported for a quarter.

    Args:
        period: the quarter.
        expected: the clusters that should have.
        missing: those of them without any figure.
        partial: those that reported, but not everything, each with the codes of the indicators it lacks.
        sample: whether what stands there is the synthetic sample.
    """

    period: Period
    expected: tuple[Cluster, ...]
    missing: tuple[Cluster, ...]
    partial: tuple[tuple[Cluster, tuple[str, ...]], ...]
    sample: bool

    @property
    def reported(self) -> int:
        """How many have reported anything."""
        return len(self.expected) - len(self.missing)


@operation("reporting")
def reporting(inquiry: Inquiry) -> MetricResult:
    """The clusters without any figure for the quarter, and those whose report lacks indicators.

    Expected are the national clusters and every other one that has ever reported.
    """
    sources = inquiry.sources
    period = inquiry.quarters_or_latest([indicator.code for indicator in sources.catalogue.indicators])
    if period is None:
        return MetricResult(inquiry.query, found=False, findings=(nothing_at_all(inquiry),))
    held = coverage(sources, _expected(inquiry), period)
    findings = [_lead(inquiry, held)]
    for cluster, lacking in held.partial:
        names = tuple(inquiry.name(code) for code in lacking)
        findings.append(Finding("reporting_partial", {"subject": cluster.short_name, "indicators": names}))
    return MetricResult(
        query=inquiry.query,
        found=True,
        findings=tuple(findings),
        assumptions=tuple(inquiry.assumptions),
        sample=held.sample,
    )


def nothing_at_all(inquiry: Inquiry) -> Finding:
    """No figure of anything, now or on the day up to which figures were to count."""
    if inquiry.query.as_known_on is None:
        return Finding("nothing_at_all")
    return Finding("nothing_at_all_then", {"day": inquiry.sources.naming.day(inquiry.query.as_known_on)})


def coverage(sources: Sources, expected: Sequence[Cluster], period: Period, panel: Panel | None = None) -> Coverage:
    """Who of the clusters has reported what for a quarter; what is not for this viewer counts as reported too.

    Args:
        sources: definitions and observations.
        expected: the clusters that should have reported.
        period: the quarter.
        panel: of the same observations, where some are read already.
    """
    codes = tuple(indicator.code for indicator in sources.catalogue.indicators)
    names = tuple(cluster.code for cluster in expected)
    panel = panel or Panel(sources.catalogue, sources.observations)
    panel.hold(codes, names, [period])
    held = {code: panel.column(code, period, names) for code in codes}
    reported: dict[str, set[str]] = {}
    for code, column in held.items():
        for name in column:
            reported.setdefault(name, set()).add(code)
    for key in sources.observations.hidden(codes, names, [period]):
        reported.setdefault(key.cluster, set()).add(key.indicator)
    partial = tuple(
        (cluster, tuple(code for code in codes if code not in reported[cluster.code]))
        for cluster in expected
        if cluster.code in reported and len(reported[cluster.code]) < len(codes)
    )
    return Coverage(
        period=period,
        expected=tuple(expected),
        missing=tuple(cluster for cluster in expected if cluster.code not in reported),
        partial=partial,
        sample=any(each.is_sample for column in held.values() for each in column.values()),
    )


def expected_to_report(sources: Sources) -> tuple[Cluster, ...]:
    """The national clusters and every other one that has ever reported."""
    ever = sources.observations.reporting()
    return tuple(each for each in sources.registry.clusters if each.level == "national" or each.code in ever)


def _expected(inquiry: Inquiry) -> tuple[Cluster, ...]:
    if inquiry.query.clusters or inquiry.query.cities or inquiry.query.level:
        return inquiry.clusters
    return expected_to_report(inquiry.sources)


def _lead(inquiry: Inquiry, held: Coverage) -> Finding:
    facts: dict[str, Fact] = {
        "period": inquiry.sources.naming.quarter(held.period),
        "group": inquiry.together(held.expected).label,
    }
    total, names = len(held.expected), tuple(cluster.short_name for cluster in held.missing)
    if not names:
        return Finding("reporting_complete", {**facts, "count": total})
    if not held.reported:
        return Finding("reporting_none", {**facts, "total": total, "names": names})
    counts = {"missing": len(names), "reported": held.reported, "total": total}
    return Finding("reporting_missing", {**facts, **counts, "names": names})
