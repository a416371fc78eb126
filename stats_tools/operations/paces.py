"""Clusters of which one indicator outdoes another: whose revenue grows faster than their profit."""

from __future__ import annotations

from stats_tools.operations.inquiry import Inquiry, Row
from stats_tools.operations.registration import operation
from stats_tools.operations.results import Fact, Finding, Grid, MetricResult
from stats_tools.operations.telling import absent, column, figures_of, found, shown
from stats_tools.operations.values import value

_PAIR = 2


@operation("outdone")
def outdone(inquiry: Inquiry) -> MetricResult:
    """Those whose first indicator is above (ascending: below) the second; of a single one, whether it is.

    Figures of two units, which cannot be set against each other, are told side by side.
    """
    codes = inquiry.query.indicators
    if len(codes) != _PAIR or not _comparable(inquiry):
        return value(inquiry)
    parts = [inquiry.varied(indicators=(code,)) for code in codes]
    lines = list(zip(*(part.rows(inquiry.subjects, inquiry.period) for part in parts), strict=True))
    rows = [row for line in lines for row in line]
    whole = [line for line in lines if all(row.cell.value is not None for row in line)]
    if not whole:
        return absent(inquiry, rows)
    chosen = [line for line in whole if _ahead(line, above=inquiry.query.order == "desc")]
    told = whole if len(whole) == 1 else chosen
    pairs = [pair for line in told for pair in zip(parts, line, strict=True)]
    figures = [figure for part, row in pairs for figure in figures_of(part, [row])]
    lead = _lead(inquiry, parts, whole, chosen)
    return found(inquiry, [lead], rows, figures=figures, grid=_grid(parts, told or whole) if len(whole) > 1 else None)


def _comparable(inquiry: Inquiry) -> bool:
    return inquiry.query.measure.is_rate or len({inquiry.unit(code) for code in inquiry.query.indicators}) == 1


def _ahead(line: tuple[Row, ...], *, above: bool) -> bool:
    first, second = (row.cell.value for row in line)
    if first is None or second is None:
        return False
    return first > second if above else first < second


def _lead(
    inquiry: Inquiry, parts: list[Inquiry], whole: list[tuple[Row, ...]], chosen: list[tuple[Row, ...]]
) -> Finding:
    first, second = (part.name(part.indicator) + part.measure_name() for part in parts)
    above = inquiry.query.order == "desc"
    facts: dict[str, Fact] = {
        "period": inquiry.label(inquiry.period, inquiry.indicator),
        "first": first,
        "second": second,
        "way": Finding("way_above" if above else "way_below"),
        "basis": inquiry.basis_name(inquiry.indicator, inquiry.period),
    }
    if len(inquiry.subjects) == 1:
        amounts: dict[str, Fact] = {
            "subject": whole[0][0].subject.label,
            "first_amount": parts[0].amount(whole[0][0]),
            "second_amount": parts[1].amount(whole[0][1]),
        }
        return Finding("outdone_yes" if chosen else "outdone_no", {**facts, **amounts})
    facts["group"] = inquiry.together().label
    if not chosen:
        return Finding("outdone_none", {**facts, "total": len(whole)})
    names = tuple(line[0].subject.label for line in chosen)
    return Finding("outdone_some", {**facts, "count": len(chosen), "names": names})


def _grid(parts: list[Inquiry], lines: list[tuple[Row, ...]]) -> Grid:
    headers = (Finding(f"column_by_{parts[0].query.by}"), *(column(part, part.indicator) for part in parts))
    rows = (
        (line[0].subject.label, *(shown(part, row) for part, row in zip(parts, line, strict=True))) for line in lines
    )
    return Grid(headers, tuple(rows))
