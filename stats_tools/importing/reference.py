"""What reports are read against."""

from __future__ import annotations

from dataclasses import dataclass

from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.importing.layout import ReportLayout
from stats_tools.registry import Registry
from stats_tools.units import UnitTable


@dataclass(frozen=True, slots=True)
class Reference:
    """Registered clusters, indicators, units and the layouts of reports."""

    registry: Registry
    catalogue: IndicatorCatalogue
    units: UnitTable
    layout: ReportLayout

    @classmethod
    def load(cls) -> Reference:
        """The definitions that ship with the product; raises DefinitionError where one is wrong."""
        units = UnitTable.load()
        return cls(Registry.load(), IndicatorCatalogue.load(units=units), units, ReportLayout.load())
