"""A sheet as rows of cells, whatever file it came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property

from stats_tools.cell_addresses import Position
from stats_tools.importing.issues import ImportIssue

CellValue = str | int | float | bool | date | datetime | time | timedelta | None
Progress = Callable[[int, int], None]
"""Told how many rows of how many have been read."""


DAY_ZERO_1900, DAY_ZERO_1904 = date(1899, 12, 30), date(1904, 1, 1)
"""The calendars of workbooks.  The first counts a 29 February 1900 that never was, hence begins a day early."""


class FileRefusedError(Exception):
    """The file cannot be read as a table; ``issue`` says why."""

    def __init__(self, issue: ImportIssue) -> None:
        super().__init__(issue.code)
        self.issue = issue


@dataclass(frozen=True, slots=True)
class CellFlaw:
    """Why a cell's value cannot be trusted: an Excel error (``#DIV/0!``), or empty for a formula without its value."""

    error: str


@dataclass(frozen=True, slots=True)
class MergedRange:
    """A block of cells merged into one; first and last row and column, from 0, inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grid:
    """One sheet.

    Args:
        name: of the sheet; empty for CSV.
        rows: cells from A1 on; rows may differ in length.
        merged: merged blocks, whose value stands in their top left cell.
        flaws: cells whose value cannot be trusted.
        percentages: cells whose number is shown as a percentage.
        hidden_rows: rows that a reader of the workbook does not see, from 0.
        hidden_columns: likewise columns.
        other_sheets: names of the workbook's further visible sheets.
        day_zero: day from which the workbook's calendar counts; number 1 is the day after it.
    """

    name: str
    rows: list[list[CellValue]]
    merged: tuple[MergedRange, ...] = ()
    flaws: Mapping[Position, CellFlaw] = field(default_factory=dict)
    percentages: frozenset[Position] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    other_sheets: tuple[str, ...] = ()
    day_zero: date = DAY_ZERO_1900

    @cached_property
    def _master(self) -> Mapping[Position, Position]:
        """Every cell of a merged block -> the cell that holds its value."""
        return {
            (row, column): (block.top, block.left)
            for block in self.merged
            for row in range(block.top, min(block.bottom, len(self.rows) - 1) + 1)
            for column in range(block.left, block.right + 1)
        }

    def cell(self, row: int, column: int) -> CellValue:
        """The cell's own content; None outside the sheet."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return None
        value = self.rows[row][column]
        return None if value == "" else value

    def spread(self, row: int, column: int) -> CellValue:
        """The cell's content, or that of the merged block it belongs to."""
        return self.cell(*self._master.get((row, column), (row, column)))

    def is_merged(self, row: int, column: int) -> bool:
        """Whether the cell is part of a merged block."""
        return (row, column) in self._master

    def is_one_text(self, row: int) -> bool:
        """Whether a row is one text over several columns, as titles and notes are."""
        held = (column for column, cell in enumerate(self.rows[row]) if cell not in (None, ""))
        first = next(held, None)
        if first is None or next(held, None) is not None or not isinstance(self.rows[row][first], str):
            return False
        return self._master.get((row, first + 1)) == (row, first)

    @property
    def width(self) -> int:
        """Number of columns."""
        return max(map(len, self.rows), default=0)
