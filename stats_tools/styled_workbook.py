"""Workbooks for people: styled cells, formulas beside their values, and no text that a spreadsheet would run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any, Literal

from stats_tools.export import columns_of, neutral

Style = Literal["plain", "title", "note", "mark", "head", "text", "number", "whole", "count", "setting", "percent"]

_LINE_POINTS = 16
"""Height of one line of text, in points."""
_AIR_POINTS = 6
"""Height that a row has beside its lines, in points, so that tables are not cramped."""
_TITLE_POINTS = 30
_SPANNING: frozenset[Style] = frozenset({"title", "note", "mark", "plain"})
"""Styles of text that runs over the whole width of a sheet when it stands alone in its row."""

_GRID = {"border": 1, "valign": "vcenter"}
_PROSE = {"valign": "vcenter", "text_wrap": True}
_STYLES: Mapping[Style, Mapping[str, Any]] = {
    "plain": _PROSE,
    "title": {**_PROSE, "bold": True, "font_size": 16},
    "note": {**_PROSE, "font_color": "#595959"},
    "mark": {**_PROSE, "bold": True, "font_color": "#C00000"},
    "head": {**_GRID, "bold": True, "bg_color": "#DDEBF7", "text_wrap": True, "align": "center"},
    "text": {**_GRID, "text_wrap": True, "align": "left", "indent": 1},
    "number": {**_GRID, "num_format": "0.00"},
    "whole": {**_GRID, "num_format": "0", "align": "center"},
    "count": {**_GRID, "num_format": "0"},
    "setting": {**_GRID, "num_format": "0.##", "bg_color": "#FFF2CC"},
    "percent": {**_GRID, "num_format": "0.0%"},
}


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula with the value it has, so that a reader that computes nothing shows the same.

    Args:
        text: beginning with ``=``, in English functions and with commas.
        value: what it comes to.
    """

    text: str
    value: Decimal | int


Content = str | Decimal | int | Formula | None


@dataclass(frozen=True, slots=True)
class StyledCell:
    """What a cell holds and how it looks."""

    content: Content
    style: Style = "text"


@dataclass(frozen=True, slots=True)
class StyledSheet:
    """One sheet.

    Args:
        name: at most 31 characters, none of them reserved by spreadsheets.
        rows: of cells, from the top; rows may differ in length.
        widths: of the columns, in characters.
        frozen: rows and columns that stay in sight.
        scales: ranges of cells (``D5:G11``) that are shaded by their values.
    """

    name: str
    rows: Sequence[Sequence[StyledCell]]
    widths: Sequence[float]
    frozen: tuple[int, int] = (0, 0)
    scales: Sequence[str] = ()


def write_styled(path: Path, sheets: Sequence[StyledSheet], properties: Mapping[str, str]) -> None:
    """Write a workbook, whole or not at all.

    Args:
        path: of the file; replaced where it exists.
        sheets: in order.
        properties: of the document, e.g. its title.

    Raises:
        OSError: the file cannot be written.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    partial = path.with_name(f"{path.name}.partial")
    book = xlsxwriter.Workbook(partial, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(dict(properties))
    formats = {name: book.add_format(dict(look)) for name, look in _STYLES.items()}
    for sheet in sheets:
        _write_sheet(book.add_worksheet(sheet.name), sheet, formats)
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(str(error)) from error
    partial.replace(path)


def _write_sheet(page: Any, sheet: StyledSheet, formats: Mapping[Style, Any]) -> None:
    for column, width in enumerate(sheet.widths):
        page.set_column(column, column, width)
    page.freeze_panes(*sheet.frozen)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    if sheet.frozen[0]:
        page.repeat_rows(0, sheet.frozen[0] - 1)
    for number, row in enumerate(sheet.rows):
        spans = len(row) == 1 and row[0].style in _SPANNING
        widths = (sum(sheet.widths),) if spans else sheet.widths
        page.set_row(number, _height(row, widths))
        if spans and len(sheet.widths) > 1:
            page.merge_range(number, 0, number, len(sheet.widths) - 1, "", formats[row[0].style])
        for column, cell in enumerate(row):
            _write_cell(page, number, column, cell.content, formats[cell.style])
    for cells in sheet.scales:
        page.conditional_format(cells, {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#9DC3E6"})


def _height(row: Sequence[StyledCell], widths: Sequence[float]) -> int:
    """Height of a row, in points."""
    if row and row[0].style == "title":
        return _TITLE_POINTS
    return _lines(row, widths) * _LINE_POINTS + _AIR_POINTS


def _lines(row: Sequence[StyledCell], widths: Sequence[float]) -> int:
    """Lines the fullest wrapped cell needs: not every spreadsheet fits rows to wrapped text when it opens a file."""
    wrapped = [
        (cell.content, width)
        for cell, width in zip(row, widths, strict=False)
        if isinstance(cell.content, str) and _STYLES[cell.style].get("text_wrap")
    ]
    return max((ceil(columns_of(text) / max(width - 2, 1)) for text, width in wrapped), default=1)


def _write_cell(page: Any, row: int, column: int, content: Content, look: Any) -> None:
    match content:
        case None:
            page.write_blank(row, column, None, look)
        case Formula(text=text, value=value):
            page.write_formula(row, column, text, look, float(value))
        case str():
            page.write_string(row, column, neutral(content), look)
        case _:
            page.write_number(row, column, content, look)
