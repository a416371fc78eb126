"""Finding tables whose values do not each stand in their indicator's column: long tables and cross tables.

Every value has three coordinates: cluster, period and indicator.  A row, a column's heading or the sheet's title may
name each of them; the report of the contract, whose rows name cluster and period, is only the commonest arrangement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from stats_tools.importing.field_headings import Field, FieldReader
from stats_tools.importing.grid import Grid
from stats_tools.importing.header import (
    DEEPEST,
    SEARCHED_ROWS,
    WIDEST,
    Column,
    cell_text,
    corner_units_in,
    lone_title,
    titles_above,
)
from stats_tools.importing.headings import Heading, Role
from stats_tools.importing.report_period import year_above
from stats_tools.periods import Period

_FEWEST_GROUPS = 2
_KEYS = frozenset({Role.CLUSTER, Role.PERIOD, Role.YEAR, Role.ITEM, Role.UNIT})


class Axis(StrEnum):
    """A coordinate of a value."""

    CLUSTER = "cluster"
    PERIOD = "period"
    INDICATOR = "indicator"


class Source(StrEnum):
    """Where a coordinate is named."""

    ROW = "row"
    HEADING = "heading"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The header of a long table or a cross table.

    Args:
        first_row: from 0.
        last_row: from 0, inclusive; the rows below are the table's.
        keys: the columns that say what a row is about, the first of each role.
        repeated: further columns with the role of one of ``keys``.
        fields: the columns of values.
        passed_over: columns that are neither.
        titles: texts above the header.
        corner_units: units named above the header, as written.
        year_above: that the titles name for quarters below them; empty for none.
    """

    first_row: int
    last_row: int
    keys: Mapping[Role, Column]
    repeated: tuple[Column, ...]
    fields: tuple[Field, ...]
    passed_over: tuple[Column, ...]
    titles: tuple[str, ...]
    corner_units: tuple[str, ...]
    year_above: str

    def sources(self, axis: Axis) -> tuple[Source, ...]:
        """Where the table itself names a coordinate; none leaves it to the title, two contradict one another."""
        match axis:
            case Axis.CLUSTER:
                in_rows, in_headings = Role.CLUSTER in self.keys, any(each.cluster for each in self.fields)
            case Axis.PERIOD:
                in_rows = Role.PERIOD in self.keys or Role.YEAR in self.keys
                in_headings = any(each.period for each in self.fields)
            case Axis.INDICATOR:
                in_rows, in_headings = Role.ITEM in self.keys, any(each.indicator for each in self.fields)
        return (Source.ROW,) * in_rows + (Source.HEADING,) * in_headings

    @property
    def form(self) -> tuple[tuple[Source, ...], ...]:
        """What two sheets of the same layout have in common."""
        return tuple(self.sources(axis) for axis in Axis)

    @property
    def score(self) -> tuple[int, int, int]:
        """How well it explains the sheet: coordinates told by the headings, then by the rows, then in fewer lines."""
        different = {(each.indicator and each.indicator.code, each.period, each.cluster): each for each in self.fields}
        return sum(len(each.tells) for each in different.values()), len(self.keys), self.first_row - self.last_row

    @property
    def is_one(self) -> bool:
        """Whether this is a long table or a cross table at all, and not a report of the contract or no table."""
        rows_tell = self.keys.keys() - {Role.UNIT}
        if not rows_tell:
            return False
        if any(each.is_plain for each in self.fields) and rows_tell & {Role.ITEM, Role.CLUSTER}:
            return True
        if any(each.period for each in self.fields):
            return True
        told = Role.CLUSTER in self.keys
        return not told and any(each.cluster or (each.indicator and Role.ITEM not in self.keys) for each in self.fields)


def find_arrangement(grid: Grid, reader: FieldReader) -> Arrangement | None:
    """The arrangement of a long table or a cross table; None where the sheet is neither."""
    best: Arrangement | None = None
    for first in range(min(SEARCHED_ROWS, len(grid.rows))):
        title = lone_title(grid, first)
        deepest = 1 if title and not reader.may_be_key(title) else DEEPEST
        for last in range(first, min(first + deepest, len(grid.rows))):
            if last > first and not reader.may_continue(grid.rows[last]):
                break
            if not _names_a_key(grid, reader, first, last):
                continue
            found = _arrangement(grid, reader, first, last)
            if found.is_one and (best is None or found.score > best.score):
                best = found
    return best


def _names_a_key(grid: Grid, reader: FieldReader, first: int, last: int) -> bool:
    """Whether any cell alone is the heading of a key: most rows are ruled out by that at little cost."""
    cells = (cell for row in range(first, last + 1) for cell in grid.rows[row][:WIDEST])
    return any(isinstance(cell, str) and reader.may_be_key(cell) for cell in cells)


def _arrangement(grid: Grid, reader: FieldReader, first: int, last: int) -> Arrangement:
    keys: dict[Role, Column] = {}
    repeated, fields, passed_over = [], [], []
    corners: list[tuple[Column, frozenset[Role]]] = []
    lines = [_line(grid, row, last) for row in range(first, last + 1)]
    titles = titles_above(grid, first)
    year = year_above([*titles, grid.name], reader.layout)
    for index in range(min(grid.width, WIDEST)):
        parts = [line[index] for line in lines]
        heading = reader.headings.read(parts)
        if heading.role in _KEYS:
            if keys.setdefault(heading.role, column := Column(index, heading)) is not column:
                repeated.append(column)
        elif roles := reader.corner_roles(heading.text):
            corners.append((Column(index, heading), roles))
        elif role := next(filter(None, map(reader.annotation_role, parts)), None):
            passed_over.append(Column(index, Heading(role, heading.text)))
        elif (field := reader.read(index, parts, year)) is not None:
            fields.append(field)
        elif heading.role is not Role.BLANK:
            passed_over.append(Column(index, heading))
    keys |= _resolved(corners, fields)
    return Arrangement(
        first, last, keys, tuple(repeated), tuple(fields), tuple(passed_over), titles, corner_units_in(titles), year
    )


def _line(grid: Grid, row: int, last: int) -> list[str]:
    """The texts of one row of a header; merged blocks that a CSV file has lost are spread again where that is certain.

    It is where all groups that begin with a text and go on with blanks stand above the same headings, and there are
    several: 主营业务收入,,利润, above 2021Q1,2021Q2,2021Q1,2021Q2.
    """
    width = min(grid.width, WIDEST)
    texts = [cell_text(grid.spread(row, index)) for index in range(width)]
    if row == last or grid.name:
        return texts
    starts = [index for index, text in enumerate(texts) if text]
    spans = [range(start, end) for start, end in zip(starts, [*starts[1:], width], strict=True)]
    below = {span: tuple(cell_text(grid.cell(row + 1, index)) for index in span) for span in spans if len(span) > 1}
    if len(below) < _FEWEST_GROUPS or len(set(below.values())) > 1 or not all(next(iter(below.values()))):
        return texts
    for span in below:
        texts[span.start : span.stop] = [texts[span.start]] * len(span)
    return texts


def _resolved(corners: Iterable[tuple[Column, frozenset[Role]]], fields: Iterable[Field]) -> dict[Role, Column]:
    """What a corner cell says of the rows: of the things it names, the one that the headings beside it are not."""
    told = {role for field in fields for role in field.tells}
    return {
        next(iter(left)): Column(column.index, Heading(next(iter(left)), column.heading.text))
        for column, roles in corners
        if len(left := roles - told) == 1
    }


def period_of(field: Field) -> Period | None:
    """The period that a heading names; None for none or a faulty one."""
    return field.period.period if field.period else None
