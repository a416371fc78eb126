"""How clusters stand to a mark: the mean of their group, a bound still ahead, or zero crossed since the base period."""

from __future__ import annotations

from decimal import Decimal

from stats_tools.amounts import Amount
from stats_tools.metric_query import Measure
from stats_tools.operations.inquiry import Inquiry, Row, Subject
from stats_tools.operations.rankings import placed, ranking_grid
from stats_tools.operations.registration import operation
from stats_tools.operations.results import Fact, Finding, Grid, MetricResult
from stats_tools.operations.selections import bound_of
from stats_tools.operations.telling import absent, figures_of, found, listed, shown

_MEAN_DECIMALS = 2
_ZERO = Decimal(0)


@operation("against_mean")
def against_mean(inquiry: Inquiry) -> MetricResult:
    """The clusters above (or, ascending, below) the simple mean of their group; of named ones, how they stand to it."""
    named = inquiry.query.clusters
    level = inquiry.query.level or (inquiry.clusters[0].level if named else None)
    among = inquiry.varied(clusters=(), level=level) if named else inquiry
    rows = among.rows(among.subjects, inquiry.period)
    held = [row for row in rows if row.cell.value is not None]
    mine = [row for row in held if not named or row.subject.code in named]
    if not mine:
        return absent(inquiry, [row for row in rows if not named or row.subject.code in named])
    mean = sum((row.cell.value or _ZERO for row in held), _ZERO) / len(held)
    facts: dict[str, Fact] = {
        "group": among.together().label,
        "period": among.label(among.period, among.indicator),
        "indicator": among.name(among.indicator) + among.measure_name(),
        "basis": among.basis_name(among.indicator, among.period),
        "mean": Amount(mean, among.unit(among.indicator), _MEAN_DECIMALS),
        "held": len(held),
    }
    if named:
        findings = [_to_mean(among, row, mean, facts) for row in mine]
        return found(among, findings, rows, figures=figures_of(among, mine))
    return _side_of_mean(among, rows, mean, facts)


def _to_mean(inquiry: Inquiry, row: Row, mean: Decimal, facts: dict[str, Fact]) -> Finding:
    difference = (row.cell.value or _ZERO) - mean
    way = "above" if difference > 0 else "below" if difference < 0 else "at"
    unit = inquiry.unit(inquiry.indicator)
    points = inquiry.sources.naming.percentage_points if unit == "%" else unit
    said = {**facts, "subject": row.subject.label, "amount": inquiry.amount(row)}
    return Finding(f"mean_{way}", {**said, "difference": Amount(abs(difference), points, _MEAN_DECIMALS)})


def _side_of_mean(inquiry: Inquiry, rows: tuple[Row, ...], mean: Decimal, facts: dict[str, Fact]) -> MetricResult:
    above = inquiry.query.order == "desc"
    chosen = tuple(
        row
        for row in rows
        if row.cell.value is not None and (row.cell.value > mean if above else row.cell.value < mean)
    )
    order = placed(chosen, descending=above)
    side = "over_mean" if above else "under_mean"
    amounts: Fact = listed(inquiry, [each.row for each in order]) or Finding("nobody")
    lead = Finding(side, {**facts, "count": len(chosen), "amounts": amounts})
    figures = figures_of(inquiry, [each.row for each in order])
    return found(inquiry, [lead], rows, figures=figures, grid=ranking_grid(inquiry, order))


@operation("against_cluster")
def against_cluster(inquiry: Inquiry) -> MetricResult:
    """The clusters whose figure is above (or, ascending, below) that of each named one, among those of its level."""
    marks = inquiry.clusters
    level = inquiry.query.level or marks[0].level
    among = inquiry.varied(clusters=(), cities=(), level=level)
    peers = (*among.clusters, *(each for each in marks if each not in among.clusters))
    rows = inquiry.rows([Subject(each.short_name, (each.code,), each.code) for each in peers], inquiry.period)
    codes = [each.code for each in marks]
    mine = [row for row in rows if row.subject.code in codes]
    if any(row.cell.value is None for row in mine):
        return absent(inquiry, mine)
    findings = [_to_mark(inquiry, row, rows, among.together(peers).label) for row in mine]
    chosen = [row for row in rows if row in mine or any(_beyond(inquiry, row, mark) for mark in mine)]
    order = placed(tuple(chosen), descending=inquiry.query.order == "desc")
    figures = figures_of(inquiry, [each.row for each in order])
    return found(inquiry, findings, rows, figures=figures, grid=ranking_grid(inquiry, order))


def _beyond(inquiry: Inquiry, row: Row, mark: Row) -> bool:
    if row.cell.value is None or mark.cell.value is None:
        return False
    above = inquiry.query.order == "desc"
    return row.cell.value > mark.cell.value if above else row.cell.value < mark.cell.value


def _to_mark(inquiry: Inquiry, mark: Row, rows: tuple[Row, ...], group: str) -> Finding:
    descending = inquiry.query.order == "desc"
    order = placed(tuple(row for row in rows if _beyond(inquiry, row, mark)), descending=descending)
    facts: dict[str, Fact] = {
        "group": group,
        "subject": mark.subject.label,
        "period": inquiry.label(mark.period, mark.indicator),
        "indicator": inquiry.name(mark.indicator) + inquiry.measure_name(),
        "basis": inquiry.basis_name(mark.indicator, mark.period),
        "amount": inquiry.amount(mark),
    }
    side = "over_cluster" if descending else "under_cluster"
    if not order:
        return Finding(f"{side}_none", facts)
    return Finding(side, {**facts, "count": len(order), "amounts": listed(inquiry, [each.row for each in order])})


@operation("distance")
def distance(inquiry: Inquiry) -> MetricResult:
    """How far each cluster is from a bound, or by how much it has passed it."""
    rows = inquiry.rows(inquiry.subjects, inquiry.period)
    order = placed(rows, descending=True)
    if not order:
        return absent(inquiry, rows)
    bound = bound_of(inquiry)
    findings: list[Finding] = []
    for row in (each.row for each in order):
        amount = inquiry.amount(row)
        short = bound.value - amount.value
        unit = inquiry.sources.naming.percentage_points if amount.unit == "%" else amount.unit
        facts: dict[str, Fact] = {
            "subject": row.subject.label,
            "period": inquiry.label(row.period, row.indicator),
            "indicator": inquiry.name(row.indicator) + inquiry.measure_name(),
            "basis": inquiry.basis_name(row.indicator, row.period),
            "amount": amount,
            "bound": Amount(bound.value, bound.unit),
            "gap": Amount(abs(short), unit, amount.decimals),
        }
        findings.append(Finding("distance_short" if short > 0 else "distance_past", facts))
    figures = figures_of(inquiry, [each.row for each in order])
    return found(inquiry, findings, rows, figures=figures, grid=ranking_grid(inquiry, order))


@operation("turned")
def turned(inquiry: Inquiry) -> MetricResult:
    """The clusters whose figure crossed zero since the base period: out of a loss, or (ascending) into one."""
    plain = inquiry.varied(measure=Measure.LEVEL)
    base = inquiry.base_of(inquiry.period)
    before, now = plain.rows(plain.subjects, base), plain.rows(plain.subjects, plain.period)
    pairs = [(b, n) for b, n in zip(before, now, strict=True) if b.cell.value is not None and n.cell.value is not None]
    if not pairs:
        return absent(plain, [*now, *before])
    up = inquiry.query.order == "desc"
    chosen = [(b, n) for b, n in pairs if _crossed(b if up else n, n if up else b)]
    facts: dict[str, Fact] = {
        "group": plain.together().label,
        "period": plain.label(plain.period, plain.indicator),
        "base": plain.label(base, plain.indicator),
        "indicator": plain.name(plain.indicator),
        "basis": plain.basis_name(plain.indicator, plain.period),
    }
    way = "up" if up else "down"
    if not chosen:
        return found(plain, [Finding(f"turned_{way}_none", {**facts, "total": len(pairs)})], [*before, *now])
    names = tuple(row.subject.label for _, row in chosen)
    lead = Finding(f"turned_{way}", {**facts, "count": len(chosen), "names": names})
    rows = [row for pair in chosen for row in pair]
    return found(plain, [lead], [*before, *now], figures=figures_of(plain, rows), grid=_pairs(plain, chosen))


def _crossed(lower: Row, upper: Row) -> bool:
    return (lower.cell.value or _ZERO) < 0 < (upper.cell.value or _ZERO)


def _pairs(inquiry: Inquiry, pairs: list[tuple[Row, Row]]) -> Grid:
    unit = inquiry.unit(inquiry.indicator)
    labels = (inquiry.label(row.period, row.indicator) for row in pairs[0])
    headers = (Finding("column", {"name": label, "unit": unit}) for label in labels)
    lines = tuple((b.subject.label, shown(inquiry, b), shown(inquiry, n)) for b, n in pairs)
    return Grid((Finding(f"column_by_{inquiry.query.by}"), *headers), lines)
