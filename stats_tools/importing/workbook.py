"""The door to Excel workbooks: nothing is unpacked before its size is known, nothing is read before it is checked."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from stats_tools.cell_addresses import Position
from stats_tools.importing.grid import (
    DAY_ZERO_1900,
    DAY_ZERO_1904,
    CellFlaw,
    CellValue,
    FileRefusedError,
    Grid,
    MergedRange,
    Progress,
)
from stats_tools.importing.issues import ImportIssue, IssueCode
from stats_tools.importing.sheet_survey import SheetSurvey, survey

LARGEST_UNPACKED = 512 * 2**20
"""A workbook may unpack to so many bytes."""
LARGEST_RATIO = 200
"""A part of more than 16 MiB may be so many times larger than its packed form; sheets of numbers stay below 50."""
LARGEST_AREA = 8_000_000
"""A sheet may have so many cells, empty ones within its bounds included: 200 000 rows of 40 columns."""
_STYLES = "xl/styles.xml"
_PERCENT_FORMATS = frozenset({"9", "10"})
"""The two percentages among the formats that every workbook has."""
_LITERAL = re.compile(r'"[^"]*"|\\.')
"""What a number format writes as it stands."""
_PARTS = 5_000
_SMALL = 16 * 2**20
_REPORT_EVERY = 5_000
# Whatever the archive, the compression or the XML library says about bytes that are not what they claim to be.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ParseError,
    EOFError,
    OSError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


def read_workbook(path: Path, progress: Progress | None = None, sheet: int = 0) -> Grid:
    """One visible sheet of a workbook.

    Args:
        path: of the workbook.
        progress: told about rows read.
        sheet: which of the visible sheets, from 0; there must be so many.

    Raises:
        FileRefusedError: damaged, no workbook, or larger than can be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive)
            if (broken := archive.testzip()) is not None:
                raise FileRefusedError(ImportIssue(IssueCode.FILE_DAMAGED, facts={"detail": broken}))
            sheets, day_zero = _visible_sheets(archive), _day_zero(archive)
            with archive.open(sheets[sheet][1]) as part:
                found = survey(part, LARGEST_AREA, _percent_styles(archive))
    except _DAMAGE as error:
        raise FileRefusedError(ImportIssue(IssueCode.FILE_DAMAGED, facts={"detail": str(error)[:80]})) from error
    names = [name for name, _ in sheets]
    return replace(_grid(path, names.pop(sheet), tuple(names), found, progress), day_zero=day_zero)


def _check_sizes(archive: zipfile.ZipFile) -> None:
    """Refuse by the sizes the archive declares; reading then holds it to them (``testzip``)."""
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    swollen = any(part.file_size > _SMALL and part.file_size > LARGEST_RATIO * part.compress_size for part in parts)
    if len(parts) > _PARTS or unpacked > LARGEST_UNPACKED or swollen:
        raise FileRefusedError(ImportIssue(IssueCode.FILE_EXPANDS, facts={"unpacked_mb": str(unpacked // 2**20)}))
    names = {part.filename for part in parts}
    if "EncryptedPackage" in names or any(part.flag_bits & 1 for part in parts):
        raise FileRefusedError(ImportIssue(IssueCode.FILE_ENCRYPTED))
    if "xl/workbook.xml" not in names:
        raise FileRefusedError(ImportIssue(IssueCode.FILE_NOT_A_TABLE))


def _visible_sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Name and part of every visible sheet, in order; at least one."""
    parts = {
        element.get("Id", ""): _part_name(element.get("Target", ""))
        for element in _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship")
        if element.get("Type", "").endswith("/worksheet")
    }
    sheets = [
        (element.get("name", ""), parts[relation])
        for element in _elements(archive, "xl/workbook.xml", "sheet")
        if element.get("state", "visible") == "visible" and (relation := _relation(element)) in parts
    ]
    if not sheets:
        raise FileRefusedError(ImportIssue(IssueCode.SHEET_EMPTY, facts={"sheet": ""}))
    return sheets


def _day_zero(archive: zipfile.ZipFile) -> date:
    """From which day the workbook counts the days that its cells hold as numbers."""
    counts = (element.get("date1904") for element in _elements(archive, "xl/workbook.xml", "workbookPr"))
    return DAY_ZERO_1904 if any(each in ("1", "true") for each in counts) else DAY_ZERO_1900


def _percent_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """The styles that show a number as a percentage, as cells refer to them; none in a workbook without styles."""
    if _STYLES not in archive.namelist():
        return frozenset()
    formats = {
        element.get("numFmtId", "")
        for element in _elements(archive, _STYLES, "numFmt")
        if "%" in _LITERAL.sub("", element.get("formatCode", ""))
    }
    percent = formats | _PERCENT_FORMATS
    styles = [xf for group in _elements(archive, _STYLES, "cellXfs") for xf in group]
    return frozenset(str(number) for number, xf in enumerate(styles) if xf.get("numFmtId") in percent)


def _elements(archive: zipfile.ZipFile, part: str, tag: str) -> Iterator[Element]:
    from defusedxml.ElementTree import fromstring

    for element in fromstring(archive.read(part)).iter():
        if element.tag.rpartition("}")[2] == tag:
            yield element


def _relation(element: Element) -> str:
    return next((value for name, value in element.items() if name.rpartition("}")[2] == "id" and "}" in name), "")


def _part_name(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)


def _grid(path: Path, name: str, others: tuple[str, ...], found: SheetSurvey, progress: Progress | None) -> Grid:
    import python_calamine as calamine

    try:
        with open(path, "rb") as stream:
            rows, merged = _values(stream, name, progress)
    except calamine.CalamineError as error:
        raise FileRefusedError(ImportIssue(IssueCode.FILE_DAMAGED, facts={"detail": str(error)[:80]})) from error
    _restore_flawed(rows, found.flaws)
    return Grid(
        name, rows, merged, found.flaws, frozenset(found.percentages), found.hidden_rows, found.hidden_columns, others
    )


def _values(
    stream: IO[bytes], name: str, progress: Progress | None
) -> tuple[list[list[CellValue]], tuple[MergedRange, ...]]:
    import python_calamine as calamine

    sheet = calamine.CalamineWorkbook.from_filelike(stream).get_sheet_by_name(name)
    # The reader begins at row 1, but at the first column that holds anything; addresses count from column A.
    margin: list[CellValue] = [None] * (sheet.start or (0, 0))[1]
    rows: list[list[CellValue]] = []
    for row in sheet.iter_rows():
        rows.append([*margin, *row])
        if progress and len(rows) % _REPORT_EVERY == 0:
            progress(len(rows), sheet.total_height)
    blocks = sheet.merged_cell_ranges or ()
    return rows, tuple(MergedRange(top, left, bottom, right) for (top, left), (bottom, right) in blocks)


def _restore_flawed(rows: list[list[CellValue]], flaws: dict[Position, CellFlaw]) -> None:
    """Put something into flawed cells, so that they are not taken for blank ones."""
    for (row, column), flaw in flaws.items():
        while len(rows) <= row:
            rows.append([])
        cells = rows[row]
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = flaw.error or "="
