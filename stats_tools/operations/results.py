"""What an operation hands back: facts by wording key, figures, rows, gaps; the words come later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from stats_tools.amounts import Amount
from stats_tools.metric_query import Assumption, MetricQuery
from stats_tools.periods import Period
from stats_tools.types import Figure, Provenance


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence (or part of one) to be: the key of its wording and the facts that fill it."""

    key: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


Fact = str | int | Amount | Finding | tuple["Fact", ...]
"""A value in a sentence; a tuple is a list."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table to be: findings as headers, facts as cells; every row as long as the headers."""

    headers: tuple[Finding, ...]
    rows: tuple[tuple[Fact, ...], ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A value that was needed and is not there.

    Args:
        cluster: code.
        indicator: code of a reported indicator.
        hidden: on record, but not for this viewer.
    """

    cluster: str
    indicator: str
    period: Period
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """Lines to draw, each a name and its points in the order of ``labels``; None where a figure is missing."""

    title: Finding
    unit: str
    labels: tuple[str, ...]
    lines: tuple[tuple[str, tuple[Amount | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """Words of a document that a result rests on, verbatim."""

    doc_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class MetricResult:
    """The exact answer to one query.

    Args:
        query: as run, with the defaults filled in.
        found: whether there is anything to answer with; False makes ``findings`` the reason.
        denied: not found only because the viewer may not read it.
        findings: sentences, the direct answer first.
        grid: the rows behind it, where there are several.
        figures: every number of the answer that is data.
        gaps: what was needed and missing.
        names: what the codes of clusters and indicators in ``gaps`` are called.
        assumptions: what the reading or the operation took for granted.
        sources: of all observations that went in, without repetition.
        sample: whether any of them is synthetic.
        series: points for a chart, where the operation has a course over time.
        clauses: the document words a target rests on.
        next_queries: queries that can be answered from the same data, to suggest.
        order: of a ranking, who stands at the first, the second … place: codes of clusters, labels of groups.
    """

    query: MetricQuery
    found: bool
    findings: tuple[Finding, ...]
    denied: bool = False
    grid: Grid | None = None
    figures: tuple[Figure, ...] = ()
    gaps: tuple[Gap, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    assumptions: tuple[Assumption, ...] = ()
    sources: tuple[Provenance, ...] = ()
    sample: bool = False
    series: Series | None = None
    clauses: tuple[Clause, ...] = ()
    next_queries: tuple[Finding, ...] = ()
    order: tuple[tuple[str, ...], ...] = ()
