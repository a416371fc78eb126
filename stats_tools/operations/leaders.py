"""Clusters that stand among the first, or the last, of several rankings at once: by indicator, or in each period."""

from __future__ import annotations

from stats_tools.operations.inquiry import Inquiry
from stats_tools.operations.rankings import Placed, leading, placed
from stats_tools.operations.registration import operation
from stats_tools.operations.results import Fact, Finding, Grid, MetricResult
from stats_tools.operations.telling import absent, figures_of, found, shown


@operation("in_each")
def in_each(inquiry: Inquiry) -> MetricResult:
    """Who is among the first ``k`` by every indicator in every period, ties with the last included, with each place.

    Where nobody is, the first ``k`` by each indicator and in each period are told.
    """
    k, descending = inquiry.query.k or 1, inquiry.query.order == "desc"
    parts = _parts(inquiry)
    columns = [part.rows(inquiry.subjects, part.period) for part in parts]
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


def _parts(inquiry: Inquiry) -> list[Inquiry]:
    """The rankings: one an indicator and period."""
    whens = inquiry.query.periods or tuple(map(str, inquiry.periods))
    return [inquiry.varied(indicators=(code,), periods=(when,)) for code in inquiry.query.indicators for when in whens]


def _name(part: Inquiry, parts: list[Inquiry]) -> Fact:
    """What sets a ranking apart from the others: its indicator, its period, or both."""
    if len({each.period for each in parts}) == 1:
        return part.name(part.indicator) + part.measure_name()
    if len({each.indicator for each in parts}) == 1:
        return part.label(part.period, part.indicator)
    return _of_period(part)


def _of_period(part: Inquiry) -> Finding:
    """The indicator with its period, which a figure at a day and one over a year name differently."""
    name = part.name(part.indicator) + part.measure_name()
    return Finding("of_period", {"period": part.label(part.period, part.indicator), "indicator": name})


def _named(parts: list[Inquiry], line: tuple[Placed, ...]) -> Finding:
    places = tuple(
        Finding("place_by", {"indicator": _name(part, parts), "place": each.place})
        for part, each in zip(parts, line, strict=True)
    )
    return Finding("named_places", {"name": line[0].row.subject.label, "places": places})


def _grid(parts: list[Inquiry], lines: list[tuple[Placed, ...]]) -> Grid | None:
    if not lines:
        return None
    headers = [Finding(f"column_by_{parts[0].query.by}")]
    for part in parts:
        name = _name(part, parts)
        figure = Finding("column", {"name": name, "unit": part.unit(part.indicator)})
        headers += [Finding("column_place_by", {"indicator": name}), figure]
    rows: list[tuple[Fact, ...]] = []
    for line in lines:
        cells = [(each.place, shown(part, each.row)) for part, each in zip(parts, line, strict=True)]
        rows.append((line[0].row.subject.label, *(cell for pair in cells for cell in pair)))
    return Grid(tuple(headers), tuple(rows))
