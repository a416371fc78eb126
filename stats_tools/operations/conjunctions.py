"""Clusters picked out by one bound, or by several at once."""

from __future__ import annotations

from stats_tools.operations.inquiry import Inquiry, Row
from stats_tools.operations.rankings import told_beside
from stats_tools.operations.registration import operation
from stats_tools.operations.results import Fact, Finding, Grid, MetricResult
from stats_tools.operations.selections import bound_of, by_sign, condition, select_by_one
from stats_tools.operations.telling import absent, column, figures_of, found, sentence, shown


@operation("filter")
@operation("count")
def select(inquiry: Inquiry) -> MetricResult:
    """Which clusters satisfy the bounds and how many there are; of a single cluster and bound, whether it does."""
    return _select_by_all(inquiry) if inquiry.query.also else select_by_one(inquiry)


def _select_by_all(inquiry: Inquiry) -> MetricResult:
    """The clusters for which the bound of the query and all further ones hold, with the figure each is about."""
    parts = [inquiry.varied(also=()), *(_part(inquiry, index) for index in range(len(inquiry.query.also)))]
    columns = [part.rows(inquiry.subjects, inquiry.period) for part in parts]
    lines = list(zip(*columns, strict=True))
    whole = [line for line in lines if all(row.cell.value is not None for row in line)]
    rows = [row for line in lines for row in line]
    if not whole:
        return absent(inquiry, rows)
    chosen = [line for line in whole if all(_holds(part, row) for part, row in zip(parts, line, strict=True))]
    facts: dict[str, Fact] = {
        "group": inquiry.together().label,
        "period": inquiry.label(inquiry.period, inquiry.indicator),
        "conditions": tuple(_said(part) for part in parts),
        "basis": inquiry.basis_name(inquiry.indicator, inquiry.period),
    }
    told = whole if len(lines) == 1 else chosen
    if len(lines) == 1:
        verdict = "filter_all_yes" if chosen else "filter_all_no"
        kept = {name: facts[name] for name in ("period", "conditions", "basis")}
        lead = Finding(verdict, {**kept, "subject": lines[0][0].subject.label})
    elif chosen:
        names = tuple(line[0].subject.label for line in chosen)
        lead = Finding("filter_all_some", {**facts, "count": len(chosen), "names": names})
    else:
        lead = Finding("filter_all_none", {**facts, "total": len(whole)})
    beside = told_beside(inquiry, [line[0] for line in chosen])
    pairs = [pair for line in told for pair in zip(parts, line, strict=True)]
    figures = dict.fromkeys(figure for part, row in pairs for figure in figures_of(part, [row]))
    figures |= dict.fromkeys(figures_of(inquiry, beside))
    findings = [lead, *(sentence(inquiry, row) for row in beside)]
    return found(inquiry, findings, [*rows, *beside], figures=figures, grid=_grid(parts, told))


def _part(inquiry: Inquiry, index: int) -> Inquiry:
    """The same question of one further bound."""
    held = inquiry.query.also[index]
    return inquiry.varied(indicators=(held.indicator,), measure=held.measure, threshold=held.threshold, also=())


def _holds(part: Inquiry, row: Row) -> bool:
    return row.cell.value is not None and bound_of(part).admits(row.cell.value)


def _said(part: Inquiry) -> Finding:
    bound = bound_of(part)
    name = part.name(part.indicator) + ("" if by_sign(part, bound) else part.measure_name())
    return Finding("condition_of", {"indicator": name, "condition": condition(part, bound)})


def _grid(parts: list[Inquiry], chosen: list[tuple[Row, ...]]) -> Grid | None:
    if not chosen:
        return None
    headers = dict.fromkeys(part.indicator + part.query.measure for part in parts)
    firsts = [next(i for i, part in enumerate(parts) if part.indicator + part.query.measure == key) for key in headers]
    head = Finding(f"column_by_{parts[0].query.by}")
    columns = (column(parts[index], parts[index].indicator) for index in firsts)
    lines = tuple((line[0].subject.label, *(shown(parts[index], line[index]) for index in firsts)) for line in chosen)
    return Grid((head, *columns), lines)
