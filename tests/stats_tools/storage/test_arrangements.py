"""The same figures in other layouts: long tables, cross tables, several sheets; and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.import_wording import issue_line
from prompts import Wording
from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.importing.issues import ImportIssue, IssueCode, Severity
from stats_tools.importing.reading import ReportReading, read_report
from stats_tools.importing.reference import Reference
from stats_tools.registry import Registry
from tests.stats_tools.storage.workbooks import HEADER, row, write_workbook

Read = Callable[[list[list[object]]], ReportReading]
Rows = list[list[object]]
Figures = Mapping[tuple[str, str, str], int]
TODAY = date(2022, 3, 1)
WORDING = Wording.load()


def _values(reading: ReportReading) -> dict[tuple[str, str, str], Decimal]:
    assert not reading.issues.blocked, reading.issues.kept
    return {(each.cluster, each.indicator, str(each.period)): each.value for each in reading.observations}


def _refused(reading: ReportReading, code: IssueCode) -> ImportIssue:
    assert not reading.observations
    errors = reading.issues.of(Severity.ERROR)
    assert code in {issue.code for issue in errors}, errors
    return next(issue for issue in errors if issue.code is code)


def _warnings(reading: ReportReading) -> list[IssueCode]:
    return [issue.code for issue in reading.issues.of(Severity.WARNING)]


def write_sheets(path: Path, sheets: Mapping[str, Rows], merged: tuple[str, ...] = ()) -> Path:
    """One workbook with a sheet a name; ``merged`` blocks are merged on every sheet."""
    book = xlsxwriter.Workbook(path)
    for name, rows in sheets.items():
        page = book.add_worksheet(name)
        for number, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell is not None:
                    page.write(number, column, cell)
        for block in merged:
            first = rows[int(block.partition(":")[0][1:]) - 1][ord(block[0]) - ord("A")]
            page.merge_range(block, first)
    book.close()
    return path


def test_a_long_table_gives_a_value_a_row_in_the_unit_of_its_row(read: Read) -> None:
    reading = read(
        [
            ["集群名称", "报告期", "指标", "数值", "单位"],
            ["烟台生物医药", "2021Q2", "主营业务收入", 3252800, "万元"],
            ["烟台生物医药", "2021年上半年", "从业人员", "4.9161", "万人"],
            ["临沂生物医药", "2021Q2", "利润（亿元）", -1.5, None],
        ]
    )
    assert _values(reading) == {
        ("yantai-biomedicine", "revenue", "2021Q2"): Decimal("325.28"),
        ("yantai-biomedicine", "employment", "2021Q2"): Decimal(49161),
        ("linyi-biomedicine", "profit", "2021Q2"): Decimal("-1.5"),
    }
    assert [each.cell for each in reading.observations] == ["D2", "D3", "D4"]
    assert reading.issues.kept == ()
    assert reading.columns["从业人员"] == "就业人数（万人）"


@pytest.mark.parametrize(
    "headings", [["一季度", "二季度"], ["1季度", "上半年"], ["1-3月", "1-6月"], ["第一季度", "第二季度"], ["Q1", "Q2"]]
)
def test_quarters_take_the_year_of_the_title_once_a_person_confirms(read: Read, headings: list[str]) -> None:
    reading = read([["2021年各集群主营业务收入（亿元）"], ["集群名称", *headings], ["烟台生物医药", 152.89, 325.28]])
    assert _values(reading) == {
        ("yantai-biomedicine", "revenue", "2021Q1"): Decimal("152.89"),
        ("yantai-biomedicine", "revenue", "2021Q2"): Decimal("325.28"),
    }
    assert _warnings(reading) == [IssueCode.YEAR_FROM_TITLE, IssueCode.INDICATOR_FROM_TITLE]


def test_quarters_below_the_names_of_indicators_take_the_year_of_the_title(tmp_path: Path) -> None:
    rows: Rows = [
        ["2021年集群季报"],
        ["集群名称", "主营业务收入（亿元）", None, "就业人数（人）", None],
        [None, "一季度", "二季度", "一季度", "二季度"],
        ["烟台生物医药", 152.89, 325.28, 48000, 49161],
    ]
    path = write_sheets(tmp_path / "季报.xlsx", {"Sheet1": rows}, ("A2:A3", "B2:C2", "D2:E2"))
    assert _values(read_report(path, Reference.load(), TODAY)) == {
        ("yantai-biomedicine", "revenue", "2021Q1"): Decimal("152.89"),
        ("yantai-biomedicine", "revenue", "2021Q2"): Decimal("325.28"),
        ("yantai-biomedicine", "employment", "2021Q1"): Decimal(48000),
        ("yantai-biomedicine", "employment", "2021Q2"): Decimal(49161),
    }


@pytest.mark.parametrize(("heading", "first", "second"), [("季度", "一季度", "二季度"), ("月份", "3月", "6月")])
def test_quarters_in_rows_take_the_year_of_the_title_and_are_questioned_once(
    read: Read, heading: str, first: str, second: str
) -> None:
    rows: Rows = [["集群", heading, "营收（亿元）"], ["烟台生物医药", first, 152.89], ["烟台生物医药", second, 325.28]]
    reading = read([["2021年集群季报"], *rows])
    assert _values(reading) == {
        ("yantai-biomedicine", "revenue", "2021Q1"): Decimal("152.89"),
        ("yantai-biomedicine", "revenue", "2021Q2"): Decimal("325.28"),
    }
    assert _warnings(reading) == [IssueCode.YEAR_FROM_TITLE]
    assert _refused(read([["集群季报"], *rows]), IssueCode.PERIOD_UNREADABLE).place.cell == "B3"


@pytest.mark.parametrize(
    "title",
    ["烟台生物医药2021年二季度", "2021年上半年烟台市生物医药产业集群运行情况表", "烟台生物医药集群（2021年1-6月）"],
)
def test_a_title_may_name_the_cluster_and_the_period_in_one(read: Read, title: str) -> None:
    reading = read([[title], ["项目", "单位", "数值", "同比%"], ["营业收入", "亿元", 325.28, 5]])
    assert _values(reading) == {("yantai-biomedicine", "revenue", "2021Q2"): Decimal("325.28")}
    assert _warnings(reading) == [IssueCode.CLUSTER_FROM_TITLE, IssueCode.PERIOD_FROM_TITLE]


def test_a_title_that_names_two_clusters_stands_for_neither(read: Read) -> None:
    reading = read([["烟台生物医药和临沂生物医药2021年二季度"], ["项目", "单位", "数值"], ["营业收入", "亿元", 325.28]])
    _refused(reading, IssueCode.CLUSTER_COLUMN_MISSING)


def test_quarters_of_nobody_knows_which_year_are_refused(read: Read) -> None:
    for title in ("各集群主营业务收入（亿元）", "2020年至2021年各集群主营业务收入（亿元）"):
        reading = read([[title], ["集群名称", "一季度", "二季度"], ["烟台生物医药", 152.89, 325.28]])
        assert "写明年份" in issue_line(_refused(reading, IssueCode.YEAR_MISSING), WORDING)


def test_clusters_by_periods_take_the_indicator_from_the_title_once_a_person_confirms(read: Read) -> None:
    reading = read(
        [
            ["各集群主营业务收入（单位：万元）"],
            ["集群名称", "2021Q1", "2021年上半年", 2020],
            ["烟台生物医药", 1528900, 3252800, "-"],
            ["临沂生物医药", None, 1163100, 2400000],
            ["合计", 1528900, 4415900, 2400000],
        ]
    )
    assert _values(reading) == {
        ("yantai-biomedicine", "revenue", "2021Q1"): Decimal("152.89"),
        ("yantai-biomedicine", "revenue", "2021Q2"): Decimal("325.28"),
        ("linyi-biomedicine", "revenue", "2021Q2"): Decimal("116.31"),
        ("linyi-biomedicine", "revenue", "2020Q4"): Decimal(240),
    }
    assert _warnings(reading) == [IssueCode.INDICATOR_FROM_TITLE]
    assert {each.cell for each in reading.observations} == {"B3", "C3", "C4", "D4"}


def test_indicators_over_periods_are_read_from_a_merged_two_row_header(reference: Reference, tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "两行.xlsx",
        [
            ["集群名称", "主营业务收入（亿元）", None, "利润（万元）", None],
            [None, "2021Q1", "2021Q2", "2021Q1", "2021Q2"],
            ["烟台生物医药", 152.89, 325.28, 210000, 453800],
        ],
        merged=("A1:A2", "B1:C1", "D1:E1"),
    )
    reading = read_report(path, reference, TODAY)
    assert _values(reading) == {
        ("yantai-biomedicine", "revenue", "2021Q1"): Decimal("152.89"),
        ("yantai-biomedicine", "revenue", "2021Q2"): Decimal("325.28"),
        ("yantai-biomedicine", "profit", "2021Q1"): Decimal(21),
        ("yantai-biomedicine", "profit", "2021Q2"): Decimal("45.38"),
    }
    assert reading.issues.kept == ()


@pytest.mark.parametrize(
    ("header", "read_whole"),
    [
        ("集群名称,利润（亿元）,,营收（亿元）,\n,2021Q1,2021Q2,2021Q1,2021Q2", True),
        ("集群名称,利润（亿元）,,营收（亿元）,\n,2021Q1,2021Q2,2021Q1,2020Q4", False),
        ("集群名称,利润（亿元）,,,\n,2021Q1,2021Q2,2020Q1,2020Q2", False),
    ],
)
def test_merged_headings_lost_in_a_csv_file_are_spread_again_only_where_that_is_certain(
    reference: Reference, tmp_path: Path, header: str, read_whole: bool
) -> None:
    path = tmp_path / "两行.csv"
    path.write_text(f"{header}\n烟台生物医药,1,2,3,4\n", encoding="utf-8")
    reading = read_report(path, reference, TODAY)
    if not read_whole:
        assert _refused(reading, IssueCode.FIELD_INCOMPLETE).place.cell == "C2"
        return
    assert _values(reading) == {
        ("yantai-biomedicine", indicator, period): value
        for value, (indicator, period) in enumerate(
            ((i, p) for i in ("profit", "revenue") for p in ("2021Q1", "2021Q2")), start=1
        )
    }


def test_years_over_quarters_and_headings_of_both_are_read(read: Read) -> None:
    header: Rows = [["集群名称", "2021年", "2021年"], [None, "一季度", "上半年"]]
    expected = {("yantai-biomedicine", "profit", "2021Q1"): 1, ("yantai-biomedicine", "profit", "2021Q2"): 2}
    assert _values(read([["利润（亿元）"], *header, ["烟台生物医药", 1, 2]])) == expected
    flat: list[object] = ["集群名称", "2021年一季度利润（亿元）", "利润（2021Q2，万元）"]
    assert _values(read([flat, ["烟台生物医药", 1, 20000]])) == expected


def test_indicators_by_clusters_take_the_period_from_the_title_and_check_the_total(read: Read) -> None:
    table: Rows = [
        ["2021年上半年统计季报"],
        ["指标", "计量单位", "烟台生物医药", "临沂生物医药", "合计"],
        ["主营业务收入", "亿元", 325.28, 116.31, 441.59],
        ["就业人数", "人", 49161, 35018, 84179],
    ]
    reading = read(table)
    values = _values(reading)
    assert values["linyi-biomedicine", "employment", "2021Q2"] == 35018
    assert len(values) == 4
    assert _warnings(reading) == [IssueCode.PERIOD_FROM_TITLE]
    wrong = read([*table[:3], ["就业人数", "人", 49161, 35018, 90000]])
    assert [(i.code, i.place.cell) for i in wrong.issues.of(Severity.WARNING)][-1] == (IssueCode.TOTAL_DIFFERS, "E4")


def test_a_corner_cell_is_read_by_what_the_headings_beside_it_are(read: Read) -> None:
    by_period = read([["利润（亿元）"], ["集群\\报告期", "2021Q1", "2021Q2"], ["烟台生物医药", 1, 2]])
    by_cluster = read([["利润（亿元）"], ["集群／报告期", "烟台生物医药"], ["2021Q1", 1], ["2021Q2", 2]])
    assert _values(by_period) == _values(by_cluster)
    assert len(by_period.observations) == 2


def test_a_title_above_a_column_of_numbers_is_no_heading_of_it(read: Read) -> None:
    reading = read(
        [
            ["利润（亿元）"],
            ["序号", "城市", "集群名称", "2021Q1", "备注", "2021Q1同比（%）"],
            [1, "烟台", "烟台生物医药", 5, "快报", 3.1],
            ["注：以上为快报数", None, None, None, None, None],
        ]
    )
    assert _values(reading) == {("yantai-biomedicine", "profit", "2021Q1"): 5}
    assert [issue.code for issue in reading.issues.of(Severity.NOTE)] == [IssueCode.COLUMN_COMPARISON]


def test_one_sheet_a_cluster_is_read_by_the_names_of_the_sheets(reference: Reference, tmp_path: Path) -> None:
    table: Rows = [["指标", "2021Q1", "2021Q2"], ["利润（亿元）", 1, 2]]
    path = write_sheets(tmp_path / "分集群.xlsx", {"烟台生物医药": table, "临沂生物医药": table, "说明": [["无"]]})
    reading = read_report(path, reference, TODAY)
    assert len(_values(reading)) == 4
    assert [each.cell for each in reading.observations][-1] == "临沂生物医药!C2"
    assert "临沂生物医药!利润（亿元）" in reading.columns
    assert _warnings(reading) == [IssueCode.SHEETS_READ, IssueCode.CLUSTER_FROM_TITLE, IssueCode.CLUSTER_FROM_TITLE]
    assert [dict(issue.facts)["others"] for issue in reading.issues.of(Severity.NOTE)] == ["说明"]


def test_one_sheet_an_indicator_is_read_whole_and_a_value_twice_is_refused(
    reference: Reference, tmp_path: Path
) -> None:
    table: Rows = [["集群名称", "2021Q1"], ["烟台生物医药", 5]]
    sheets = {"主营业务收入（亿元）": table, "利润(万元)": table}
    assert list(_values(read_report(write_sheets(tmp_path / "分指标.xlsx", sheets), reference, TODAY)).values()) == [
        Decimal(5),
        Decimal("0.0005"),
    ]
    twice = write_sheets(tmp_path / "重复.xlsx", {"利润（亿元）": table, "利润总额（亿元）": table})
    issue = _refused(read_report(twice, reference, TODAY), IssueCode.VALUE_TWICE)
    assert (issue.place.sheet, issue.place.cell) == ("利润总额（亿元）", "B2")
    assert "利润（亿元）!B2" in issue_line(issue, WORDING)


def test_a_report_of_the_contract_on_the_first_sheet_stands_alone(reference: Reference, tmp_path: Path) -> None:
    other = row("临沂生物医药", revenue=1)
    path = write_sheets(tmp_path / "首表.xlsx", {"季报": [[*HEADER], row()], "上年": [[*HEADER], other]})
    reading = read_report(path, reference, TODAY)
    assert {each.cluster for each in reading.observations} == {"yantai-biomedicine"}
    assert reading.sheet == "季报"
    assert [issue.code for issue in reading.issues.kept] == [IssueCode.SHEETS_LEFT]
    assert "没有读取：上年" in issue_line(reading.issues.kept[0], WORDING)


def test_quarters_on_sheets_of_their_own_are_read_together(reference: Reference, tmp_path: Path) -> None:
    sheets: Mapping[str, Rows] = {
        name: [["集群名称", "利润（亿元）"], ["烟台生物医药", value]] for name, value in (("2021Q1", 1), ("2021Q2", 2))
    }
    reading = read_report(write_sheets(tmp_path / "分季.xlsx", sheets), reference, TODAY)
    assert _values(reading) == {
        ("yantai-biomedicine", "profit", "2021Q1"): 1,
        ("yantai-biomedicine", "profit", "2021Q2"): 2,
    }


@pytest.mark.parametrize(
    ("rows", "code", "cell"),
    [
        ([["集群名称", "报告期", "利润（亿元）2021Q1"], ["烟台生物医药", "2021Q1", 1]], IssueCode.LAYOUT_TWICE, ""),
        ([["集群名称", "2021Q1", "2021Q2"], ["烟台生物医药", 1, 2]], IssueCode.INDICATOR_UNCLEAR, ""),
        ([["营收与利润"], ["集群名称", "2021Q1"], ["烟台生物医药", 1]], IssueCode.INDICATOR_UNCLEAR, ""),
        ([["利润同比增速"], ["集群名称", "2021Q1"], ["烟台生物医药", 1]], IssueCode.INDICATOR_UNCLEAR, ""),
        ([["利润"], ["集群名称", "2021年五季度"], ["烟台生物医药", 1]], IssueCode.PERIOD_NO_SUCH_QUARTER, "B2"),
        ([["利润"], ["集群名称", "2021年4-6月"], ["烟台生物医药", 1]], IssueCode.PERIOD_SINGLE_QUARTER, "B2"),
        ([["利润"], ["集群名称", "2021Q1"], ["海南生物", 1]], IssueCode.CLUSTER_UNKNOWN, "A3"),
        ([["利润"], ["集群名称", "2021Q4", "2021年"], ["烟台生物医药", 1, 1]], IssueCode.VALUE_TWICE, "C3"),
        ([["集群名称", "利润（亿元）2021Q1", "2021Q2"], ["烟台生物医药", 1, 2]], IssueCode.FIELD_INCOMPLETE, "C1"),
        ([["指标", "烟台生物医药"], ["利润（亿元）", 1]], IssueCode.PERIOD_COLUMN_MISSING, ""),
        ([["指标", "2021Q1"], ["利润（亿元）", 1]], IssueCode.CLUSTER_COLUMN_MISSING, ""),
    ],
)
def test_a_cross_table_that_may_mean_two_things_is_refused_with_the_place(
    read: Read, rows: Rows, code: IssueCode, cell: str
) -> None:
    issue = _refused(read(rows), code)
    assert issue.place.cell == cell
    assert issue_line(issue, WORDING).endswith("。")


@pytest.mark.parametrize(
    ("cells", "code", "cell"),
    [
        (["烟台生物医药", "2021Q2", "利润（万元）", 5, "亿元"], IssueCode.UNIT_TWICE, "D2"),
        (["烟台生物医药", "2021Q2", "利润", 5, "人"], IssueCode.UNIT_INCOMPATIBLE, "D2"),
        (["烟台生物医药", "2021Q2", "利润", 5, "斤"], IssueCode.UNIT_UNKNOWN, "E2"),
        (["烟台生物医药", "2021Q2", None, 5, "亿元"], IssueCode.ITEM_MISSING, "C2"),
        (["烟台生物医药", "2021Q2", "单季利润", 5, "亿元"], IssueCode.COLUMN_SINGLE_QUARTER, "C2"),
        (["烟台生物医药", "2021Q2", "利润", "五", "亿元"], IssueCode.NOT_A_NUMBER, "D2"),
        (["烟台生物医药", "2021年5月", "利润", 5, "亿元"], IssueCode.PERIOD_NOT_QUARTER_END, "B2"),
        (["海南生物医药", "2021Q2", "利润", 5, "亿元"], IssueCode.CLUSTER_UNKNOWN, "A2"),
    ],
)
def test_a_wrong_row_of_a_long_table_is_refused_with_its_cell(
    read: Read, cells: list[object], code: IssueCode, cell: str
) -> None:
    reading = read([["集群名称", "报告期", "指标", "数值", "单位"], cells])
    assert _refused(reading, code).place.cell == cell


def test_an_indicator_nobody_knows_is_suspected_or_questioned_once_a_name(read: Read) -> None:
    rows: Rows = [["烟台生物医药", f"2021Q{q}", name, 5] for q in (1, 2) for name in ("利润", "研发投人", "用电量")]
    reading = read([["单位：亿元"], ["集群名称", "报告期", "指标", "数值"], *rows])
    assert len(_values(reading)) == 2
    assert [(i.code, i.place.cell) for i in reading.issues.of(Severity.WARNING)] == [
        (IssueCode.ITEM_SUSPECTED, "C4"),
        (IssueCode.ITEM_UNKNOWN, "C5"),
    ]
    assert "疑似“研发投入”" in issue_line(reading.issues.kept[0], WORDING)


REFERENCE = Reference.load()
CLUSTERS = [(each.code, each.name) for each in Registry.load().clusters[:12]]
INDICATORS = [(each.code, each.header, each.unit) for each in IndicatorCatalogue.load().indicators]
PERIODS = ["2020Q3", "2020Q4", "2021Q1", "2021Q2"]
figures = st.dictionaries(
    st.tuples(
        st.sampled_from([code for code, _ in CLUSTERS]),
        st.sampled_from([code for code, _, _ in INDICATORS]),
        st.sampled_from(PERIODS),
    ),
    st.integers(0, 10**6),
    min_size=1,
    max_size=25,
)


def contract(told: Figures) -> dict[str, Rows]:
    header: list[object] = ["集群名称", "报告期", *(f"{name}（{unit}）" for _, name, unit in INDICATORS)]
    rows: Rows = [
        [name, period, *(told.get((code, each[0], period)) for each in INDICATORS)]
        for code, name in CLUSTERS
        for period in PERIODS
    ]
    return {"季报": [header, *(cells for cells in rows if any(cell is not None for cell in cells[2:]))]}


def long(told: Figures) -> dict[str, Rows]:
    names, items = dict(CLUSTERS), {code: (name, unit) for code, name, unit in INDICATORS}
    rows: Rows = [[names[c], p, items[i][0], value, items[i][1]] for (c, i, p), value in told.items()]
    return {"明细": [["集群名称", "报告期", "指标", "数值", "单位"], *rows]}


def sheet_an_indicator(told: Figures) -> dict[str, Rows]:
    def rows(indicator: str) -> Rows:
        return [[name, *(told.get((code, indicator, period)) for period in PERIODS)] for code, name in CLUSTERS]

    return {f"{name}（{unit}）": [["集群名称", *PERIODS], *rows(code)] for code, name, unit in INDICATORS}


def two_rows(told: Figures) -> dict[str, Rows]:
    columns = [(each, period) for each in INDICATORS for period in PERIODS]
    header: Rows = [
        ["集群名称", *(f"{name}（{unit}）" for (_, name, unit), _ in columns)],
        [None, *(period for _, period in columns)],
    ]
    rows: Rows = [[name, *(told.get((code, each[0], p)) for each, p in columns)] for code, name in CLUSTERS]
    return {"总表": [*header, *rows]}


def sheet_a_period(told: Figures) -> dict[str, Rows]:
    def rows(period: str) -> Rows:
        return [
            [name, unit, *(told.get((cluster, code, period)) for cluster, _ in CLUSTERS)]
            for code, name, unit in INDICATORS
        ]

    return {period: [["指标", "单位", *(name for _, name in CLUSTERS)], *rows(period)] for period in PERIODS}


@pytest.mark.parametrize("layout", [long, sheet_an_indicator, two_rows, sheet_a_period])
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=figures)
def test_the_same_figures_in_any_layout_are_the_same_observations(
    tmp_path: Path, layout: Callable[[Figures], dict[str, Rows]], told: Figures
) -> None:
    usual = read_report(write_sheets(tmp_path / "季报.xlsx", contract(told)), REFERENCE, TODAY)
    other = read_report(write_sheets(tmp_path / "另式.xlsx", layout(told)), REFERENCE, TODAY)
    assert _values(usual) == _values(other) == told
