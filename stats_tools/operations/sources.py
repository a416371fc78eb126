"""What operations rest on: the definition files, and the observations of one viewer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.operations.naming import Naming
from stats_tools.operations.observations import Observations
from stats_tools.registry import Registry
from stats_tools.targets import Targets
from stats_tools.units import UnitTable


@dataclass(frozen=True, slots=True)
class Definitions:
    """The definition files, read."""

    catalogue: IndicatorCatalogue
    registry: Registry
    targets: Targets
    units: UnitTable
    naming: Naming

    @classmethod
    def load(cls) -> Self:
        """Read the shipped files; raises DefinitionError where one is wrong."""
        units = UnitTable.load()
        return cls(IndicatorCatalogue.load(units=units), Registry.load(), Targets.load(), units, Naming.load())


@dataclass(frozen=True, slots=True)
class Sources:
    """Definitions and the observations that one viewer may read."""

    definitions: Definitions
    observations: Observations

    @property
    def catalogue(self) -> IndicatorCatalogue:
        """The indicators."""
        return self.definitions.catalogue

    @property
    def registry(self) -> Registry:
        """The clusters."""
        return self.definitions.registry

    @property
    def targets(self) -> Targets:
        """The targets of the plan."""
        return self.definitions.targets

    @property
    def naming(self) -> Naming:
        """What figures and groups are called."""
        return self.definitions.naming
