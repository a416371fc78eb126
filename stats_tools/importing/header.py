"""Finding the header of a sheet: which rows it is, and which column is what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from stats_tools.importing.grid import CellValue, Grid
from stats_tools.importing.headings import Heading, HeadingReader, Role
from stats_tools.importing.issues import shown
from stats_tools.spelling import spelling_key

SEARCHED_ROWS = 30
"""The header begins within so many rows."""
DEEPEST = 3
"""A header has at most so many rows."""
WIDEST = 1_000
"""So many columns are looked at."""
_CORNER_UNIT = re.compile(r"(?<![一-鿿])(?:计量|金额|货币)?单位:?(?P<units>[^()\s]+)")
_UNIT_SEPARATORS = re.compile(r"[、,;/和]")
_NOTHING = (0, 0, 0)
_TELLING = frozenset({Role.CLUSTER, Role.PERIOD, Role.YEAR, Role.INDICATOR, Role.SINGLE_QUARTER})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a report: its position from 0 and what its heading means."""

    index: int
    heading: Heading


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a sheet.

    Args:
        first_row: from 0.
        last_row: from 0, inclusive; the rows below are the table's.
        columns: those with a heading, from left to right.
        titles: texts above the header.
        corner_units: units named above the header (单位：万元、人), as written.
    """

    first_row: int
    last_row: int
    columns: tuple[Column, ...]
    titles: tuple[str, ...]
    corner_units: tuple[str, ...]

    def of(self, role: Role) -> tuple[Column, ...]:
        """The columns with one role."""
        return tuple(column for column in self.columns if column.heading.role is role)

    @property
    def score(self) -> tuple[int, int, int]:
        """How well it explains the sheet: different things told, then fewer told twice, then units told."""
        told = [column.heading for column in self.columns if column.heading.role in _TELLING]
        different = len({(heading.role, heading.indicator and heading.indicator.code) for heading in told})
        return different, different - len(told), sum(heading.unit != "" for heading in told)


def find_header(grid: Grid, reader: HeadingReader) -> Header | None:
    """The header of a sheet, the rows that mean most to a quarterly report; None where no row means anything."""
    best: Header | None = None
    for first in range(min(SEARCHED_ROWS, len(grid.rows))):
        if _is_mostly_numbers(grid, first) or _is_remark(grid, first):
            continue
        title = lone_title(grid, first)
        for depth in range(1, DEEPEST + 1 if reader.key_role(spelling_key(title)) or not title else 2):
            last = first + depth - 1
            if last >= len(grid.rows) or (depth > 1 and not _may_continue(grid, last)):
                break
            header = _header(grid, reader, first, last)
            if header.score > (best.score if best else _NOTHING):
                best = header
    return best


def _is_mostly_numbers(grid: Grid, row: int) -> bool:
    """Whether a row holds more numbers than texts, as rows of values do and headers do not."""
    held = [cell for cell in grid.rows[row] if cell not in (None, "")]
    return 2 * sum(isinstance(cell, int | float) for cell in held) > len(held)


def _is_remark(grid: Grid, row: int) -> bool:
    """Whether a row only says the units of what is below it (单位：万元、人), as the row under a title does."""
    texts = [cell_text(cell) for cell in grid.rows[row] if cell not in (None, "")]
    return bool(texts) and all(corner_units_in([text]) for text in texts)


def _may_continue(grid: Grid, row: int) -> bool:
    """Whether a row can belong to a header: it holds texts only."""
    return all(isinstance(cell, str) or cell is None for cell in grid.rows[row]) and any(grid.rows[row])


def _header(grid: Grid, reader: HeadingReader, first: int, last: int) -> Header:
    columns = []
    for index in range(min(grid.width, WIDEST)):
        parts = [cell_text(grid.spread(row, index)) for row in range(first, last + 1)]
        heading = reader.read(parts)
        if heading.role is not Role.BLANK:
            columns.append(Column(index, heading))
    titles = titles_above(grid, first)
    return Header(first, last, tuple(columns), titles, corner_units_in(titles))


def titles_above(grid: Grid, row: int) -> tuple[str, ...]:
    """The texts above a row."""
    return tuple(cell_text(cell) for cells in grid.rows[:row] for cell in cells if cell not in (None, ""))


def lone_title(grid: Grid, row: int) -> str:
    """The one text of a row that begins at the left edge, as titles do, remarks on units apart; empty for none."""
    texts = ((column, cell_text(cell)) for column, cell in enumerate(grid.rows[row]))
    told = [(column, text) for column, text in texts if text and not corner_units_in([text])]
    return told[0][1] if len(told) == 1 and told[0][0] == 0 else ""


def corner_units_in(titles: Sequence[str]) -> tuple[str, ...]:
    """The units that titles name (单位：万元、人), as written."""
    found = (_CORNER_UNIT.search(spelling_key(title)) for title in titles)
    return tuple(unit for hit in found if hit for unit in _UNIT_SEPARATORS.split(hit["units"]) if unit)


def cell_text(value: CellValue) -> str:
    """A cell as text; empty for a blank one."""
    if value is None:
        return ""
    return value if isinstance(value, str) else shown(value)
