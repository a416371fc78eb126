"""One query at work: its subjects, periods and cells, with the defaults filled in and said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from stats_tools.amounts import Amount
from stats_tools.catalogue import DerivedIndicator, Indicator
from stats_tools.metric_query import Assumption, Measure, MetricQuery
from stats_tools.operations.observations import Observation
from stats_tools.operations.panel import Cell, Panel, base_period
from stats_tools.operations.results import Gap
from stats_tools.operations.sources import Sources
from stats_tools.periods import Basis, Period
from stats_tools.types import Cluster, Figure, Provenance

_ASKED_DECIMALS = 2
_RATE_DECIMALS = 2


class Subject(NamedTuple):
    """Whose figure it is: a cluster (code given), or several together."""

    label: str
    clusters: tuple[str, ...]
    code: str = ""


class Row(NamedTuple):
    """One subject's figure of one indicator in one period."""

    subject: Subject
    indicator: str
    period: Period
    cell: Cell


class _Told(NamedTuple):
    code: str
    name: str
    unit: str
    decimals: int
    basis: Basis


class Inquiry:
    """The query with everything it needs resolved.

    Args:
        query: as asked; an empty period becomes the newest one with figures.
        sources: what to compute from.
        today: the day of the question.
        panel: of the same observations, where some are read already.
    """

    def __init__(self, query: MetricQuery, sources: Sources, today: date, panel: Panel | None = None) -> None:
        self.query = query
        self.today = today
        self.sources = sources
        self.panel = panel or Panel(sources.catalogue, sources.observations)
        self.assumptions = list(query.assumptions)
        self._known: dict[tuple[str, Period, Measure], _Told] = {}

    @cached_property
    def clusters(self) -> tuple[Cluster, ...]:
        """The clusters in scope: those named, or those that fit the filters and report at all."""
        query, registry = self.query, self.sources.registry
        if query.clusters:
            return tuple(registry.cluster(code) for code in query.clusters)
        return self.fitting(query.level)

    def fitting(self, level: str | None) -> tuple[Cluster, ...]:
        """The clusters of a level (None for all) that fit the other filters; provincial ones only where they report."""
        query = self.query
        fit = [
            each
            for each in self.sources.registry.clusters
            if (level is None or each.level == level)
            and (not query.cities or each.city in query.cities)
            and (not query.sectors or each.sector in query.sectors)
        ]
        if level == "national":
            return tuple(fit)
        reporting = self.sources.observations.reporting()
        held = [each for each in fit if each.code in reporting or each.level == "national"]
        # A city or field that was named and reports nothing stays in, so that it is named as missing.
        silent = set(query.cities) - {each.city for each in held} | set(query.sectors) - {each.sector for each in held}
        if query.by == "level":
            silent |= {each.level for each in fit} - {each.level for each in held}
        held += [each for each in fit if {each.city, each.sector, each.level} & silent]
        return tuple(held or fit)

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """The rows of the result: clusters, or groups of them."""
        if self.query.by == "cluster":
            return tuple(Subject(each.short_name, (each.code,), each.code) for each in self.clusters)
        if self.query.by == "all":
            return (self.together(),)
        groups: dict[str, list[str]] = {}
        for each in self.clusters:
            groups.setdefault(self._group(each), []).append(each.code)
        return tuple(Subject(label, tuple(codes)) for label, codes in groups.items())

    def _group(self, cluster: Cluster) -> str:
        match self.query.by:
            case "city":
                return cluster.city
            case "sector":
                return cluster.sector
            case _:
                return self.sources.registry.level_name(cluster.level)

    def varied(self, **changes: object) -> Inquiry:
        """The same question with some fields of the query changed."""
        return Inquiry(self.query.model_copy(update=changes), self.sources, self.today, self.panel)

    def together(self, clusters: tuple[Cluster, ...] | None = None) -> Subject:
        """All clusters in scope (or those given) as one subject."""
        chosen = self.clusters if clusters is None else clusters
        label = self.sources.naming.clusters(chosen, self.query, self.sources.registry)
        return Subject(label, tuple(each.code for each in chosen), chosen[0].code if len(chosen) == 1 else "")

    def of(self, rows: Iterable[Row]) -> Subject:
        """The clusters of some rows together."""
        codes = dict.fromkeys(code for row in rows for code in row.subject.clusters)
        return self.together(tuple(self.sources.registry.cluster(code) for code in codes))

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """The periods asked for, or the newest in which all inputs are on record (said as an assumption)."""
        if self.query.periods:
            return self.query.quarters
        ends = self.extent
        if ends is None:
            return ()
        self.assumptions.append(Assumption(kind="latest_period", meaning=self.full_label(ends[1], self.indicator)))
        return (ends[1],)

    def quarters_or_latest(self, indicators: Sequence[str]) -> Period | None:
        """The last period asked for, or the newest with any of the indicators; None while there are no figures."""
        if self.query.periods:
            return self.query.quarters[-1]
        ends = self.sources.observations.extent(indicators, ())
        return ends[1] if ends else None

    @property
    def period(self) -> Period:
        """The last period asked for."""
        return self.periods[-1]

    @cached_property
    def extent(self) -> tuple[Period, Period] | None:
        """First and last quarter in which every input of the indicators is on record for some cluster in scope."""
        codes = [cluster.code for cluster in self.clusters]
        ends = [self.sources.observations.extent([each], codes) for each in self.panel.inputs(self.query.indicators)]
        known = [end for end in ends if end is not None]
        if not known or len(known) < len(ends):
            return None
        return max(first for first, _ in known), min(last for _, last in known)

    @property
    def indicator(self) -> str:
        """The first indicator asked for."""
        return self.query.indicators[0]

    def definition(self, indicator: str) -> Indicator | DerivedIndicator:
        """The indicator's definition."""
        return self.sources.catalogue.get(indicator)

    def basis(self, indicator: str, period: Period) -> Basis:
        """The basis on which the indicator is read in this query."""
        wanted = Basis.QUARTER if self.query.measure.is_quarterly else self.query.basis
        return self.panel.basis(indicator, wanted, period)

    def basis_name(self, indicator: str, period: Period) -> str:
        """What that basis is called."""
        return self.sources.naming.bases[self.basis(indicator, period)]

    def label(self, period: Period, indicator: str) -> str:
        """The period as an official writes it where the basis is named besides."""
        basis = self.basis(indicator, period)
        return self.sources.naming.quarter(period) if basis is Basis.QUARTER else period.label(basis)

    def full_label(self, period: Period, indicator: str) -> str:
        """The period with its basis, for where nothing else names that."""
        return period.label(self.basis(indicator, period))

    def base_of(self, period: Period) -> Period:
        """The period that growth is measured from."""
        return base_period(period, self.query.measure, Period.parse(self.query.base) if self.query.base else None)

    def fetch(self, subjects: Iterable[Subject], periods: Iterable[Period]) -> None:
        """Read all that these subjects' figures need in one go."""
        needed = set(periods)
        if self.query.measure is not Measure.LEVEL:
            needed |= {self.base_of(period) for period in needed}
        # Cumulative figures are stored as such; only a single quarter takes the quarter before it too.
        needed |= {period.shift(-1) for period in needed if period.quarter > 1 and self._takes_single_quarter(period)}
        self.panel.hold(self.query.indicators, {c for each in subjects for c in each.clusters}, needed)

    def _takes_single_quarter(self, period: Period) -> bool:
        """Whether a figure of this quarter is the difference of two stored ones."""
        return any(self.basis(code, period) is Basis.QUARTER for code in self.query.indicators)

    def row(
        self, subject: Subject, period: Period, indicator: str | None = None, measure: Measure | None = None
    ) -> Row:
        """One figure, on the query's basis and measure unless told otherwise."""
        return self._rows([subject], period, indicator, measure)[0]

    def rows(
        self, subjects: Sequence[Subject], period: Period, measure: Measure | None = None, indicator: str | None = None
    ) -> tuple[Row, ...]:
        """The figure of every subject in one period, on the query's indicator and measure unless told otherwise."""
        self.fetch(subjects, [period])
        return self._rows(subjects, period, indicator, measure)

    def lines(self, subjects: Sequence[Subject]) -> list[tuple[Row, ...]]:
        """The figures of each subject over the periods asked for."""
        self.fetch(subjects, self.periods)
        return list(zip(*(self._rows(subjects, period, None, None) for period in self.periods), strict=True))

    def _rows(
        self, subjects: Sequence[Subject], period: Period, indicator: str | None, measure: Measure | None
    ) -> tuple[Row, ...]:
        code, query = indicator or self.indicator, self.query
        taken = query.measure if measure is None else measure
        base = Period.parse(query.base) if query.base else None
        names = [name for subject in subjects for name in subject.clusters]
        cell = self.panel.measuring(code, names, period, self.basis(code, period), taken, base)
        return tuple([Row(subject, code, period, cell(subject.clusters)) for subject in subjects])

    def unit(self, indicator: str, measure: Measure | None = None) -> str:
        """Unit of the figures."""
        taken = self.query.measure if measure is None else measure
        unit = self.definition(indicator).unit
        if taken is Measure.LEVEL:
            return unit
        if unit == "%":
            return self.sources.naming.percentage_points
        return "%" if taken.is_rate else unit

    def amount(self, row: Row, measure: Measure | None = None) -> Amount:
        """The row's value with its unit; only for rows that have one.

        Raises:
            ValueError: the row has no value.
        """
        value = row.cell.value
        if value is None:
            raise ValueError(f"no value for {row.subject.label} {row.period}")
        told = self._told(row.indicator, row.period, self.query.measure if measure is None else measure)
        return Amount(value, told.unit, told.decimals, self._in_asked_unit(value, told.unit))

    def _told(self, indicator: str, period: Period, measure: Measure) -> _Told:
        """What all figures of an indicator, period and measure have in common; looked up once for all clusters."""
        key = indicator, period, measure
        if key not in self._known:
            definition, level = self.definition(indicator), measure is Measure.LEVEL
            self._known[key] = _Told(
                code=indicator if level else f"{indicator}_{measure.value}",
                name=definition.name + self.sources.naming.measures.get(measure, ""),
                unit=self.unit(indicator, measure),
                decimals=_RATE_DECIMALS if measure.is_rate else definition.decimals,
                basis=self.basis(indicator, period),
            )
        return self._known[key]

    def _in_asked_unit(self, value: Decimal, unit: str) -> Amount | None:
        """The value in the unit asked for; None where that is its own unit, or does not convert."""
        asked = self.query.unit
        factor = None if asked in (None, unit) else self.sources.definitions.units.factor(unit, asked or "")
        return None if factor is None or asked is None else Amount(value * factor, asked, _ASKED_DECIMALS)

    def name(self, indicator: str) -> str:
        """The indicator's name to show."""
        return self.definition(indicator).name

    def measure_name(self) -> str:
        """What the measure is called, empty for the figure itself."""
        base = self.label(Period.parse(self.query.base), self.indicator) if self.query.base else ""
        return "" if self.query.measure is Measure.LEVEL else self.sources.naming.measure(self.query.measure, base)

    def figure(self, row: Row, measure: Measure | None = None) -> Figure:
        """The row as data."""
        told = self._told(row.indicator, row.period, self.query.measure if measure is None else measure)
        amount, inputs = self.amount(row, measure), row.cell.inputs
        provenance = inputs[0].provenance if len(inputs) == 1 else None
        return Figure(
            indicator=told.code,
            indicator_name=told.name,
            cluster=row.subject.code,
            cluster_name=row.subject.label,
            period=row.period,
            basis=told.basis,
            value=amount.value,
            unit=amount.unit,
            decimals=amount.decimals,
            source=place(provenance) if provenance else source_line(inputs),
            sample=any(each.is_sample for each in inputs),
            provenance=provenance,
        )

    def gaps(self, rows: Iterable[Row]) -> tuple[Gap, ...]:
        """What is missing in the rows."""
        return self.panel.with_hidden(gap for row in rows for gap in row.cell.gaps)


def source_line(inputs: Iterable[Observation]) -> str:
    """Files, cells and import numbers in one line; cells are left out where there are more than two inputs."""
    held = tuple(inputs)
    if len(held) > 2:
        files = dict.fromkeys(f"{each.provenance.file_name} #{each.provenance.import_id}" for each in held)
        return "; ".join(files)
    return "; ".join(dict.fromkeys(place(each.provenance) for each in held))


def place(provenance: Provenance) -> str:
    """File, sheet, cell and import number, e.g. ``q2.xlsx [Sheet1!C5] #3``."""
    cell = "!".join(part for part in (provenance.sheet, provenance.cell) if part)
    return (
        f"{provenance.file_name} [{cell}] #{provenance.import_id}"
        if cell
        else (f"{provenance.file_name} #{provenance.import_id}")
    )
