"""Several indicators of a few clusters at a glance: each figure with its growth over the year."""

from __future__ import annotations

from stats_tools.metric_query import Measure
from stats_tools.operations.inquiry import Inquiry, Row, Subject
from stats_tools.operations.registration import operation
from stats_tools.operations.results import Fact, Finding, Grid, MetricResult
from stats_tools.operations.telling import absent, figures_of, found, shown

_MOST_CLUSTERS = 3
"""Clusters told one by one; more are told together."""


@operation("overview")
def overview(inquiry: Inquiry) -> MetricResult:
    """The indicators of each cluster, or of many clusters together, with their growth over the year before."""
    growth = inquiry.varied(measure=Measure.YOY)
    subjects = inquiry.subjects if len(inquiry.subjects) <= _MOST_CLUSTERS else (_reporting(inquiry),)
    growth.fetch(subjects, inquiry.periods)
    inquiry.fetch(subjects, inquiry.periods)
    pairs = [
        (inquiry.row(subject, inquiry.period, each), growth.row(subject, inquiry.period, each))
        for subject in subjects
        for each in inquiry.query.indicators
    ]
    levels = [level for level, _ in pairs]
    if all(row.cell.value is None for row in levels):
        return absent(inquiry, levels)
    facts: dict[str, Fact] = {
        "group": tuple(subject.label for subject in subjects),
        "period": inquiry.label(inquiry.period, inquiry.indicator),
    }
    rates = [rate for _, rate in pairs if rate.cell.value is not None]
    figures = figures_of(inquiry, levels) + figures_of(growth, rates)
    grid = _grid(inquiry, growth, pairs, several=len(subjects) > 1)
    return found(inquiry, [Finding("overview", facts)], _all_rows(inquiry, levels) + rates, figures=figures, grid=grid)


def _reporting(inquiry: Inquiry) -> Subject:
    """All clusters with every indicator of the period and of the year before, so that like is compared with like."""
    growth = inquiry.varied(measure=Measure.YOY)
    growth.fetch(inquiry.subjects, inquiry.periods)
    held = [
        row
        for subject in inquiry.subjects
        if all(not growth.row(subject, inquiry.period, each).cell.gaps for each in inquiry.query.indicators)
        for row in [inquiry.row(subject, inquiry.period)]
    ]
    return inquiry.of(held) if held else inquiry.together()


def _all_rows(inquiry: Inquiry, levels: list[Row]) -> list[Row]:
    """With the clusters that were left out, so that they are named as missing."""
    included = {code for row in levels for code in row.subject.clusters}
    left_out = [each for each in inquiry.subjects if not set(each.clusters) <= included]
    inquiry.fetch(left_out, inquiry.periods)
    return levels + [inquiry.row(each, inquiry.period) for each in left_out]


def _grid(inquiry: Inquiry, growth: Inquiry, pairs: list[tuple[Row, Row]], *, several: bool) -> Grid:
    headers = [Finding("column_subject")] * several
    headers += [Finding(f"column_{name}") for name in ("indicator", "value_with_unit", "basis", "yoy")]
    lines: list[tuple[Fact, ...]] = []
    for level, rate in pairs:
        value: Fact = str(inquiry.amount(level)) if level.cell.value is not None else shown(inquiry, level)
        grown: Fact = str(growth.amount(rate)) if rate.cell.value is not None else shown(growth, rate)
        head: list[Fact] = [level.subject.label] * several
        basis = inquiry.basis_name(level.indicator, level.period)
        lines.append((*head, inquiry.name(level.indicator), value, basis, grown))
    return Grid(tuple(headers), tuple(lines))
