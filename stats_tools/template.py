"""The blank quarterly report: the header of the contract, drop-down lists, and how to fill it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from stats_tools.catalogue import Indicator, IndicatorCatalogue
from stats_tools.definition_files import FOLDER, read_definition
from stats_tools.periods import Period
from stats_tools.registry import Registry
from stats_tools.types import Cluster

_ROWS = 500
"""Rows below the header that have drop-down lists and checks."""


class TemplateTexts(BaseModel):
    """What the template says; placeholders as in the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sheet: str
    instructions_sheet: str
    names_sheet: str
    cluster_header: str
    period_header: str
    instructions: tuple[str, ...]
    example_title: str
    example_period: str
    example_values: Mapping[str, float]
    list_error: str
    number_error: str

    @classmethod
    def load(cls, path: Path = FOLDER / "template.yaml") -> TemplateTexts:
        """Read the texts; raises DefinitionError where the file is wrong."""
        return read_definition(path, cls)


def write_template(
    path: Path,
    registry: Registry,
    catalogue: IndicatorCatalogue,
    period: Period | None = None,
    clusters: Sequence[Cluster] = (),
) -> None:
    """Write a workbook that, filled in, imports as it is.

    Args:
        path: of the ``.xlsx`` file; replaced if it exists.
        registry: the clusters offered.
        catalogue: the indicators asked for.
        period: filled in for each of ``clusters``; None leaves the rows blank.
        clusters: to be filled in, one row each.

    Raises:
        OSError: the file cannot be written.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    texts = TemplateTexts.load()
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "align": "center"})
    sheet = book.add_worksheet(texts.sheet)
    names = _names_sheet(book, texts, registry)
    for column, heading in enumerate(_headings(texts, catalogue)):
        sheet.write_string(0, column, heading, head)
        sheet.set_column(column, column, max(12, 2 * len(heading)))
    text = book.add_format({"num_format": "@"})
    sheet.set_column(0, 0, 40, text)
    sheet.set_column(1, 1, 14, text)
    sheet.freeze_panes(1, 2)
    for row, cluster in enumerate(clusters, 1):
        sheet.write_string(row, 0, cluster.name, text)
        if period is not None:
            sheet.write_string(row, 1, str(period), text)
    sheet.data_validation(1, 0, _ROWS, 0, {"validate": "list", "source": names, "error_message": texts.list_error})
    for column, indicator in enumerate(catalogue.indicators, 2):
        sheet.data_validation(1, column, _ROWS, column, _number_check(indicator, texts))
    _instructions_sheet(book, texts, registry, catalogue, head)
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(str(error)) from error


def _headings(texts: TemplateTexts, catalogue: IndicatorCatalogue) -> list[str]:
    return [texts.cluster_header, texts.period_header, *(indicator.heading for indicator in catalogue.indicators)]


def _number_check(indicator: Indicator, texts: TemplateTexts) -> dict[str, Any]:
    limits = {"criteria": "between", "minimum": -1e10, "maximum": 1e10} if indicator.may_be_negative else {
        "criteria": ">=", "value": 0
    }  # fmt: skip
    return {
        "validate": "integer" if indicator.whole else "decimal",
        "error_message": texts.number_error.format(indicator=indicator.name, unit=indicator.unit),
        **limits,
    }


def _names_sheet(book: Any, texts: TemplateTexts, registry: Registry) -> str:
    """The list behind the drop-down, on a hidden sheet; its reference."""
    sheet = book.add_worksheet(texts.names_sheet)
    for row, cluster in enumerate(registry.clusters):
        sheet.write_string(row, 0, cluster.name)
    sheet.hide()
    return f"='{texts.names_sheet}'!$A$1:$A${len(registry.clusters)}"


def _instructions_sheet(
    book: Any, texts: TemplateTexts, registry: Registry, catalogue: IndicatorCatalogue, head: Any
) -> None:
    """How to fill in the report, with a filled-in example that is not in the sheet that is read."""
    sheet = book.add_worksheet(texts.instructions_sheet)
    sheet.set_column(0, 0, 40)
    for row, line in enumerate(texts.instructions):
        sheet.write_string(row, 0, line)
    row = len(texts.instructions) + 1
    sheet.write_string(row, 0, texts.example_title)
    for column, heading in enumerate(_headings(texts, catalogue)):
        sheet.write_string(row + 1, column, heading, head)
    sheet.write_string(row + 2, 0, registry.clusters[0].name)
    sheet.write_string(row + 2, 1, texts.example_period)
    for column, indicator in enumerate(catalogue.indicators, 2):
        if indicator.code in texts.example_values:
            sheet.write_number(row + 2, column, texts.example_values[indicator.code])
