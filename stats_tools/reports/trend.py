"""The course of a flow over single quarters, up to the quarter of a situation."""

from __future__ import annotations

from stats_tools.amounts import Amount
from stats_tools.operations.results import Finding, Series
from stats_tools.periods import Basis
from stats_tools.reports.situation import Situation

_TREND_QUARTERS = 8


def quarterly_trend(situation: Situation, indicator: str = "revenue") -> Series | None:
    """The last quarters of a flow, each by itself, over the clusters that have all of them; None without any.

    The course begins with the first quarter that any cluster has together with all later ones.
    """
    panel, sources = situation.panel, situation.sources
    quarters = [situation.period.shift(-back) for back in reversed(range(_TREND_QUARTERS))]
    panel.fetch([indicator], situation.codes, quarters)
    while len(quarters) > 2 and not panel.complete(indicator, situation.codes, quarters, Basis.QUARTER):
        quarters = quarters[1:]
    held = panel.complete(indicator, situation.codes, quarters, Basis.QUARTER)
    if not held:
        return None
    definition = sources.catalogue.get(indicator)
    cells = [panel.level(indicator, held, quarter, Basis.QUARTER) for quarter in quarters]
    points = tuple(
        Amount(cell.value, definition.unit, definition.decimals) if cell.value is not None else None for cell in cells
    )
    title = Finding("report_trend", {"count": len(held), "indicator": definition.name})
    labels = tuple(sources.naming.quarter(quarter) for quarter in quarters)
    return Series(title, definition.unit, labels, ((definition.name, points),))
