from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.definition_files import FOLDER
from stats_tools.importing.issues import IssueCode, Severity
from stats_tools.importing.reading import ReportReading, read_report
from stats_tools.importing.reference import Reference
from stats_tools.units import UnitTable
from tests.stats_tools.storage.workbooks import HEADER, row, write_workbook

Read = Callable[[list[list[object]]], ReportReading]
TODAY = date(2022, 3, 1)


def _values(reading: ReportReading) -> dict[tuple[str, str, str], Decimal]:
    assert not reading.issues.blocked, reading.issues.kept
    return {(each.cluster, each.indicator, str(each.period)): each.value for each in reading.observations}


def test_the_report_of_the_contract_is_read_whole(read: Read) -> None:
    reading = read([HEADER, row(), row("济南市信息技术服务产业集群", profit=-3.5)])
    values = _values(reading)
    assert len(values) == 16
    assert values["yantai-biomedicine", "revenue", "2021Q2"] == Decimal("325.28")
    assert values["jinan-it-services", "profit", "2021Q2"] == Decimal("-3.5")
    assert reading.issues.kept == ()
    assert reading.rows == 2


def test_every_value_knows_its_cell(read: Read) -> None:
    reading = read([["统计季报"], HEADER, row()])
    assert {each.indicator: each.cell for each in reading.observations}["rd_spending"] == "H3"


def test_columns_may_come_in_any_order_under_any_alias_and_unit(read: Read) -> None:
    reading = read(
        [
            ["从业人员（万人）", "季度", "营收(万元)", "集群", "R&D经费【亿元】", "平均备注"],
            [4.9161, "2021年二季度", "3,252,800", "烟台生物医药", "３０．１２", "无"],
        ]
    )
    assert _values(reading) == {
        ("yantai-biomedicine", "employment", "2021Q2"): Decimal(49161),
        ("yantai-biomedicine", "revenue", "2021Q2"): Decimal("325.28"),
        ("yantai-biomedicine", "rd_spending", "2021Q2"): Decimal("30.12"),
    }
    assert reading.columns["营收(万元)"] == "主营业务收入（万元）"


def test_a_bare_multiple_is_that_of_the_indicators_unit(read: Read) -> None:
    reading = read(
        [
            ["集群", "报告期", "营收（万）", "从业人员（万）", "利润（亿）", "研发投入（亿元）"],
            ["烟台生物医药", "2021Q2", 3252800, 4.9161, 33.5, "3012万"],
        ]
    )
    assert _values(reading) == {
        ("yantai-biomedicine", "revenue", "2021Q2"): Decimal("325.28"),
        ("yantai-biomedicine", "employment", "2021Q2"): Decimal(49161),
        ("yantai-biomedicine", "profit", "2021Q2"): Decimal("33.5"),
        ("yantai-biomedicine", "rd_spending", "2021Q2"): Decimal("0.3012"),
    }


def test_a_bare_multiple_above_a_table_is_said_of_its_amounts(read: Read) -> None:
    header, values = ["集群", "报告期", "营收"], ["烟台生物医药", "2021Q2", 3252800]
    assert _values(read([["单位：万"], header, values])) == {
        ("yantai-biomedicine", "revenue", "2021Q2"): Decimal("325.28")
    }
    unclear = read([["单位：万"], [*header, "从业人员"], [*values, 49161]])
    assert [each.code for each in unclear.issues.of(Severity.ERROR)] == [IssueCode.UNIT_UNKNOWN]


@pytest.mark.parametrize("unit", ["万美元", "亿港元", "USD", "百元", "欧元"])
def test_no_amount_in_another_currency_is_taken_for_one_in_yuan(read: Read, unit: str) -> None:
    header, values = ["集群", "报告期", "营收"], ["烟台生物医药", "2021Q2", 325]
    for rows in ([[f"单位：{unit}"], header, values], [[*header[:2], f"营收（{unit}）"], values]):
        reading = read(rows)
        assert [each.code for each in reading.issues.of(Severity.ERROR)] == [IssueCode.UNIT_UNKNOWN]


def test_titles_a_corner_unit_and_notes_around_the_table_are_passed_over(read: Read) -> None:
    reading = read(
        [
            ["山东省战略性新兴产业集群统计季报"],
            ["填报单位：烟台市发展改革委", None, "单位：万元、人"],
            [],
            ["序号", "集群名称", "报告期", "主营业务收入", "就业人数"],
            [1, "烟台生物医药", "2021年上半年", 3252800, 49161],
            [2, "临沂生物医药", "2021年上半年", 1163100, 35018],
            [],
            ["注：营业收入为快报数。"],
            ["填表人：张三", None, "联系电话：0535-0000000"],
        ]
    )
    values = _values(reading)
    assert values["yantai-biomedicine", "revenue", "2021Q2"] == Decimal("325.28")
    assert values["linyi-biomedicine", "employment", "2021Q2"] == 35018
    assert len(values) == 4


def test_a_total_row_is_checked_and_not_imported(read: Read) -> None:
    table = [HEADER[:3], ["烟台生物医药", "2021Q2", 325.28], ["临沂生物医药", "2021Q2", 116.31]]
    right = read([*table, ["合计", None, 441.59]])
    assert len(_values(right)) == 2
    assert right.issues.kept == ()
    wrong = read([*table, ["合 计", "2021年上半年", 450]])
    assert len(_values(wrong)) == 2
    assert [(issue.code, issue.place.cell) for issue in wrong.issues.kept] == [(IssueCode.TOTAL_DIFFERS, "C4")]


def test_a_two_row_header_with_merged_groups_is_understood(reference: Reference, tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "两行表头.xlsx",
        [
            ["集群名称", "报告期", "主营业务收入（亿元）", None, "科技平台数量（个）", None],
            [None, None, "本年累计", "同比增长（%）", "省级", "国家级"],
            ["烟台生物医药", "2021Q2", 325.28, 18.4, 28, 4],
            ["临沂生物医药", "2021Q2", 116.31, -1.6, 15, 1],
        ],
        merged=("A1:A2", "B1:B2", "C1:D1", "E1:F1"),
    )
    reading = read_report(path, reference, TODAY)
    values = _values(reading)
    assert values["yantai-biomedicine", "revenue", "2021Q2"] == Decimal("325.28")
    assert values["yantai-biomedicine", "platforms_provincial", "2021Q2"] == 28
    assert values["linyi-biomedicine", "platforms_national", "2021Q2"] == 1
    assert len(values) == 6
    assert {issue.code for issue in reading.issues.kept} == {IssueCode.COLUMN_COMPARISON}


def test_a_row_of_units_below_the_header_counts(read: Read) -> None:
    reading = read(
        [
            ["集群名称", "报告期", "营业收入", "就业人数"],
            [None, None, "万元", "万人"],
            ["烟台生物医药", "2021Q2", 3252800, 4.9161],
        ]
    )
    assert list(_values(reading).values()) == [Decimal("325.28"), Decimal(49161)]


def test_a_merged_cluster_or_period_holds_for_every_row_it_spans(reference: Reference, tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "合并.xlsx",
        [HEADER[:3], ["烟台生物医药", "2021Q1", 152.89], [None, "2021Q2", 325.28]],
        merged=("A2:A3",),
    )
    assert len(_values(read_report(path, reference, TODAY))) == 2


@pytest.mark.parametrize("mark", [None, "", "-", "—", "——", "/", "无", "N/A", "  "])
def test_a_blank_or_a_dash_is_no_value_and_zero_is_one(read: Read, mark: object) -> None:
    values = _values(read([HEADER[:4], ["烟台生物医药", "2021Q2", mark, 0]]))
    assert values == {("yantai-biomedicine", "profit", "2021Q2"): Decimal(0)}


def test_a_real_date_counts_by_its_month(read: Read) -> None:
    assert list(_values(read([HEADER[:3], ["烟台生物医药", date(2021, 6, 30), 1]]))) == [
        ("yantai-biomedicine", "revenue", "2021Q2")
    ]


def test_year_and_quarter_may_stand_in_two_columns(read: Read) -> None:
    values = _values(read([["集群名称", "年份", "季度", "利润（亿元）"], ["烟台生物医药", 2021, "三季度", 1]]))
    assert list(values) == [("yantai-biomedicine", "profit", "2021Q3")]


def test_the_title_may_name_the_period_but_that_is_to_be_confirmed(read: Read) -> None:
    reading = read([["2021年上半年全省集群季报"], ["集群名称", "利润（亿元）"], ["烟台生物医药", 1]])
    assert list(_values(reading)) == [("yantai-biomedicine", "profit", "2021Q2")]
    assert [issue.code for issue in reading.issues.of(Severity.WARNING)] == [IssueCode.PERIOD_FROM_TITLE]


def test_only_the_first_visible_sheet_is_read_and_the_others_are_named(reference: Reference, tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "多表.xlsx", [HEADER, row()], more_sheets=("说明", "上年"))
    reading = read_report(path, reference, TODAY)
    assert reading.sheet == "统计季报"
    assert [dict(issue.facts)["others"] for issue in reading.issues.kept] == ["说明、上年"]


def test_a_cover_sheet_is_skipped_once_a_person_confirms(reference: Reference, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "封面"
    book.active.append(["2021年二季度统计季报"])
    page = book.create_sheet("数据")
    for cells in (
        ["单位：万元/人"],
        ["集群名称", "报告期", "利润", "就业人数"],
        ["烟台生物医药", "2021Q2", 453800, 49161],
    ):
        page.append(cells)
    book.save(tmp_path / "封面.xlsx")
    reading = read_report(tmp_path / "封面.xlsx", reference, TODAY)
    assert list(_values(reading).values()) == [Decimal("45.38"), Decimal(49161)]
    assert reading.sheet == "数据"
    assert [issue.code for issue in reading.issues.of(Severity.WARNING)] == [IssueCode.SHEET_SKIPPED]


def test_hidden_rows_and_columns_are_read_once_a_person_confirms(reference: Reference, tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "隐藏.xlsx", [HEADER, row(), row("临沂生物医药")], hidden_rows=(2,), hidden_columns=("D",)
    )
    reading = read_report(path, reference, TODAY)
    assert len(_values(reading)) == 16
    assert [(issue.code, issue.place.row, issue.place.cell) for issue in reading.issues.of(Severity.WARNING)] == [
        (IssueCode.COLUMN_HIDDEN, 1, "D1"),
        (IssueCode.ROW_HIDDEN, 3, ""),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_text_table_is_read_in_every_usual_encoding_and_delimiter(
    reference: Reference, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    lines = [HEADER[:4], ["烟台生物医药", "2021年上半年", '"3,252.80"', "45.38"]]
    path = tmp_path / "季报.csv"
    path.write_bytes("\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
    reading = read_report(path, reference, TODAY)
    assert _values(reading)["yantai-biomedicine", "revenue", "2021Q2"] == Decimal("3252.80")
    assert [each.cell for each in reading.observations] == ["C2", "D2"]


def test_a_workbook_of_another_writer_is_read_the_same(reference: Reference, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for cells in (["季报"], HEADER, row()):
        book.active.append(cells)
    book.save(tmp_path / "openpyxl.xlsx")
    assert len(_values(read_report(tmp_path / "openpyxl.xlsx", reference, TODAY))) == 8


def test_a_table_need_not_begin_in_the_first_column(reference: Reference, tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "缩进.xlsx", [[], [None, None, *HEADER[:3]], [None, None, "烟台生物医药", "2021Q2", 5]]
    )
    reading = read_report(path, reference, TODAY)
    assert [(each.value, each.cell) for each in reading.observations] == [(5, "E3")]


def test_an_indicator_added_to_the_catalogue_file_is_imported_without_touching_code(
    reference: Reference, tmp_path: Path
) -> None:
    catalogue = tmp_path / "indicators.yaml"
    line = (
        "  - {code: patents, name: 发明专利授权量, header: 发明专利授权量, aliases: [专利], unit: 个, nature: flow,"
        " aggregation: sum, decimals: 0, may_be_negative: false, whole: true}\n"
    )
    text = (FOLDER / "indicators.yaml").read_text(encoding="utf-8")
    catalogue.write_text(text.replace("indicators:\n", "indicators:\n" + line, 1), encoding="utf-8")
    grown = Reference(reference.registry, IndicatorCatalogue.load(catalogue), UnitTable.load(), reference.layout)
    path = write_workbook(
        tmp_path / "专利.xlsx", [["集群名称", "报告期", "专利（个）"], ["烟台生物医药", "2021Q2", 12]]
    )
    assert _values(read_report(path, grown, TODAY)) == {("yantai-biomedicine", "patents", "2021Q2"): Decimal(12)}


def test_headings_may_break_their_lines_and_carry_numbers_and_additions(read: Read) -> None:
    heading = [
        "集群\n名称",
        "报告期",
        "1.主营业务收入\n（亿元）",
        "其中：研发投入（R&D，万元）",
        "期末从业人员（期末，人）",
        "利润/万元",
    ]
    values = _values(read([heading, ["烟台生物医药", "2021Q2", 325.28, 301200, 49161, 453800]]))
    assert [str(value) for value in values.values()] == ["325.28", "30.12", "49161", "45.38"]


def test_a_total_may_stand_in_the_column_of_numbers_and_a_header_may_repeat(read: Read) -> None:
    header = ["序号", *HEADER[:3]]
    reading = read(
        [header, [1, "烟台生物医药", "2021Q2", 5], header, [2, "临沂生物医药", "2021Q2", 6], ["合计", None, None, 12]]
    )
    assert len(_values(reading)) == 2
    assert [issue.code for issue in reading.issues.kept] == [IssueCode.TOTAL_DIFFERS]


def test_a_subtotal_is_checked_and_not_imported(read: Read) -> None:
    reading = read([HEADER[:3], ["烟台生物医药", "2021Q2", 5], ["小计", "2021Q2", 9]])
    assert len(_values(reading)) == 1
    assert [(issue.code, issue.place.row) for issue in reading.issues.kept] == [(IssueCode.SUBTOTAL_DIFFERS, 3)]


def test_a_single_quarter_column_beside_the_cumulative_one_is_passed_over(read: Read) -> None:
    reading = read([["集群名称", "报告期", "利润累计（亿元）", "利润单季（亿元）"], ["烟台生物医药", "2021Q2", 45, 24]])
    assert list(_values(reading).values()) == [45]
