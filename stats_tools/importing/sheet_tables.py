"""The tables of a file: which of its sheets hold one, and how its values are laid out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from stats_tools.importing.arrangement import Arrangement, find_arrangement
from stats_tools.importing.field_headings import FieldReader
from stats_tools.importing.grid import Grid
from stats_tools.importing.header import Header, find_header
from stats_tools.importing.headings import HeadingReader, Role
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Place
from stats_tools.importing.reference import Reference
from stats_tools.spelling import spelling_key

Form = tuple[object, ...]
_MOST_SHEETS = 200
"""So many sheets of a workbook are looked into."""
_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class SheetTable:
    """One sheet and what was found on it.

    Args:
        grid: the sheet.
        header: of a table whose rows name clusters and whose columns are indicators; None where there is none.
        arrangement: of a long table or a cross table, which then is read instead; None where it is neither.
    """

    grid: Grid
    header: Header | None
    arrangement: Arrangement | None

    @property
    def holds_table(self) -> bool:
        """Whether there is anything to read."""
        return self.arrangement is not None or (self.header is not None and bool(self.header.of(Role.CLUSTER)))

    @property
    def holds_figures(self) -> bool:
        """Whether it is a table of indicators, and not only a list of clusters."""
        return self.holds_table and (
            self.arrangement is not None or bool(self.header and self.header.of(Role.INDICATOR))
        )

    @property
    def is_whole(self) -> bool:
        """Whether it is a report by itself: every row names its cluster and period, every column its indicator."""
        return self.arrangement is None and self.header is not None and is_whole(self.header)

    @property
    def form(self) -> Form:
        """What it has in common with further sheets of the same layout."""
        return self.arrangement.form if self.arrangement else ("titled",)


@dataclass(frozen=True, slots=True)
class TableFinder:
    """Finds the tables of a file.

    Args:
        opens: the visible sheet with a number from 0.
        headings: reader of plain headings.
        fields: reader of the headings of long tables and cross tables.
        notes: how the name of a sheet begins that only explains, folded.
    """

    opens: Callable[[int], Grid]
    headings: HeadingReader
    fields: FieldReader
    notes: tuple[str, ...]

    @classmethod
    def of(cls, reference: Reference, opens: Callable[[int], Grid]) -> Self:
        """A finder with the names and layouts of one reference."""
        headings = HeadingReader(reference.catalogue, reference.units, reference.layout)
        return cls(opens, headings, FieldReader(headings, reference), tuple(reference.layout.note_words))

    def tables(self, log: IssueLog) -> list[SheetTable]:
        """The sheets to read, at least one.

        The first with a table, and those of the same layout where it is no report by itself; what is skipped or left
        unread is logged.
        """
        first = self._table(0)
        count = 1 + len(first.grid.other_sheets)
        found, number = first, 0
        while not found.holds_table and number + 1 < count:
            number += 1
            found = self._table(number)
        if not found.holds_table:
            found = first
        elif found is not first:
            facts = {"skipped": first.grid.name}
            log.add(ImportIssue(IssueCode.SHEET_SKIPPED, Place(found.grid.name), facts=facts))
        others = [self._table(further) for further in range(number + 1, min(count, number + _MOST_SHEETS))]
        if not found.holds_table:
            others = []
        alike = [] if found.is_whole else [other for other in others if _is_alike(other, found)]
        left = [other.grid.name for other in others if other not in alike and self._is_left(other, found)]
        _tell([found, *alike], left, log)
        return [found, *alike]

    def _is_left(self, table: SheetTable, first: SheetTable) -> bool:
        """Whether a sheet that is not read reports too; beside a whole report cross tables are only views of it."""
        if spelling_key(table.grid.name).startswith(self.notes):
            return False
        return table.is_whole if first.is_whole else table.holds_figures

    def _table(self, number: int) -> SheetTable:
        grid = self.opens(number)
        header = find_header(grid, self.headings)
        arrangement = None if header is not None and is_whole(header) else find_arrangement(grid, self.fields)
        return SheetTable(grid, header, arrangement)


def is_whole(header: Header) -> bool:
    """Whether a header is that of the contract: clusters, periods and at least one indicator."""
    dated = header.of(Role.PERIOD) or header.of(Role.YEAR)
    return bool(header.of(Role.CLUSTER) and dated and (header.of(Role.INDICATOR) or header.of(Role.SINGLE_QUARTER)))


def _is_alike(table: SheetTable, first: SheetTable) -> bool:
    return table.holds_table and not table.is_whole and table.form == first.form


def _tell(chosen: list[SheetTable], left: list[str], log: IssueLog) -> None:
    """Log which sheets are read where there are several, and which are not; ``left`` are tables among the latter."""
    read = [table.grid.name for table in chosen]
    grid = chosen[0].grid
    if len(read) > 1:
        log.add(ImportIssue(IssueCode.SHEETS_READ, Place(), facts={"sheets": "、".join(read)}))
    unread = [name for name in grid.other_sheets if name not in (*read, *left)]
    for code, names in ((IssueCode.SHEETS_LEFT, left), (IssueCode.OTHER_SHEETS, unread)):
        if names:
            facts = {"read": "、".join(read), "others": "、".join(names[:_MOST_NAMED])}
            log.add(ImportIssue(code, Place(grid.name), facts=facts))
