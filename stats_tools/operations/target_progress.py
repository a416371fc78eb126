"""Progress against the targets of the plan, each measured as the targets file says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from stats_tools.amounts import PERCENT, Amount
from stats_tools.metric_query import Measure
from stats_tools.operations.inquiry import Inquiry, Row
from stats_tools.operations.rankings import placed, ranking_grid
from stats_tools.operations.registration import operation
from stats_tools.operations.results import Clause, Fact, Finding, Grid, MetricResult
from stats_tools.operations.telling import figures_of, found, listed, shown
from stats_tools.targets import CountClustersOver, CountRegistered, IncreaseOverBaseline, NotMeasuredHere, Target
from stats_tools.types import Figure

_HUNDRED = Decimal(100)
_MOST_SUGGESTED = 3


@operation("target_progress")
def target_progress(inquiry: Inquiry) -> MetricResult:
    """Each target asked for (all of them without any) with its figures, its distance and its clause."""
    asked = inquiry.query.targets
    targets = [each for each in inquiry.sources.targets if not asked or each.code in asked]
    told: list[MetricResult] = []
    for target in targets:
        match target.measure:
            case CountClustersOver():
                told.append(_clusters_over(inquiry, target, target.measure))
            case IncreaseOverBaseline():
                told.append(_increase(inquiry, target, target.measure))
            case CountRegistered():
                told.append(_registered(inquiry, target, target.measure))
            case NotMeasuredHere(reason=reason, ask=ask):
                bare = _bare(inquiry, Finding("target_unmeasured", {"name": target.name, "reason": reason}))
                asks = (Finding("ask_register", {"question": ask}),) if ask else ()
                told.append(replace(bare, next_queries=asks))
    return _joined(inquiry, targets, told)


def _joined(inquiry: Inquiry, targets: Sequence[Target], told: Sequence[MetricResult]) -> MetricResult:
    clauses = tuple(dict.fromkeys(Clause(target.doc_id, target.quote) for target in targets))
    notes = dict.fromkeys(target.note for target in targets if target.note)
    dues = dict.fromkeys(target.due for target in targets)
    findings = [finding for result in told for finding in result.findings]
    findings += [Finding("target_note", {"note": note}) for note in notes]
    for due in dues:
        key = "target_due_passed" if due < inquiry.today else "target_due"
        findings.append(Finding(key, {"due": inquiry.sources.naming.day(due)}))
    grids = [result.grid for result in told if result.grid is not None]
    names = {code: name for result in told for code, name in result.names.items()}
    return MetricResult(
        query=inquiry.query,
        found=True,
        findings=_without_repeats(findings),
        grid=grids[0] if len(grids) == 1 else None,
        figures=tuple(dict.fromkeys(figure for result in told for figure in result.figures)),
        gaps=tuple(dict.fromkeys(gap for result in told for gap in result.gaps)),
        names=names,
        assumptions=tuple(inquiry.assumptions),
        sources=tuple(dict.fromkeys(each for result in told for each in result.sources)),
        sample=any(result.sample for result in told),
        clauses=clauses,
        next_queries=_without_repeats([each for result in told for each in result.next_queries])[:_MOST_SUGGESTED],
    )


def _without_repeats(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Two targets of one clause say their common part once."""
    kept: list[Finding] = []
    for finding in findings:
        if finding not in kept:
            kept.append(finding)
    return tuple(kept)


def _bare(inquiry: Inquiry, *findings: Finding) -> MetricResult:
    return MetricResult(inquiry.query, found=True, findings=findings)


def _for(inquiry: Inquiry, target: Target, indicator: str, level: str) -> Inquiry:
    """The question of one indicator over a level, in the period asked for, the due period, or the newest before it."""
    plain = inquiry.varied(indicators=(indicator,), level=level, operation="value", targets=(), measure=Measure.LEVEL)
    if plain.query.periods:
        return plain
    ends = plain.extent
    period = target.due_period if ends is None else min(ends[1], target.due_period)
    return plain.varied(periods=(str(period),))


def _clusters_over(inquiry: Inquiry, target: Target, measure: CountClustersOver) -> MetricResult:
    of = _for(inquiry, target, measure.indicator, measure.level)
    rows = of.rows(of.subjects, of.period)
    order = placed(rows, descending=True)
    if not order:
        return _no_figures(of, target, rows)
    factor = of.sources.definitions.units.factor(measure.unit, of.unit(of.indicator)) or Decimal(1)
    bound = measure.threshold * factor
    reached = [each.row for each in order if (each.row.cell.value or 0) > bound]
    gap = (target.count or 0) - len(reached)
    lead = Finding(
        "target_count",
        {
            "name": target.name,
            "count": target.count or 0,
            "period": of.label(of.period, of.indicator),
            "indicator": of.name(of.indicator),
            "bound": Amount(measure.threshold, measure.unit),
            "reached": len(reached),
            "which": Finding("target_which", {"names": listed(of, reached)}) if reached else "",
            "verdict": Finding("target_gap", {"gap": gap}) if gap > 0 else Finding("target_met"),
        },
    )
    ordered = [each.row for each in order]
    findings = [lead, *_reservation(rows, gap), *_nearest(of, ordered, bound, measure)]
    findings += [*_readings(of, target, measure, rows), *_interim(of, target)]
    return found(of, findings, rows, figures=figures_of(of, ordered), grid=ranking_grid(of, order))


def _reservation(rows: Sequence[Row], gap: int) -> list[Finding]:
    """What the clusters that have not reported can still change about the count."""
    missing = _missing(rows)
    if not missing:
        return []
    verdict = "stands" if gap <= 0 else "open" if gap <= len(missing) else "out_of_reach"
    return [Finding(f"target_missing_{verdict}", {"names": missing, "count": len(rows) - len(missing)})]


def _missing(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(row.subject.label for row in rows if row.cell.value is None)


def _no_figures(of: Inquiry, target: Target, rows: Sequence[Row]) -> MetricResult:
    facts: dict[str, Fact] = {"name": target.name, "period": of.label(of.period, of.indicator), "names": _missing(rows)}
    return found(of, [Finding("target_no_figures", facts)], rows)


def _nearest(of: Inquiry, rows: Sequence[Row], bound: Decimal, measure: CountClustersOver) -> list[Finding]:
    below = [row for row in rows if row.cell.value is not None and row.cell.value <= bound]
    if not below or below[0].cell.value is None:
        return []
    amount = of.amount(below[0])
    gap = Amount(bound - below[0].cell.value, amount.unit, amount.decimals)
    facts: dict[str, Fact] = {"bound": Amount(measure.threshold, measure.unit), "subject": below[0].subject.label}
    return [Finding("target_nearest", {**facts, "amount": amount, "gap": gap})]


def _readings(of: Inquiry, target: Target, measure: CountClustersOver, rows: Sequence[Row]) -> list[Finding]:
    """Counts both ways, where the same words set two bounds and leave open whether the lower includes the higher."""
    bounds = sorted(
        each.measure.threshold
        for each in of.sources.targets
        if isinstance(each.measure, CountClustersOver)
        and each.quote == target.quote
        and each.measure.indicator == measure.indicator
    )
    if len(bounds) != 2:
        return []
    lower, upper = bounds
    above = [row.subject.label for row in rows if (row.cell.value or 0) > upper]
    between = [row.subject.label for row in rows if lower < (row.cell.value or 0) <= upper]
    return [
        Finding(
            "target_readings",
            {
                "upper": Amount(upper, measure.unit),
                "lower": Amount(lower, measure.unit),
                "above": len(above),
                "above_names": _names(above),
                "between": len(between),
                "between_names": _names(between),
                "over": len(above) + len(between),
            },
        )
    ]


def _names(names: Sequence[str]) -> Fact:
    return Finding("target_which", {"names": tuple(names)}) if names else ""


def _interim(of: Inquiry, target: Target) -> list[Finding]:
    if of.period == target.due_period:
        return []
    facts = {"due": of.sources.naming.day(target.due), "period": of.label(of.period, of.indicator)}
    return [Finding("target_interim", facts)]


def _increase(inquiry: Inquiry, target: Target, measure: IncreaseOverBaseline) -> MetricResult:
    of = _for(inquiry, target, measure.indicator, measure.level)
    baseline = measure.baseline_period
    before, now = of.rows(of.subjects, baseline), of.rows(of.subjects, of.period)
    pairs = [(old, new) for old, new in zip(before, now, strict=True) if not (old.cell.gaps or new.cell.gaps)]
    if not pairs:
        return _no_figures(of, target, [*now, *before])
    group = of.of(new for _, new in pairs)
    totals = [of.row(group, period) for period in (baseline, of.period)]
    start, end = (of.amount(row) for row in totals)
    increase = Amount(end.value - start.value, start.unit, start.decimals)
    count = target.count or 0
    gap = Amount(Decimal(count) - increase.value, increase.unit, 0)
    lead = Finding(
        "target_increase",
        {
            "name": target.name,
            "about": Finding("target_about") if target.approximate else "",
            "count": count,
            "unit": target.unit,
            "group": group.label,
            "indicator": of.name(of.indicator),
            "baseline": of.label(baseline, of.indicator),
            "before": start,
            "period": of.label(of.period, of.indicator),
            "now": end,
            "increase": increase,
            "rate": Amount(increase.value * _HUNDRED / count, PERCENT) if count else "",
            "verdict": Finding("target_increase_gap", {"gap": gap}) if gap.value > 0 else Finding("target_met"),
        },
    )
    left_out = dict.fromkeys((*_missing(before), *_missing(now)))
    findings = [lead]
    if left_out:
        findings.append(Finding("target_missing_increase", {"names": tuple(left_out), "count": len(pairs)}))
    figures = [_increase_figure(of, totals, increase), *figures_of(of, totals)]
    grid = _increase_grid(of, pairs)
    return found(of, [*findings, *_interim(of, target)], [*before, *now], figures=figures, grid=grid)


def _increase_figure(of: Inquiry, totals: Sequence[Row], increase: Amount) -> Figure:
    figure = of.figure(totals[-1])
    return replace(figure, indicator=f"{of.indicator}_increase", value=increase.value, provenance=None)


def _increase_grid(of: Inquiry, pairs: Sequence[tuple[Row, Row]]) -> Grid:
    unit = of.unit(of.indicator)
    labels = (of.label(row.period, of.indicator) for row in pairs[0])
    headers = [Finding("column", {"name": label, "unit": unit}) for label in labels]
    lines = tuple(
        (
            old.subject.label,
            shown(of, old),
            shown(of, new),
            Amount((new.cell.value or Decimal(0)) - (old.cell.value or Decimal(0)), unit, 0),
        )
        for old, new in pairs
    )
    return Grid((Finding("column_subject"), *headers, Finding("column_change")), lines)


def _registered(inquiry: Inquiry, target: Target, measure: CountRegistered) -> MetricResult:
    month = f"{target.due:%Y-%m}"
    reached = sum(
        len(batch.clusters) + batch.names_unknown
        for batch in inquiry.sources.registry.batches
        if batch.level == measure.level and batch.announced[:7].ljust(7, "-") <= month
    )
    gap = (target.count or 0) - reached
    met = Finding("target_met")
    short = Finding("target_registered_gap", {"gap": gap, "unit": target.unit})
    return _bare(
        inquiry,
        Finding(
            "target_registered",
            {
                "name": target.name,
                "about": Finding("target_about") if target.approximate else "",
                "count": target.count or 0,
                "unit": target.unit,
                "due": inquiry.sources.naming.day(target.due),
                "reached": reached,
                "verdict": short if gap > 0 else met,
            },
        ),
    )
