"""Days that a workbook holds as plain numbers: so many days after the day from which its calendar counts."""

from __future__ import annotations

from datetime import date, timedelta

from stats_tools.importing.grid import CellValue, Grid
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Place, shown

EARLIEST, LATEST = date(1990, 1, 1), date(2059, 12, 31)
"""A number that counts to no day between these is none of a day."""
_DIGITS = 5


class DayNumbers:
    """Reads the cells of columns that hold days or periods; the first number read as a day is noted.

    Args:
        grid: the sheet.
        log: takes the note.
    """

    def __init__(self, grid: Grid, log: IssueLog) -> None:
        self._grid = grid
        self._log = log
        self._noted = False

    def read(self, cell: CellValue, place: Place) -> CellValue:
        """The day that a number of five digits counts to; any other content as it is."""
        day = self._day(cell)
        if day is None:
            return cell
        if not self._noted:
            self._noted = True
            facts = {"day": f"{day:%Y-%m-%d}", "system": str((self._grid.day_zero + timedelta(days=2)).year)}
            self._log.add(ImportIssue(IssueCode.DAY_NUMBER, place, shown(cell), facts))
        return day

    def _day(self, cell: CellValue) -> date | None:
        if isinstance(cell, bool) or not isinstance(cell, str | int | float):
            return None
        written = str(cell).strip().removesuffix(".0")
        if len(written) != _DIGITS or not written.isascii() or not written.isdecimal():
            return None
        day = self._grid.day_zero + timedelta(days=int(written))
        return day if EARLIEST <= day <= LATEST else None
