"""Figures set against each other: clusters, groups or periods, and by how much they differ."""

from __future__ import annotations

from decimal import Decimal

from stats_tools.amounts import Amount
from stats_tools.metric_query import Measure
from stats_tools.operations.inquiry import Inquiry, Row
from stats_tools.operations.rankings import placed, ranking_grid
from stats_tools.operations.registration import operation
from stats_tools.operations.results import Fact, Finding, MetricResult
from stats_tools.operations.telling import absent, figures_of, found
from stats_tools.operations.values import table, value

_PAIR = 2


@operation("compare")
def compare(inquiry: Inquiry) -> MetricResult:
    """Clusters or groups in one period, or one of them in several periods; anything wider is a table."""
    subjects, periods = inquiry.subjects, inquiry.periods
    if len(subjects) > 1 and len(periods) == 1:
        return _subjects(inquiry)
    if len(subjects) == 1 and len(periods) > 1:
        return _periods(inquiry)
    return value(inquiry)


def _subjects(inquiry: Inquiry) -> MetricResult:
    rows = inquiry.rows(inquiry.subjects, inquiry.period)
    order = placed(rows, descending=True)
    if len(order) < _PAIR:
        return absent(inquiry, rows) if not order else value(inquiry)
    first, last = order[0].row, order[-1].row
    facts: dict[str, Fact] = {
        "period": inquiry.label(inquiry.period, inquiry.indicator),
        "indicator": inquiry.name(inquiry.indicator) + inquiry.measure_name(),
        "basis": inquiry.basis_name(inquiry.indicator, inquiry.period),
        "first": first.subject.label,
        "first_amount": inquiry.amount(first),
    }
    difference = difference_of(inquiry, first, last)
    figures = figures_of(inquiry, rows)
    if len(order) > _PAIR:
        ends: dict[str, Fact] = {
            "last": last.subject.label,
            "last_amount": inquiry.amount(last),
            "difference": difference,
        }
        lead = Finding("compare_many", {**facts, **ends})
        findings = [lead, *_times(inquiry, first, last)]
        return found(inquiry, findings, rows, figures=figures, grid=ranking_grid(inquiry, order))
    if not difference.value:
        lead = Finding("compare_equal", {**facts, "second": last.subject.label})
    else:
        second: dict[str, Fact] = {
            "second": last.subject.label,
            "second_amount": inquiry.amount(last),
            "difference": difference,
        }
        lead = Finding("compare_two", {**facts, **second})
    return found(inquiry, [lead, *_times(inquiry, first, last)], rows, figures=figures)


def _times(inquiry: Inquiry, first: Row, second: Row) -> list[Finding]:
    """How many times the smaller figure the larger one is; not of rates and growth, nor below zero."""
    larger, smaller = first.cell.value, second.cell.value
    plain = inquiry.query.measure is Measure.LEVEL and inquiry.unit(inquiry.indicator) != "%"
    if not plain or larger is None or smaller is None or smaller <= 0 or larger == smaller:
        return []
    facts: dict[str, Fact] = {
        "first": first.subject.label,
        "second": second.subject.label,
        "times": Amount(larger / smaller, ""),
    }
    return [Finding("compare_times", facts)]


def _periods(inquiry: Inquiry) -> MetricResult:
    subject = inquiry.subjects[0]
    inquiry.fetch([subject], inquiry.periods)
    rows = tuple(inquiry.row(subject, period) for period in inquiry.periods)
    held = [row for row in rows if row.cell.value is not None]
    if not held:
        return absent(inquiry, rows)
    if len(held) != _PAIR or len(rows) != _PAIR:
        return value(inquiry)
    earlier, later = sorted(held, key=lambda row: row.period)
    difference = difference_of(inquiry, later, earlier)
    facts: dict[str, Fact] = {
        "subject": subject.label,
        "indicator": inquiry.name(inquiry.indicator) + inquiry.measure_name(),
        "later": inquiry.full_label(later.period, later.indicator),
        "later_amount": inquiry.amount(later),
        "earlier": inquiry.full_label(earlier.period, earlier.indicator),
        "earlier_amount": inquiry.amount(earlier),
        "direction": direction(difference.value),
        "difference": difference.magnitude,
    }
    lead = Finding("compare_periods", facts)
    return found(inquiry, [lead], rows, figures=figures_of(inquiry, rows), grid=table(inquiry, rows))


def difference_of(inquiry: Inquiry, first: Row, second: Row) -> Amount:
    """The first less the second; between percentages in percentage points."""
    one, other = inquiry.amount(first), inquiry.amount(second)
    unit = inquiry.sources.naming.percentage_points if one.unit == "%" else one.unit
    return Amount(one.value - other.value, unit, one.decimals)


def direction(change: Decimal) -> Finding:
    """The word for a change."""
    way = "flat" if change == 0 else "up" if change > 0 else "down"
    return Finding(f"direction_{way}")
