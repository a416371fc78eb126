"""The current observations as a workbook or CSV that can be imported again, each value with where it came from."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.database import Database
from stats_tools.definition_files import FOLDER, read_definition
from stats_tools.office_time import office_clock
from stats_tools.periods import Period
from stats_tools.pivots import PivotValue, side_by_side
from stats_tools.registry import Registry
from stats_tools.schema import ImportRow, ObservationRow
from stats_tools.versions import SAMPLE

_LONGEST_SHEET_NAME = 31
"""What a workbook allows."""
_A4 = 9
"""The paper's number in a workbook."""
_NARROWEST, _WIDEST = 8, 40
"""Of a column, in characters; longer texts wrap."""
_LINE_POINTS = 16
"""Height of one line of text, in points."""
_FRAMED: Mapping[str, Any] = {"border": 1, "valign": "vcenter", "text_wrap": True}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class ExportTexts(BaseModel):
    """What the export says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sheet: str
    provenance_sheet: str
    comparison_sheet: str
    cluster_header: str
    period_header: str
    remark_header: str
    sample_remark: str
    provenance_headers: tuple[str, ...]
    statuses: Mapping[str, str]
    figures_sheet: str
    figure_headers: tuple[str, ...]
    query_sheet: str
    query_headers: tuple[str, ...]
    query_question: str
    query_call: str
    query_more: str
    query_how: str

    @classmethod
    def load(cls, path: Path = FOLDER / "export.yaml") -> ExportTexts:
        """Read the texts; raises DefinitionError where the file is wrong."""
        return read_definition(path, cls)


@dataclass(frozen=True, slots=True)
class ExportFilter:
    """What to export; None means all.

    Args:
        clusters: cluster codes.
        periods: quarters.
        visible: statuses of observations that the reader may see.
    """

    clusters: Collection[str] | None = None
    periods: Collection[Period] | None = None
    visible: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class ExportedValue:
    """One current value with its provenance; the value in the indicator's unit, the time in UTC."""

    cluster: str
    indicator: str
    period_index: int
    value: Decimal
    status: str
    revision: int
    import_id: int
    file_name: str
    sheet: str
    cell: str
    uploaded_by: str
    recorded_at: datetime


def export_observations(
    database: Database,
    registry: Registry,
    catalogue: IndicatorCatalogue,
    path: Path,
    wanted: ExportFilter | None = None,
) -> int:
    """Write the current observations to ``.xlsx`` or ``.csv`` by the name; how many values.

    The workbook holds the report, the provenance of every value, and for each indicator a sheet that compares the
    clusters over time.

    Texts that a spreadsheet would take for a formula are neutralised.

    Args:
        database: upgraded and registered.
        registry: the clusters, in whose order rows are written.
        catalogue: the indicators, one column each.
        path: of the file; replaced if it exists.
        wanted: which values; None for all.

    Raises:
        OSError: the file cannot be written.
        ValueError: the name ends in neither ``.xlsx`` nor ``.csv``.
    """
    values = exported_values(database, registry, catalogue, wanted)
    write_values(values, registry, catalogue, path)
    return len(values)


def exported_values(
    database: Database, registry: Registry, catalogue: IndicatorCatalogue, wanted: ExportFilter | None = None
) -> list[ExportedValue]:
    """The current observations of known clusters and indicators by quarter, cluster and indicator.

    The arguments are those of :func:`export_observations`.
    """
    order = {cluster.code: position for position, cluster in enumerate(registry.clusters)}
    place = {indicator.code: position for position, indicator in enumerate(catalogue.indicators)}
    stored = _values(database, wanted or ExportFilter())
    values = [value for value in stored if value.cluster in order and value.indicator in place]
    return sorted(values, key=lambda value: (value.period_index, order[value.cluster], place[value.indicator]))


def write_values(
    values: Sequence[ExportedValue], registry: Registry, catalogue: IndicatorCatalogue, path: Path
) -> None:
    """Write observations as :func:`export_observations` does, and raise what it raises."""
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise ValueError(f"not an export format: {path.suffix}")
    texts = ExportTexts.load()
    table = list(_table(values, registry, catalogue, texts))
    if path.suffix.lower() == ".csv":
        _write_csv(path, table)
    else:
        sheets = {texts.sheet: table, texts.provenance_sheet: list(_provenance(values, registry, catalogue, texts))}
        write_workbook(path, {**sheets, **_comparisons(values, registry, catalogue, texts)})


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that begins like a formula gets an apostrophe in front."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _values(database: Database, wanted: ExportFilter) -> list[ExportedValue]:
    row = ObservationRow
    query = (
        select(
            row.cluster_code.label("cluster"),
            row.indicator_code.label("indicator"),
            row.period_index,
            row.value,
            row.status,
            row.revision,
            row.import_id,
            ImportRow.file_name,
            ImportRow.sheet,
            row.cell,
            ImportRow.uploaded_by,
            row.recorded_at,
        )
        .join(ImportRow, ImportRow.id == row.import_id)
        .where(row.superseded_at.is_(None))
    )
    if wanted.clusters is not None:
        query = query.where(row.cluster_code.in_(list(wanted.clusters)))
    if wanted.periods is not None:
        query = query.where(row.period_index.in_([period.index for period in wanted.periods]))
    if wanted.visible is not None:
        query = query.where(row.status.in_(list(wanted.visible)))
    with database.reading() as connection:
        return [ExportedValue(**found) for found in connection.execute(query).mappings()]


Cell = str | Decimal | int | None


def _table(
    values: Sequence[ExportedValue], registry: Registry, catalogue: IndicatorCatalogue, texts: ExportTexts
) -> Iterator[list[Cell]]:
    """The quarterly report: header and one row a cluster and period."""
    headings: list[Cell] = [indicator.heading for indicator in catalogue.indicators]
    yield [texts.cluster_header, texts.period_header, *headings, texts.remark_header]
    rows: dict[tuple[int, str], dict[str, ExportedValue]] = {}
    for value in values:
        rows.setdefault((value.period_index, value.cluster), {})[value.indicator] = value
    for (index, cluster), found in rows.items():
        cells: list[Cell] = [
            found[indicator.code].value if indicator.code in found else None for indicator in catalogue.indicators
        ]
        remark = texts.sample_remark if any(value.status == SAMPLE for value in found.values()) else ""
        yield [registry.cluster(cluster).name, str(Period.from_index(index)), *cells, remark]


def _provenance(
    values: Sequence[ExportedValue], registry: Registry, catalogue: IndicatorCatalogue, texts: ExportTexts
) -> Iterator[list[Cell]]:
    yield list(texts.provenance_headers)
    for value in values:
        indicator = catalogue.reported(value.indicator)
        yield [
            registry.cluster(value.cluster).name,
            str(Period.from_index(value.period_index)),
            indicator.name,
            value.value,
            indicator.unit,
            texts.statuses[value.status],
            value.revision,
            value.import_id,
            value.file_name,
            value.sheet,
            value.cell,
            value.uploaded_by,
            office_clock(value.recorded_at),
        ]


def _comparisons(
    values: Sequence[ExportedValue], registry: Registry, catalogue: IndicatorCatalogue, texts: ExportTexts
) -> dict[str, Sequence[Sequence[Cell]]]:
    """One sheet an indicator with any value, by sheet name."""
    sheets: dict[str, Sequence[Sequence[Cell]]] = {}
    for indicator in catalogue.indicators:
        found = [
            PivotValue(registry.cluster(v.cluster).name, str(Period.from_index(v.period_index)), v.value)
            for v in values
            if v.indicator == indicator.code
        ]
        if found:
            name = texts.comparison_sheet.format(indicator=indicator.name)[:_LONGEST_SHEET_NAME]
            sheets[name] = side_by_side(found, f"{texts.cluster_header}（{indicator.unit}）")
    return sheets


def _write_csv(path: Path, table: Sequence[Sequence[Cell]]) -> None:
    # With a BOM, because Excel takes a CSV file without one for the local code page.
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        for row in table:
            writer.writerow([_csv_cell(cell) for cell in row])


def _csv_cell(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"
    return neutral("" if cell is None else str(cell))


def write_workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> None:
    """Write sheets by name, the first row of each as its header; raises OSError where the file cannot be written.

    Printed, a sheet is as wide as one landscape page of A4, and its header stands on every page.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({**_FRAMED, "bold": True, "bg_color": "#DDEBF7", "align": "center"})
    text = book.add_format({**_FRAMED, "align": "left", "indent": 1})
    number = book.add_format(_FRAMED)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        widths = list(_widths(rows))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 2)
        _lay_out_pages(sheet)
        for index, row in enumerate(rows):
            sheet.set_row(index, _LINE_POINTS * _lines(row, widths))
            _write_row(sheet, index, row, (text, number) if index else (head, head))
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(str(error)) from error


def _lay_out_pages(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&C&A　&P/&N")


def _widths(rows: Sequence[Sequence[Cell]]) -> Iterator[float]:
    """Of the columns, in characters: what a column holds in one line, and its heading in two."""
    head, *body = rows
    for column, heading in enumerate(head):
        longest = max((columns_of(_text(row[column])) for row in body if column < len(row)), default=0)
        yield min(max(longest, columns_of(_text(heading)) / 2 + 3, _NARROWEST), _WIDEST) + 4


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def columns_of(text: str) -> int:
    """Characters of usual width that a text is as wide as: a Chinese letter counts two."""
    return sum(2 if east_asian_width(letter) in "WFA" else 1 for letter in text)


def _lines(row: Sequence[Cell], widths: Sequence[float]) -> int:
    """Lines of the fullest cell: not every spreadsheet fits rows to wrapped text when it opens a file."""
    return max(ceil(columns_of(_text(cell)) / (width - 3)) for cell, width in zip(row, widths, strict=False))


def _write_row(sheet: Any, index: int, row: Sequence[Cell], styles: tuple[Any, Any]) -> None:
    """Write a row; the styles are those of its texts and of its numbers."""
    text, number = styles
    for column, cell in enumerate(row):
        if isinstance(cell, Decimal | int):
            sheet.write_number(index, column, cell, number)
        elif cell:
            sheet.write_string(index, column, neutral(cell), text)
        else:
            sheet.write_blank(index, column, None, text)
