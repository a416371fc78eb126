"""From a cell of a value column to the value in the indicator's unit, or to a finding that says why there is none."""

from __future__ import annotations

from decimal import Decimal

from stats_tools.cell_addresses import address
from stats_tools.importing.columns import ValueColumn
from stats_tools.importing.grid import CellValue, Grid
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Place, shown
from stats_tools.importing.layout import ReportLayout
from stats_tools.importing.numbers import read_number
from stats_tools.schema import LARGEST_VALUE, SCALE
from stats_tools.units import UnitTable

_SMALLEST = 1 / SCALE
_MOST_DIGITS = 30


class ValueReader:
    """Reads the value cells of one sheet."""

    def __init__(self, grid: Grid, units: UnitTable, layout: ReportLayout, log: IssueLog) -> None:
        self._grid = grid
        self._units = units
        self._layout = layout
        self._log = log

    def read(self, row: int, column: ValueColumn) -> Decimal | None:
        """The value in the indicator's unit, exact to 8 decimals; None for no value or (logged) a wrong one."""
        if self._grid.merged and self._grid.is_merged(row, column.index):
            if self._grid.spread(row, column.index) is not None:
                self._fault(IssueCode.MERGED_VALUE, row, column, self._grid.spread(row, column.index))
            return None
        cell = self._grid.cell(row, column.index)
        if cell is None:
            return None
        if self._grid.flaws and (flaw := self._grid.flaws.get((row, column.index))) is not None:
            code = IssueCode.ERROR_VALUE if flaw.error else IssueCode.FORMULA_WITHOUT_VALUE
            self._fault(code, row, column, flaw.error)
            return None
        reading = read_number(cell, self._layout.no_value)
        if reading.fault is not None:
            self._fault(reading.fault, row, column, cell)
        if reading.fault is not None or reading.number is None:
            return None
        if (row, column.index) in self._grid.percentages:
            self._fault(IssueCode.PERCENTAGE, row, column, f"{(reading.number * 100).normalize():f}%")
            return None
        factor = self._units.factor(reading.unit, column.indicator.unit) if reading.unit else column.factor
        if factor is None:
            self._fault(IssueCode.NOT_A_NUMBER, row, column, cell)
            return None
        return self._possible(row, column, cell, reading.number, factor)

    def _possible(
        self, row: int, column: ValueColumn, cell: CellValue, number: Decimal, factor: Decimal
    ) -> Decimal | None:
        """The converted number where the indicator can have that value."""
        indicator = column.indicator
        if abs(number.adjusted()) > _MOST_DIGITS or abs(converted := number * factor) > LARGEST_VALUE:
            self._fault(IssueCode.TOO_LARGE, row, column, cell)
            return None
        value = converted.quantize(_SMALLEST).normalize()
        if value < 0 and not indicator.may_be_negative:
            self._fault(IssueCode.NEGATIVE, row, column, cell)
            return None
        if indicator.whole and value != value.to_integral_value():
            self._fault(IssueCode.NOT_WHOLE, row, column, cell)
            return None
        return value

    def _fault(self, code: IssueCode, row: int, column: ValueColumn, cell: CellValue) -> None:
        place = Place(self._grid.name, row + 1, column.text, address(row, column.index))
        self._log.add(ImportIssue(code, place, shown(cell), _facts(column)))


def _facts(column: ValueColumn) -> dict[str, str]:
    return {"indicator": column.indicator.name, "unit": column.unit}
