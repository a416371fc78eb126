"""Comma-separated reports in the encodings they are saved in."""

from __future__ import annotations

import codecs
import csv
from pathlib import Path

from stats_tools.importing.grid import CellValue, FileRefusedError, Grid, Progress
from stats_tools.importing.issues import ImportIssue, IssueCode

LARGEST_CELL = 100_000
"""A cell of a CSV file may have so many characters."""
_DELIMITERS = ",\t;，"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_REPORT_EVERY = 5_000
_LOOKED_AT = 4_096


def read_text_table(path: Path, progress: Progress | None = None) -> Grid:
    """A CSV file as a sheet: UTF-8 with or without BOM, UTF-16 or GB18030; comma, semicolon or tab.

    Raises:
        FileRefusedError: no text in any of these encodings, or no table.
    """
    text = decode(path.read_bytes())
    delimiter = max(_DELIMITERS, key=text[: _LOOKED_AT * 4].count)
    csv.field_size_limit(LARGEST_CELL)
    rows: list[list[CellValue]] = []
    lines = text.splitlines(keepends=True)
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            rows.append([*row])
            if progress and len(rows) % _REPORT_EVERY == 0:
                progress(len(rows), len(lines))
    except csv.Error as error:
        raise FileRefusedError(ImportIssue(IssueCode.FILE_DAMAGED, facts={"detail": str(error)})) from error
    return Grid("", rows)


def decode(content: bytes) -> str:
    """The text of a file.

    Raises:
        FileRefusedError: in none of the encodings a report is saved in, or binary.
    """
    encoding = next((name for bom, name in _BOMS if content.startswith(bom)), None) or _utf16_without_bom(content)
    for attempt in (encoding,) if encoding else ("utf-8", "gb18030"):
        try:
            text = content.decode(attempt)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    binary = b"\0" in content[:_LOOKED_AT] and encoding is None
    raise FileRefusedError(ImportIssue(IssueCode.FILE_NOT_A_TABLE if binary else IssueCode.FILE_ENCODING))


def _utf16_without_bom(content: bytes) -> str | None:
    """UTF-16 shows by the zero bytes of its commas, digits and line ends, all on the same side."""
    head = content[:_LOOKED_AT]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 20 < len(head) or min(even, odd) * 10 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"
