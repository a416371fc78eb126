"""Figures over time: trends, record highs and lows, and the first period past a bound."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from stats_tools.amounts import PERCENT, Amount
from stats_tools.catalogue import Nature
from stats_tools.metric_query import Measure
from stats_tools.operations.comparisons import difference_of, direction
from stats_tools.operations.inquiry import Inquiry, Row, Subject
from stats_tools.operations.registration import operation
from stats_tools.operations.results import Fact, Finding, Grid, MetricResult, Series
from stats_tools.operations.selections import bound_of, by_sign, condition
from stats_tools.operations.telling import absent, column, figures_of, found, shown
from stats_tools.periods import Basis, Period

_QUARTERS = 4
_HUNDRED = Decimal(100)


@operation("trend")
def trend(inquiry: Inquiry) -> MetricResult:
    """One line a cluster; flows by quarter are told by the single quarter and shown cumulatively besides."""
    course = over(inquiry, _asked_periods(inquiry))
    told = course.varied(basis=Basis.QUARTER) if _by_quarter(course) else course
    rows = _rows(told, told.subjects)
    held = [row for row in rows if row.cell.value is not None]
    if not held:
        return absent(course, _rows(course, course.subjects))
    beside = _rows(course, course.subjects) if told is not course else ()
    figures = figures_of(course, beside) + figures_of(told, rows)
    single = len(told.subjects) == 1
    lead = _single_lead(told, held) if single else _group_lead(told)
    grid = _single_grid(told, rows, course, beside) if single else _grid(told, rows)
    result_rows = [*rows, *beside]
    return found(told, [lead], result_rows, figures=figures, grid=grid, series=_series(told, rows))


def _by_quarter(inquiry: Inquiry) -> bool:
    """Whether successive quarters of a flow are asked for without saying which basis."""
    flow = inquiry.sources.catalogue.nature(inquiry.indicator) is Nature.FLOW
    several = len({period.quarter for period in inquiry.periods}) > 1
    return flow and several and inquiry.query.basis is None and inquiry.query.measure is Measure.LEVEL


def _single_lead(inquiry: Inquiry, held: Sequence[Row]) -> Finding:
    first, last = held[0], held[-1]
    name = inquiry.name(inquiry.indicator) + inquiry.measure_name()
    basis = inquiry.basis_name(inquiry.indicator, inquiry.period)
    if len(held) == 1:
        facts: dict[str, Fact] = {"subject": first.subject.label, "indicator": name, "basis": basis}
        period = inquiry.label(first.period, first.indicator)
        return Finding("trend_single", {**facts, "period": period, "amount": inquiry.amount(first)})
    change = difference_of(inquiry, last, first)
    high = max(held, key=lambda row: row.cell.value or 0)
    low = min(held, key=lambda row: row.cell.value or 0)
    return Finding(
        "trend",
        {
            "subject": first.subject.label,
            "indicator": name,
            "basis": basis,
            "first": inquiry.label(first.period, first.indicator),
            "first_amount": inquiry.amount(first),
            "last": inquiry.label(last.period, last.indicator),
            "last_amount": inquiry.amount(last),
            "direction": direction(change.value),
            "difference": change.magnitude,
            "rate": _rate(inquiry, first, change),
            "high_period": inquiry.label(high.period, high.indicator),
            "high": inquiry.amount(high),
            "low_period": inquiry.label(low.period, low.indicator),
            "low": inquiry.amount(low),
        },
    )


def _rate(inquiry: Inquiry, first: Row, change: Amount) -> Fact:
    start = first.cell.value
    if start is None or start <= 0 or inquiry.unit(inquiry.indicator) == PERCENT or not change.value:
        return ""
    return Finding("trend_rate", {"rate": Amount(change.value * _HUNDRED / start, PERCENT)})


def _group_lead(inquiry: Inquiry) -> Finding:
    first, last = inquiry.periods[0], inquiry.periods[-1]
    return Finding(
        "trend_many",
        {
            "group": inquiry.together().label,
            "indicator": inquiry.name(inquiry.indicator) + inquiry.measure_name(),
            "first": inquiry.label(first, inquiry.indicator),
            "last": inquiry.label(last, inquiry.indicator),
            "basis": inquiry.basis_name(inquiry.indicator, last),
        },
    )


def _single_grid(told: Inquiry, rows: Sequence[Row], course: Inquiry, beside: Sequence[Row]) -> Grid:
    headers = [Finding("column_period"), column(told, told.indicator)]
    if not beside:
        lines: list[tuple[Fact, ...]] = [(told.label(r.period, r.indicator), shown(told, r)) for r in rows]
        return Grid(tuple(headers), tuple(lines))
    headers.append(Finding("column_cumulative", {"unit": course.unit(course.indicator)}))
    pairs = zip(rows, beside, strict=True)
    lines = [(told.label(r.period, r.indicator), shown(told, r), shown(course, b)) for r, b in pairs]
    return Grid(tuple(headers), tuple(lines))


def _grid(inquiry: Inquiry, rows: Sequence[Row]) -> Grid:
    """Periods down, clusters across."""
    cells = {(row.subject.label, row.period): shown(inquiry, row) for row in rows}
    unit = inquiry.unit(inquiry.indicator)
    headers = [Finding("column", {"name": subject.label, "unit": unit}) for subject in inquiry.subjects]
    lines = tuple(
        (inquiry.label(period, inquiry.indicator), *(cells[subject.label, period] for subject in inquiry.subjects))
        for period in inquiry.periods
    )
    return Grid((Finding("column_period"), *headers), lines)


def _series(inquiry: Inquiry, rows: Sequence[Row]) -> Series:
    points = {
        (row.subject.label, row.period): inquiry.amount(row) if row.cell.value is not None else None for row in rows
    }
    lines = tuple(
        (subject.label, tuple(points[subject.label, period] for period in inquiry.periods))
        for subject in inquiry.subjects
    )
    labels = tuple(_short(inquiry, period) for period in inquiry.periods)
    facts: dict[str, Fact] = {
        "subject": inquiry.together().label,
        "indicator": inquiry.name(inquiry.indicator) + inquiry.measure_name(),
        "basis": inquiry.basis_name(inquiry.indicator, inquiry.period),
    }
    return Series(Finding("chart_title", facts), inquiry.unit(inquiry.indicator), labels, lines)


def _short(inquiry: Inquiry, period: Period) -> str:
    return str(period.year) if all(each.quarter == _QUARTERS for each in inquiry.periods) else str(period)


@operation("extreme")
def extreme(inquiry: Inquiry) -> MetricResult:
    """The period with the highest or lowest figure; of several clusters together, that of their sum."""
    course = over(inquiry, _asked_periods(inquiry, quarters=True))
    told = course.varied(basis=Basis.QUARTER) if _by_quarter(course) else course
    if told.query.k is not None and len(told.subjects) > 1:
        return _records(told, told.query.k)
    subject = told.together()
    rows = _rows(told, [subject])
    held = [row for row in rows if row.cell.value is not None]
    if not held:
        return absent(told, rows)
    pick = max if told.query.order == "desc" else min
    best = pick(row.cell.value for row in held if row.cell.value is not None)
    winners = [row for row in held if row.cell.value == best]
    facts: dict[str, Fact] = {
        "subject": subject.label,
        "indicator": told.name(told.indicator) + told.measure_name(),
        "first": told.label(held[0].period, told.indicator),
        "last": told.label(held[-1].period, told.indicator),
        "period": tuple(told.label(row.period, row.indicator) for row in winners),
        "amount": told.amount(winners[0]),
        "basis": told.basis_name(told.indicator, winners[0].period),
    }
    lead = Finding(f"extreme_{told.query.order}", facts)
    return found(told, [lead], rows, figures=figures_of(told, winners), grid=_single_grid(told, rows, told, ()))


def _records(inquiry: Inquiry, k: int) -> MetricResult:
    """The highest (or lowest) figures that any of the clusters had in any period; equal ones share a place."""
    rows = _rows(inquiry, inquiry.subjects)
    values = {id(row): row.cell.value for row in rows if row.cell.value is not None}
    held = [row for row in rows if id(row) in values]
    if not held:
        return absent(inquiry, rows)
    ordered = sorted(held, key=lambda row: values[id(row)], reverse=inquiry.query.order == "desc")
    winners = [row for row in ordered if row.cell.value == ordered[0].cell.value]
    shown_rows = ordered[: max(k, len(winners))]
    facts: dict[str, Fact] = {
        "group": inquiry.together().label,
        "indicator": inquiry.name(inquiry.indicator) + inquiry.measure_name(),
        "first": inquiry.label(inquiry.periods[0], inquiry.indicator),
        "last": inquiry.label(inquiry.periods[-1], inquiry.indicator),
        "winners": tuple(f"{row.subject.label}{inquiry.label(row.period, row.indicator)}" for row in winners),
        "amount": inquiry.amount(winners[0]),
        "basis": inquiry.basis_name(inquiry.indicator, winners[0].period),
    }
    lead = Finding(f"record_{inquiry.query.order}", facts)
    headers = (Finding("column_subject"), Finding("column_period"), column(inquiry, inquiry.indicator))
    lines = tuple((r.subject.label, inquiry.label(r.period, r.indicator), shown(inquiry, r)) for r in shown_rows)
    grid = Grid(headers, lines) if len(shown_rows) > 1 else None
    return found(inquiry, [lead], rows, figures=figures_of(inquiry, shown_rows), grid=grid)


@operation("first_over")
def first_over(inquiry: Inquiry) -> MetricResult:
    """For each cluster the first period in which its figure satisfies the bound."""
    course = over(inquiry, _asked_periods(inquiry, quarters=True))
    lines = course.lines(course.subjects)
    rows = [row for line in lines for row in line]
    if not any(row.cell.value is not None for row in rows):
        return absent(course, rows)
    findings: list[Finding] = []
    winners: list[Row] = []
    for line in lines:
        held = [row for row in line if row.cell.value is not None]
        if held:
            finding, winner = _first(course, held)
            findings.append(finding)
            winners += [winner] if winner else []
    return found(course, findings, rows, figures=figures_of(course, winners))


def _first(inquiry: Inquiry, held: Sequence[Row]) -> tuple[Finding, Row | None]:
    bound = bound_of(inquiry)
    facts: dict[str, Fact] = {
        "subject": held[0].subject.label,
        "indicator": inquiry.name(inquiry.indicator) + ("" if by_sign(inquiry, bound) else inquiry.measure_name()),
        "condition": condition(inquiry, bound),
    }
    winner = next((row for row in held if row.cell.value is not None and bound.admits(row.cell.value)), None)
    row = winner or max(held, key=lambda each: each.cell.value or 0)
    facts |= {
        "period": inquiry.label(row.period, row.indicator),
        "amount": inquiry.amount(row),
        "basis": inquiry.basis_name(row.indicator, row.period),
    }
    if winner is None:
        facts |= {"first": inquiry.label(held[0].period, row.indicator)}
        facts |= {"last": inquiry.label(held[-1].period, row.indicator)}
        return Finding("first_over_never", facts), None
    return Finding("first_over_at_start" if winner is held[0] else "first_over", facts), winner


def over(inquiry: Inquiry, periods: tuple[Period, ...]) -> Inquiry:
    """The same question of these periods."""
    return inquiry.varied(periods=tuple(map(str, periods)))


def _asked_periods(inquiry: Inquiry, *, quarters: bool = False) -> tuple[Period, ...]:
    """The periods said, or all there are: years where there are several whole ones, quarters otherwise.

    Args:
        inquiry: the question.
        quarters: whether quarters are what is meant when nothing is said.
    """
    if inquiry.query.periods and (len(inquiry.query.periods) > 1 or not quarters):
        return inquiry.query.quarters
    ends = inquiry.extent
    if ends is None:
        return inquiry.periods
    every = tuple(Period.from_index(index) for index in range(ends[0].index, ends[1].index + 1))
    if inquiry.query.periods:
        only = tuple(period for period in every if period.year == inquiry.query.quarters[0].year)
        return only or inquiry.query.quarters
    years = tuple(period for period in every if period.quarter == _QUARTERS)
    if inquiry.query.every == "quarter" or (inquiry.query.every is None and (quarters or len(years) < 2)):
        return every
    return years or every


def _rows(inquiry: Inquiry, subjects: Sequence[Subject]) -> tuple[Row, ...]:
    return tuple(row for line in inquiry.lines(subjects) for row in line)
