"""Workbooks of registers: blank ones to fill in, and the rows on record with where they came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from stats_tools.export import Cell, write_workbook
from stats_tools.periods import Period
from stats_tools.registers.definitions import Kind, RegisterDefinition
from stats_tools.registers.desk import View
from stats_tools.registers.entries import Entry
from stats_tools.registers.layout import RegisterLayout
from stats_tools.registers.reference import RegisterReference
from stats_tools.registers.showing import shown_cell

_ROWS = 500
"""Rows below the header that have drop-down lists."""
_LONGEST_LIST = 255
"""Characters of a list that a workbook may hold in a cell's own check."""
_HEADER_ROW = 1


def write_register_template(
    path: Path, reference: RegisterReference, registers: Sequence[RegisterDefinition], period: Period
) -> None:
    """Write a workbook with a sheet a register that, filled in, imports as it is.

    Args:
        path: of the ``.xlsx`` file; replaced if it exists.
        reference: the clusters offered, and the words.
        registers: a sheet each.
        period: named in the title of each sheet.

    Raises:
        OSError: the file cannot be written.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    sheets = [(definition, book.add_worksheet(definition.name)) for definition in registers]
    names = _names_sheet(book, reference)
    head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "align": "center"})
    for definition, sheet in sheets:
        _fill(sheet, definition, reference.layout, period, head)
        _offer_values(sheet, definition, names)
    _instructions(book, reference.layout, registers)
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(str(error)) from error


def _fill(sheet: Any, definition: RegisterDefinition, layout: RegisterLayout, period: Period, head: Any) -> None:
    sheet.write_string(0, 0, layout.period_title.format(register=definition.name, period=period))
    columns = definition.written
    for index, column in enumerate(columns):
        mark = layout.required_mark if column.required else ""
        sheet.write_string(_HEADER_ROW, index, column.heading + mark, head)
        sheet.set_column(index, index, max(14, 2 * len(column.heading)))
    sheet.write_string(_HEADER_ROW, len(columns), layout.standing_header, head)
    sheet.freeze_panes(_HEADER_ROW + 1, 1)


def _offer_values(sheet: Any, definition: RegisterDefinition, names: str) -> None:
    first, last = _HEADER_ROW + 1, _HEADER_ROW + _ROWS
    for index, column in enumerate(definition.written):
        values = [each.name for each in column.values]
        if column.kind is Kind.CLUSTER:
            sheet.data_validation(first, index, last, index, {"validate": "list", "source": names})
        elif column.kind is Kind.CHOICE and len(",".join(values)) <= _LONGEST_LIST:
            sheet.data_validation(first, index, last, index, {"validate": "list", "source": values})
        elif column.kind is Kind.AMOUNT:
            rule = {"validate": "decimal", "criteria": ">=", "value": 0}
            sheet.data_validation(first, index, last, index, rule)


def _names_sheet(book: Any, reference: RegisterReference) -> str:
    """The clusters behind the drop-down lists, on a hidden sheet; its reference."""
    sheet = book.add_worksheet(reference.layout.lists_sheet)
    clusters = reference.registry.clusters
    for row, cluster in enumerate(clusters):
        sheet.write_string(row, 0, cluster.name)
    sheet.hide()
    return f"='{reference.layout.lists_sheet}'!$A$1:$A${len(clusters)}"


def _instructions(book: Any, layout: RegisterLayout, registers: Sequence[RegisterDefinition]) -> None:
    sheet = book.add_worksheet(layout.instructions_sheet)
    sheet.set_column(0, 0, 80)
    row = 0
    for definition in registers:
        told = {"unit": definition.unit, "counted": definition.counted}
        lines = [definition.name, *(line.format(**told) for line in layout.instructions)]
        lines += [
            f"{column.header}：{'、'.join(each.name for each in column.values)}"
            for column in definition.columns
            if column.values
        ]
        for line in lines:
            sheet.write_string(row, 0, line)
            row += 1
        row += 1


def write_register_rows(path: Path, views: Sequence[View], reference: RegisterReference) -> int:
    """Write the rows that the views may show, a sheet a register, and where they came from; how many.

    Texts that a spreadsheet would take for a formula are neutralised; the workbook can be imported again.

    Args:
        path: of the ``.xlsx`` file; replaced if it exists.
        views: a sheet each.
        reference: the clusters, and the words.

    Raises:
        OSError: the file cannot be written.
    """
    layout = reference.layout
    sheets: dict[str, list[list[Cell]]] = {}
    for view in views:
        sheets[view.definition.name] = list(_table(view, reference))
    sheets[layout.provenance_sheet] = list(_provenance(views, layout))
    write_workbook(path, sheets)
    return sum(len(view.rows) for view in views)


def _table(view: View, reference: RegisterReference) -> Iterator[list[Cell]]:
    layout, columns = reference.layout, view.definition.columns
    yield [
        *(column.heading for column in columns),
        layout.period_header,
        layout.source_header,
        layout.remark_header,
    ]
    remark = layout.sample_remark if view.standing.sample else ""
    for entry in view.rows:
        yield [*_cells(view, entry, reference), str(entry.period), entry.cell, remark]


def _cells(view: View, entry: Entry, reference: RegisterReference) -> Iterator[Cell]:
    for column in view.definition.columns:
        amount = entry.amount(column.code)
        yield amount if amount is not None else shown_cell(column, entry, view.reader, reference.registry)


def _provenance(views: Sequence[View], layout: RegisterLayout) -> Iterator[list[Cell]]:
    yield list(layout.provenance_headers)
    for view in views:
        for source in view.standing.sources:
            remark = layout.sample_remark if view.standing.sample else ""
            uploader = source.uploaded_by
            yield [view.definition.name, str(source.period), source.import_id, source.file_name, uploader, remark]
