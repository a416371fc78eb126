"""Report files as people send them, built for the tests."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import xlsxwriter

HEADER = [
    "集群名称",
    "报告期",
    "主营业务收入（亿元）",
    "利润（亿元）",
    "新增企业数（家）",
    "就业人数（人）",
    "科研人员数量（人）",
    "研发投入（亿元）",
    "省级科技平台数量（个）",
    "国家级科技平台数量（个）",
]


def row(cluster: str = "烟台市生物医药产业集群", period: str = "2021Q2", **values: object) -> list[object]:
    """A full, plausible row; keyword arguments replace single cells by indicator code."""
    usual: dict[str, object] = {
        "revenue": 325.28,
        "profit": 45.38,
        "new_enterprises": 31,
        "employment": 49161,
        "researchers": 12861,
        "rd_spending": 30.12,
        "platforms_provincial": 28,
        "platforms_national": 4,
    }
    return [cluster, period, *(usual | values).values()]


def write_workbook(
    path: Path,
    rows: list[list[object]],
    *,
    sheet: str = "统计季报",
    merged: tuple[str, ...] = (),
    hidden_rows: tuple[int, ...] = (),
    hidden_columns: tuple[str, ...] = (),
    more_sheets: tuple[str, ...] = (),
) -> Path:
    """Rows from A1 on; a text beginning with ``=`` is a formula never calculated, ``#…!`` an Excel error."""
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet(sheet)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for number, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, str) and cell.startswith(("=", "#")):
                page.write_formula(
                    number, column, cell if cell[0] == "=" else "=1/0", None, "" if cell[0] == "=" else cell
                )
            elif isinstance(cell, date):
                page.write_datetime(number, column, cell, day)
            elif cell is not None:
                page.write(number, column, cell)
    for block in merged:
        first = rows[int(block.partition(":")[0].lstrip("ABCDEFGHIJ")) - 1]["ABCDEFGHIJ".index(block[0])]
        page.merge_range(block, first)
    for number in hidden_rows:
        page.set_row(number, None, None, {"hidden": True})
    for letters in hidden_columns:
        page.set_column(f"{letters}:{letters}", None, None, {"hidden": True})
    for name in more_sheets:
        book.add_worksheet(name)
    book.close()
    return path


def printed_form(folder: Path) -> Path:
    """A report as it is printed: titles above a two-row header, the unit in a corner, numbered columns, a total."""
    rows: list[list[object]] = [
        ["山东省战略性新兴产业集群统计季报表", None, None, None, None],
        ["（2021年1—6月）", None, None, None, "计量单位：万元、人"],
        ["序号", "集群名称", "主营业务收入", None, "从业人员"],
        [None, None, "1-6月累计", "同比增长（%）", "期末数"],
        ["甲", "乙", 1, 2, 3],
        [1, "烟台生物医药", "3,252,800", 12.5, "49,161"],
        [2, "临沂生物医药", 1163100, 9.1, 35018],
        ["合计", None, 4415900, None, 84179],
        ["比上年增长", None, "10%", None, "2%"],
    ]
    return write_workbook(folder / "报表.xlsx", rows, merged=("A1:E1", "A2:D2", "A3:A4", "B3:B4", "C3:D3"))
