"""Rows to sentences, tables and results: what several operations say alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from stats_tools.amounts import Amount
from stats_tools.metric_query import Measure
from stats_tools.operations.inquiry import Inquiry, Row
from stats_tools.operations.observations import Observation
from stats_tools.operations.results import Fact, Finding, Gap, Grid, MetricResult, Series
from stats_tools.periods import Period
from stats_tools.types import Figure


def sentence(inquiry: Inquiry, row: Row, subject: str = "") -> Finding:
    """The one sentence that says a row, also where its value is undefined."""
    facts: dict[str, Fact] = {
        "subject": subject or row.subject.label,
        "period": inquiry.label(row.period, row.indicator),
        "indicator": inquiry.name(row.indicator),
        "basis": inquiry.basis_name(row.indicator, row.period),
    }
    if inquiry.query.measure is Measure.LEVEL:
        if row.cell.value is None:
            return _undefined_ratio(inquiry, row, facts)
        return Finding("value", {**facts, "amount": inquiry.amount(row)})
    return _growth_sentence(inquiry, row, facts)


def _undefined_ratio(inquiry: Inquiry, row: Row, facts: dict[str, Fact]) -> Finding:
    numerator, denominator = inquiry.panel.inputs([row.indicator])[:2]
    inputs = {
        "numerator": _amount_of(inquiry, numerator, row.cell.current),
        "denominator": _amount_of(inquiry, denominator, row.cell.base),
        "numerator_name": inquiry.name(numerator),
        "denominator_name": inquiry.name(denominator),
    }
    return Finding("undefined_ratio", {**facts, **inputs})


def _amount_of(inquiry: Inquiry, indicator: str, value: object) -> Fact:
    definition = inquiry.definition(indicator)
    return Amount(value, definition.unit, definition.decimals) if isinstance(value, Decimal) else ""


def _growth_sentence(inquiry: Inquiry, row: Row, facts: dict[str, Fact]) -> Finding:
    measure, cell = inquiry.query.measure, row.cell
    if measure is Measure.CAGR:
        return _compound_sentence(inquiry, row, facts)
    base = inquiry.base_of(row.period)
    base_label = inquiry.label(base, row.indicator)
    facts |= {
        "word": growth_word(inquiry),
        "base_period": base_label,
        "now": _amount_of(inquiry, row.indicator, cell.current),
        "before": _amount_of(inquiry, row.indicator, cell.base),
    }
    if cell.value is None and cell.reason == "zero_denominator":
        return Finding("growth_undefined", {k: facts[k] for k in ("subject", "period", "indicator", "word", "basis")})
    if cell.value is None:
        return Finding("growth_from_zero" if cell.reason == "zero_base" else "growth_from_loss", facts)
    amount = inquiry.amount(row)
    kind = "growth" if measure.is_rate and amount.unit == "%" else "change"
    way = "flat" if cell.value == 0 else "up" if cell.value > 0 else "down"
    if way != "flat":
        facts["amount"] = amount.magnitude
        if kind == "growth":
            facts["difference"] = _difference(inquiry, row, way)
    if way == "down":
        facts["signed"] = amount
    return Finding(f"{kind}_{way}", facts)


def _difference(inquiry: Inquiry, row: Row, way: str) -> Finding:
    """By how much the figure grew or fell, beside the rate."""
    now, before = row.cell.current or Decimal(0), row.cell.base or Decimal(0)
    definition = inquiry.definition(row.indicator)
    gap = Amount(abs(now - before), definition.unit, definition.decimals)
    return Finding(f"growth_by_{way}", {"amount": gap})


def _compound_sentence(inquiry: Inquiry, row: Row, facts: dict[str, Fact]) -> Finding:
    """The growth a year with both ends and the way it is computed, or why it is not."""
    base = inquiry.base_of(row.period)
    ends: dict[str, Fact] = {
        **facts,
        "base_period": inquiry.label(base, row.indicator),
        "now": _amount_of(inquiry, row.indicator, row.cell.current),
        "before": _amount_of(inquiry, row.indicator, row.cell.base),
    }
    if row.cell.value is not None:
        return Finding("cagr", {**ends, "amount": inquiry.amount(row), "years": row.period.year - base.year})
    if row.cell.reason == "zero_denominator":
        return Finding("cagr_undefined", facts)
    return Finding("cagr_of_rate" if row.cell.reason == "compound_of_rate" else "cagr_not_positive", ends)


def growth_word(inquiry: Inquiry) -> str:
    """The word before the growth that the query measures, e.g. 同比 or 较2019年全年."""
    query = inquiry.query
    base = inquiry.label(Period.parse(query.base), inquiry.indicator) if query.base else ""
    return inquiry.sources.naming.word(query.measure, base)


def shown(inquiry: Inquiry, row: Row) -> Fact:
    """The cell of a table: the number, or the word for why there is none."""
    if row.cell.value is not None:
        return inquiry.amount(row)
    naming, gaps = inquiry.sources.naming, inquiry.gaps([row])
    if not gaps:
        return naming.undefined
    return naming.hidden if all(gap.hidden for gap in gaps) else naming.missing


def listed(inquiry: Inquiry, rows: Iterable[Row]) -> tuple[Finding, ...]:
    """Name and figure of each row, for a list within a sentence."""
    return tuple(Finding("named_amount", {"name": row.subject.label, "amount": inquiry.amount(row)}) for row in rows)


def column(inquiry: Inquiry, indicator: str) -> Finding:
    """The heading of a column of figures: indicator, measure and unit."""
    name = inquiry.name(indicator) + inquiry.measure_name()
    return Finding("column", {"name": name, "unit": inquiry.unit(indicator)})


def absent(inquiry: Inquiry, rows: Sequence[Row]) -> MetricResult:
    """Nothing to answer with: what is missing, whether it is hidden, and what there is instead."""
    gaps = inquiry.gaps(rows)
    denied = bool(gaps) and all(gap.hidden for gap in gaps)
    asked = inquiry.periods[-1] if inquiry.periods else None
    facts: dict[str, Fact] = {
        "subject": inquiry.together().label,
        "indicator": inquiry.name(inquiry.indicator) + inquiry.measure_name(),
        "period": inquiry.full_label(asked, inquiry.indicator) if asked else "",
    }
    extent = inquiry.extent
    if denied:
        finding = Finding("denied", facts)
    elif extent is None or asked is None:
        finding = nothing_on_record(inquiry, facts["subject"], facts["indicator"])
    else:
        first, last = (inquiry.full_label(end, inquiry.indicator) for end in extent)
        known = {"first": first, "latest": last}
        wanting = asked if inquiry.query.measure is Measure.LEVEL else None
        finding = _absence(inquiry, gaps, facts, known, wanting)
    return MetricResult(
        query=inquiry.query,
        found=False,
        denied=denied,
        findings=(finding,),
        gaps=gaps,
        assumptions=tuple(inquiry.assumptions),
    )


def nothing_on_record(inquiry: Inquiry, subject: Fact, indicator: Fact) -> Finding:
    """No figure at all, now or on the day up to which figures were to count."""
    facts: dict[str, Fact] = {"subject": subject, "indicator": indicator}
    if inquiry.query.as_known_on is None:
        return Finding("nothing_on_record", facts)
    return Finding("nothing_known_then", {**facts, "day": inquiry.sources.naming.day(inquiry.query.as_known_on)})


def _absence(
    inquiry: Inquiry, gaps: Sequence[Gap], facts: dict[str, Fact], known: dict[str, str], wanting: Period | None
) -> Finding:
    """No figure for the period itself, or one of the other periods that it takes is not on record."""
    others = dict.fromkeys(gap.period for gap in gaps)
    if wanting is None or wanting not in others:
        needed = tuple(inquiry.full_label(period, inquiry.indicator) for period in others)
        return Finding("needs_other_period", {**facts, **known, "needed": needed})
    return Finding("no_figure", {**facts, **known})


def found(
    inquiry: Inquiry,
    findings: Iterable[Finding],
    rows: Iterable[Row],
    *,
    figures: Iterable[Figure] = (),
    grid: Grid | None = None,
    series: Series | None = None,
    order: tuple[tuple[str, ...], ...] = (),
) -> MetricResult:
    """A result from rows: sources, gaps and the sample mark follow from them."""
    held = tuple(rows)
    inputs = [each for row in held for each in row.cell.inputs]
    gaps = inquiry.gaps(held)
    places: dict[tuple[int, str], Observation] = {}
    for each in inputs:
        places.setdefault((each.origin.import_id, each.cell), each)
    return MetricResult(
        query=inquiry.query,
        found=True,
        findings=tuple(findings),
        grid=grid,
        figures=tuple(figures),
        gaps=gaps,
        names=names_of(inquiry, gaps),
        assumptions=tuple(dict.fromkeys(inquiry.assumptions)),
        sources=tuple(each.provenance for each in places.values()),
        sample=any(each.is_sample for each in inputs),
        series=series,
        order=order,
    )


def refused(result: MetricResult) -> MetricResult:
    """The result as a refusal: denied where all that it lacks is not published."""
    denied = bool(result.gaps) and all(gap.hidden for gap in result.gaps)
    return replace(result, found=False, denied=denied)


def names_of(inquiry: Inquiry, gaps: Iterable[Gap]) -> Mapping[str, str]:
    """What the clusters and indicators of the gaps are called."""
    names: dict[str, str] = {}
    for gap in gaps:
        names[gap.cluster] = inquiry.sources.registry.cluster(gap.cluster).short_name
        names[gap.indicator] = inquiry.name(gap.indicator)
    return names


def figures_of(inquiry: Inquiry, rows: Iterable[Row]) -> tuple[Figure, ...]:
    """The rows that have a value, as data."""
    return tuple(inquiry.figure(row) for row in rows if row.cell.value is not None)


def group_label(inquiry: Inquiry) -> str:
    """What the clusters in scope are called together."""
    return inquiry.together().label
