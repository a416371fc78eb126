"""Who has reported for a quarter, and who has not."""

from __future__ import annotations

from stats_tools.operations.inquiry import Inquiry
from stats_tools.operations.registration import operation
from stats_tools.operations.results import Fact, Finding, MetricResult
from stats_tools.periods import Period
from stats_tools.types import Cluster


@operation("reporting")
def reporting(inquiry: Inquiry) -> MetricResult:
    """The clusters without any figure for the quarter, and those whose report lacks indicators.

    Expected are the national clusters and every other one that has ever reported.
    """
    sources = inquiry.sources
    codes = tuple(indicator.code for indicator in sources.catalogue.indicators)
    expected = _expected(inquiry)
    names = tuple(cluster.code for cluster in expected)
    period = inquiry.quarters_or_latest(codes)
    if period is None:
        return MetricResult(inquiry.query, found=False, findings=(Finding("nothing_at_all"),))
    held = sources.observations.read(codes, names, [period])
    hidden = sources.observations.hidden(codes, names, [period])
    reported = {(key.cluster, key.indicator) for key in (*held, *hidden)}
    missing = [cluster for cluster in expected if not any((cluster.code, code) in reported for code in codes)]
    findings = [_lead(inquiry, period, expected, missing)]
    for cluster in expected:
        lacking = tuple(inquiry.name(code) for code in codes if (cluster.code, code) not in reported)
        if lacking and cluster not in missing:
            findings.append(Finding("reporting_partial", {"subject": cluster.short_name, "indicators": lacking}))
    return MetricResult(
        query=inquiry.query,
        found=True,
        findings=tuple(findings),
        assumptions=tuple(inquiry.assumptions),
        sample=any(each.is_sample for each in held.values()),
    )


def _expected(inquiry: Inquiry) -> tuple[Cluster, ...]:
    if inquiry.query.clusters or inquiry.query.cities or inquiry.query.level:
        return inquiry.clusters
    ever = inquiry.sources.observations.reporting()
    return tuple(each for each in inquiry.sources.registry.clusters if each.level == "national" or each.code in ever)


def _lead(inquiry: Inquiry, period: Period, expected: tuple[Cluster, ...], missing: list[Cluster]) -> Finding:
    facts: dict[str, Fact] = {
        "period": inquiry.sources.naming.quarter(period),
        "group": inquiry.together(expected).label,
    }
    names = tuple(cluster.short_name for cluster in missing)
    if not missing:
        return Finding("reporting_complete", {**facts, "count": len(expected)})
    if len(missing) == len(expected):
        return Finding("reporting_none", {**facts, "total": len(expected), "names": names})
    counts = {"missing": len(missing), "reported": len(expected) - len(missing), "total": len(expected)}
    return Finding("reporting_missing", {**facts, **counts, "names": names})
