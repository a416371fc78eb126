"""What can be asked next of the same figures: only what can be answered."""

from __future__ import annotations

from stats_tools.metric_query import Measure
from stats_tools.operations.inquiry import Inquiry
from stats_tools.operations.results import Fact, Finding, MetricResult

_MOST = 3


def next_queries(inquiry: Inquiry, result: MetricResult) -> tuple[Finding, ...]:
    """Up to three further questions, as keys of their wording with facts."""
    extent = inquiry.extent
    if extent is None:
        return ()
    subject = inquiry.together().label
    period = inquiry.period if result.found and extent[0] <= inquiry.period <= extent[1] else extent[1]
    facts: dict[str, Fact] = {
        "subject": subject,
        "period": inquiry.full_label(period, inquiry.indicator),
        "indicator": inquiry.name(inquiry.indicator),
    }
    found: list[Finding] = []
    single = len(inquiry.clusters) == 1
    if not result.found:
        return (Finding("ask_value", facts),) if single else (Finding("ask_rank", _group(facts)),)
    if single and inquiry.query.measure is Measure.LEVEL and extent[0] <= period.year_ago:
        found.append(Finding("ask_yoy", facts))
    if inquiry.query.operation not in ("rank", "position"):
        found.append(Finding("ask_rank", _group(facts)))
    if single and inquiry.query.operation != "trend":
        found.append(Finding("ask_trend", {name: facts[name] for name in ("subject", "indicator")}))
    return tuple(found[:_MOST])


def _group(facts: dict[str, Fact]) -> dict[str, Fact]:
    return {"period": facts["period"], "indicator": facts["indicator"]}
