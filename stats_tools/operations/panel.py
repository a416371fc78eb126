"""Figures out of observations: bases, derived indicators, sums over clusters and growth, all exact.

A flow is stored cumulatively (January to quarter end), a stock as the level at quarter end.  A single quarter is the
difference of two cumulatives; a year is the cumulative of its fourth quarter; growth compares the same basis.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from stats_tools.catalogue import IndicatorCatalogue, Nature, Ratio
from stats_tools.metric_query import Measure
from stats_tools.operations.observations import Key, Observation, Observations
from stats_tools.operations.results import Gap
from stats_tools.periods import Basis, Period

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Cell:
    """A computed value, or why there is none.

    Args:
        value: exact; None where it cannot be computed.
        gaps: observations that were needed and are missing.
        inputs: observations that went in.
        reason: why there is no value although nothing is missing: ``zero_denominator``, ``zero_base``,
            ``negative_base``, ``end_not_positive`` or ``compound_of_rate``; empty otherwise.
        current: for growth, the figure of the period; for an undefined ratio, its numerator.
        base: for growth, the figure it is measured from; for an undefined ratio, its denominator.
    """

    value: Decimal | None
    gaps: tuple[Gap, ...] = ()
    inputs: tuple[Observation, ...] = ()
    reason: str = ""
    current: Decimal | None = None
    base: Decimal | None = None


def usual_basis(nature: Nature, wanted: Basis | None, period: Period) -> Basis:
    """The basis a figure is read on: stocks always at period end, a cumulative fourth quarter is the year."""
    if nature is Nature.STOCK:
        return Basis.POINT
    if wanted is Basis.QUARTER:
        return Basis.QUARTER
    return Basis.YEAR if period.quarter == 4 else Basis.YTD


def base_period(period: Period, measure: Measure, base: Period | None) -> Period:
    """The period that growth is measured from."""
    if base is not None:
        return base
    return period.shift(-1) if measure.is_quarterly else period.year_ago


class Panel:
    """All figures of one query, from one read of the observations.

    Args:
        catalogue: what the indicators mean.
        observations: what the viewer may read.
    """

    def __init__(self, catalogue: IndicatorCatalogue, observations: Observations) -> None:
        self._catalogue = catalogue
        self._observations = observations
        # By indicator and quarter, because a thousand clusters share one look-up of those.
        self._columns: dict[tuple[str, Period], dict[str, Observation]] = {}
        self._asked: dict[tuple[str, Period], set[str]] = {}

    def fetch(self, indicators: Iterable[str], clusters: Iterable[str], periods: Iterable[Period]) -> None:
        """Read ahead the stored values of these quarters and, for flows, of the quarters before them."""
        wanted = set(periods)
        self.hold(indicators, clusters, wanted | {period.shift(-1) for period in wanted if period.quarter > 1})

    def hold(self, indicators: Iterable[str], clusters: Iterable[str], periods: Iterable[Period]) -> None:
        """Read ahead the stored values of exactly these quarters."""
        codes, names, wanted = self.inputs(indicators), sorted(set(clusters)), set(periods)
        for key, observation in self._observations.read(codes, names, wanted).items():
            self._columns.setdefault((key.indicator, key.period), {})[key.cluster] = observation
        for code in codes:
            for period in wanted:
                self._asked.setdefault((code, period), set()).update(names)

    def holds(self, indicator: str, period: Period, clusters: Iterable[str]) -> bool:
        """Whether the stored values of a reported indicator in a quarter were read already, for all these clusters."""
        return self._asked.get((indicator, period), set()).issuperset(clusters)

    def column(self, indicator: str, period: Period, clusters: Iterable[str]) -> Mapping[str, Observation]:
        """The stored values of a reported indicator in a quarter by cluster, of these clusters at least."""
        if not self.holds(indicator, period, clusters):
            self.fetch([indicator], clusters, [period])
        return self._columns.get((indicator, period), {})

    def inputs(self, indicators: Iterable[str]) -> tuple[str, ...]:
        """Codes of the reported indicators behind reported or derived ones."""
        codes: dict[str, None] = {}
        for code in indicators:
            formula = getattr(self._catalogue.get(code), "formula", None)
            codes.update(dict.fromkeys(formula.inputs if formula else (code,)))
        return tuple(codes)

    def basis(self, indicator: str, wanted: Basis | None, period: Period) -> Basis:
        """The basis of an indicator, reported or derived."""
        return usual_basis(self._catalogue.nature(indicator), wanted, period)

    def measured(
        self,
        indicator: str,
        clusters: tuple[str, ...],
        period: Period,
        basis: Basis | None = None,
        measure: Measure = Measure.LEVEL,
        base: Period | None = None,
    ) -> Cell:
        """The figure of one or several clusters together, or its growth."""
        if measure is Measure.LEVEL:
            return self.level(indicator, clusters, period, basis)
        if measure.is_quarterly:
            basis = Basis.QUARTER
        now = self.level(indicator, clusters, period, basis)
        start = base_period(period, measure, base)
        before = self.level(indicator, clusters, start, basis)
        share = self._catalogue.get(indicator).unit == "%"
        if measure is Measure.CAGR:
            return _compound(now, before, period.year - start.year, of_rate=share)
        return _growth(now, before, as_rate=measure.is_rate and not share)

    def complete(
        self, indicator: str, clusters: Iterable[str], periods: Iterable[Period], basis: Basis | None = None
    ) -> tuple[str, ...]:
        """Those of the clusters with every stored value that the indicator's figures of these periods take."""
        names = tuple(clusters)
        pairs = dict.fromkeys(pair for period in periods for pair in self._needed(indicator, period, basis))
        columns = [self.column(code, period, names) for code, period in pairs]
        return tuple(cluster for cluster in names if all(cluster in column for column in columns))

    def values(
        self, indicator: str, clusters: Iterable[str], period: Period, basis: Basis | None = None
    ) -> Mapping[str, Decimal]:
        """The figures of a reported indicator by cluster, of those that have one: what many are compared by."""
        names = tuple(clusters)
        now = self.column(indicator, period, names)
        if not self._is_difference(indicator, period, basis):
            return {name: now[name].value for name in names if name in now}
        before = self.column(indicator, period.shift(-1), names)
        return {name: now[name].value - before[name].value for name in names if name in now and name in before}

    def _needed(self, indicator: str, period: Period, basis: Basis | None) -> Iterator[tuple[str, Period]]:
        for code in self.inputs([indicator]):
            yield code, period
            if self._is_difference(code, period, basis):
                yield code, period.shift(-1)

    def level(self, indicator: str, clusters: tuple[str, ...], period: Period, basis: Basis | None) -> Cell:
        """The figure itself; of several clusters the sum, of a ratio over several clusters the ratio of the sums."""
        definition = self._catalogue.get(indicator)
        formula = getattr(definition, "formula", None)
        if formula is None:
            return self._stored(indicator, clusters, period, basis)
        parts = [self.level(code, clusters, period, basis) for code in formula.inputs]
        return divided(parts[0], parts[1], formula.scale) if isinstance(formula, Ratio) else self._total(parts)

    def _stored(self, indicator: str, clusters: tuple[str, ...], period: Period, basis: Basis | None) -> Cell:
        """The sum of what is stored; where the figure is a difference, of this quarter less the one before."""
        quarters = [period, period.shift(-1)] if self._is_difference(indicator, period, basis) else [period]
        columns = [(quarter, self.column(indicator, quarter, clusters)) for quarter in quarters]
        gaps = tuple(
            Gap(cluster, indicator, quarter)
            for cluster in clusters
            for quarter, column in columns
            if cluster not in column
        )
        inputs = tuple(column[cluster] for cluster in clusters for _, column in columns if cluster in column)
        if gaps:
            return Cell(None, gaps, inputs)
        sums = [sum((column[cluster].value for cluster in clusters), Decimal(0)) for _, column in columns]
        return Cell(sums[0] - sums[1] if len(sums) > 1 else sums[0], inputs=inputs)

    def _is_difference(self, indicator: str, period: Period, basis: Basis | None) -> bool:
        """Whether the figure is the difference of two cumulatives: a single quarter other than the first."""
        nature = self._catalogue.reported(indicator).nature
        return usual_basis(nature, basis, period) is Basis.QUARTER and period.quarter > 1

    @staticmethod
    def _total(cells: list[Cell]) -> Cell:
        return _combined(cells, lambda values: sum(values, Decimal(0)))

    def with_hidden(self, gaps: Iterable[Gap]) -> tuple[Gap, ...]:
        """The gaps without repetition, each told apart: not on record at all, or not for this viewer."""
        unique = tuple(dict.fromkeys(gaps))
        if not unique:
            return ()
        hidden = self._observations.hidden(
            {gap.indicator for gap in unique}, {gap.cluster for gap in unique}, {gap.period for gap in unique}
        )
        return tuple(replace(gap, hidden=Key(gap.cluster, gap.indicator, gap.period) in hidden) for gap in unique)


def _combined(cells: Iterable[Cell], compute: Callable[[list[Decimal]], Decimal]) -> Cell:
    held = list(cells)
    gaps = tuple(gap for cell in held for gap in cell.gaps)
    # One panel holds each stored value once, so that which it is tells it apart.
    inputs = tuple({id(each): each for cell in held for each in cell.inputs}.values())
    values = [cell.value for cell in held if cell.value is not None]
    return Cell(compute(values) if len(values) == len(held) else None, gaps, inputs)


def divided(numerator: Cell, denominator: Cell, scale: Decimal) -> Cell:
    """``scale`` × numerator ÷ denominator; undefined for a denominator that is zero or negative."""
    merged = _combined((numerator, denominator), lambda values: values[0])
    if merged.value is None or numerator.value is None or denominator.value is None:
        return replace(merged, value=None)
    held = replace(merged, value=None, current=numerator.value, base=denominator.value)
    if denominator.value <= 0:
        return replace(held, reason="zero_denominator")
    return replace(held, value=numerator.value * scale / denominator.value)


def _growth(now: Cell, before: Cell, *, as_rate: bool) -> Cell:
    merged = _combined((now, before), lambda values: values[0])
    held = replace(merged, value=None, current=now.value, base=before.value, reason=now.reason or before.reason)
    if now.value is None or before.value is None:
        return held
    change = change_of(now.value, before.value, as_rate=as_rate)
    if change is None:
        # From a loss there is no rate: -10 to +5 is not "growth of -150 %".
        return replace(held, reason="zero_base" if before.value == 0 else "negative_base")
    return replace(held, value=change)


def change_of(now: Decimal, before: Decimal, *, as_rate: bool) -> Decimal | None:
    """The increase, or the growth in percent; None for a rate over nothing or over a loss."""
    if not as_rate:
        return now - before
    return (now - before) * _HUNDRED / before if before > 0 else None


def _compound(now: Cell, before: Cell, years: int, *, of_rate: bool) -> Cell:
    """Compound growth a year in percent: ((last ÷ first) ^ (1 ÷ years) - 1) x 100; both ends have to be positive."""
    merged = _combined((now, before), lambda values: values[0])
    held = replace(merged, value=None, current=now.value, base=before.value, reason=now.reason or before.reason)
    if now.value is None or before.value is None:
        return held
    if of_rate:
        return replace(held, reason="compound_of_rate")
    if now.value <= 0 or before.value <= 0:
        return replace(held, reason="end_not_positive")
    return replace(held, value=((now.value / before.value) ** (Decimal(1) / years) - 1) * _HUNDRED)
