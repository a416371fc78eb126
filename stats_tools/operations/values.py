"""The figure itself, or its growth, of some clusters in some periods."""

from __future__ import annotations

from stats_tools.operations.inquiry import Inquiry, Row
from stats_tools.operations.registration import operation
from stats_tools.operations.results import Fact, Finding, Grid, MetricResult
from stats_tools.operations.telling import absent, column, figures_of, found, sentence, shown
from stats_tools.periods import Basis

_MOST_SENTENCES = 3


@operation("value")
def value(inquiry: Inquiry) -> MetricResult:
    """One sentence a figure for up to three figures, a table for more."""
    rows = _rows(inquiry)
    held = [row for row in rows if row.cell.value is not None or row.cell.reason]
    if not held:
        return absent(inquiry, rows)
    quarterly = _single_quarters(inquiry)
    beside = [row for row in _rows(quarterly) if row.cell.value is not None] if quarterly else []
    figures = figures_of(inquiry, rows) + (figures_of(quarterly, beside) if quarterly else ())
    also = [sentence(quarterly, row) for row in beside] if quarterly else []
    if len(rows) <= _MOST_SENTENCES:
        findings = [sentence(inquiry, row) for row in held]
        return found(inquiry, [*findings, *also], rows, figures=figures)
    indicators = inquiry.query.indicators
    facts: dict[str, Fact] = {
        "group": inquiry.together().label,
        "period": tuple(dict.fromkeys(inquiry.label(when, what) for when in inquiry.periods for what in indicators)),
        "indicator": tuple(inquiry.name(each) + inquiry.measure_name() for each in indicators),
        "basis": _basis(inquiry),
    }
    grid = table(inquiry, rows)
    return found(inquiry, [Finding("values", facts)], rows, figures=figures, grid=grid)


def _basis(inquiry: Inquiry) -> Fact:
    """The basis of the figures; of each indicator where a stock stands beside a flow."""
    each = {code: inquiry.basis_name(code, inquiry.period) for code in inquiry.query.indicators}
    if len(set(each.values())) == 1:
        return inquiry.basis_name(inquiry.indicator, inquiry.period)
    return tuple(Finding("basis_of", {"indicator": inquiry.name(code), "basis": name}) for code, name in each.items())


def _rows(inquiry: Inquiry) -> tuple[Row, ...]:
    inquiry.fetch(inquiry.subjects, inquiry.periods)
    return tuple(
        row
        for indicator in inquiry.query.indicators
        for period in inquiry.periods
        for row in inquiry.rows(inquiry.subjects, period, indicator=indicator)
    )


def _single_quarters(inquiry: Inquiry) -> Inquiry | None:
    """The same question on the single-quarter basis, where the words left open which of the two was meant."""
    open_ = any(each.kind == "quarter_as_ytd" for each in inquiry.query.assumptions)
    if not open_ or len(inquiry.subjects) > _MOST_SENTENCES or len(inquiry.periods) > 1:
        return None
    return inquiry.varied(basis=Basis.QUARTER)


def table(inquiry: Inquiry, rows: tuple[Row, ...]) -> Grid:
    """Clusters down and indicators across; periods go down too where there are several."""
    several_periods, several_subjects = len(inquiry.periods) > 1, len(inquiry.subjects) > 1
    headers = [Finding(f"column_by_{inquiry.query.by}")] * several_subjects + [
        Finding("column_period")
    ] * several_periods
    cells = {(row.subject.label, row.period, row.indicator): shown(inquiry, row) for row in rows}
    lines: list[tuple[Fact, ...]] = []
    for subject in inquiry.subjects:
        for period in inquiry.periods:
            head: list[Fact] = [subject.label] * several_subjects
            head += [inquiry.label(period, inquiry.indicator)] * several_periods
            lines.append((*head, *(cells[subject.label, period, each] for each in inquiry.query.indicators)))
    return Grid((*headers, *(column(inquiry, each) for each in inquiry.query.indicators)), tuple(lines))
