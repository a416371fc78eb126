"""Figures out of observations: bases, derived indicators, sums over clusters and growth, all exact.

A flow is stored cumulatively (January to quarter end), a stock as the level at quarter end.  A single quarter is the
difference of two cumulatives; a year is the cumulative of its fourth quarter; growth compares the same basis.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from stats_tools.catalogue import IndicatorCatalogue, Nature, Ratio
from stats_tools.metric_query import Measure
from stats_tools.operations.observations import Key, Observation, Observations
from stats_tools.operations.results import Gap
from stats_tools.periods import Basis, Period

_HUNDRED = Decimal(100)

Column = Mapping[str, Observation]
"""The stored values of one indicator in one quarter by cluster."""


class Cell(NamedTuple):
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


Reading = Callable[[tuple[str, ...]], Cell]
"""Gives the figure of some clusters together."""


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
        """Read ahead the stored values of exactly these quarters, as far as they were not read already."""
        names, wanted = set(clusters), set(periods)
        every = self.inputs(indicators)
        codes = [code for code in every if not all(self.holds(code, period, names) for period in wanted)]
        kept: tuple[str, Period] | None = None
        column: dict[str, Observation] = {}
        for observation in self._observations.read(codes, names, wanted):
            cluster, indicator, period = observation[:3]
            # They come by indicator and quarter; looking those up for every cluster costs more than comparing them.
            if kept != (indicator, period):
                kept = indicator, period
                column = self._columns.setdefault(kept, {})
            column[cluster] = observation
        for code in codes:
            for period in wanted:
                self._asked.setdefault((code, period), set()).update(names)

    def holds(self, indicator: str, period: Period, clusters: Iterable[str]) -> bool:
        """Whether the stored values of a reported indicator in a quarter were read already, for all these clusters."""
        return self._asked.get((indicator, period), set()).issuperset(clusters)

    def column(self, indicator: str, period: Period, clusters: Iterable[str]) -> Column:
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
        return self.measuring(indicator, clusters, period, basis, measure, base)(clusters)

    def measuring(
        self,
        indicator: str,
        clusters: Collection[str],
        period: Period,
        basis: Basis | None = None,
        measure: Measure = Measure.LEVEL,
        base: Period | None = None,
    ) -> Reading:
        """What gives the figure, or its growth, of any of these clusters: all that they have in common is settled."""
        if measure is Measure.LEVEL:
            return self._leveling(indicator, clusters, period, basis)
        taken = Basis.QUARTER if measure.is_quarterly else basis
        start = base_period(period, measure, base)
        now = self._leveling(indicator, clusters, period, taken)
        before = self._leveling(indicator, clusters, start, taken)
        share = self._catalogue.get(indicator).unit == "%"
        if measure is Measure.CAGR:
            years = period.year - start.year
            return lambda names: _compound(now(names), before(names), years, of_rate=share)
        as_rate = measure.is_rate and not share
        return lambda names: _growth(now(names), before(names), as_rate=as_rate)

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
        return self._leveling(indicator, clusters, period, basis)(clusters)

    def _leveling(self, indicator: str, clusters: Collection[str], period: Period, basis: Basis | None) -> Reading:
        formula = getattr(self._catalogue.get(indicator), "formula", None)
        if formula is None:
            return self._stored(indicator, clusters, period, basis)
        parts = [self._leveling(code, clusters, period, basis) for code in formula.inputs]
        if isinstance(formula, Ratio):
            upper, lower, scale = parts[0], parts[1], formula.scale
            return lambda names: divided(upper(names), lower(names), scale)
        return lambda names: _total([part(names) for part in parts])

    def _stored(self, indicator: str, clusters: Collection[str], period: Period, basis: Basis | None) -> Reading:
        """The sum of what is stored; where the figure is a difference, of this quarter less the one before."""
        quarters = [period, period.shift(-1)] if self._is_difference(indicator, period, basis) else [period]
        columns = [(quarter, self.column(indicator, quarter, clusters)) for quarter in quarters]
        only = columns[0][1] if len(columns) == 1 else {}

        def read(names: tuple[str, ...]) -> Cell:
            one = only.get(names[0]) if len(names) == 1 else None
            return _summed(names, indicator, columns) if one is None else Cell(one.value, (), (one,))

        return read

    def _is_difference(self, indicator: str, period: Period, basis: Basis | None) -> bool:
        """Whether the figure is the difference of two cumulatives: a single quarter other than the first."""
        nature = self._catalogue.reported(indicator).nature
        return usual_basis(nature, basis, period) is Basis.QUARTER and period.quarter > 1

    def with_hidden(self, gaps: Iterable[Gap]) -> tuple[Gap, ...]:
        """The gaps without repetition, each told apart: not on record at all, or not for this viewer."""
        unique = tuple(dict.fromkeys(gaps))
        if not unique:
            return ()
        hidden = self._observations.hidden(
            {gap.indicator for gap in unique}, {gap.cluster for gap in unique}, {gap.period for gap in unique}
        )
        return tuple(replace(gap, hidden=Key(gap.cluster, gap.indicator, gap.period) in hidden) for gap in unique)


def _summed(names: tuple[str, ...], indicator: str, columns: Sequence[tuple[Period, Column]]) -> Cell:
    gaps = tuple(Gap(name, indicator, quarter) for name in names for quarter, held in columns if name not in held)
    inputs = tuple(held[name] for name in names for _, held in columns if name in held)
    if gaps:
        return Cell(None, gaps, inputs)
    sums = [sum((held[name].value for name in names), Decimal(0)) for _, held in columns]
    return Cell(sums[0] - sums[1] if len(sums) > 1 else sums[0], inputs=inputs)


def _total(cells: Sequence[Cell]) -> Cell:
    values = [cell.value for cell in cells if cell.value is not None]
    return Cell(sum(values, Decimal(0)) if len(values) == len(cells) else None, *_behind(cells))


def _behind(cells: Sequence[Cell]) -> tuple[tuple[Gap, ...], tuple[Observation, ...]]:
    """Gaps and inputs of several cells; what went in twice is named once."""
    gaps = tuple(gap for cell in cells for gap in cell.gaps)
    # One panel holds each stored value once, so that which it is tells it apart.
    return gaps, tuple({id(each): each for cell in cells for each in cell.inputs}.values())


def divided(numerator: Cell, denominator: Cell, scale: Decimal) -> Cell:
    """``scale`` × numerator ÷ denominator; undefined for a denominator that is zero or negative."""
    upper, lower = numerator.value, denominator.value
    gaps, inputs = _behind((numerator, denominator))
    if upper is None or lower is None:
        return Cell(None, gaps, inputs)
    if lower <= 0:
        return Cell(None, gaps, inputs, "zero_denominator", upper, lower)
    return Cell(upper * scale / lower, gaps, inputs, "", upper, lower)


def _growth(now: Cell, before: Cell, *, as_rate: bool) -> Cell:
    gaps, inputs = _behind((now, before))
    held = Cell(None, gaps, inputs, now.reason or before.reason, now.value, before.value)
    if now.value is None or before.value is None:
        return held
    change = change_of(now.value, before.value, as_rate=as_rate)
    if change is None:
        # From a loss there is no rate: -10 to +5 is not "growth of -150 %".
        return held._replace(reason="zero_base" if before.value == 0 else "negative_base")
    return Cell(change, gaps, inputs, held.reason, now.value, before.value)


def change_of(now: Decimal, before: Decimal, *, as_rate: bool) -> Decimal | None:
    """The increase, or the growth in percent; None for a rate over nothing or over a loss."""
    if not as_rate:
        return now - before
    return (now - before) * _HUNDRED / before if before > 0 else None


def _compound(now: Cell, before: Cell, years: int, *, of_rate: bool) -> Cell:
    """Compound growth a year in percent: ((last ÷ first) ^ (1 ÷ years) - 1) x 100; both ends have to be positive."""
    held = Cell(None, *_behind((now, before)), now.reason or before.reason, now.value, before.value)
    if now.value is None or before.value is None:
        return held
    if of_rate:
        return held._replace(reason="compound_of_rate")
    if now.value <= 0 or before.value <= 0:
        return held._replace(reason="end_not_positive")
    return held._replace(value=((now.value / before.value) ** (Decimal(1) / years) - 1) * _HUNDRED)
