"""Workbooks as offices make them: several tables on a sheet, subtotals by city, numbers shown as percentages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from bot.import_wording import issue_line
from prompts import Wording
from stats_tools.importing.issues import ImportIssue, IssueCode, Severity
from stats_tools.importing.reading import ReportReading, read_report
from stats_tools.importing.reference import Reference
from tests.stats_tools.storage.workbooks import printed_form, write_workbook

Rows = list[list[object]]
Read = Callable[[Rows], ReportReading]
TODAY = date(2022, 3, 1)
WORDING = Wording.load()
HEADER: list[object] = ["集群名称", "报告期", "主营业务收入（亿元）", "利润（亿元）"]


def _values(reading: ReportReading) -> dict[str, Decimal]:
    assert not reading.issues.blocked, reading.issues.kept
    return {each.cell: each.value for each in reading.observations}


def _only_error(reading: ReportReading) -> ImportIssue:
    assert not reading.observations
    (error,) = reading.issues.of(Severity.ERROR)
    return error


@pytest.mark.parametrize(
    ("rows", "code", "cell", "written"),
    [
        (
            [
                HEADER[:3],
                ["烟台生物医药", "2021Q2", 325.28],
                [],
                [*HEADER[:2], HEADER[3]],
                ["临沂生物医药", "2021Q2", 15],
            ],
            IssueCode.HEADER_CHANGES,
            "C4",
            "利润（亿元）",
        ),
        (
            [
                ["利润（亿元）"],
                ["集群名称", "2021Q1", "2021Q2"],
                ["烟台生物医药", 1, 2],
                ["集群名称", "2020Q1", "2020Q2"],
                ["临沂生物医药", 3, 4],
            ],
            IssueCode.HEADER_CHANGES,
            "B4",
            "2020Q1",
        ),
        (
            [
                ["2021年一季度"],
                ["集群名称", "利润（亿元）"],
                ["烟台生物医药", 1],
                ["2021年上半年"],
                ["集群名称", "利润（亿元）"],
                ["临沂生物医药", 3],
            ],
            IssueCode.SECTION_CHANGES,
            "",
            "2021年上半年",
        ),
        (
            [
                ["利润（亿元）"],
                ["集群名称", "2021Q1"],
                ["烟台生物医药", 1],
                ["主营业务收入（亿元）"],
                ["集群名称", "2021Q1"],
                ["临沂生物医药", 30],
            ],
            IssueCode.SECTION_CHANGES,
            "",
            "主营业务收入（亿元）",
        ),
    ],
)
def test_a_second_table_below_the_first_is_never_read_under_the_first_ones_header(
    read: Read, rows: Rows, code: IssueCode, cell: str, written: str
) -> None:
    error = _only_error(read(rows))
    assert (error.code, error.place.row, error.place.cell, error.value) == (code, 4, cell, written)
    assert "另一个工作表" in issue_line(error, WORDING)


def test_a_header_printed_again_and_a_dated_signature_do_not_end_the_table(read: Read) -> None:
    header = ["集群名称", "利润（亿元）"]
    rows: Rows = [["2021年上半年"], header, ["烟台生物医药", 1], header, ["临沂生物医药", 3], ["2021年9月30日"]]
    assert _values(read(rows)) == {"B3": 1, "B5": 3}


def test_titles_and_notes_merged_over_the_whole_table_are_passed_over(reference: Reference, tmp_path: Path) -> None:
    rows: Rows = [
        HEADER,
        ["一、国家级集群"],
        ["烟台生物医药", "2021Q2", 325.28, 45.38],
        ["注：快报数，2020年的数见另表"],
    ]
    blocks = ("A2:D2", "A4:D4")
    path = write_workbook(tmp_path / "分段.xlsx", [[*each, *[None] * (4 - len(each))] for each in rows], merged=blocks)
    reading = read_report(path, reference, TODAY)
    assert _values(reading) == {"C3": Decimal("325.28"), "D3": Decimal("45.38")}
    assert reading.issues.kept == ()


def test_subtotals_by_city_are_not_imported_wherever_the_city_is_named(read: Read) -> None:
    reading = read(
        [
            ["设区市", *HEADER[:3]],
            ["烟台市", "烟台生物医药", "2021Q2", 325],
            ["烟台市小计", None, None, 325],
            ["总计", None, "2021Q2", 325],
        ]
    )
    assert _values(reading) == {"D2": 325}
    assert reading.issues.kept == ()


IN_SECTIONS: Rows = [
    ["2021年上半年主要指标", None, None],
    [None, None, "单位：万元"],
    ["市", "集群名称", "主营业务收入"],
    ["济南", "济南信息技术服务", 10_337_900],
    [None, "小计", 10_337_900],
    ["烟台", "烟台先进结构材料", 5_978_500],
    [None, "烟台生物医药", 3_252_800],
    [None, "小计", 9_231_300],
    ["合计", None, 19_569_200],
]


def test_a_subtotal_is_held_against_the_rows_since_the_one_before_it_where_the_title_names_the_period(
    read: Read,
) -> None:
    reading = read(IN_SECTIONS)
    assert len(_values(reading)) == 3
    assert [issue.code for issue in reading.issues.of(Severity.WARNING)] == [IssueCode.PERIOD_FROM_TITLE]
    wrong = read([*IN_SECTIONS[:7], [None, "小计", 9_231_000], *IN_SECTIONS[8:]])
    _, found = wrong.issues.of(Severity.WARNING)
    assert (found.code, found.place.cell) == (IssueCode.SUBTOTAL_DIFFERS, "C8")
    assert "小计写的是 9231000万元，它所加的第6–7行相加是 9231300万元" in issue_line(found, WORDING)


def test_subtotals_may_lead_the_rows_they_add_up_and_one_of_a_city_adds_up_its_rows_wherever_they_stand(
    read: Read,
) -> None:
    header = ["集群名称", "报告期", "利润（亿元）"]
    jinan, yantai = ["济南信息技术服务", "2021Q2", 88], ["烟台生物医药", "2021Q2", 45]
    leading = read([header, ["小计", "2021Q2", 88], jinan, ["小计", "2021Q2", 44], yantai])
    assert [(each.code, each.place.row) for each in leading.issues.kept] == [(IssueCode.SUBTOTAL_DIFFERS, 4)]
    scattered = read([header, yantai, jinan, ["烟台先进结构材料", "2021Q2", 57], ["烟台市合计", "2021Q2", 100]])
    (found,) = scattered.issues.kept
    assert (found.code, found.facts["rows"], found.facts["summed"]) == (IssueCode.SUBTOTAL_DIFFERS, "2、4", "102")


@pytest.mark.parametrize("name", ["其中：规上企业", "生物产业合计"])
def test_a_row_of_which_is_not_known_what_it_adds_up_is_noted(read: Read, name: str) -> None:
    reading = read([HEADER[:3], ["烟台生物医药", "2021Q2", 325], [name, "2021Q2", 300]])
    assert [(each.code, each.place.row) for each in reading.issues.kept] == [(IssueCode.TOTAL_UNCHECKED, 3)]


def test_a_row_of_signatures_below_the_table_is_passed_over(read: Read) -> None:
    signed = ["制表：", None, "审核：李四", "日期：2021年7月15日"]
    rows = [["序号", *HEADER], [1, "烟台生物医药", "2021Q2", 325, 45], [*signed[:2], None, *signed[2:]]]
    assert _values(read(rows)) == {"D2": 325, "E2": 45}


def _with_numbers_of_days(path: Path, day_zero: date) -> Path:
    book = openpyxl.Workbook()
    if day_zero.year == _MAC_YEAR:
        book.epoch = CALENDAR_MAC_1904
    page = book.worksheets[0]
    for row in (HEADER[:3], ["烟台生物医药", (date(2021, 6, 30) - day_zero).days, 325.28]):
        page.append(row)
    book.save(path)
    return path


_MAC_YEAR = 1904


@pytest.mark.parametrize("day_zero", [date(1899, 12, 30), date(_MAC_YEAR, 1, 1)])
def test_a_day_held_as_a_number_is_read_by_the_calendar_of_the_workbook_and_that_is_said(
    reference: Reference, tmp_path: Path, day_zero: date
) -> None:
    reading = read_report(_with_numbers_of_days(tmp_path / "序号.xlsx", day_zero), reference, TODAY)
    assert {str(each.period) for each in reading.observations} == {"2021Q2"}
    (note,) = reading.issues.kept
    assert (note.code, note.place.cell) == (IssueCode.DAY_NUMBER, "B2")
    assert "读作 2021-06-30" in issue_line(note, WORDING)


@pytest.mark.parametrize("number", [325, 12_000, 99_999, 442_860, 44_377.5])
def test_a_number_that_counts_to_no_day_of_our_time_is_no_period(read: Read, number: float) -> None:
    assert _only_error(read([HEADER[:3], ["烟台生物医药", number, 325.28]])).code is IssueCode.PERIOD_UNREADABLE


@pytest.mark.parametrize("name", ["22Q1", "22年一季度", "22年1-3月"])
def test_a_sheet_may_be_named_by_a_year_of_two_digits(reference: Reference, tmp_path: Path, name: str) -> None:
    rows: Rows = [["集群名称", "利润（亿元）"], ["烟台生物医药", 15]]
    reading = read_report(write_workbook(tmp_path / "简称.xlsx", rows, sheet=name), reference, date(2022, 5, 1))
    assert {str(each.period) for each in reading.observations} == {"2022Q1"}


def test_the_name_of_a_city_is_no_cluster_even_where_the_city_has_only_one(read: Read) -> None:
    alone = _only_error(read([HEADER[:3], ["临沂市", "2021Q2", 116.31]]))
    assert (alone.code, alone.place.cell) == (IssueCode.CLUSTER_IS_CITY, "A2")
    assert "全名称" in issue_line(alone, WORDING)
    above = read([HEADER[:3], ["临沂市", "2021Q2", 116.31], ["临沂生物医药", "2021Q2", 116.31]])
    assert _values(above) == {"C3": Decimal("116.31")}
    assert [(issue.code, issue.severity) for issue in above.issues.kept] == [(IssueCode.CITY_TOTAL, Severity.WARNING)]


@pytest.mark.parametrize("name", ["轨道交通装备", "青岛轨道交通装备"])
def test_a_city_that_is_not_the_clusters_is_refused_and_not_read_as_the_cluster_of_another_city(
    read: Read, name: str
) -> None:
    error = _only_error(read([["设区市", *HEADER[:3]], ["济南市", name, "2021Q2", 712.69]]))
    assert (error.code, error.place.cell, error.value) == (IssueCode.CLUSTER_CITY_DIFFERS, "A2", "济南市")
    assert "青岛轨道交通装备集群在青岛市" in issue_line(error, WORDING)
    across = _only_error(read([["利润（亿元）"], ["城市", "集群名称", "2021Q1"], ["济南", name, 25]]))
    assert (across.code, across.place.cell) == (IssueCode.CLUSTER_CITY_DIFFERS, "A3")
    right = read([["设区市", *HEADER[:3]], ["青岛市", name, "2021Q2", 712.69], ["胶州", name, "2021Q1", 333]])
    assert _values(right) == {"D2": Decimal("712.69"), "D3": 333}


@pytest.mark.parametrize("number_format", ["0.00%", "0%", "[Red]0.0%;-0.0%"])
def test_a_number_shown_as_a_percentage_is_no_amount(reference: Reference, tmp_path: Path, number_format: str) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for cells in (HEADER[:3], ["烟台生物医药", "2021Q2", 3.25]):
        book.active.append(cells)
    book.active["C2"].number_format = number_format
    book.save(tmp_path / "百分比.xlsx")
    error = _only_error(read_report(tmp_path / "百分比.xlsx", reference, TODAY))
    assert (error.code, error.place.cell, error.value) == (IssueCode.PERCENTAGE, "C2", "325%")


def test_a_number_format_that_only_writes_a_percent_sign_in_quotes_shows_no_percentage(
    reference: Reference, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for cells in (HEADER[:3], ["烟台生物医药", "2021Q2", 325.28]):
        book.active.append(cells)
    book.active["C2"].number_format = '0.00"（占比%见另表）"'
    book.save(tmp_path / "格式.xlsx")
    assert _values(read_report(tmp_path / "格式.xlsx", reference, TODAY)) == {"C2": Decimal("325.28")}


def test_a_message_names_the_unit_of_the_column_and_not_that_of_the_indicator(read: Read) -> None:
    error = _only_error(read([["集群名称", "报告期", "利润（万元）"], ["烟台生物医药", "2021Q2", "△123"]]))
    assert "（单位：万元）" in issue_line(error, WORDING)


def test_title_rows_with_a_unit_in_the_corner_are_no_part_of_a_two_row_header(
    reference: Reference, tmp_path: Path
) -> None:
    reading = read_report(printed_form(tmp_path), reference, TODAY)
    assert {str(each.period) for each in reading.observations} == {"2021Q2"}
    assert _values(reading) == {"C6": Decimal("325.28"), "E6": 49161, "C7": Decimal("116.31"), "E7": 35018}
    assert [issue.code for issue in reading.issues.of(Severity.WARNING)] == [IssueCode.PERIOD_FROM_TITLE]


def test_an_item_of_the_single_quarter_is_passed_over_beside_the_cumulative_one_and_refused_alone(read: Read) -> None:
    header = ["指标", "单位", "烟台生物医药", "临沂生物医药"]
    cumulative, single = ["1.利润", "亿元", 45, 13], ["其中：单季利润", "亿元", 24, 7]
    both = read([["2021年上半年"], header, cumulative, single])
    assert _values(both) == {"C3": 45, "D3": 13}
    assert [(each.code, each.place.cell) for each in both.issues.of(Severity.NOTE)] == [
        (IssueCode.COLUMN_COMPARISON, "A4")
    ]
    assert _only_error(read([["2021年上半年"], header, single])).code is IssueCode.COLUMN_SINGLE_QUARTER


def test_quarters_down_and_clusters_across_below_an_unmerged_title(read: Read) -> None:
    rows: Rows = [
        ["利润（亿元）"],
        ["年份", "季度", "烟台生物医药", "临沂生物医药"],
        [2020, "四季度", 60, 22],
        [2021, "一季度", 15, 5],
    ]
    assert _values(read(rows)) == {"C3": 60, "D3": 22, "C4": 15, "D4": 5}


def test_one_sheet_a_cluster_with_a_column_an_indicator(reference: Reference, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, value in (("烟台生物医药", 1), ("临沂生物医药", 2)):
        page = book.create_sheet(name)
        for cells in (["集群运行情况表"], ["报告期", "利润（亿元）"], ["2021Q1", value]):
            page.append(cells)
    book.save(tmp_path / "分集群.xlsx")
    reading = read_report(tmp_path / "分集群.xlsx", reference, TODAY)
    assert {(each.cluster, each.value) for each in reading.observations} == {
        ("yantai-biomedicine", 1),
        ("linyi-biomedicine", 2),
    }


@pytest.mark.parametrize("title", ["临沂市", "填报单位：临沂"])
def test_a_city_in_the_title_does_not_stand_for_its_only_cluster(read: Read, title: str) -> None:
    assert _only_error(read([[title], ["报告期", "利润（亿元）"], ["2021Q1", 1]])).code is (
        IssueCode.CLUSTER_COLUMN_MISSING
    )


def test_the_year_of_the_title_and_the_quarter_of_the_sheets_name_make_the_period(
    reference: Reference, tmp_path: Path
) -> None:
    rows: Rows = [["2021年集群统计表"], ["集群名称", "利润（亿元）"], ["烟台生物医药", 1]]
    for sheet, expected in (("二季度", {"2021Q2"}), ("1-9月", {"2021Q3"}), ("Sheet2", set()), ("2", set())):
        reading = read_report(write_workbook(tmp_path / f"{sheet}.xlsx", rows, sheet=sheet), reference, TODAY)
        assert {str(each.period) for each in reading.observations} == expected
        assert reading.issues.blocked is not bool(expected)


def test_a_row_of_values_is_never_quoted_as_the_header(read: Read) -> None:
    error = _only_error(read([["2021年运行情况"], ["指标", "一季度", "二季度"], ["主营业务收入", 100, 210]]))
    assert (error.code, error.facts["seen"]) == (IssueCode.CLUSTER_COLUMN_MISSING, "指标、一季度、二季度")
    error = _only_error(read([["运行情况"], ["指标", "一季度", "二季度"], ["主营业务收入", 100, 210]]))
    assert error.code is IssueCode.HEADER_NOT_FOUND


@pytest.mark.parametrize(
    "remark", [["（单位：万元）"], [None, None, None, "单位：万元、人"], ["单位：人", None, None, "金额单位：万元"]]
)
@pytest.mark.parametrize("groups", [[], [[None, None, "主要指标"]]])
def test_a_row_of_units_right_above_the_header_counts_and_is_no_part_of_it(
    read: Read, remark: list[object], groups: Rows
) -> None:
    rows: Rows = [
        ["战新集群季报"],
        remark,
        *groups,
        ["集群名称", "报告期", "主营业务收入", "从业人员"],
        ["烟台生物医药", "2021Q2", 3_252_800, 50_000],
    ]
    row = len(rows)
    reading = read(rows)
    assert _values(reading) == {f"C{row}": Decimal("325.28"), f"D{row}": Decimal(50_000)}
    assumed = [issue.place.column for issue in reading.issues.kept if issue.code is IssueCode.UNIT_ASSUMED]
    assert "主营业务收入" not in "".join(assumed)


def test_the_remark_of_the_unit_counts_above_a_cross_table_too(read: Read) -> None:
    reading = read(
        [["2021年各集群利润"], ["（单位：万元）"], ["集群", "2021Q1", "2021Q2"], ["烟台生物医药", 200_000, 471_000]]
    )
    assert _values(reading) == {"B4": Decimal(20), "C4": Decimal("47.1")}


@pytest.mark.parametrize(
    "name",
    ["1、烟台市生物医药产业集群", "（三）烟台生物医药", "2. 烟台生物医药*", "烟台生物医药（注1）", "烟台生物医药①"],
)
def test_numbers_before_a_name_and_marks_of_footnotes_behind_it_are_no_part_of_it(read: Read, name: str) -> None:
    assert _values(read([HEADER, [name, "2021Q2", 325.28, 47.1]])) == {"C2": Decimal("325.28"), "D2": Decimal("47.1")}
