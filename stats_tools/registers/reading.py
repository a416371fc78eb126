"""From a workbook to the rows it brings to the registers: the one entry to reading register files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from stats_tools.cell_addresses import address
from stats_tools.importing.files import digest, open_report
from stats_tools.importing.grid import FileRefusedError, Grid
from stats_tools.importing.header import cell_text
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Issues, Place
from stats_tools.periods import Period
from stats_tools.registers.definitions import RegisterDefinition, Registers
from stats_tools.registers.entries import Entry
from stats_tools.registers.headings import RegisterHeader
from stats_tools.registers.recording import RegisterPage
from stats_tools.registers.reference import RegisterReference
from stats_tools.registers.sheet_rows import SheetRows
from stats_tools.spelling import spelling_key

_MOST_SHEETS = 40
_MOST_SEEN = 12


@dataclass(frozen=True, slots=True)
class RegisterReading:
    """What a file brings to the registers.

    Args:
        file_name: its name without folders.
        sha256: hex digest of its bytes, empty where it could not be read.
        pages: the rows by register and quarter; empty where there is any error.
        columns: headings that are not the register's own -> what they are read as; with the sheet's name where
            several are read.
        issues: what was found.
    """

    file_name: str
    sha256: str
    pages: tuple[RegisterPage, ...]
    columns: Mapping[str, str]
    issues: Issues


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet with the register it is read as; None where it is none."""

    grid: Grid
    header: RegisterHeader | None
    tied: tuple[RegisterHeader, ...] = ()


def read_registers(
    path: Path,
    reference: RegisterReference,
    today: date,
    only: Sequence[str] = (),
    period: Period | None = None,
) -> RegisterReading:
    """Read a register file; whatever is wrong with it is among the issues, nothing is raised.

    Every visible sheet that is a register is read; several sheets may hold one register.

    Args:
        path: an ``.xlsx`` workbook or a CSV file; recognised by content.
        reference: what it is read against.
        today: the day on which it is read.
        only: codes of the registers it may be; any without.
        period: the quarter of rows that name none; None to take it from the title.
    """
    try:
        grids = list(_grids(path))
    except FileRefusedError as refused:
        log = IssueLog()
        log.add(refused.issue)
        return RegisterReading(path.name, "", (), {}, log.collected())
    return read_grids(path.name, digest(path), grids, reference, today, only, period)


def read_grids(
    file_name: str,
    sha256: str,
    grids: Sequence[Grid],
    reference: RegisterReference,
    today: date,
    only: Sequence[str] = (),
    period: Period | None = None,
) -> RegisterReading:
    """Read the sheets of a file as :func:`read_registers` does."""
    log = IssueLog()
    sheets = _sheets(grids, reference, only)
    found = [sheet for sheet in sheets if sheet.header is not None]
    _question(sheets, reference, log)
    entries: list[tuple[RegisterDefinition, Entry]] = []
    columns: dict[str, str] = {}
    for sheet in found:
        if sheet.header is None or not _has_columns(sheet.grid, sheet.header, log):
            continue
        columns |= dict(_read_as(sheet.grid, sheet.header, several=len(found) > 1))
        rows = SheetRows(sheet.grid, sheet.header, reference, log, today, period)
        entries += [(sheet.header.definition, entry) for entry in rows.entries()]
    if found and not entries and not log.blocked:
        log.add(ImportIssue(IssueCode.NO_ROWS, Place(found[0].grid.name)))
    _check_twice(entries, log)
    pages = () if log.blocked else tuple(_pages(entries))
    return RegisterReading(file_name, sha256, pages, columns, log.collected())


def is_register_file(path: Path, reference: RegisterReference) -> bool:
    """Whether a file holds a whole register, so that it is no quarterly report."""
    try:
        sheets = _sheets(list(_grids(path)), reference, ())
    except FileRefusedError:
        return False
    return any(sheet.header is not None and not sheet.header.missing for sheet in sheets)


def _grids(path: Path) -> Iterator[Grid]:
    """The visible sheets of a file."""
    number, count = 0, 1
    while number < min(count, _MOST_SHEETS):
        grid = open_report(path, None, number)
        yield grid
        count = 1 + len(grid.other_sheets)
        number += 1


def _sheets(grids: Sequence[Grid], reference: RegisterReference, only: Sequence[str]) -> list[_Sheet]:
    chosen = Registers(each for each in reference.registers if not only or each.code in only)
    finder = reference.headers_of(chosen) if only else reference.headers
    sheets = []
    for grid in grids:
        headers = finder.find(grid)
        tied = tuple(each for each in headers if each.rank == headers[0].rank)
        sheets.append(_Sheet(grid, headers[0] if headers else None, tied if len(tied) > 1 else ()))
    return sheets


def _question(sheets: Sequence[_Sheet], reference: RegisterReference, log: IssueLog) -> None:
    """Log sheets that are no register, that may be several, or whose rows are not real."""
    if all(sheet.header is None for sheet in sheets):
        seen = (cell_text(cell) for row in sheets[0].grid.rows[:3] for cell in row if cell not in (None, ""))
        names = "、".join(each.name for each in reference.registers)
        facts = {"seen": "、".join([*seen][:_MOST_SEEN]), "registers": names}
        log.add(ImportIssue(IssueCode.REGISTER_UNKNOWN, Place(sheets[0].grid.name), facts=facts))
        return
    passed = [
        sheet.grid.name
        for sheet in sheets
        if sheet.header is None and any(map(any, sheet.grid.rows)) and not _is_ours(sheet.grid, reference)
    ]
    if passed:
        log.add(ImportIssue(IssueCode.REGISTER_SHEETS_PASSED, facts={"others": "、".join(passed)}))
    for sheet in sheets:
        if sheet.tied:
            names = "、".join(each.definition.name for each in sheet.tied)
            log.add(ImportIssue(IssueCode.REGISTER_UNCLEAR, Place(sheet.grid.name), facts={"registers": names}))
        if sheet.header is not None and _is_sample(sheet.grid, reference):
            log.add(ImportIssue(IssueCode.SAMPLE_MARKED, Place(sheet.grid.name)))


def _is_ours(grid: Grid, reference: RegisterReference) -> bool:
    return grid.name in (reference.layout.instructions_sheet, reference.layout.provenance_sheet)


def _is_sample(grid: Grid, reference: RegisterReference) -> bool:
    marks = reference.reports.sample_marks
    texts = {cell for row in grid.rows for cell in row if isinstance(cell, str) and len(cell) < 60}
    return any(mark in spelling_key(text) for text in texts for mark in marks)


def _has_columns(grid: Grid, header: RegisterHeader, log: IssueLog) -> bool:
    """Whether every required column is there; logs those that are not, and those that mean nothing."""
    definition = header.definition
    place = Place(grid.name, header.last_row + 1)
    seen = "、".join([*(each.heading for each in header.columns), *(text for _, text in header.unknown)][:_MOST_SEEN])
    for column in header.missing:
        facts = {"register": definition.name, "accepted": column.header, "seen": seen}
        log.add(ImportIssue(IssueCode.REGISTER_COLUMN_MISSING, place, facts=facts))
    for index, text in header.unknown:
        where = Place(grid.name, header.last_row + 1, text, address(header.last_row, index))
        log.add(ImportIssue(IssueCode.REGISTER_COLUMN_UNKNOWN, where, facts={"register": definition.name}))
    for each in header.columns:
        if each.factor is None:
            where = Place(grid.name, header.last_row + 1, each.heading, address(header.last_row, each.index))
            facts = {"indicator": each.column.header, "accepted": each.column.unit}
            log.add(ImportIssue(IssueCode.UNIT_INCOMPATIBLE, where, each.unit, facts))
    return not header.missing and all(each.factor is not None for each in header.columns)


def _read_as(grid: Grid, header: RegisterHeader, *, several: bool) -> Iterator[tuple[str, str]]:
    for each in header.columns:
        if spelling_key(each.column.header) in spelling_key(each.heading):
            continue
        where = f"{grid.name}!{each.heading}" if several else each.heading
        yield where, f"{header.definition.name}·{each.column.heading}"


def _check_twice(entries: Iterable[tuple[RegisterDefinition, Entry]], log: IssueLog) -> None:
    first: dict[tuple[str, str, Period], Entry] = {}
    for definition, entry in entries:
        earlier = first.setdefault((definition.code, entry.key, entry.period), entry)
        if earlier is not entry:
            sheet, _, row = entry.cell.rpartition("!")
            name = entry.text(definition.label)
            facts = {"name": name, "period": str(entry.period), "first": earlier.cell.replace("!A", " ")}
            log.add(ImportIssue(IssueCode.ENTRY_TWICE, Place(sheet, int(row[1:])), facts=facts))


def _pages(entries: Iterable[tuple[RegisterDefinition, Entry]]) -> Iterator[RegisterPage]:
    pages: dict[tuple[str, Period], list[Entry]] = {}
    definitions: dict[str, RegisterDefinition] = {}
    for definition, entry in entries:
        definitions[definition.code] = definition
        pages.setdefault((definition.code, entry.period), []).append(entry)
    for (code, period), rows in sorted(pages.items(), key=lambda each: each[0]):
        yield RegisterPage(definitions[code], period, tuple(rows))
