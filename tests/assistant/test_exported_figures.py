"""The workbook of an answer holds the figures that the answer tells, and no other."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from bot.assistant.access import Principal, Role
from bot.assistant.types import Answer, Paragraph, Question, Table
from bot.bootstrap import build_assistant
from bot.settings import Settings
from stats_tools.amounts import plain
from stats_tools.figure_table import KeptFigures, figures_kept, kept_figures, write_figures


def _told(answer: Answer) -> str:
    """The words and tables of an answer, which grounding has held against its evidence."""
    parts = [block.text for block in answer.blocks if isinstance(block, Paragraph)]
    tables = [block for block in answer.blocks if isinstance(block, Table)]
    return "\n".join([*parts, *(cell for table in tables for row in table.rows for cell in row)])


@pytest.mark.parametrize(
    "asked",
    [
        "2021年上半年济南信息技术服务集群营收是多少？",
        "2021年各集群营收排名",
        "临沂生物医药2021年前三季度利润同比增长多少？",
        "烟台生物医药营收走势",
        "比较烟台生物医药和临沂生物医药2021年的营收",
        "2021年国家级集群利润合计多少",
        "青岛轨道交通2021年4到6月营收",
    ],
)
def test_every_number_of_the_workbook_stands_in_the_answer(shared_home: Path, tmp_path: Path, asked: str) -> None:
    assistant = build_assistant(Settings(policybot_home=shared_home))
    answer = assistant.answer(Question(asked, date(2022, 3, 1), Principal(Role.PUBLIC)))
    kept = figures_kept(kept_figures(answer.figures)).figures
    count = write_figures(KeptFigures(kept), asked, tmp_path / "回答.xlsx")
    head, *rows = openpyxl.load_workbook(tmp_path / "回答.xlsx").worksheets[0].iter_rows(values_only=True)
    assert len(rows) == count > 0
    decimals = {Decimal(str(figure.value)): figure.decimals for figure in kept}
    told = _told(answer)
    for value in (Decimal(str(row[head.index("数值")])) for row in rows):
        assert plain(abs(value), decimals[value]) in told
