"""What register workbooks are read against."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from stats_tools.importing.layout import ReportLayout
from stats_tools.registers.definitions import Registers
from stats_tools.registers.headings import HeaderFinder
from stats_tools.registers.layout import RegisterLayout
from stats_tools.registry import Registry
from stats_tools.targets import Targets
from stats_tools.units import UnitTable


@dataclass(frozen=True)
class RegisterReference:
    """The registers, the clusters they speak of, the units, and the words of layouts."""

    registers: Registers
    registry: Registry
    units: UnitTable
    layout: RegisterLayout
    reports: ReportLayout

    @classmethod
    def load(cls) -> RegisterReference:
        """The definitions that ship with the product; raises DefinitionError where one is wrong."""
        registers = Registers.load(targets=Targets.load())
        return cls(registers, Registry.load(), UnitTable.load(), RegisterLayout.load(), ReportLayout.load())

    @cached_property
    def headers(self) -> HeaderFinder:
        """Finds the header of a sheet of any register."""
        return self.headers_of(self.registers)

    def headers_of(self, registers: Registers) -> HeaderFinder:
        """Finds the header of a sheet of some registers only."""
        return HeaderFinder(registers, self.units, self.layout, self.reports)
