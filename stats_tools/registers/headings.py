"""Which register a sheet is, where its header is, and which column is what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from stats_tools.importing.grid import Grid
from stats_tools.importing.header import SEARCHED_ROWS, WIDEST, cell_text, corner_units_in, titles_above
from stats_tools.importing.layout import ReportLayout
from stats_tools.registers.definitions import Column, Kind, RegisterDefinition, Registers
from stats_tools.registers.layout import RegisterLayout
from stats_tools.spelling import spelling_key
from stats_tools.units import UnitTable

_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_NUMBERING = re.compile(r"^(?:[0-9]+|[一二三四五六七八九十]+)[.、)]")
_FEWEST_COLUMNS = 2


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """A column of a sheet that is read: its position from 0, its heading as written, and what it is in the register.

    Args:
        factor: what amounts are multiplied by to be in the register's unit; None for a unit that does not convert.
        unit: the unit as written; empty for none.
    """

    index: int
    heading: str
    column: Column
    factor: Decimal | None = Decimal(1)
    unit: str = ""


@dataclass(frozen=True, slots=True)
class RegisterHeader:
    """The header of a register's sheet.

    Args:
        definition: of the register.
        first_row: of the header, from 0.
        last_row: of the header, from 0; the rows below are the register's.
        columns: those that are read.
        period: position of the column that names the quarter, None without one.
        standing: position of the column that says whether a row still stands, None without one.
        unknown: positions and headings of columns that mean nothing here.
        titles: texts above.
        named: whether the sheet's name or title says which register it is.
    """

    definition: RegisterDefinition
    first_row: int
    last_row: int
    columns: tuple[ReadColumn, ...]
    period: int | None
    standing: int | None
    unknown: tuple[tuple[int, str], ...]
    titles: tuple[str, ...]
    named: bool

    @property
    def missing(self) -> tuple[Column, ...]:
        """Required columns of the register that the sheet does not have."""
        have = {each.column.code for each in self.columns}
        return tuple(each for each in self.definition.columns if each.required and each.code not in have)

    @property
    def rank(self) -> tuple[int, bool, int]:
        """How well the register explains the sheet, compared with other registers."""
        return -len(self.missing), self.named, len(self.columns) - len(self.unknown)


class HeaderFinder:
    """Finds the header of register sheets.

    Args:
        registers: those to choose from.
        units: the units that headings may name.
        layout: of registers.
        reports: words that all reports share.
    """

    def __init__(self, registers: Registers, units: UnitTable, layout: RegisterLayout, reports: ReportLayout) -> None:
        self._registers = registers
        self._units = units
        self._layout = layout
        self._reports = reports
        self._words = {each.code: _words(each) for each in registers}

    def find(self, grid: Grid) -> tuple[RegisterHeader, ...]:
        """The best reading of a sheet for each register that it may be, the likeliest first; equal ones are a tie."""
        best: dict[str, RegisterHeader] = {}
        width = min(grid.width, WIDEST)
        titles = [
            {self._plain(text)[0] for index in range(width) if (text := cell_text(grid.spread(row, index)).strip())}
            for row in range(min(SEARCHED_ROWS, len(grid.rows)))
        ]
        for definition in self._registers:
            labels = {word for word, column in self._words[definition.code].items() if column.code == definition.label}
            likely = [row for row, found in enumerate(titles) if found & labels]
            readings = [header for header in self._readings(grid, definition, likely) if self._is_possible(header)]
            if readings:
                best[definition.code] = max(readings, key=lambda each: (each.rank, -each.last_row, each.first_row))
        return tuple(sorted(best.values(), key=lambda each: each.rank, reverse=True))

    def _is_possible(self, header: RegisterHeader) -> bool:
        """A header names what a row is called, and enough besides."""
        codes = {each.column.code for each in header.columns}
        return header.definition.label in codes and (len(codes) >= _FEWEST_COLUMNS or header.named)

    def _readings(self, grid: Grid, definition: RegisterDefinition, likely: Sequence[int]) -> Iterator[RegisterHeader]:
        """The header that each row which names what rows are called may be part of."""
        for row in likely:
            for first, last in ((row, row), (row - 1, row), (row, row + 1)):
                if first >= 0 and last < len(grid.rows):
                    yield self._header(grid, definition, first, last)

    def _header(self, grid: Grid, definition: RegisterDefinition, first: int, last: int) -> RegisterHeader:
        words = self._words[definition.code]
        titles = titles_above(grid, first)
        corner = next(filter(self._units.is_unit, corner_units_in(titles)), "")
        columns: dict[str, ReadColumn] = {}
        unknown: list[tuple[int, str]] = []
        period = standing = None
        for index in range(min(grid.width, WIDEST)):
            parts = [text for row in range(first, last + 1) if (text := cell_text(grid.spread(row, index)).strip())]
            if not parts:
                continue
            title, unit = self._taken_apart(parts, words)
            column = words.get(title)
            if column is not None and column.code not in columns:
                columns[column.code] = self._read(index, " ".join(dict.fromkeys(parts)), column, unit or corner)
            elif period is None and column is None and title in self._reports.period_headers:
                period = index
            elif standing is None and column is None and self._layout.names_standing(title):
                standing = index
            elif not self._is_passed_over(title, definition):
                unknown.append((index, " ".join(dict.fromkeys(parts))))
        named = any(
            spelling_key(word) in spelling_key(text) for text in (grid.name, *titles) for word in definition.titles
        )
        return RegisterHeader(
            definition, first, last, tuple(columns.values()), period, standing, tuple(unknown), titles, named
        )

    def _is_passed_over(self, title: str, definition: RegisterDefinition) -> bool:
        """Whether a column is not read and nothing to speak of: a number, a remark, a computed column."""
        computed = (column.header for column in definition.of_kind(Kind.BAND))
        ours = (spelling_key(word) for word in (self._layout.source_header, *computed))
        return title in (*self._reports.annotation_headers, *self._reports.city_headers, *ours)

    def _read(self, index: int, heading: str, column: Column, unit: str) -> ReadColumn:
        if column.kind is not Kind.AMOUNT or not unit:
            return ReadColumn(index, heading, column)
        return ReadColumn(index, heading, column, self._units.factor(unit, column.unit), unit)

    def _taken_apart(self, parts: Sequence[str], words: Mapping[str, Column]) -> tuple[str, str]:
        """A heading without brackets and unit, and the unit; of several rows the reading that means something."""
        read = [self._plain(part) for part in parts]
        unit = next((unit for _, unit in reversed(read) if unit), "")
        titles = [title for title, _ in read]
        for title in ("".join(dict.fromkeys(titles)), *reversed(titles)):
            if title in words:
                return title, unit
        return titles[-1], unit

    def _plain(self, text: str) -> tuple[str, str]:
        key = spelling_key(text)
        if key in self._reports.unit_words:
            return key, ""
        unit = next(filter(self._units.is_unit, _BRACKETS.findall(key)), "")
        title = _NUMBERING.sub("", _BRACKETS.sub("", key))
        for noise in self._layout.heading_noise:
            title = title.removeprefix(spelling_key(noise)).removesuffix(spelling_key(noise))
        title = title.strip(":/_-|、,")
        head, slash, tail = title.rpartition("/")
        if slash and self._units.is_unit(tail):
            return head, tail
        return title, unit


def _words(definition: RegisterDefinition) -> Mapping[str, Column]:
    return {spelling_key(word): each for each in definition.written for word in (each.header, *each.aliases)}
