"""How a query was answered: what it asked for, the formulas, the observations read, the statements run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from stats_tools.amounts import Amount
from stats_tools.catalogue import Ratio, Sum
from stats_tools.metric_query import Measure, MetricQuery, Threshold
from stats_tools.operations.inquiry import Inquiry, Row, place
from stats_tools.operations.observations import Arrival, Key, Observation, Observations, Statement, Told
from stats_tools.operations.results import Fact, Finding, Grid, MetricResult
from stats_tools.operations.run import WITHOUT_INDICATOR, run_query
from stats_tools.operations.sources import Definitions, Sources
from stats_tools.periods import Basis, Period
from stats_tools.types import Figure

MOST_OBSERVATIONS = 20
"""Observations listed; of more, the first ones by cluster and period are."""
_MOST_WORKED = 3
_MOST_NAMED = 8
_WORKED = frozenset({"value", "compare", "position", "trend"})
"""Operations whose rows are worked out with their numbers; each is a figure of a cluster, an indicator and a period."""


@dataclass(frozen=True, slots=True)
class MetricExplanation:
    """How one query was answered.

    Args:
        query: as run, with the defaults filled in.
        result: its answer.
        asked: what the query asks for, part by part.
        formulas: how the figures come out of the observations, in words and then with numbers.
        observations: what was read for it, by cluster, indicator and period.
        table: the first ``MOST_OBSERVATIONS`` of them.
        figures: the same as data.
        statements: what the database was asked, without repetition.
    """

    query: MetricQuery
    result: MetricResult
    asked: tuple[Finding, ...]
    formulas: tuple[Finding, ...]
    observations: tuple[Observation, ...]
    table: Grid
    figures: tuple[Figure, ...]
    statements: tuple[Statement, ...]


class RecordedObservations:
    """Observations that remember what was read of them, for an explanation of what rests on it."""

    def __init__(self, observations: Observations) -> None:
        self._observations = observations
        self.held: dict[Key, Observation] = {}

    def read(
        self, indicators: Collection[str], clusters: Collection[str], periods: Collection[Period]
    ) -> Sequence[Observation]:
        """As of what is recorded."""
        found = self._observations.read(indicators, clusters, periods)
        self.held.update((each.key, each) for each in found)
        return found

    def hidden(
        self, indicators: Collection[str], clusters: Collection[str], periods: Collection[Period]
    ) -> frozenset[Key]:
        """As of what is recorded."""
        return self._observations.hidden(indicators, clusters, periods)

    def extent(self, indicators: Collection[str], clusters: Collection[str]) -> tuple[Period, Period] | None:
        """As of what is recorded."""
        return self._observations.extent(indicators, clusters)

    def reporting(self) -> frozenset[str]:
        """As of what is recorded."""
        return self._observations.reporting()

    def arrivals(self, indicators: Collection[str], clusters: Collection[str], period: Period) -> Mapping[str, Arrival]:
        """As of what is recorded."""
        return self._observations.arrivals(indicators, clusters, period)

    def history(self, key: Key) -> tuple[Observation, ...]:
        """As of what is recorded."""
        return self._observations.history(key)


def explain_query(
    query: MetricQuery, definitions: Definitions, opens: Callable[[Told], Observations], today: date
) -> MetricExplanation:
    """Run a query once more and tell how its answer comes about.

    Args:
        query: as it was asked.
        definitions: the definition files.
        opens: what one viewer may read, telling each statement it runs.
        today: the day of the question.

    Raises:
        UnknownNameError: as ``run_query``.
        UnitMismatchError: as ``run_query``.
    """
    statements: dict[str, Statement] = {}

    def told(statement: Statement) -> None:
        statements[repr(statement)] = statement

    recorded = RecordedObservations(opens(told))

    sources = Sources(definitions, recorded)
    result = run_query(query, sources, today)
    run = tuple(statements.values())
    # What is read from here on only words the explanation.
    held = tuple(sorted(recorded.held.values(), key=lambda each: each.key))
    inquiry = Inquiry(result.query, sources, today)
    return MetricExplanation(
        query=result.query,
        result=result,
        asked=tuple(_asked(inquiry)),
        formulas=tuple(_formulas(inquiry)),
        observations=held,
        table=_table(inquiry, held[:MOST_OBSERVATIONS]),
        figures=tuple(_figure(inquiry, each) for each in held),
        statements=run,
    )


def _asked(inquiry: Inquiry) -> Iterator[Finding]:
    """The query in words: what, of whom, when, on which basis, under which bounds, in which order."""
    query = inquiry.query
    yield Finding("asked_operation", {"operation": Finding(f"operation_{query.operation}"), "code": query.operation})
    if query.targets:
        names = {each.code: each.name for each in inquiry.sources.targets}
        yield Finding("asked_targets", {"targets": tuple(names[code] for code in query.targets)})
    if query.indicators:
        yield Finding("asked_indicators", {"indicators": tuple(_indicator(inquiry, code) for code in query.indicators)})
    if query.measure is not Measure.LEVEL:
        yield Finding("asked_measure", {"measure": inquiry.measure_name()})
    if query.operation not in WITHOUT_INDICATOR or query.clusters:
        yield _subjects(inquiry)
    yield from _periods(inquiry)
    yield from _bounds(inquiry)
    if query.operation in ("rank", "in_each"):
        yield Finding("asked_order", {"order": Finding(f"order_{query.order}")})
    if query.k or query.place:
        yield Finding("asked_first" if query.k else "asked_place", {"k": query.k or query.place or 0})
    if query.unit:
        yield Finding("asked_unit", {"unit": query.unit})
    if query.as_known_on:
        yield Finding("asked_day", {"day": inquiry.sources.naming.day(query.as_known_on)})


def _indicator(inquiry: Inquiry, code: str) -> Finding:
    nature = inquiry.sources.catalogue.nature(code).value
    facts: dict[str, Fact] = {"name": inquiry.name(code), "unit": inquiry.definition(code).unit}
    return Finding("asked_indicator", {**facts, "nature": Finding(f"nature_{nature}")})


def _subjects(inquiry: Inquiry) -> Finding:
    names = [each.short_name for each in inquiry.clusters]
    more = Finding("and_others", {"count": len(names)}) if len(names) > _MOST_NAMED else ""
    facts: dict[str, Fact] = {"names": tuple(names[:_MOST_NAMED]), "more": more}
    return Finding("asked_clusters", {**facts, "by": Finding(f"by_{inquiry.query.by}")})


def _periods(inquiry: Inquiry) -> Iterator[Finding]:
    query = inquiry.query
    periods = inquiry.query.quarters if query.periods else inquiry.periods if query.indicators else ()
    if periods:
        labels = [_period_label(inquiry, each) for each in periods]
        more = Finding("and_others", {"count": len(labels)}) if len(labels) > _MOST_NAMED else ""
        yield Finding("asked_periods", {"periods": tuple(labels[:_MOST_NAMED]), "more": more})
    if periods and query.indicators:
        bases = dict.fromkeys(inquiry.basis(code, periods[-1]) for code in query.indicators)
        yield Finding("asked_basis", {"basis": tuple(Finding(f"basis_{each.value}") for each in bases)})


def _period_label(inquiry: Inquiry, period: Period) -> str:
    if not inquiry.query.indicators:
        return inquiry.sources.naming.quarter(period)
    return inquiry.full_label(period, inquiry.indicator)


def _bounds(inquiry: Inquiry) -> Iterator[Finding]:
    query = inquiry.query
    if query.threshold is not None:
        subject = f"{inquiry.name(inquiry.indicator)}{inquiry.measure_name()}" if query.indicators else ""
        yield _bound(subject, query.threshold)
    for each in query.also:
        yield _bound(inquiry.name(each.indicator) + inquiry.sources.naming.measure(each.measure), each.threshold)


def _bound(subject: str, threshold: Threshold) -> Finding:
    amount = Amount(threshold.value, threshold.unit, 8)
    if threshold.upper is not None:
        upper = Amount(threshold.upper, threshold.unit, 8)
        return Finding("asked_range", {"subject": subject, "from": str(amount), "to": str(upper)})
    facts: dict[str, Fact] = {"subject": subject, "comparison": Finding(f"comparison_{threshold.comparison}")}
    return Finding("asked_bound", {**facts, "amount": str(amount)})


def _formulas(inquiry: Inquiry) -> Iterator[Finding]:
    query = inquiry.query
    yield Finding(f"how_{query.operation}")
    if not query.indicators or not inquiry.periods:
        return
    for code in query.indicators:
        yield from _derivation(inquiry, code)
    if any(inquiry.basis(code, each) is Basis.QUARTER for code in query.indicators for each in inquiry.periods):
        yield Finding("formula_quarter")
    if query.measure is not Measure.LEVEL:
        of_share = inquiry.definition(inquiry.indicator).unit == "%" and query.measure.is_rate
        yield Finding("formula_points" if of_share else f"formula_{query.measure.value}")
    if query.operation in _WORKED:
        yield from _worked(inquiry)


def _derivation(inquiry: Inquiry, code: str) -> Iterator[Finding]:
    """The formula of a derived indicator; nothing for one that is reported."""
    match getattr(inquiry.definition(code), "formula", None):
        case Ratio(numerator=numerator, denominator=denominator, scale=scale):
            facts: dict[str, Fact] = {"numerator": inquiry.name(numerator), "denominator": inquiry.name(denominator)}
            yield Finding("formula_ratio", {"name": inquiry.name(code), **facts, "scale": f"{scale.normalize():f}"})
        case Sum(terms=terms):
            yield Finding("formula_sum", {"name": inquiry.name(code), "terms": " + ".join(map(inquiry.name, terms))})


def _worked(inquiry: Inquiry) -> Iterator[Finding]:
    """The same with the numbers of the first rows, each as read or computed on the way."""
    subjects, periods = inquiry.subjects[:_MOST_WORKED], inquiry.periods[-_MOST_WORKED:]
    inquiry.fetch(subjects, periods)
    rows = (
        inquiry.row(subject, period, code)
        for code in inquiry.query.indicators
        for subject in subjects
        for period in periods
    )
    steps = [step for row in rows if row.cell.value is not None and (step := _step(inquiry, row))]
    yield from steps[:_MOST_WORKED]


def _step(inquiry: Inquiry, row: Row) -> Finding | None:
    """One figure worked out; None for one that is simply read."""
    label: dict[str, Fact] = {
        "subject": row.subject.label,
        "period": inquiry.full_label(row.period, row.indicator),
        "name": inquiry.name(row.indicator) + inquiry.measure_name(),
        "amount": inquiry.amount(row),
    }
    formula = getattr(inquiry.definition(row.indicator), "formula", None)
    if inquiry.query.measure is not Measure.LEVEL:
        ends = {"now": _plain(inquiry, row, row.cell.current), "before": _plain(inquiry, row, row.cell.base)}
        return Finding("worked_growth", {**label, **ends})
    if formula is not None:
        parts = [(code, _level(inquiry, row, code, row.period)) for code in formula.inputs]
        named: tuple[Fact, ...] = tuple(f"{inquiry.name(code)}{part}" for code, part in parts)
        return Finding("worked_derived", {**label, "parts": named})
    if inquiry.basis(row.indicator, row.period) is not Basis.QUARTER or row.period.quarter == 1:
        return None
    both = {"now": row.period, "before": row.period.shift(-1)}
    level = inquiry.panel.level
    sums = {name: level(row.indicator, row.subject.clusters, each, Basis.YTD).value for name, each in both.items()}
    return Finding("worked_quarter", {**label, **{name: _plain(inquiry, row, value) for name, value in sums.items()}})


def _level(inquiry: Inquiry, row: Row, code: str, period: Period) -> str:
    cell = inquiry.panel.level(code, row.subject.clusters, period, inquiry.basis(row.indicator, row.period))
    definition = inquiry.definition(code)
    return "" if cell.value is None else str(Amount(cell.value, definition.unit, definition.decimals))


def _plain(inquiry: Inquiry, row: Row, value: Decimal | None) -> str:
    definition = inquiry.definition(row.indicator)
    return "" if value is None else str(Amount(value, definition.unit, definition.decimals))


def _table(inquiry: Inquiry, observations: tuple[Observation, ...]) -> Grid:
    columns = ("cluster", "indicator", "period", "value", "standing", "source")
    registry = inquiry.sources.registry
    return Grid(
        tuple(Finding(f"column_{name}") for name in columns),
        tuple(
            (
                registry.cluster(each.key.cluster).short_name,
                inquiry.name(each.key.indicator),
                _label(inquiry, each),
                str(_amount(inquiry, each)),
                Finding(
                    "standing",
                    {
                        "status": Finding(f"status_{each.provenance.status}"),
                        "revision": each.provenance.revision,
                    },
                ),
                _origin(each),
            )
            for each in observations
        ),
    )


def _label(inquiry: Inquiry, observation: Observation) -> str:
    return observation.key.period.label(_stored_basis(inquiry, observation))


def _stored_basis(inquiry: Inquiry, observation: Observation) -> Basis:
    """The basis on which the value is stored, whatever the query makes of it."""
    return inquiry.panel.basis(observation.key.indicator, None, observation.key.period)


def _amount(inquiry: Inquiry, observation: Observation) -> Amount:
    definition = inquiry.definition(observation.key.indicator)
    return Amount(observation.value, definition.unit, definition.decimals)


def _origin(observation: Observation) -> Finding:
    provenance = observation.provenance
    where = "!".join(part for part in (provenance.sheet, provenance.cell) if part)
    facts: dict[str, Fact] = {"file": provenance.file_name, "number": provenance.import_id}
    return Finding("origin", {**facts, "place": Finding("place", {"place": where}) if where else ""})


def _figure(inquiry: Inquiry, observation: Observation) -> Figure:
    key, provenance = observation.key, observation.provenance
    definition = inquiry.definition(key.indicator)
    return Figure(
        indicator=key.indicator,
        indicator_name=definition.name,
        cluster=key.cluster,
        cluster_name=inquiry.sources.registry.cluster(key.cluster).short_name,
        period=key.period,
        basis=_stored_basis(inquiry, observation),
        value=observation.value,
        unit=definition.unit,
        decimals=definition.decimals,
        source=place(provenance),
        sample=observation.is_sample,
        provenance=provenance,
    )
