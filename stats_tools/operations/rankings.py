"""Rankings of clusters or groups: the whole list, its top or bottom, and the place of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from stats_tools.amounts import PERCENT, Amount
from stats_tools.metric_query import Measure
from stats_tools.operations.inquiry import Inquiry, Row, Subject
from stats_tools.operations.panel import divided
from stats_tools.operations.registration import operation
from stats_tools.operations.results import Fact, Finding, Grid, MetricResult
from stats_tools.operations.telling import absent, column, figures_of, found, listed, sentence, shown

_SEVERAL = 2
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Placed:
    """A row and its place, 1 for the first; equal values share a place and the next one is skipped."""

    place: int
    row: Row


def placed(rows: tuple[Row, ...], *, descending: bool) -> tuple[Placed, ...]:
    """The rows that have a value, in order, ties in the order given."""
    held = [row for row in rows if row.cell.value is not None]
    held.sort(key=lambda row: row.cell.value or 0, reverse=descending)
    result: list[Placed] = []
    for index, row in enumerate(held):
        tie = bool(result) and result[-1].row.cell.value == row.cell.value
        result.append(Placed(result[-1].place if tie else index + 1, row))
    return tuple(result)


def standing(order: Sequence[Placed]) -> tuple[tuple[str, ...], ...]:
    """Who stands at each place: codes of clusters, labels of groups; equals are all at each of theirs."""
    at: dict[int, tuple[str, ...]] = {}
    for place, same in groupby(order, key=lambda each: each.place):
        at[place] = tuple(each.row.subject.code or each.row.subject.label for each in same)
    return tuple(at[each.place] for each in order)


@operation("rank")
def rank(inquiry: Inquiry) -> MetricResult:
    """The ranking, its first ``k`` rows (and whatever ties with the last of them), or exactly one place."""
    rows = inquiry.rows(inquiry.subjects, inquiry.period)
    order = placed(rows, descending=inquiry.query.order == "desc")
    if not order:
        return absent(inquiry, rows)
    if inquiry.query.place is not None:
        return _at_place(inquiry, order, rows, inquiry.query.place)
    k = inquiry.query.k
    named = [each for each in order if k is None or each.place <= k]
    first, last = order[0].row, order[-1].row
    facts = {**_facts(inquiry, inquiry.together()), "count": len(named)}
    if k is None:
        ends: dict[str, Fact] = {
            "first": first.subject.label,
            "first_amount": inquiry.amount(first),
            "last": last.subject.label,
            "last_amount": inquiry.amount(last),
        }
        lead = Finding(f"ranking_{inquiry.query.order}", {**facts, **ends})
    else:
        lead = leading(inquiry, [each.row for each in named])
    shown_rows = [each.row for each in named]
    beside = told_beside(inquiry, shown_rows)
    findings = [lead, *_together(inquiry, shown_rows, rows), *(sentence(inquiry, row) for row in beside)]
    figures = figures_of(inquiry, [*shown_rows, *beside])
    return found(
        inquiry, findings, [*rows, *beside], figures=figures, grid=ranking_grid(inquiry, named), order=standing(order)
    )


def _at_place(inquiry: Inquiry, order: tuple[Placed, ...], rows: tuple[Row, ...], place: int) -> MetricResult:
    """Who stands at exactly one place; equals that share it are all named, with the place that they share."""
    facts: dict[str, Fact] = {**_facts(inquiry, inquiry.together()), "count": len(order)}
    way = inquiry.query.order
    if place > len(order):
        return found(inquiry, [Finding(f"place_{way}_none", {**facts, "place": place})], rows)
    shared = order[place - 1].place
    named = [each.row for each in order if each.place == shared]
    said: dict[str, Fact] = {**facts, "place": shared, "amount": inquiry.amount(named[0])}
    said["names"] = tuple(row.subject.label for row in named)
    lead = Finding(f"place_{way}_tied" if len(named) > 1 else f"place_{way}", said)
    beside = told_beside(inquiry, named)
    findings = [lead, *(sentence(inquiry, row) for row in beside)]
    return found(
        inquiry, findings, [*rows, *beside], figures=figures_of(inquiry, [*named, *beside]), order=standing(order)
    )


def told_beside(inquiry: Inquiry, rows: list[Row]) -> list[Row]:
    """What was asked besides of the rows that an answer names."""
    beside = [inquiry.row(row.subject, row.period, code) for code in inquiry.query.beside for row in rows]
    return [row for row in beside if row.cell.value is not None or row.cell.reason]


def _together(inquiry: Inquiry, named: list[Row], rows: tuple[Row, ...]) -> list[Finding]:
    """What the first few make up together, and of their whole group where that is on record."""
    additive = getattr(inquiry.definition(inquiry.indicator), "formula", None) is None
    if inquiry.query.k is None or len(named) < _SEVERAL or not additive or inquiry.query.measure is not Measure.LEVEL:
        return []
    part = inquiry.row(inquiry.of(named), inquiry.period)
    whole = inquiry.row(inquiry.of(rows), inquiry.period)
    facts: dict[str, Fact] = {"count": len(named), "amount": inquiry.amount(part)}
    share = divided(part.cell, whole.cell, _HUNDRED)
    if share.value is None:
        return [Finding("top_together", facts)]
    group = inquiry.together().label
    return [Finding("top_share", {**facts, "group": group, "share": Amount(share.value, PERCENT)})]


@operation("position")
def position(inquiry: Inquiry) -> MetricResult:
    """The place of each named cluster among the clusters of its level (or of the level asked for)."""
    asked = inquiry.clusters
    level = inquiry.query.level or asked[0].level
    among = inquiry.varied(clusters=(), cities=(), level=level)
    missing = [each for each in asked if each not in among.clusters]
    peers = (*among.clusters, *missing)
    subjects = tuple(Subject(each.short_name, (each.code,), each.code) for each in peers)
    rows = inquiry.rows(subjects, inquiry.period)
    order = placed(rows, descending=inquiry.query.order == "desc")
    codes = {each.code for each in asked}
    mine = [each for each in order if each.row.subject.code in codes]
    if not mine:
        return absent(inquiry, [row for row in rows if row.subject.code in codes])
    group = among.together(peers)
    findings = [
        Finding(
            f"position_{inquiry.query.order}",
            {
                **_facts(inquiry, group),
                "subject": each.row.subject.label,
                "place": each.place,
                "amount": inquiry.amount(each.row),
                "count": len(order),
            },
        )
        for each in mine
    ]
    figures = figures_of(inquiry, [each.row for each in mine])
    return found(inquiry, findings, rows, figures=figures, grid=ranking_grid(inquiry, order), order=standing(order))


def ranking_grid(inquiry: Inquiry, order: list[Placed] | tuple[Placed, ...]) -> Grid | None:
    """Place, name and figure; None for a single row, which the sentence says already."""
    if len(order) < 2:
        return None
    headers = (Finding("column_place"), Finding(f"column_by_{inquiry.query.by}"), column(inquiry, inquiry.indicator))
    rows = tuple((each.place, each.row.subject.label, shown(inquiry, each.row)) for each in order)
    return Grid(headers, rows)


def _facts(inquiry: Inquiry, group: Subject) -> dict[str, Fact]:
    return {
        "group": group.label,
        "period": inquiry.label(inquiry.period, inquiry.indicator),
        "indicator": inquiry.name(inquiry.indicator) + inquiry.measure_name(),
        "basis": inquiry.basis_name(inquiry.indicator, inquiry.period),
    }


def leading(inquiry: Inquiry, rows: list[Row]) -> Finding:
    """Who is first, or who the first few are, each with the figure."""
    order = inquiry.query.order
    facts = {**_facts(inquiry, inquiry.together()), "count": len(rows)}
    if len(rows) == 1:
        one = {name: facts[name] for name in ("group", "period", "indicator", "basis")}
        return Finding(f"best_{order}", {**one, "names": rows[0].subject.label, "amount": inquiry.amount(rows[0])})
    return Finding(f"top_{order}", {**facts, "amounts": listed(inquiry, rows)})
