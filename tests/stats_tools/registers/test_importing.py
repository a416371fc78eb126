"""Register workbooks as they come: recognised, read, refused with the place and the remedy, or written whole."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from bot.import_wording import issue_line
from prompts import Wording
from stats_tools.database import Database
from stats_tools.importing.applying import ImportRefusedError
from stats_tools.importing.grid import Grid
from stats_tools.importing.issues import IssueCode, Severity
from stats_tools.periods import Period
from stats_tools.registers.applying import apply_registers, preview_registers
from stats_tools.registers.cells import LONGEST_TEXT, read_date
from stats_tools.registers.reading import RegisterReading, is_register_file, read_grids, read_registers
from stats_tools.registers.reference import RegisterReference
from stats_tools.registers.workbooks import write_register_rows, write_register_template
from tests.stats_tools.registers.conftest import NOON, PROJECT_HEADER, TODAY, File, Open, Read, Rows
from tests.stats_tools.storage.workbooks import HEADER, row

KNOWN = RegisterReference.load()
GOOD = ["甲", "烟台生物医药", "某公司", "储备", 1.5, ""]


def codes(reading: RegisterReading, severity: Severity = Severity.ERROR) -> list[IssueCode]:
    return [issue.code for issue in reading.issues.of(severity)]


def values(reading: RegisterReading) -> dict[str, object]:
    assert not reading.issues.blocked, [issue_line(each, Wording.load()) for each in reading.issues.kept]
    return dict(reading.pages[0].entries[0].values)


FORMS: list[tuple[str, Rows, dict[str, object]]] = [
    ("as in the template", [PROJECT_HEADER, GOOD], {"stage": "储备", "investment": Decimal("1.5")}),
    (
        "a title, a unit in the corner, other names and order",
        [
            ["山东省重大项目储备库调度表"],
            ["单位：万元"],
            ["序号", "所属集群", "项 目 名 称*", "业主单位", "进展阶段", "投资总额", "拟开工时间"],
            [1, "烟台医药", "甲", "某公司", "在建", "12,500", "2021年3月"],
        ],
        {"cluster": "yantai-biomedicine", "stage": "开工", "investment": Decimal("1.25"), "begins": "2021-03"},
    ),
    (
        "a unit of which only the multiple is written",
        [
            ["项目名称", "集群名称", "建设单位", "项目阶段", "总投资（万）"],
            ["甲", "烟台生物医药", "某公司", "开工", 12500],
        ],
        {"investment": Decimal("1.25")},
    ),
    (
        "a header of two rows",
        [
            ["项目名称", "集群名称", "建设单位", "建设情况", "建设情况"],
            ["", "", "", "项目阶段", "总投资（亿元）"],
            ["甲", "烟台生物医药", "某公司", "已建成", 3],
        ],
        {"stage": "竣工", "investment": Decimal(3)},
    ),
    (
        "several values in a cell, full-width digits, and no value",
        [PROJECT_HEADER, ["甲", "烟台市生物医药产业集群", "某公司", "谋划", "１．５", "煤耗指标/用地"]],
        {"investment": Decimal("1.5"), "obstacles": ("土地", "能耗")},
    ),
    ("a dash for no value", [PROJECT_HEADER, ["甲", "烟台生物医药", "某公司", "谋划", "-", "无"]], {"stage": "谋划"}),
    ("a real date", [[*PROJECT_HEADER, "开工时间"], [*GOOD, date(2021, 3, 5)]], {"begins": "2021-03-05"}),
    (
        "totals, notes and the header repeated",
        [PROJECT_HEADER, PROJECT_HEADER, GOOD, ["合计", "", "", "", 99, ""], ["注：截至年末", "", "", "", "", ""]],
        {"investment": Decimal("1.5")},
    ),
]


@pytest.mark.parametrize(("rows", "wanted"), [form[1:] for form in FORMS], ids=[form[0] for form in FORMS])
def test_a_register_is_read_in_the_forms_it_comes_in(read: Read, rows: Rows, wanted: dict[str, object]) -> None:
    found = values(read(rows))
    assert {code: found.get(code) for code in wanted} == wanted
    assert found["name"] == "甲"


FAULTS: list[tuple[str, Rows, IssueCode]] = [
    ("stage", [PROJECT_HEADER, ["甲", "烟台生物医药", "某公司", "规划中", 1, ""]], IssueCode.CHOICE_UNKNOWN),
    ("obstacle", [PROJECT_HEADER, ["甲", "烟台生物医药", "某公司", "储备", 1, "土地、缺水"]], IssueCode.CHOICE_UNKNOWN),
    ("cluster", [PROJECT_HEADER, ["甲", "烟台太阳能", "某公司", "储备", 1, ""]], IssueCode.CLUSTER_UNKNOWN),
    ("ambiguous", [PROJECT_HEADER, ["甲", "生物医药", "某公司", "储备", 1, ""]], IssueCode.CLUSTER_AMBIGUOUS),
    ("name", [PROJECT_HEADER, ["", "烟台生物医药", "某公司", "储备", 1, ""]], IssueCode.ENTRY_INCOMPLETE),
    ("words", [PROJECT_HEADER, ["甲", "烟台生物医药", "某公司", "储备", "三千万", ""]], IssueCode.NOT_A_NUMBER),
    ("minus", [PROJECT_HEADER, ["甲", "烟台生物医药", "某公司", "储备", -3, ""]], IssueCode.NEGATIVE),
    ("huge", [PROJECT_HEADER, ["甲", "烟台生物医药", "某公司", "储备", 1e308, ""]], IssueCode.TOO_LARGE),
    ("nan", [PROJECT_HEADER, ["甲", "烟台生物医药", "某公司", "储备", "NaN", ""]], IssueCode.NOT_FINITE),
    ("percent", [PROJECT_HEADER, ["甲", "烟台生物医药", "某公司", "储备", "5%", ""]], IssueCode.PERCENTAGE),
    (
        "formula",
        [PROJECT_HEADER, ["甲", "烟台生物医药", "某公司", "储备", "=1+1", ""]],
        IssueCode.FORMULA_WITHOUT_VALUE,
    ),
    ("error", [PROJECT_HEADER, ["甲", "烟台生物医药", "某公司", "储备", "#DIV/0!", ""]], IssueCode.ERROR_VALUE),
    (
        "long",
        [PROJECT_HEADER, ["甲" * (LONGEST_TEXT + 1), "烟台生物医药", "某", "储备", 1, ""]],
        IssueCode.TEXT_TOO_LONG,
    ),
    ("twice", [PROJECT_HEADER, GOOD, ["甲 ", *GOOD[1:]]], IssueCode.ENTRY_TWICE),
    ("day", [[*PROJECT_HEADER, "开工时间"], [*GOOD, "2021-13"]], IssueCode.DATE_UNREADABLE),
    ("city", [[*PROJECT_HEADER, "所在市"], [*GOOD, "成都"]], IssueCode.CITY_UNKNOWN),
    ("standing", [[*PROJECT_HEADER, "变动"], [*GOOD, "看情况"]], IssueCode.CHOICE_UNKNOWN),
    ("quarter", [[*PROJECT_HEADER, "报告期"], [*GOOD, "2021年五季度"]], IssueCode.PERIOD_NO_SUCH_QUARTER),
    ("unit", [["项目名称", "集群名称", "建设单位", "项目阶段", "总投资（人）"], GOOD[:5]], IssueCode.UNIT_INCOMPATIBLE),
    *(
        ("currency", [["项目名称", "集群名称", "建设单位", "项目阶段", heading], GOOD[:5]], IssueCode.UNIT_INCOMPATIBLE)
        for heading in ("总投资（万美元）", "总投资/亿欧元", "总投资(USD)", "总投资（百元）")
    ),
    (
        "column",
        [["项目名称", "集群名称", "项目阶段"], ["甲", "烟台生物医药", "储备"]],
        IssueCode.REGISTER_COLUMN_MISSING,
    ),
    ("empty", [PROJECT_HEADER], IssueCode.NO_ROWS),
    ("report", [[*HEADER], row()], IssueCode.REGISTER_UNKNOWN),
]


@pytest.mark.parametrize(("rows", "code"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_a_fault_is_named_and_nothing_is_imported(read: Read, database: Database, rows: Rows, code: IssueCode) -> None:
    reading = read(rows)
    assert code in codes(reading)
    assert reading.pages == ()
    for issue in reading.issues.kept:
        assert issue_line(issue, Wording.load()).endswith("。")
    with pytest.raises(ImportRefusedError):
        apply_registers(database, preview_registers(database, reading), "测试", NOON, confirmed=True)


def test_a_fault_says_where_it_is_what_stands_there_and_what_may(read: Read) -> None:
    reading = read([PROJECT_HEADER, GOOD, ["乙", "烟台生物医药", "某公司", "规划中", 1, ""]])
    line = issue_line(reading.issues.of(Severity.ERROR)[0], Wording.load())
    assert "第3行 “项目阶段”列（D3）" in line
    assert "规划中" in line
    assert "竣工、开工、储备、谋划" in line


@pytest.mark.parametrize(
    ("rows", "sheet", "code"),
    [
        ([PROJECT_HEADER, GOOD], "重大项目储备库", IssueCode.REGISTER_PERIOD_ASSUMED),
        ([PROJECT_HEADER, GOOD], "重大项目储备库 2022Q3", IssueCode.PERIOD_FUTURE),
        ([[*PROJECT_HEADER, "所在市"], [*GOOD, "济南市"]], "重大项目储备库 2021Q4", IssueCode.CITY_DIFFERS),
        ([["重大项目储备库 示例数据"], PROJECT_HEADER, GOOD], "2021Q4", IssueCode.SAMPLE_MARKED),
    ],
)
def test_what_is_doubtful_waits_for_a_yes(
    read: Read, database: Database, rows: Rows, sheet: str, code: IssueCode
) -> None:
    reading = read(rows, sheet)
    assert code in codes(reading, Severity.WARNING)
    preview = preview_registers(database, reading)
    with pytest.raises(ImportRefusedError):
        apply_registers(database, preview, "测试", NOON, confirmed=False)
    assert apply_registers(database, preview, "测试", NOON, confirmed=True).new == 1


def test_a_register_named_by_neither_sheet_nor_columns_is_asked_about(read: Read) -> None:
    rows = [["企业名称", "集群名称", "类别", "项目"], ["某公司", "烟台生物医药", "", ""]]
    reading = read([["企业名称", "集群名称"], ["某公司", "烟台生物医药"]], "Sheet1")
    assert reading.pages[0].definition.code == "enterprises", "the only one that lacks nothing"
    assert read(rows, "金融白名单 2021Q4", only=("white_list",)).issues.blocked


def test_every_sheet_that_is_a_register_is_read(tmp_path: Path, registers: RegisterReference) -> None:
    path = tmp_path / "全部.xlsx"
    book = xlsxwriter.Workbook(path)
    for name, rows in {
        "封面": [["2021年四季度登记册"]],
        "项目库2021Q4": [PROJECT_HEADER, GOOD],
        "短板清单2021Q4": [["短板名称", "集群", "类别", "牵头单位"], ["某材料", "淄博新材料", "基础材料", "某公司"]],
    }.items():
        sheet = book.add_worksheet(name)
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    book.close()
    reading = read_registers(path, registers, TODAY)
    assert [page.definition.code for page in reading.pages] == ["projects", "shortcomings"]
    assert codes(reading, Severity.NOTE) == [IssueCode.REGISTER_SHEETS_PASSED]
    assert is_register_file(path, registers)


def test_a_quarterly_report_is_no_register(tmp_path: Path, registers: RegisterReference) -> None:
    path = tmp_path / "季报.csv"
    path.write_text(",".join(HEADER) + "\n" + ",".join(map(str, row())), encoding="utf-8")
    assert not is_register_file(path, registers)
    assert not is_register_file(tmp_path / "没有.xlsx", registers)


def test_a_csv_file_will_do(tmp_path: Path, registers: RegisterReference) -> None:
    path = tmp_path / "项目.csv"
    path.write_bytes(("\n".join(",".join(map(str, each)) for each in (PROJECT_HEADER, GOOD))).encode("gb18030"))
    reading = read_registers(path, registers, TODAY, period=Period(2021, 3))
    assert reading.pages[0].period == Period(2021, 3)


def test_the_template_filled_in_imports_without_a_remark(tmp_path: Path, registers: RegisterReference) -> None:
    import openpyxl

    path = tmp_path / "模板.xlsx"
    write_register_template(path, registers, registers.registers, Period(2021, 4))
    book = openpyxl.load_workbook(path)
    for definition in registers.registers:
        sheet = book[definition.name]
        for index, column in enumerate(definition.written, 1):
            examples = {"cluster": "烟台市生物医药产业集群", "city": "烟台", "amount": 12.5, "date": "2021-06"}
            value = column.values[0].name if column.values else examples.get(column.kind.value, "某某")
            sheet.cell(3, index, value)
    book.save(path)
    reading = read_registers(path, registers, TODAY)
    assert reading.issues.kept == ()
    assert {page.definition.code for page in reading.pages} == {each.code for each in registers.registers}
    assert {page.period for page in reading.pages} == {Period(2021, 4)}
    assert reading.columns == {}


def test_an_export_comes_back_as_it_went_and_no_cell_is_a_formula(
    tmp_path: Path, registers: RegisterReference, database: Database, file: File, desk: Open
) -> None:
    import openpyxl

    path = tmp_path / "来.csv"
    path.write_text(
        "项目名称,集群名称,建设单位,项目阶段,制约因素\n=cmd|/c,烟台生物医药,@SUM(A1),储备,土地、能耗\n",
        encoding="utf-8",
    )
    first = preview_registers(database, read_registers(path, registers, TODAY, period=Period(2021, 4)))
    apply_registers(database, first, "测试", NOON, confirmed=True)
    out = tmp_path / "出.xlsx"
    assert write_register_rows(out, [desk().view("projects")], registers) == 1
    cells = [cell for sheet in openpyxl.load_workbook(out) for line in sheet for cell in line]
    assert all(cell.data_type != "f" for cell in cells)
    assert {"'=cmd|/c", "'@SUM(A1)", "来.csv", "A2"} <= {cell.value for cell in cells}


def test_the_same_file_twice_changes_nothing(read: Read, database: Database, file: File) -> None:
    file([PROJECT_HEADER, GOOD])
    assert preview_registers(database, read([PROJECT_HEADER, GOOD])).nothing_to_do
    assert file([PROJECT_HEADER, GOOD]).import_id is None


def test_a_preview_that_another_import_overtook_is_refused(read: Read, database: Database, file: File) -> None:
    file([PROJECT_HEADER, GOOD])
    preview = preview_registers(database, read([PROJECT_HEADER, [*GOOD[:3], "开工", 1.5, ""]]))
    file([PROJECT_HEADER, [*GOOD[:3], "竣工", 1.5, ""]])
    with pytest.raises(ImportRefusedError) as refused:
        apply_registers(database, preview, "测试", NOON, confirmed=True)
    assert refused.value.reason == "overtaken"


def test_rows_that_are_not_mentioned_are(read: Read, database: Database, file: File) -> None:
    file([PROJECT_HEADER, GOOD, ["乙", *GOOD[1:]]])
    preview = preview_registers(database, read([PROJECT_HEADER, GOOD], "重大项目储备库 2022Q1"))
    assert IssueCode.ENTRIES_UNMENTIONED in {issue.code for issue in preview.issues.kept}


def test_days_and_periods_held_as_numbers_are_converted_and_that_is_said(read: Read) -> None:
    reading = read([[*PROJECT_HEADER, "开工时间", "报告期"], [*GOOD, 44197, 44377]])
    assert values(reading)["begins"] == "2021-01-01"
    assert reading.pages[0].entries[0].period == Period(2021, 2)
    assert {issue.code for issue in reading.issues.kept} == {IssueCode.DAY_NUMBER}


@given(st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.dates(), st.booleans(), st.none()))
def test_any_cell_is_a_date_or_none(cell: str | int | float | date | bool | None) -> None:
    found = read_date(cell)
    assert found is None or found[:4].isdigit()


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_a_date_is_read_in_every_form(day: date) -> None:
    iso = day.isoformat()
    forms = (day, iso, f"{day.year}年{day.month}月{day.day}日", f"{day.year}.{day.month}.{day.day}", f"{day:%Y%m%d}")
    assert {read_date(form) for form in forms} == {iso}
    assert read_date(f"{day.year}年{day.month}月") == iso[:7]
    assert read_date(f"{day.year}年") == read_date(day.year) == iso[:4]


@given(st.lists(st.lists(st.text(max_size=8), max_size=6), max_size=6))
def test_no_table_whatever_makes_the_reader_raise(rows: list[list[str]]) -> None:
    reading = read_grids("x", "", [Grid("项目库", [[*PROJECT_HEADER], *([*each] for each in rows)])], KNOWN, TODAY)
    assert reading.issues.blocked or reading.pages
