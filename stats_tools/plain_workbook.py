"""Writing many rows to a workbook without holding them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import xlsxwriter


def write_rows(path: Path, sheet: str, rows: Iterable[Sequence[str | float]]) -> int:
    """Write rows from A1 on to a workbook of one sheet; how many they are."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    page = book.add_worksheet(sheet)
    count = 0
    for count, row in enumerate(rows, start=1):
        page.write_row(count - 1, 0, row)
    book.close()
    return count
