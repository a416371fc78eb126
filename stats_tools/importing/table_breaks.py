"""Where the table ends that a header belongs to: another header below it, or a title that says something else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from stats_tools.cell_addresses import address
from stats_tools.importing.grid import Grid
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Place, shown
from stats_tools.spelling import spelling_key

TitleReader = Callable[[list[str]], object]
"""What titles say of all values of a sheet; None where they say nothing of the kind."""


@dataclass(frozen=True, slots=True)
class HeaderBelow:
    """Recognises the header again where it is repeated between the rows, as printed tables do on every page.

    Args:
        grid: the sheet.
        header: its rows, from 0.
        keys: columns that say what a row is about.
        values: columns of values.
    """

    grid: Grid
    header: range
    keys: Sequence[int]
    values: Sequence[int]

    def begins(self, row: int) -> bool:
        """Whether a row heads the columns of the keys again."""
        return bool(self.keys) and all(self._repeats(row, column) for column in self.keys)

    def changed(self, row: int) -> ImportIssue | None:
        """The first heading that differs, so that the values below it would be taken for something else."""
        for column in sorted((*self.keys, *self.values)):
            written = self.grid.spread(row, column)
            if written is not None and not self._repeats(row, column):
                facts = {"before": shown(self.grid.spread(self.header[-1], column) or "")}
                place = Place(self.grid.name, row + 1, "", address(row, column))
                return ImportIssue(IssueCode.HEADER_CHANGES, place, shown(written), facts)
        return None

    def _repeats(self, row: int, column: int) -> bool:
        written = self._key(row, column)
        return written != "" and any(written == self._key(line, column) for line in self.header)

    def _key(self, row: int, column: int) -> str:
        value = self.grid.spread(row, column)
        return "" if value is None else spelling_key(shown(value))


@dataclass(slots=True)
class SectionTitles:
    """Titles between the rows of a table that takes its cluster, period or indicator from the title above it.

    Args:
        grid: the sheet.
        told: what the title above the table told, each with how it was read.
    """

    grid: Grid
    told: Sequence[tuple[TitleReader, object]]
    _other: int | None = field(default=None, init=False)

    def pass_over(self, row: int) -> None:
        """Take a row without values."""
        texts = [cell for cell in self.grid.rows[row] if isinstance(cell, str) and cell]
        if any(reader(texts) not in (None, told) for reader, told in self.told):
            self._other = row

    def question(self, log: IssueLog) -> None:
        """Log the title last passed over that says something else, once there is a row of values below it."""
        if self._other is not None:
            text = next(cell for cell in self.grid.rows[self._other] if isinstance(cell, str) and cell)
            log.add(ImportIssue(IssueCode.SECTION_CHANGES, Place(self.grid.name, self._other + 1), shown(text)))
            self._other = None
