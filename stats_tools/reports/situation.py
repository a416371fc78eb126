"""How a set of clusters stands at the end of a quarter: totals and single clusters, each with its changes.

A flow is told cumulatively and compared with the same cumulative figure a year before; its change over the previous
quarter is that of single quarters, because cumulatives of successive quarters are not alike.  A stock is compared level
with level.  Totals grow over the clusters that have both figures, so that a late report does not look like a fall.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from stats_tools.amounts import PERCENT, Amount
from stats_tools.catalogue import Nature
from stats_tools.metric_query import Measure
from stats_tools.operations.inquiry import source_line
from stats_tools.operations.naming import Naming
from stats_tools.operations.observations import Observation
from stats_tools.operations.panel import Cell, Panel, base_period
from stats_tools.operations.reporting import Coverage, coverage
from stats_tools.operations.sources import Sources
from stats_tools.periods import Basis, Period
from stats_tools.types import Cluster, Figure


@dataclass(frozen=True, slots=True)
class Growth:
    """The change of a figure against an earlier quarter.

    Args:
        base: the earlier quarter.
        basis: on which both are read.
        cell: the change, with the two figures as ``current`` and ``base``; without value where it cannot be computed.
        amount: the change with its unit, percent or percentage points; None without value.
        clusters: codes of the clusters compared.
    """

    base: Period
    basis: Basis
    cell: Cell
    amount: Amount | None
    clusters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """One indicator of one cluster or of several together.

    Args:
        indicator: code, reported or derived.
        name: what it is called.
        unit: of the figure.
        period: the quarter.
        basis: on which it is read.
        cell: the figure.
        amount: the figure with its unit; None where there is none.
        clusters: codes of the clusters that have a figure.
        yoy: change over the same quarter a year before.
        qoq: change over the quarter before, of a flow between single quarters.
    """

    indicator: str
    name: str
    unit: str
    period: Period
    basis: Basis
    cell: Cell
    amount: Amount | None
    clusters: tuple[str, ...]
    yoy: Growth
    qoq: Growth


class Situation:
    """The standings of some clusters in one quarter, from one read of what a viewer may see.

    Args:
        sources: definitions and observations.
        clusters: the clusters looked at; at least one.
        period: the quarter.
        indicators: codes that are read ahead; others are read when asked for.
    """

    def __init__(
        self, sources: Sources, clusters: Sequence[Cluster], period: Period, indicators: Iterable[str] = ()
    ) -> None:
        self.sources = sources
        self.clusters = tuple(clusters)
        self.period = period
        self.panel = Panel(sources.catalogue, sources.observations)
        inputs = self.panel.inputs(indicators)
        self.panel.hold(inputs, self.codes, {period, period.year_ago, period.shift(-1)})
        if period.quarter != 2:
            # The single quarter before is itself the difference of two cumulatives, but for a first quarter.
            flows = [code for code in inputs if sources.catalogue.nature(code) is Nature.FLOW]
            self.panel.hold(flows, self.codes, {period.shift(-2)})

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes of the clusters."""
        return tuple(cluster.code for cluster in self.clusters)

    @cached_property
    def coverage(self) -> Coverage:
        """Who of them has reported."""
        return coverage(self.sources, self.clusters, self.period, self.panel)

    def standing(self, indicator: str, clusters: Sequence[str] | None = None) -> Standing:
        """One indicator of some of the clusters together; of all without ``clusters``."""
        chosen = self.codes if clusters is None else tuple(clusters)
        definition = self.sources.catalogue.get(indicator)
        basis = self.panel.basis(indicator, None, self.period)
        held = self.panel.complete(indicator, chosen, [self.period])
        cell = self.panel.level(indicator, held or chosen, self.period, None)
        amount = None if cell.value is None else Amount(cell.value, definition.unit, definition.decimals)
        return Standing(
            indicator=indicator,
            name=definition.name,
            unit=definition.unit,
            period=self.period,
            basis=basis,
            cell=cell,
            amount=amount,
            clusters=held,
            yoy=self.growth(indicator, chosen, Measure.YOY),
            qoq=self.growth(indicator, chosen, Measure.QOQ),
        )

    def growth(self, indicator: str, clusters: Sequence[str], measure: Measure, basis: Basis | None = None) -> Growth:
        """The change of some clusters together, over those that have both figures."""
        base = base_period(self.period, measure, None)
        taken = self.panel.basis(indicator, Basis.QUARTER if measure.is_quarterly else basis, self.period)
        both = self.panel.complete(indicator, clusters, [self.period, base], taken)
        cell = self.panel.measured(indicator, both or tuple(clusters), self.period, taken, measure)
        share = self.sources.catalogue.get(indicator).unit == PERCENT
        unit = self.sources.naming.percentage_points if share else PERCENT
        amount = None if cell.value is None else Amount(cell.value, unit)
        return Growth(base, taken, cell, amount, both)


def figures_of(standing: Standing, name: str, code: str, naming: Naming) -> tuple[Figure, ...]:
    """A standing as data: the figure and its changes, as far as there are any.

    Args:
        standing: what is told.
        name: of the cluster, or of the group.
        code: of the cluster; empty for a group.
        naming: what the changes are called.
    """
    parts = [("", "", standing.amount, standing.cell.inputs, standing.basis)]
    for measure, growth in ((Measure.YOY, standing.yoy), (Measure.QOQ, standing.qoq)):
        called = naming.measures[measure]
        parts.append((f"_{measure.value}", called, growth.amount, growth.cell.inputs, growth.basis))
    return tuple(
        Figure(
            indicator=standing.indicator + suffix,
            indicator_name=standing.name + called,
            cluster=code,
            cluster_name=name,
            period=standing.period,
            basis=basis,
            value=amount.value,
            unit=amount.unit,
            decimals=amount.decimals,
            source=source_line(inputs),
            sample=any(each.is_sample for each in inputs),
            provenance=inputs[0].provenance if len(inputs) == 1 else None,
        )
        for suffix, called, amount, inputs, basis in parts
        if amount is not None
    )


def inputs_of(standings: Iterable[Standing]) -> tuple[Observation, ...]:
    """Every stored value that went into the standings and their changes, without repetition."""
    parts = (part for each in standings for part in (each.cell, each.yoy.cell, each.qoq.cell))
    return tuple({each.key: each for cell in parts for each in cell.inputs}.values())
