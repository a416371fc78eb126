"""The operations of a query: count, list, find, divide, compare quarters, and hold against the plan's targets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product

from stats_tools.amounts import Amount
from stats_tools.operations.results import Fact, Finding, Grid
from stats_tools.periods import Period
from stats_tools.registers.answering import Asking, check_names, clause_of, period_label
from stats_tools.registers.definitions import CITY, CLUSTER, Kind
from stats_tools.registers.desk import RegisterDesk
from stats_tools.registers.entries import Entry
from stats_tools.registers.query import Operation, RegisterQuery, RegisterResult, Stack
from stats_tools.registers.selection import Selection
from stats_tools.registers.showing import shown_cell
from stats_tools.registers.target_counts import hold_against_targets
from stats_tools.targets import Targets
from stats_tools.types import Figure

MOST_LISTED = 30
"""Rows listed in an answer; the others are counted."""
_MOST_QUARTERS = 8


def answer(desk: RegisterDesk, query: RegisterQuery, targets: Targets) -> RegisterResult:
    """The answer to a query, for the desk's viewer.

    Args:
        desk: the registers as somebody may read them.
        query: what is asked.
        targets: the targets of the plan.

    Raises:
        UnknownRegisterNameError: the query names something that there is not.
    """
    check_names(desk, query)
    view = desk.view(query.register_code, query.quarter)
    asking = Asking(desk, query, targets, view)
    if view.standing.period is None:
        return _empty(asking)
    if not view.newest and not view.sees_rows:
        return asking.denied("denied_history")
    return _OPERATIONS[query.operation](asking)


def _empty(asking: Asking) -> RegisterResult:
    """Nothing was filed up to the quarter asked for."""
    definition = asking.definition
    filed = asking.desk.filed(definition.code)
    facts: dict[str, Fact] = {"register": definition.name}
    if filed and asking.query.quarter is not None:
        told = {"asked": period_label(asking.query.quarter), "first": period_label(filed[0])}
        finding = Finding("empty_until", {**facts, **told})
    else:
        finding = Finding("empty", {**facts, "code": definition.code})
    result = RegisterResult(asking.query, definition, "not_found", (finding,))
    return replace(result, clauses=(clause_of(definition),)) if asking.query.operation == "target" else result


def _own_cities(asking: Asking) -> tuple[str, ...]:
    """The cities that the viewer is limited to."""
    return tuple(sorted(asking.view.viewer.cities))


def count(asking: Asking) -> RegisterResult:
    """How many rows there are, and how many more than at the quarter filed before."""
    selection = asking.selection
    number = selection.count()
    if number is None:
        return _not_told(asking)
    finding = Finding("count", {**asking.what, "scope": asking.scope, "filters": asking.filters, "count": number})
    findings = [finding, *_sums(asking, selection), *_change(asking, selection, number)]
    cluster = asking.query.clusters[0] if len(asking.query.clusters) == 1 else ""
    figure = asking.figure(number, asking.definition.name, cluster=cluster)
    return replace(asking.result(*findings), figures=(figure,))


def _not_told(asking: Asking) -> RegisterResult:
    """Why a number is not told: too fine a grouping, or too few firms; which of the two firms it is stays unsaid."""
    query = asking.query
    dimensions = {CLUSTER: query.clusters, CITY: query.cities, **query.groups}
    wanted = {code for code, names in dimensions.items() if names}
    offered = any(set(each) == wanted for each in asking.definition.breakdowns) or not wanted
    if asking.view.viewer.internal:
        return asking.denied("denied_outside", cities=_own_cities(asking))
    return asking.denied("denied_few" if offered and not query.states else "denied_detail")


def _sums(asking: Asking, selection: Selection) -> list[Finding]:
    """What the amounts of the rows add up to, for those who may see them; not those that a band is computed from."""
    if not selection.is_open:
        return []
    banded = {column.of for column in asking.definition.of_kind(Kind.BAND)}
    found = []
    for column in asking.definition.of_kind(Kind.AMOUNT):
        amounts = [value for entry in selection.rows if (value := entry.amount(column.code)) is not None]
        if amounts and column.code not in banded:
            total = Amount(sum(amounts, start=amounts[0] * 0), column.unit)
            found.append(Finding("sum", {"column": column.header, "amount": total, "known": len(amounts)}))
    return found


def _change(asking: Asking, selection: Selection, number: int) -> list[Finding]:
    previous = asking.view.standing.previous
    if previous is None or not selection.is_open:
        return []
    before = Selection(asking.desk.view(asking.definition.code, previous), asking.query, asking.desk.registry).count()
    if before is None:
        return []
    facts: dict[str, Fact] = {"previous": period_label(previous), "before": before, "unit": asking.definition.unit}
    if before == number:
        return [Finding("change_none", facts)]
    key = "change_more" if number > before else "change_fewer"
    return [Finding(key, {**facts, "change": abs(number - before)})]


def listing(asking: Asking) -> RegisterResult:
    """The rows themselves, as far as the viewer may see them."""
    selection = asking.selection
    if not asking.view.sees_rows:
        number = selection.count()
        denied = asking.denied("denied_rows")
        if number is None:
            return denied
        facts = {**asking.what, "scope": asking.scope, "filters": asking.filters, "count": number}
        return replace(denied, findings=(*denied.findings, Finding("count", facts)), remarks=asking.remarks())
    if not selection.is_open and selection.cities:
        return asking.denied("denied_outside", cities=_own_cities(asking))
    order = {cluster.code: place for place, cluster in enumerate(asking.desk.registry.clusters)}
    rows = tuple(sorted(selection.rows, key=lambda entry: order.get(entry.text(CLUSTER), len(order))))
    scope = asking.scope if selection.is_open else Finding("scope_own", {"cities": _own_cities(asking)})
    facts = {**asking.what, "scope": scope, "filters": asking.filters, "count": len(rows)}
    findings = [Finding("listed" if rows else "listed_none", facts), *_sums(asking, selection)]
    if not selection.is_open:
        findings.append(Finding("own_cities", {"cities": _own_cities(asking)}))
    if len(rows) > MOST_LISTED:
        findings.append(Finding("listed_part", {"shown": MOST_LISTED}))
    cluster = asking.query.clusters[0] if len(asking.query.clusters) == 1 else ""
    figure = asking.figure(len(rows), asking.definition.name, cluster=cluster)
    result = replace(asking.result(*findings), figures=(figure,))
    return replace(result, grid=_table(asking, rows[:MOST_LISTED])) if rows else result


def _table(asking: Asking, rows: tuple[Entry, ...]) -> Grid:
    """The listed columns that any of the rows fills in."""
    reader, registry = asking.view.reader, asking.desk.registry
    columns = [asking.definition.column(code) for code in asking.definition.listed]
    cells = {each.code: [shown_cell(each, entry, reader, registry) for entry in rows] for each in columns}
    shown = [each for each in columns if any(cells[each.code])]
    headers = tuple(Finding("header", {"name": each.heading}) for each in shown)
    return Grid(headers, tuple(tuple(cells[each.code][row] or "—" for each in shown) for row in range(len(rows))))


def find(asking: Asking) -> RegisterResult:
    """Whether a firm or an item is on the register, and what is written of it."""
    name = asking.query.name
    rows = asking.selection.named(name) if asking.view.sees_rows else ()
    facts = {"register": asking.definition.name, "period": asking.what["period"], "name": name}
    if asking.view.standing.sample and not _is_invented(asking, name):
        result = asking.result(Finding("found_sample", facts))
        return replace(result, ending="not_found", view=None)
    if not asking.view.sees_rows:
        return asking.denied("denied_rows")
    if not rows and not asking.view.is_complete:
        return asking.result(Finding("found_none_here", {**facts, "cities": _own_cities(asking)}))
    if not rows:
        return asking.result(Finding("found_none", facts))
    result = asking.result(Finding("found", {**facts, "count": len(rows)}))
    return replace(result, grid=_table(asking, rows[:MOST_LISTED]))


def _is_invented(asking: Asking, name: str) -> bool:
    """Whether the sample, which anybody may know of, has such a name; it says nothing about a real one."""
    everything = replace(asking.view, viewer=replace(asking.view.viewer, internal=True, cities=frozenset()))
    return bool(Selection(everything, asking.query, asking.desk.registry).named(name))


def breakdown(asking: Asking) -> RegisterResult:
    """How many rows each value of a column, or each pair of two columns' values, has."""
    by = asking.query.by or asking.definition.chart or asking.definition.breakdowns[0]
    selection = asking.selection
    lines = [(first, _cluster_or(asking, by[0], first)) for first in _values(asking, by[0])]
    parts = _values(asking, by[1]) if len(by) > 1 else ()
    counts: dict[tuple[str, ...], int | None] = {}
    for first, _ in lines:
        for group in product((first,), parts) if parts else ((first,),):
            counts[group] = selection.narrowed(**{c: (v,) for c, v in zip(by, group, strict=True)}).count()
    if not any(number is not None and number > 0 for number in counts.values()):
        return _no_parts(asking, selection, counts)
    total = selection.count()
    facts = {**asking.what, "scope": asking.scope, "filters": asking.filters, "count": total or 0}
    lead = Finding("count" if total is not None else "breakdown_lead", facts)
    if total is None:
        lead = Finding("breakdown_lead", {key: fact for key, fact in facts.items() if key != "count"})
    result = asking.result(lead)
    if None in counts.values():
        result = replace(result, remarks=(*result.remarks, Finding("kept_back", {})))
    grid = _counts_table(asking, by, lines, parts, counts)
    return replace(result, grid=grid, figures=_figures(asking, by, counts), stack=_stack(asking, lines, parts, counts))


def _no_parts(asking: Asking, selection: Selection, counts: Mapping[tuple[str, ...], int | None]) -> RegisterResult:
    if None in counts.values():
        return _not_told(asking) if selection.count() is None else asking.denied("denied_detail")
    return asking.result(
        Finding("listed_none", {**asking.what, "scope": asking.scope, "filters": asking.filters, "count": 0})
    )


def _values(asking: Asking, code: str) -> tuple[str, ...]:
    """The values of a column that rows are divided by: those asked for, or all that can or do occur."""
    query, view = asking.query, asking.view
    asked = query.clusters if code == CLUSTER else query.cities if code == CITY else query.groups.get(code, ())
    if asked:
        return asked
    have = {group[0] for group in view.groups((code,))} | {
        group for entry in view.rows for group in view.reader.groups(entry, code)
    }
    if code == CLUSTER:
        clusters = asking.desk.registry.clusters
        return tuple(each.code for each in clusters if each.level == "national" or each.code in have)
    if code == CITY:
        return tuple(each.name for each in asking.desk.registry.dimensions.cities if each.name in have)
    return tuple(each.name for each in asking.definition.column(code).groups)


def _cluster_or(asking: Asking, code: str, value: str) -> str:
    return asking.desk.registry.cluster(value).short_name if code == CLUSTER else value


def _counts_table(
    asking: Asking,
    by: tuple[str, ...],
    lines: list[tuple[str, str]],
    parts: tuple[str, ...],
    counts: Mapping[tuple[str, ...], int | None],
) -> Grid:
    unit = asking.definition.unit
    names = parts or (asking.definition.counted,)
    columns = tuple(Finding("header_unit", {"name": name, "unit": unit}) for name in names)
    headers = (Finding("header", {"name": asking.definition.column(by[0]).header}), *columns)
    rows = []
    for value, label in lines:
        groups = [(value, part) for part in parts] if parts else [(value,)]
        rows.append((label, *(_cell(counts[group]) for group in groups)))
    return Grid(headers, tuple(rows))


def _cell(number: int | None) -> Fact:
    return Finding("cell_kept_back", {}) if number is None else str(number)


def _figures(asking: Asking, by: tuple[str, ...], counts: Mapping[tuple[str, ...], int | None]) -> tuple[Figure, ...]:
    return tuple(
        asking.figure(
            number,
            "·".join((asking.definition.name, *(_cluster_or(asking, c, v) for c, v in zip(by, group, strict=True)))),
            cluster=group[0] if by[0] == CLUSTER else "",
        )
        for group, number in counts.items()
        if number is not None
    )


def _stack(
    asking: Asking,
    lines: list[tuple[str, str]],
    parts: tuple[str, ...],
    counts: Mapping[tuple[str, ...], int | None],
) -> Stack | None:
    """The chart of a register that has one, where every part of it may be told."""
    if not parts or asking.definition.chart is None or None in counts.values():
        return None
    rows = tuple((label, tuple(counts[value, part] or 0 for part in parts)) for value, label in lines)
    return Stack(asking.definition.unit, parts, rows)


def progress(asking: Asking) -> RegisterResult:
    """How the number of rows, and of each group of the chart's column, went from quarter to quarter."""
    if not asking.view.sees_rows:
        return asking.denied("denied_history")
    if not asking.selection.is_open:
        return asking.denied("denied_outside", cities=_own_cities(asking))
    definition, query = asking.definition, asking.query
    filed = [each for each in asking.desk.filed(definition.code) if query.quarter is None or each <= query.quarter]
    quarters = filed[-_MOST_QUARTERS:]
    column = _progress_column(asking)
    values = query.groups.get(column, ()) or tuple(each.name for each in definition.column(column).groups)
    table = {quarter: _quarter_counts(asking, quarter, column, values) for quarter in quarters}
    facts = {**asking.what, "scope": asking.scope, "filters": asking.filters, "count": len(quarters)}
    findings = [Finding("progress" if len(quarters) > 1 else "progress_one", facts)]
    if len(quarters) > 1:
        findings += _steps(asking, values, table[quarters[-2]], table[quarters[-1]], quarters[-2])
        findings += _entered(asking, column, values, quarters[-2], quarters[-1]) if query.groups else []
    columns = tuple(Finding("header_unit", {"name": value, "unit": definition.unit}) for value in values)
    headers = (Finding("header_quarter", {}), *columns)
    rows = tuple((period_label(quarter), *map(str, table[quarter])) for quarter in quarters)
    newest = zip(values, table[quarters[-1]], strict=True)
    figures = tuple(asking.figure(number, f"{definition.name}·{value}") for value, number in newest)
    return replace(asking.result(*findings), grid=Grid(headers, rows), figures=figures)


def _progress_column(asking: Asking) -> str:
    """The column whose values are followed: one asked for, the chart's, or the first with values."""
    named = next(iter(asking.query.groups), "")
    chart = asking.definition.chart
    first = next((each.code for each in asking.definition.columns if each.groups), "")
    return named or (chart[1] if chart else first)


def _quarter_counts(asking: Asking, quarter: Period, column: str, values: tuple[str, ...]) -> list[int]:
    selection = _at(asking, quarter)
    return [len(selection.narrowed(**{column: (value,)}).rows) for value in values]


def _steps(asking: Asking, values: tuple[str, ...], before: list[int], now: list[int], since: Period) -> list[Finding]:
    unit = asking.definition.unit
    steps = []
    for value, old, new in zip(values, before, now, strict=True):
        facts: dict[str, Fact] = {"value": value, "before": old, "now": new, "unit": unit, "change": abs(new - old)}
        if old != new:
            steps.append(Finding("step_more" if new > old else "step_fewer", facts))
    since_words = period_label(since)
    if not steps:
        return [Finding("steps_none", {"previous": since_words})]
    return [Finding("steps", {"previous": since_words, "steps": tuple(steps)})]


def _entered(asking: Asking, column: str, values: tuple[str, ...], before: Period, now: Period) -> list[Finding]:
    """How many rows came to the values asked for since the quarter before, whatever left them meanwhile."""
    found = []
    for value in values:
        then, today = (
            {entry.key for entry in _at(asking, quarter).narrowed(**{column: (value,)}).rows}
            for quarter in (before, now)
        )
        facts: dict[str, Fact] = {"value": value, "count": len(today - then), "unit": asking.definition.unit}
        found.append(Finding("entered", {**facts, "previous": period_label(before)}))
    return found


def _at(asking: Asking, quarter: Period) -> Selection:
    """The rows asked for as they stood at a quarter."""
    return Selection(asking.desk.view(asking.definition.code, quarter), asking.query, asking.desk.registry)


_OPERATIONS: Mapping[Operation, Callable[[Asking], RegisterResult]] = {
    "count": count,
    "list": listing,
    "find": find,
    "breakdown": breakdown,
    "progress": progress,
    "target": hold_against_targets,
}
