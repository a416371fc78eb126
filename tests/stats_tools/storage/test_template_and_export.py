from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import update

from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.database import Database
from stats_tools.export import ExportFilter, export_observations, neutral, write_workbook
from stats_tools.importing.applying import apply_import, preview_import
from stats_tools.importing.issues import IssueCode, Severity
from stats_tools.importing.reading import ReportReading, read_report
from stats_tools.importing.reference import Reference
from stats_tools.periods import Period
from stats_tools.registry import Registry
from stats_tools.sample import load_sample
from stats_tools.schema import ImportRow
from stats_tools.template import write_template
from tests.stats_tools.storage.workbooks import HEADER, row

TODAY = date(2022, 3, 1)
Read = Callable[[list[list[object]]], ReportReading]


@pytest.fixture
def filled(database: Database, reference: Reference, read: Read, noon: datetime) -> Database:
    reading = read([HEADER, row(), row("临沂生物医药", "2021Q1", profit=-3.25), row("济南生物医药")])
    apply_import(database, preview_import(database, reading, reference), "统计员", noon, confirmed=True)
    return database


def test_the_template_filled_in_imports_as_it_is(reference: Reference, tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    registry = reference.registry
    write_template(path, registry, reference.catalogue, Period(2021, 2), registry.at_level("national"))
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    assert [cell.value for cell in page[1]] == HEADER
    for number in range(2, 9):
        for column, value in enumerate(row()[2:], 3):
            page.cell(number, column, value)
    book.save(path)
    reading = read_report(path, reference, TODAY)
    assert len(reading.observations) == 7 * 8
    assert {issue.code for issue in reading.issues.kept} == {IssueCode.OTHER_SHEETS}


def test_the_blank_template_brings_nothing_not_even_its_example(reference: Reference, tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    write_template(path, reference.registry, reference.catalogue)
    reading = read_report(path, reference, TODAY)
    assert not reading.observations
    assert IssueCode.NO_ROWS in {issue.code for issue in reading.issues.kept}


def test_the_template_offers_the_registered_names_and_checks_numbers(reference: Reference, tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    write_template(path, reference.registry, reference.catalogue)
    book = openpyxl.load_workbook(path)
    kinds = {str(rule.sqref).split(":")[0]: rule.type for rule in book.worksheets[0].data_validations.dataValidation}
    assert (kinds["A2"], kinds["C2"], kinds["F2"]) == ("list", "decimal", "whole")
    assert [cell.value for cell in book["集群名册"]["A"]] == [cluster.name for cluster in reference.registry.clusters]
    assert "填写说明" in book.sheetnames


@pytest.mark.parametrize("name", ["导出.xlsx", "导出.csv"])
def test_an_export_imported_again_is_the_same(
    filled: Database, reference: Reference, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    assert export_observations(filled, reference.registry, reference.catalogue, path) == 24
    preview = preview_import(filled, read_report(path, reference, TODAY), reference)
    assert not preview.blocked
    assert preview.difference.nothing_to_do
    assert len(preview.difference.same) == 24


def test_an_export_may_be_narrowed(
    filled: Database, registry: Registry, catalogue: IndicatorCatalogue, tmp_path: Path
) -> None:
    def count(wanted: ExportFilter) -> int:
        return export_observations(filled, registry, catalogue, tmp_path / "部分.csv", wanted)

    assert count(ExportFilter(clusters=["yantai-biomedicine"])) == 8
    assert count(ExportFilter(periods=[Period(2021, 1)])) == 8
    assert count(ExportFilter(visible=["sample"])) == 0


def test_every_exported_value_has_its_provenance(
    filled: Database, registry: Registry, catalogue: IndicatorCatalogue, tmp_path: Path
) -> None:
    path = tmp_path / "导出.xlsx"
    export_observations(filled, registry, catalogue, path)
    rows = list(openpyxl.load_workbook(path)["数据来源"].iter_rows(values_only=True))
    assert len(rows) == 25
    assert rows[1] == (
        "临沂市生物医药产业集群", "2021Q1", "主营业务收入", 325.28, "亿元", "已公布", 1, 1,
        "季报.xlsx", "统计季报", "C3", "统计员", "2021-08-01 20:00:00",
    )  # fmt: skip


def test_an_exported_sample_says_so_in_every_row(
    database: Database, registry: Registry, catalogue: IndicatorCatalogue, noon: datetime, tmp_path: Path
) -> None:
    load_sample(database, noon)
    export_observations(database, registry, catalogue, tmp_path / "示例.csv")
    with (tmp_path / "示例.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0][-1] == "备注"
    assert len(rows) == 7 * 12 + 1
    assert all("示例数据" in cells[-1] for cells in rows[1:])


def test_an_exported_sample_does_not_come_back_as_real_data_unnoticed(
    database: Database, reference: Reference, noon: datetime, tmp_path: Path
) -> None:
    load_sample(database, noon)
    export_observations(database, reference.registry, reference.catalogue, tmp_path / "示例.xlsx")
    reading = read_report(tmp_path / "示例.xlsx", reference, TODAY)
    assert [issue.code for issue in reading.issues.of(Severity.WARNING)] == [IssueCode.SAMPLE_MARKED]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_like_a_formula_is_neutralised(text: str) -> None:
    assert neutral(text) == f"'{text}"
    assert neutral("烟台") == "烟台"


def test_no_stored_text_becomes_a_formula_in_an_export(
    filled: Database, registry: Registry, catalogue: IndicatorCatalogue, tmp_path: Path
) -> None:
    with filled.writing() as connection:
        connection.execute(update(ImportRow).values(file_name='=HYPERLINK("http://x")', uploaded_by="@cmd"))
    path = tmp_path / "导出.xlsx"
    export_observations(filled, registry, catalogue, path)
    cells = [cell for line in openpyxl.load_workbook(path)["数据来源"].iter_rows() for cell in line]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert {cells[13 + 8].value, cells[13 + 11].value} == {'\'=HYPERLINK("http://x")', "'@cmd"}


def test_exact_decimals_survive_a_text_export(filled: Database, reference: Reference, tmp_path: Path) -> None:
    export_observations(filled, reference.registry, reference.catalogue, tmp_path / "导出.csv")
    values = {
        each.indicator: each.value for each in read_report(tmp_path / "导出.csv", reference, TODAY).observations[:8]
    }
    assert values["profit"] == Decimal("-3.25")


def test_an_export_needs_a_known_format(filled: Database, reference: Reference, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="pdf"):
        export_observations(filled, reference.registry, reference.catalogue, tmp_path / "导出.pdf")


def test_the_workbook_compares_the_clusters_over_time_indicator_by_indicator(
    database: Database, reference: Reference, read: Read, noon: datetime, tmp_path: Path
) -> None:
    rows = [
        row("济南信息技术服务", "2021Q1", revenue=100.25),
        row("济南信息技术服务", "2021Q2", revenue=230.5),
        row("临沂生物医药", "2021Q2", revenue=60),
    ]
    reading = read([HEADER, *rows])
    apply_import(database, preview_import(database, reading, reference), "统计员", noon, confirmed=True)
    path = tmp_path / "导出.xlsx"
    export_observations(database, reference.registry, reference.catalogue, path)
    page = openpyxl.load_workbook(path)["对比 主营业务收入"]
    assert [[cell.value for cell in line] for line in page.rows] == [
        ["集群名称（亿元）", "2021Q1", "2021Q2"],
        [reference.registry.cluster("jinan-it-services").name, 100.25, 230.5],
        [reference.registry.cluster("linyi-biomedicine").name, None, 60],
    ]


def test_every_sheet_prints_as_wide_as_one_landscape_page_with_its_header_on_each(
    filled: Database, reference: Reference, tmp_path: Path
) -> None:
    path = tmp_path / "导出.xlsx"
    export_observations(filled, reference.registry, reference.catalogue, path)
    for page in openpyxl.load_workbook(path):
        setup = page.page_setup
        assert (setup.orientation, setup.paperSize, setup.fitToHeight) == ("landscape", 9, 0), page.title
        assert (page.sheet_properties.pageSetUpPr.fitToPage, page.print_title_rows) == (True, "$1:$1")


def test_columns_are_wide_enough_for_what_they_hold_and_long_texts_wrap(tmp_path: Path) -> None:
    path = tmp_path / "长.xlsx"
    write_workbook(path, {"表": [["名称", "说明"], ["烟台市生物医药产业集群", "很长的说明" * 20]]})
    page = openpyxl.load_workbook(path)["表"]
    assert page.column_dimensions["A"].width > 2 * len("烟台市生物医药产业集群")
    assert page.column_dimensions["B"].width < 60
    assert page["B2"].alignment.wrap_text
    assert page.row_dimensions[2].height > 4 * page.row_dimensions[1].height
