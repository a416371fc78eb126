"""``report``: two files, made from what is on record, or a message that says what there is instead."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from tests.cli.conftest import Policybot

HEADER = "集群名称,报告期,主营业务收入（亿元）,利润（亿元）\n"


@pytest.mark.parametrize("half", ["2021H1", "2021年上半年", "2021年1-6月", "2021h1"])
def test_a_half_year_in_any_form_makes_a_document_that_is_marked_as_sample(
    policybot: Policybot, tmp_path: Path, half: str
) -> None:
    run = policybot("report", "halfyear", half, str(tmp_path / "汇总.docx"))
    assert (run.code, run.err) == (0, "")
    assert "已报 7 个" in run.out
    assert "示例数据" in run.out
    document = Document(str(tmp_path / "汇总.docx"))
    head = document.sections[0].header.paragraphs[0].text
    assert "示例数据" in head
    assert "2021年上半年" in document.paragraphs[0].text


def test_an_evaluation_makes_a_workbook_marked_as_sample_on_every_sheet_of_figures(
    policybot: Policybot, tmp_path: Path
) -> None:
    run = policybot("report", "evaluation", "2021", str(tmp_path / "评估.xlsx"))
    assert run.code == 0
    assert "7 个集群排名" in run.out
    book = load_workbook(tmp_path / "评估.xlsx", data_only=True)
    for sheet in book:
        assert "示例" in "".join(str(c.value) for row in sheet.iter_rows(max_row=3) for c in row if c.value)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("halfyear", "2021H3", "o.docx"), "2021H1"),
        (("halfyear", "2021Q1", "o.docx"), "2021H1"),
        (("halfyear", "去年", "o.docx"), "2021H1"),
        (("halfyear", "2021H1", "o.pdf"), ".docx"),
        (("evaluation", "二零二一", "o.xlsx"), "四位数字"),
        (("evaluation", "1066", "o.xlsx"), "四位数字"),
        (("evaluation", "2021", "o.csv"), ".xlsx"),
        (("evaluation", "2021", "nowhere/o.xlsx"), "文件夹"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_can(
    policybot: Policybot, arguments: tuple[str, ...], told: str
) -> None:
    run = policybot("report", *arguments)
    assert run.code == 2
    assert told in run.err


@pytest.mark.parametrize(
    ("arguments", "there_is"),
    [(("halfyear", "2030H1", "o.docx"), "2021年上半年"), (("evaluation", "2030", "o.xlsx"), "2021年全年")],
)
def test_a_period_without_figures_names_those_there_are_and_writes_nothing(
    policybot: Policybot, arguments: tuple[str, ...], there_is: str
) -> None:
    run = policybot("report", *arguments)
    assert run.code == 3
    assert there_is in run.err
    assert not Path(arguments[-1]).exists()


def test_after_the_first_real_report_no_sample_figure_is_left_in_a_report(policybot: Policybot, tmp_path: Path) -> None:
    path = tmp_path / "季报.csv"
    path.write_text(HEADER + "济南信息技术服务,2021Q2,900.5,60\n", encoding="utf-8")
    assert policybot("stats", "import", str(path)).code == 0
    run = policybot("report", "halfyear", "2021H1", str(tmp_path / "汇总.docx"))
    assert run.code == 0
    assert "已报 1 个" in run.out
    assert "示例" not in run.out
    document = Document(str(tmp_path / "汇总.docx"))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "示例" not in text
    assert "缺基期数" in document.tables[0].rows[1].cells[4].text
    # Nothing can be scored that is not there: nobody is ranked, and the workbook says why.
    assert policybot("report", "evaluation", "2021", str(tmp_path / "评估.xlsx")).code == 3
