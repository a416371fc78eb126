"""Clusters that stand among the first, or the last, of several rankings at once."""

from __future__ import annotations

from stats_tools.operations.inquiry import Inquiry
from stats_tools.operations.rankings import Placed, leading, placed
from stats_tools.operations.registration import operation
from stats_tools.operations.results import Fact, Finding, Grid, MetricResult
from stats_tools.operations.telling import absent, column, figures_of, found, shown


@operation("in_each")
def in_each(inquiry: Inquiry) -> MetricResult:
    """Who is among the first ``k`` by every indicator, ties with the last included, with the place by each.

    Where nobody is, the first ``k`` by each indicator are told.
    """
    k, descending = inquiry.query.k or 1, inquiry.query.order == "desc"
    parts = [inquiry.varied(indicators=(code,)) for code in inquiry.query.indicators]
    columns = [part.rows(inquiry.subjects, inquiry.period) for part in parts]
    rows = [row for column in columns for row in column]
    orders = [placed(column, descending=descending) for column in columns]
    if not all(orders):
        return absent(inquiry, rows)
    leaders = [{each.row.subject: each for each in order if each.place <= k} for order in orders]
    lines = [tuple(each[who] for each in leaders) for who in leaders[0] if all(who in each for each in leaders)]
    facts: dict[str, Fact] = {
        "group": inquiry.together().label,
        "indicators": tuple(_of_period(part) for part in parts),
        "k": k,
    }
    if lines:
        named = tuple(_named(parts, line) for line in lines)
        findings = [Finding(f"in_each_{inquiry.query.order}", {**facts, "count": len(lines), "named": named})]
    else:
        firsts = zip(parts, leaders, strict=True)
        told = [leading(part, [each.row for each in held.values()]) for part, held in firsts]
        findings = [Finding(f"in_none_{inquiry.query.order}", facts), *told]
    figures = dict.fromkeys(
        figure
        for part, held in zip(parts, leaders, strict=True)
        for figure in figures_of(part, [each.row for each in held.values()])
    )
    return found(inquiry, findings, rows, figures=figures, grid=_grid(parts, lines))


def _of_period(part: Inquiry) -> Finding:
    """The indicator with its period, which a figure at a day and one over a year name differently."""
    name = part.name(part.indicator) + part.measure_name()
    return Finding("of_period", {"period": part.label(part.period, part.indicator), "indicator": name})


def _named(parts: list[Inquiry], line: tuple[Placed, ...]) -> Finding:
    places = tuple(
        Finding("place_by", {"indicator": part.name(part.indicator), "place": each.place})
        for part, each in zip(parts, line, strict=True)
    )
    return Finding("named_places", {"name": line[0].row.subject.label, "places": places})


def _grid(parts: list[Inquiry], lines: list[tuple[Placed, ...]]) -> Grid | None:
    if not lines:
        return None
    headers = [Finding(f"column_by_{parts[0].query.by}")]
    for part in parts:
        headers += [Finding("column_place_by", {"indicator": part.name(part.indicator)}), column(part, part.indicator)]
    rows: list[tuple[Fact, ...]] = []
    for line in lines:
        cells = [(each.place, shown(part, each.row)) for part, each in zip(parts, line, strict=True)]
        rows.append((line[0].row.subject.label, *(cell for pair in cells for cell in pair)))
    return Grid(tuple(headers), tuple(rows))
