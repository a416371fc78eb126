"""Running a query: its operation by name, over the sources."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from stats_tools.metric_query import MetricQuery
from stats_tools.operations import (
    aggregates,
    comparisons,
    conjunctions,
    courses,
    leaders,
    lineage,
    overviews,
    paces,
    rankings,
    reporting,
    standings,
    streaks,
    target_progress,
    values,
)
from stats_tools.operations.inquiry import Inquiry
from stats_tools.operations.registration import OPERATIONS
from stats_tools.operations.results import MetricResult
from stats_tools.operations.sources import Sources
from stats_tools.operations.suggestions import next_queries
from stats_tools.operations.telling import nothing_on_record

MODULES = (
    values,
    rankings,
    leaders,
    paces,
    aggregates,
    comparisons,
    conjunctions,
    standings,
    courses,
    streaks,
    overviews,
    lineage,
    reporting,
    target_progress,
)
"""The modules whose import registers the operations."""

WITHOUT_INDICATOR = frozenset({"reporting", "target_progress"})
"""Operations that know by themselves which indicators they need."""


class UnknownNameError(ValueError):
    """A query names an operation, an indicator, a cluster or a target that does not exist.

    Args:
        kind: ``operation``, ``indicator``, ``cluster`` or ``target``.
        name: the name.
        known: the names there are.
    """

    def __init__(self, kind: str, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no such {kind}: {name}")
        self.kind = kind
        self.name = name
        self.known = known


class UnitMismatchError(ValueError):
    """A bound is in a unit that does not convert into that of the figures.

    Args:
        said: the bound as given.
        indicator: name of the indicator.
        unit: unit of its figures.
    """

    def __init__(self, said: str, indicator: str, unit: str) -> None:
        super().__init__(f"{said} does not convert into {unit}")
        self.said = said
        self.indicator = indicator
        self.unit = unit


def run_query(query: MetricQuery, sources: Sources, today: date) -> MetricResult:
    """The exact answer to a query.

    Raises:
        UnknownNameError: the query names what is not in the catalogue or the register.
        UnitMismatchError: its bound does not convert into the unit of the figures.
    """
    _check(query, sources)
    inquiry = Inquiry(query, sources, today)
    if query.operation in WITHOUT_INDICATOR:
        return OPERATIONS[query.operation](inquiry)
    if not query.indicators:
        raise UnknownNameError("indicator", "", tuple(each.code for each in sources.catalogue.everything))
    _check_bound(inquiry)
    if not inquiry.periods:
        finding = nothing_on_record(inquiry, inquiry.together().label, inquiry.name(inquiry.indicator))
        return MetricResult(query=query, found=False, findings=(finding,))
    result = OPERATIONS[query.operation](inquiry)
    return replace(result, next_queries=next_queries(inquiry, result))


def _check(query: MetricQuery, sources: Sources) -> None:
    indicators = (*query.indicators, *query.beside, *(each.indicator for each in query.also))
    names = {
        "operation": ((query.operation,), tuple(OPERATIONS)),
        "indicator": (
            indicators,
            tuple(each.code for each in sources.catalogue.everything),
        ),
        "cluster": (query.clusters, tuple(each.code for each in sources.registry.clusters)),
        "target": (query.targets, tuple(each.code for each in sources.targets)),
    }
    for kind, (used, known) in names.items():
        for name in used:
            if name not in known:
                raise UnknownNameError(kind, name, known)


def _check_bound(inquiry: Inquiry) -> None:
    bound = inquiry.query.threshold
    if bound is None or inquiry.query.measure.is_rate:
        return
    unit = inquiry.unit(inquiry.indicator)
    if bound.unit not in (unit, "") and inquiry.sources.definitions.units.factor(bound.unit, unit) is None:
        raise UnitMismatchError(f"{bound.value}{bound.unit}", inquiry.name(inquiry.indicator), unit)
