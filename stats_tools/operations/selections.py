"""Clusters picked out by a bound on a figure or on its growth."""

from __future__ import annotations

from stats_tools.amounts import Amount
from stats_tools.metric_query import Measure, Threshold
from stats_tools.operations.inquiry import Inquiry, Row
from stats_tools.operations.rankings import placed, ranking_grid, standing, told_beside
from stats_tools.operations.results import Fact, Finding, MetricResult
from stats_tools.operations.telling import absent, figures_of, found, growth_word, listed, sentence


def select_by_one(inquiry: Inquiry) -> MetricResult:
    """Which clusters satisfy the bound and how many there are; of a single cluster, whether it does."""
    rows = inquiry.rows(inquiry.subjects, inquiry.period)
    held = [row for row in rows if row.cell.value is not None]
    undefined = [row for row in rows if row.cell.value is None and row.cell.reason]
    if not held:
        return absent(inquiry, rows)
    bound = bound_of(inquiry)
    facts: dict[str, Fact] = {
        "period": inquiry.label(inquiry.period, inquiry.indicator),
        "indicator": inquiry.name(inquiry.indicator) + ("" if by_sign(inquiry, bound) else inquiry.measure_name()),
        "condition": condition(inquiry, bound),
        "basis": inquiry.basis_name(inquiry.indicator, inquiry.period),
    }
    if len(rows) == 1:
        return _one(inquiry, held[0], bound, facts)
    chosen = tuple(row for row in held if _satisfies(bound, row))
    order = placed(chosen, descending=bound.comparison in ("gt", "ge"))
    facts["group"] = inquiry.together().label
    if chosen:
        amounts = listed(inquiry, [each.row for each in order])
        lead = Finding("filter_some", {**facts, "count": len(chosen), "amounts": amounts})
    else:
        lead = Finding("filter_none", {**facts, "total": len(held)})
    findings = [lead]
    if undefined:
        names = tuple(row.subject.label for row in undefined)
        findings.append(Finding("filter_undefined", {"names": names, "indicator": facts["indicator"]}))
    chosen_rows = [each.row for each in order]
    beside = told_beside(inquiry, chosen_rows)
    findings += [sentence(inquiry, row) for row in beside]
    figures = figures_of(inquiry, [*chosen_rows, *beside])
    return found(
        inquiry, findings, [*rows, *beside], figures=figures, grid=ranking_grid(inquiry, order), order=standing(order)
    )


def _satisfies(bound: Threshold, row: Row) -> bool:
    return row.cell.value is not None and bound.admits(row.cell.value)


def _one(inquiry: Inquiry, row: Row, bound: Threshold, facts: dict[str, Fact]) -> MetricResult:
    if by_sign(inquiry, bound):
        answer = Finding("answer_yes" if _satisfies(bound, row) else "answer_no", {"sentence": sentence(inquiry, row)})
        return found(inquiry, [answer], [row], figures=figures_of(inquiry, [row]))
    verdict = "filter_yes" if _satisfies(bound, row) else "filter_no"
    said = {**facts, "subject": row.subject.label, "amount": inquiry.amount(row)}
    return found(inquiry, [Finding(verdict, said)], [row], figures=figures_of(inquiry, [row]))


def bound_of(inquiry: Inquiry) -> Threshold:
    """The bound of the query in the unit of its figures.

    Raises:
        ValueError: there is none, or its unit does not convert; a query is checked for both before it runs.
    """
    threshold = inquiry.query.threshold
    if threshold is None:
        raise ValueError("no threshold")
    unit = inquiry.unit(inquiry.indicator)
    if threshold.unit in (unit, ""):
        return threshold
    factor = inquiry.sources.definitions.units.factor(threshold.unit, unit)
    if factor is None:
        if inquiry.query.measure.is_rate and threshold.unit == "%":
            return threshold
        raise ValueError(f"{threshold.unit} does not convert into {unit}")
    upper = None if threshold.upper is None else threshold.upper * factor
    return threshold.model_copy(update={"value": threshold.value * factor, "upper": upper, "unit": unit})


def by_sign(inquiry: Inquiry, bound: Threshold) -> bool:
    """Whether growth itself is what is asked for, not growth past a rate."""
    return bound.value == 0 and inquiry.query.measure is not Measure.LEVEL


def condition(inquiry: Inquiry, bound: Threshold) -> Finding:
    """The bound in words: 超过1000亿元, or 增长, 下降, 亏损 for a bound of zero."""
    rises = bound.comparison in ("gt", "ge")
    if by_sign(inquiry, bound):
        way = "growing" if rises else "not_growing" if bound.comparison == "le" else "falling"
        return Finding(f"condition_{way}", {"word": growth_word(inquiry)})
    if bound.value == 0 and bound.comparison == "lt":
        return Finding("condition_loss")
    if bound.upper is not None:
        return Finding(
            "condition_between", {"low": Amount(bound.value, bound.unit), "high": Amount(bound.upper, bound.unit)}
        )
    return Finding(f"condition_{bound.comparison}", {"bound": Amount(bound.value, bound.unit)})
