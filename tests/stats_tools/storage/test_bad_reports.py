"""What can be wrong with a report file: each is named with its place and what to do, and nothing is imported."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.import_wording import issue_line, issue_lines
from prompts.wording import Wording
from stats_tools.importing.issues import ImportIssue, IssueCode, Severity
from stats_tools.importing.reading import ReportReading, read_report
from stats_tools.importing.reference import Reference
from tests.stats_tools.storage.workbooks import HEADER, row, write_workbook

TODAY = date(2022, 3, 1)
WORDING = Wording.load()

WRONG_CELLS: list[tuple[str, object, IssueCode]] = [
    ("revenue", "约325", IssueCode.NOT_A_NUMBER),
    ("revenue", "12 34", IssueCode.NOT_A_NUMBER),
    ("revenue", "一百", IssueCode.NOT_A_NUMBER),
    ("revenue", "325吨", IssueCode.NOT_A_NUMBER),
    ("employment", "5亿元", IssueCode.NOT_A_NUMBER),
    ("revenue", "NaN", IssueCode.NOT_FINITE),
    ("revenue", "inf", IssueCode.NOT_FINITE),
    ("revenue", "18%", IssueCode.PERCENTAGE),
    ("revenue", True, IssueCode.TRUTH_VALUE),
    ("revenue", date(2021, 6, 30), IssueCode.DATE_VALUE),
    ("revenue", "#DIV/0!", IssueCode.ERROR_VALUE),
    ("revenue", "#REF!", IssueCode.ERROR_VALUE),
    ("revenue", 1e308, IssueCode.TOO_LARGE),
    ("revenue", "1e308", IssueCode.TOO_LARGE),
    ("revenue", "9" * 30, IssueCode.TOO_LARGE),
    ("revenue", -1, IssueCode.NEGATIVE),
    ("employment", -1, IssueCode.NEGATIVE),
    ("employment", 100.5, IssueCode.NOT_WHOLE),
    ("platforms_national", "3.5", IssueCode.NOT_WHOLE),
]
WRONG_PERIODS: list[tuple[object, IssueCode]] = [
    (None, IssueCode.PERIOD_MISSING),
    ("第二季", IssueCode.PERIOD_UNREADABLE),
    ("2021年五季度", IssueCode.PERIOD_NO_SUCH_QUARTER),
    ("2021Q0", IssueCode.PERIOD_NO_SUCH_QUARTER),
    ("2021-05", IssueCode.PERIOD_NOT_QUARTER_END),
    (date(2021, 5, 31), IssueCode.PERIOD_NOT_QUARTER_END),
    ("2021年1-5月", IssueCode.PERIOD_NOT_QUARTER_END),
    ("2021年下半年", IssueCode.PERIOD_SINGLE_QUARTER),
    ("2021年4-6月", IssueCode.PERIOD_SINGLE_QUARTER),
    ("2021年二季度（单季）", IssueCode.PERIOD_SINGLE_QUARTER),
]
WRONG_CLUSTERS: list[tuple[str | None, IssueCode]] = [
    (None, IssueCode.CLUSTER_MISSING),
    ("德州太阳能集群", IssueCode.CLUSTER_UNKNOWN),
    ("Shenzhen drones", IssueCode.CLUSTER_UNKNOWN),
    ("㊙", IssueCode.CLUSTER_UNLIKE_ANY),
    ("生物医药", IssueCode.CLUSTER_AMBIGUOUS),
]
WRONG_HEADERS: list[tuple[list[object], IssueCode]] = [
    (["甲", "乙", "丙"], IssueCode.HEADER_NOT_FOUND),
    (["单位名称", "报告期", "利润（亿元）"], IssueCode.CLUSTER_COLUMN_MISSING),
    (["集群名称", "地点", "利润（亿元）"], IssueCode.PERIOD_COLUMN_MISSING),
    (["集群名称", "报告期", "产值（亿元）"], IssueCode.INDICATOR_COLUMN_MISSING),
    (["集群名称", "报告期", "利润（亿元）", "利润总额（万元）"], IssueCode.COLUMN_TWICE),
    (["集群名称", "报告期", "统计期", "利润（亿元）"], IssueCode.COLUMN_TWICE),
    (["集群名称", "报告期", "利润（亿美元）"], IssueCode.UNIT_UNKNOWN),
    (["集群名称", "报告期", "就业人数（亿元）"], IssueCode.UNIT_INCOMPATIBLE),
    (["集群名称", "报告期", "利润（人）"], IssueCode.UNIT_INCOMPATIBLE),
    (["集群名称", "报告期", "本季利润（亿元）"], IssueCode.COLUMN_SINGLE_QUARTER),
]


def _refused(reading: ReportReading, code: IssueCode) -> ImportIssue:
    """The first error, which is of the kind expected; nothing of the report is left to import."""
    errors = reading.issues.of(Severity.ERROR)
    assert [issue.code for issue in errors[:1]] == [code], reading.issues.kept
    assert not reading.observations
    line = issue_line(errors[0], WORDING)
    assert "请" in line
    return errors[0]


@pytest.mark.parametrize(("indicator", "cell", "code"), WRONG_CELLS)
def test_a_wrong_value_is_named_with_its_cell(
    read: Callable[[list[list[object]]], ReportReading], indicator: str, cell: object, code: IssueCode
) -> None:
    issue = _refused(read([["季报"], HEADER, row(), row("临沂生物医药", **{indicator: cell})]), code)
    column = {"revenue": 2, "employment": 5, "platforms_national": 9}[indicator]
    assert (issue.place.sheet, issue.place.row) == ("统计季报", 4)
    assert issue.place.column == HEADER[column]
    assert issue.place.cell == f"{'ABCDEFGHIJ'[column]}4"


@pytest.mark.parametrize(("cell", "code"), WRONG_PERIODS)
def test_a_wrong_period_is_named_with_its_cell(
    read: Callable[[list[list[object]]], ReportReading], cell: object, code: IssueCode
) -> None:
    issue = _refused(read([HEADER, ["烟台生物医药", cell, 1]]), code)
    assert issue.place.cell == "B2"


@pytest.mark.parametrize(("name", "code"), WRONG_CLUSTERS)
def test_a_wrong_cluster_is_named_with_its_cell(
    read: Callable[[list[list[object]]], ReportReading], name: str | None, code: IssueCode
) -> None:
    issue = _refused(read([HEADER, [name, "2021Q2", 1]]), code)
    assert (issue.place.cell, issue.value) == ("A2", name or "")


@pytest.mark.parametrize(("header", "code"), WRONG_HEADERS)
def test_a_wrong_header_is_named(
    read: Callable[[list[list[object]]], ReportReading], header: list[object], code: IssueCode
) -> None:
    _refused(read([header, ["烟台生物医药", "2021Q2", 1]]), code)


def test_a_corner_unit_that_is_no_unit_of_money_here_is_refused(
    read: Callable[[list[list[object]]], ReportReading],
) -> None:
    _refused(
        read([["单位：万美元"], ["集群名称", "报告期", "利润"], ["烟台生物医药", "2021Q2", 1]]), IssueCode.UNIT_UNKNOWN
    )


def test_two_rows_of_one_cluster_and_period_are_named_both(
    read: Callable[[list[list[object]]], ReportReading],
) -> None:
    issue = _refused(read([HEADER, row(), row("烟台生物医药", "2021年上半年")]), IssueCode.ROW_TWICE)
    assert (issue.place.row, issue.facts["first"]) == (3, "2")


def test_a_merged_value_belongs_to_no_row(reference: Reference, tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "合并.xlsx",
        [HEADER[:3], ["烟台生物医药", "2021Q2", 5], ["临沂生物医药", "2021Q2", None]],
        merged=("C2:C3",),
    )
    assert _refused(read_report(path, reference, TODAY), IssueCode.MERGED_VALUE).place.cell == "C2"


def test_a_formula_that_was_never_calculated_is_not_blank(reference: Reference, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    assert book.active is not None
    for cells in (HEADER[:3], ["烟台生物医药", "2021Q2", "=1+1"]):
        book.active.append(cells)
    book.save(tmp_path / "公式.xlsx")
    reading = read_report(tmp_path / "公式.xlsx", reference, TODAY)
    assert _refused(reading, IssueCode.FORMULA_WITHOUT_VALUE).place.cell == "C2"


def test_a_period_that_is_not_over_is_questioned(read: Callable[[list[list[object]]], ReportReading]) -> None:
    reading = read([HEADER, row(period="2022Q1")])
    assert [issue.code for issue in reading.issues.kept] == [IssueCode.PERIOD_FUTURE]


def test_a_column_of_numbers_that_nobody_knows_is_questioned(
    read: Callable[[list[list[object]]], ReportReading],
) -> None:
    reading = read([[*HEADER, "用电量（亿千瓦时）", "联络员意见"], [*row(), 5, "无"]])
    assert [(issue.code, issue.place.cell) for issue in reading.issues.kept] == [
        (IssueCode.COLUMN_UNKNOWN_NUMBERS, "K1"),
        (IssueCode.COLUMN_UNKNOWN, "L1"),
    ]
    assert "请改正表头" in issue_line(reading.issues.kept[0], WORDING)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("研发投人（亿元）", "研发投入"), ("研发头入", "研发投入"), ("国家级科技平抬数量", "国家级科技平台数量")],
)
def test_a_heading_with_a_slip_of_the_pen_is_suspected_and_never_read(
    read: Callable[[list[list[object]]], ReportReading], written: str, meant: str
) -> None:
    reading = read([[*HEADER[:3], written], ["烟台生物医药", "2021Q2", 325.28, 30]])
    assert [each.indicator for each in reading.observations] == ["revenue"]
    issue = reading.issues.kept[0]
    assert (issue.code, issue.place.cell) == (IssueCode.COLUMN_SUSPECTED, "D1")
    assert f"疑似“{meant}”" in issue_line(issue, WORDING)
    assert "请改表头" in issue_line(issue, WORDING)


def test_a_header_without_rows_is_refused(read: Callable[[list[list[object]]], ReportReading]) -> None:
    _refused(read([HEADER]), IssueCode.NO_ROWS)
    _refused(read([HEADER, ["烟台生物医药", "2021Q2", None]]), IssueCode.NO_ROWS)


def _archive(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _good(tmp_path: Path) -> bytes:
    return write_workbook(tmp_path / "good.xlsx", [HEADER, row()]).read_bytes()


def _with_part(tmp_path: Path, part: str, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(_good(tmp_path))) as archive:
        return _archive({name: archive.read(name) for name in archive.namelist()} | {part: content})


SHEET = "xl/worksheets/sheet1.xml"
FAR_CELL = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    b"</sheetData></worksheet>"
)
LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "hahaha"><!ENTITY b "&a;&a;&a;&a;">]>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>&b;</sheetData></worksheet>'
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)

WRONG_FILES: list[tuple[str, Callable[[Path], bytes], IssueCode]] = [
    ("空文件", lambda _: b"", IssueCode.FILE_EMPTY),
    ("只有空白", lambda _: b" \r\n\r\n", IssueCode.FILE_EMPTY),
    ("设有密码", lambda _: OLE + "EncryptedPackage".encode("utf-16-le"), IssueCode.FILE_ENCRYPTED),
    ("旧版Excel", lambda _: OLE + "Workbook".encode("utf-16-le"), IssueCode.FILE_OLD_FORMAT),
    ("截断", lambda folder: _good(folder)[:-700], IssueCode.FILE_DAMAGED),
    ("中间损坏", lambda folder: _good(folder)[:600] + bytes(200) + _good(folder)[800:], IssueCode.FILE_DAMAGED),
    ("改名的Word", lambda _: _archive({"word/document.xml": b"<x/>"}), IssueCode.FILE_NOT_A_TABLE),
    ("压缩炸弹", lambda folder: _with_part(folder, SHEET, bytes(64 * 2**20)), IssueCode.FILE_EXPANDS),
    ("实体炸弹", lambda folder: _with_part(folder, SHEET, LAUGHS), IssueCode.FILE_DAMAGED),
    ("坏的XML", lambda folder: _with_part(folder, SHEET, b"<worksheet><row>"), IssueCode.FILE_DAMAGED),
    ("很远的单元格", lambda folder: _with_part(folder, SHEET, FAR_CELL), IssueCode.SHEET_TOO_LARGE),
    ("网页", lambda _: b"<html><table><tr><td>1</td></tr></table>", IssueCode.FILE_NOT_A_TABLE),
    ("PDF", lambda _: b"%PDF-1.7 ...", IssueCode.FILE_NOT_A_TABLE),
    ("图片", lambda _: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 20, IssueCode.FILE_NOT_A_TABLE),
    ("无法识别的编码", lambda _: b"\xff\x81\xff\xff," * 40, IssueCode.FILE_ENCODING),
    ("引号不成对", lambda _: b'a,"' + b"x" * 200_000, IssueCode.FILE_DAMAGED),
    ("没有内容的表", lambda folder: write_workbook(folder / "e.xlsx", []).read_bytes(), IssueCode.SHEET_EMPTY),
]


@pytest.mark.parametrize(("content", "code"), [case[1:] for case in WRONG_FILES], ids=[case[0] for case in WRONG_FILES])
def test_a_file_that_is_no_readable_table_is_refused_with_the_remedy(
    reference: Reference, tmp_path: Path, content: Callable[[Path], bytes], code: IssueCode
) -> None:
    path = tmp_path / "季报.xlsx"
    path.write_bytes(content(tmp_path))
    _refused(read_report(path, reference, TODAY), code)


def test_a_missing_file_is_named(reference: Reference, tmp_path: Path) -> None:
    issue = _refused(read_report(tmp_path / "没有.xlsx", reference, TODAY), IssueCode.FILE_MISSING)
    assert issue.facts["file"] == "没有.xlsx"


def test_of_very_many_errors_the_first_fifty_are_told_and_the_rest_counted(
    read: Callable[[list[list[object]]], ReportReading],
) -> None:
    reading = read([HEADER[:3], *([f"不存在{number}", "2021Q2", 1] for number in range(200))])
    assert reading.issues.count(Severity.ERROR) == 200
    lines = issue_lines(reading.issues, Severity.ERROR, WORDING)
    assert len(lines) == 51
    assert "150" in lines[-1]


def test_every_kind_of_finding_has_words() -> None:
    missing = [code for code in IssueCode if f"importing.{code.value}" not in WORDING.keys]
    assert missing == []


def test_a_message_names_sheet_row_column_cell_and_remedy(
    read: Callable[[list[list[object]]], ReportReading],
) -> None:
    reading = read([HEADER, row(employment=-5)])
    assert issue_line(reading.issues.kept[0], WORDING) == (
        "工作表“统计季报” 第2行 “就业人数（人）”列（F2）：“就业人数”不能是负数，这里是 -5。请核对后改正。"
    )


@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=5))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_workbook_with_bytes_gone_wrong_is_read_or_refused_and_never_breaks_the_reader(
    reference: Reference, tmp_path: Path, damage: list[tuple[float, int]]
) -> None:
    content = bytearray(_good(tmp_path))
    for place, byte in damage:
        content[int(place * len(content))] = byte
    path = tmp_path / "损坏.xlsx"
    path.write_bytes(content)
    reading = read_report(path, reference, TODAY)
    assert reading.issues.blocked or len(reading.observations) == 8


@given(
    st.binary(max_size=400)
    | st.text(alphabet='集群名称报告期利润（亿元）烟台生物医药2021Q年，,;"\t\n.-', max_size=300).map(str.encode)
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_bytes_are_read_or_refused(reference: Reference, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "任意.csv"
    path.write_bytes(content)
    assert read_report(path, reference, TODAY).issues.blocked
