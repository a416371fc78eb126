"""The promise as a table: what the evidence bears out stays, anything else goes."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.grounding import Grounding
from bot.assistant.types import (
    Citation,
    Draft,
    Evidence,
    Outcome,
    Paragraph,
    Question,
    Quote,
    Status,
    Table,
    ToolCall,
    ToolResult,
)
from prompts import Wording

QUOTE = "到2021年，国家级战略性新兴产业集群主营业务收入过2000亿元的2个，过1000亿元的4个"
CITATION = Citation(
    n=1,
    doc_id="plan",
    title="实施方案",
    doc_number="鲁发改高技〔2020〕194号",
    section=("一、总体要求", "（三）发展目标"),
    quote=QUOTE,
    start=0,
    end=len(QUOTE),
    effective=date(2020, 1, 1),
    expires=date(2021, 12, 31),
    in_force=False,
)
RESULT = ToolResult(
    ToolCall("search_policy", {}),
    Outcome(value=object(), evidence=(Evidence("clause", QUOTE), Evidence("figure", "济南 2021年上半年 1234.5亿元"))),
)
GROUNDING = Grounding(Wording.load())
QUESTION = Question("营收过500亿元的有几个？", today=date(2026, 11, 23))


def verified(*blocks: Paragraph | Quote | Table) -> Draft:
    draft = Draft(Status.ANSWERED, blocks, citations=(CITATION,))
    return GROUNDING.verify(draft, (RESULT,), QUESTION)


@pytest.mark.parametrize(
    "sentence",
    [
        "目标是过2000亿元的2个、过1000亿元的4个[1]。",
        "目标是过两千亿元的两个[1]。",
        "济南2021年上半年为1234.5亿元。",
        "您问的500亿元一档，方案没有规定。",
        "依据《实施方案》（鲁发改高技〔2020〕194号）一（三）。",
        "该文件有效期至2021年12月31日，今天是2026-11-23。",
        "原文写的是“过2000亿元的2个”[1]。",
    ],
)
def test_what_the_evidence_bears_out_stays(sentence: str) -> None:
    assert verified(Paragraph(sentence)).blocks == (Paragraph(sentence),)


@pytest.mark.parametrize(
    "sentence",
    [
        "目标是过3000亿元的2个。",
        "目标是过2000亿元的2家企业、5个集群。",
        "济南2021年上半年为1234.6亿元。",
        "奖励标准为百分之十五。",
        "依据《奖励办法》办理。",
        "见鲁发改高技〔2021〕427号。",
        "见三（四）。",
        "原文写的是“过2000亿元的3个”。",
        "详见[2]。",
        "营收增长12.5%。",
        "截止日期是2022年3月1日。",
    ],
)
def test_anything_else_is_removed_and_the_rest_of_the_paragraph_stays(sentence: str) -> None:
    kept = "目标是过2000亿元的2个[1]。"
    assert verified(Paragraph(kept + sentence)).blocks == (Paragraph(kept),)


def test_an_answer_of_which_nothing_remains_says_so_instead() -> None:
    draft = verified(Paragraph("奖励300万元。"))
    assert draft.status is Status.NOT_FOUND
    assert draft.citations == ()
    assert "300" not in str(draft.blocks)


def test_table_rows_are_checked_one_by_one() -> None:
    table = Table(("集群", "营收（亿元）"), (("济南", "1234.5"), ("青岛", "999.9")))
    assert verified(table).blocks == (Table(table.headers, (("济南", "1234.5"),)),)


@given(
    st.lists(
        st.tuples(st.text("甲乙丙丁", min_size=1), st.integers(10, 10**9)), min_size=1, unique_by=lambda row: row[1]
    ),
    st.data(),
)
def test_of_rows_that_the_evidence_has_word_for_word_the_one_with_another_figure_goes(
    figures: list[tuple[str, int]], data: st.DataObject
) -> None:
    rows = [(name, str(figure)) for name, figure in figures]
    result = replace(
        RESULT, outcome=Outcome(value=object(), evidence=(Evidence("figure", "\n".join(map("；".join, rows))),))
    )
    wrong = data.draw(st.integers(3000, 10**9).filter(lambda other: str(other) not in [said for _, said in rows]))
    place = data.draw(st.integers(0, len(rows)))
    told = Table(("集群", "营收（亿元）"), (*rows[:place], (rows[0][0], str(wrong)), *rows[place:]))
    draft = Draft(Status.ANSWERED, (told, Paragraph("合计如下。")))
    kept = GROUNDING.verify(draft, (result,), QUESTION).blocks
    assert kept == (Table(told.headers, tuple(rows)), Paragraph("合计如下。"))


@pytest.mark.parametrize("text", ["34.5亿元", "济南 2021年上半年 1234.5", "详见[2]"])
def test_a_piece_of_the_evidence_or_a_mark_in_it_bears_out_nothing(text: str) -> None:
    marked = replace(
        RESULT, outcome=Outcome(value=object(), evidence=(*RESULT.outcome.evidence, Evidence("figure", "详见[2]")))
    )
    kept = Paragraph("目标是过2000亿元的2个[1]。")
    draft = Draft(Status.ANSWERED, (kept, Paragraph(text.replace("1234.5", "234.5"))), citations=(CITATION,))
    assert GROUNDING.verify(draft, (marked,), QUESTION).blocks == (kept,)


def test_a_quote_must_be_the_words_of_its_citation() -> None:
    lead = Paragraph("目标如下[1]。")
    assert verified(lead, Quote(1, QUOTE)).blocks == (lead, Quote(1, QUOTE))
    assert verified(lead, Quote(1, QUOTE.replace("4个", "5个"))).blocks == (lead,)
    assert verified(lead, Quote(2, QUOTE)).blocks == (lead,)


def test_a_message_that_rests_on_no_tool_passes_as_it_is() -> None:
    draft = Draft(Status.CLARIFY, (Paragraph("请用不超过2000个字提问。"),))
    assert GROUNDING.verify(draft, (), QUESTION) is draft
