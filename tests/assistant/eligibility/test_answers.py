"""What is said to a firm: every sentence borne out, every quote verbatim, short enough for a phone, never a promise."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assistant.access import Principal
from bot.assistant.composer import ExtractiveComposer
from bot.assistant.eligibility.belonging import SectorLanguage
from bot.assistant.eligibility.desk import EligibilityDesk
from bot.assistant.eligibility.recognition import shipped_recognition
from bot.assistant.grounding import Grounding
from bot.assistant.rendering import plain_text
from bot.assistant.toolbox import Circumstances, Toolbox
from bot.assistant.types import Draft, Question, Status, Table, ToolCall
from knowledge.support_measures import shipped_measures
from knowledge.types import Library
from prompts import Wording

TODAY = date(2026, 1, 5)
WORDING = Wording.load()
MEASURES = [measure.id for measure in shipped_measures().measures]
NEEDS = ["", *shipped_recognition().needs]
LONGEST = 900
PROMISE = re.compile(r"您(?:可以|能|已)享受|您符合|可以获批|一定能")
FIRMS: list[dict[str, str]] = [
    {},
    {"city": "烟台", "sector": "生物医药", "revenue": "1.2亿元", "rd_spending": "900万元"},
    {"city": "泰安", "sector": "生物医药", "revenue": "1200亿元", "project": "有", "constraint": "受限"},
    {
        "city": "菏泽",
        "sector": "消费品制造",
        "size": "大型企业",
        "listed": "已上市",
        "project": "没有",
        "rating": "AA+",
    },
    {"city": "烟台", "sector": "高端装备", "founded": "2019年", "inventions": "1件", "liability_ratio": "超过80%"},
]


def _answered(desk: EligibilityDesk, library: Library, call: ToolCall) -> tuple[Draft, Draft]:
    """The draft, and what grounding leaves of it."""
    question = Question("我们够不够？", TODAY)
    result = Toolbox(desk.tools, WORDING).run(call, Circumstances(Principal(), TODAY))
    draft = ExtractiveComposer(library, desk.phrasers, WORDING).compose(question, [result])
    return draft, Grounding(WORDING).verify(draft, [result], question)


def _calls(firm: dict[str, str]) -> list[ToolCall]:
    pages = [{"page": page} for page in range(8)]
    everything = [ToolCall("check_eligibility", {"profile": firm, **page}) for page in pages]
    single = [ToolCall("check_eligibility", {"profile": firm, "measure": each, "whole": True}) for each in MEASURES]
    asking = [ToolCall("check_eligibility", {"profile": firm, "measure": each}) for each in MEASURES]
    channels = [
        ToolCall("find_financing", {"profile": firm, "need": need, **page}) for need in NEEDS for page in pages[:3]
    ]
    return [*everything, *single, *asking, *channels]


@pytest.mark.parametrize(
    "firm", FIRMS, ids=[each.get("city", "nothing known") + each.get("sector", "") for each in FIRMS]
)
def test_every_answer_is_borne_out_whole_and_short(
    desk: EligibilityDesk, library: Library, firm: dict[str, str]
) -> None:
    for call in _calls(firm):
        draft, verified = _answered(desk, library, call)
        assert verified == draft, call
        text = plain_text(draft.blocks)
        assert len(text) <= LONGEST, (call, len(text))
        assert not PROMISE.search(text)
        for citation in draft.citations:
            document = library.document(citation.doc_id)
            assert document is not None
            assert document.text[citation.start : citation.end] == citation.quote


def test_the_list_of_measures_comes_whole_over_its_pages(desk: EligibilityDesk, library: Library) -> None:
    told: list[str] = []
    for page in range(8):
        call = ToolCall("check_eligibility", {"profile": FIRMS[1], "page": page})
        draft, _ = _answered(desk, library, call)
        tables = [block for block in draft.blocks if isinstance(block, Table)]
        told += [re.sub(r"\[\d+\]", "", row[0]) for table in tables for row in table.rows]
        silent = re.search(r"要向主管部门确认的还有：(.*)。", plain_text(draft.blocks))
        told += re.split(r"\[\d+\]、?", silent[1])[:-1] if silent else []
    assert sorted(told) == sorted(measure.name for measure in shipped_measures().measures)


def test_a_measure_that_rules_a_firm_out_asks_nothing_more(desk: EligibilityDesk, library: Library) -> None:
    call = ToolCall("check_eligibility", {"profile": {"liability_ratio": "70%"}, "measure": "gazelle"})
    draft, _ = _answered(desk, library, call)
    assert draft.status is Status.ANSWERED
    assert "不符合的是：资产负债率低于70%" in plain_text(draft.blocks)
    assert "还想知道" not in plain_text(draft.blocks)


def test_what_is_ruled_out_is_listed_with_the_reason(desk: EligibilityDesk, library: Library) -> None:
    call = ToolCall("find_financing", {"profile": {"size": "大型企业"}, "need": "贷款"})
    draft, _ = _answered(desk, library, call)
    (open_ones, out) = (block for block in draft.blocks if isinstance(block, Table))
    assert any(
        row[0].startswith("信易贷") and row[1] == "不符合：中小企业；没有核实到来源：申请条件" for row in out.rows
    )
    assert not any(row[0].startswith("信易贷") for row in open_ones.rows)
    assert all(row[2] and row[3] for row in open_ones.rows)


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        ({"revenue": "-5万元"}, "不会是负数"),
        ({"revenue": "1000万元", "rd_spending": "1001万元"}, "还多"),
        ({"revenue": "1亿元", "rd_spending": "500万元", "rd_share": "6%"}, "按金额算却是5%"),
        ({"employees": "10人", "rd_staff": "11人"}, "还多"),
        ({"city": "苏州"}, "不是山东省的设区市"),
        ({"sector": "风筝"}, "没有“风筝”这个行业"),
        ({"listed": "也许"}, "只能是"),
        ({"revenue": "很多"}, "没有读懂"),
        ({"revenue": "6%"}, "没有读懂"),
        ({"founded": "2031年"}, "没有读懂"),
        ({"colour": "红"}, "没有“colour”这一项"),
    ],
)
def test_facts_that_cannot_be_right_are_sent_back_with_what_to_do(
    desk: EligibilityDesk, profile: dict[str, str], said: str
) -> None:
    for tool in ("check_eligibility", "find_financing"):
        outcome = (
            Toolbox(desk.tools, WORDING)
            .run(ToolCall(tool, {"profile": profile}), Circumstances(Principal(), TODAY))
            .outcome
        )
        assert outcome.status is Status.CLARIFY
        assert said in outcome.message
        assert re.search("请|可用的有", outcome.message)


@settings(max_examples=60, deadline=None)
@given(profile=st.fixed_dictionaries({}, optional={
    "city": st.sampled_from(["济南", "烟台", "菏泽"]),
    "sector": st.sampled_from([sector.name for sector in SectorLanguage.load().sectors]),
    "revenue": st.integers(0, 10**9).map(lambda value: f"{value}万元"),
    "rd_share": st.integers(0, 100).map(lambda value: f"{value}%"),
    "liability_ratio": st.integers(0, 200).map(lambda value: f"{value}%"),
    "years": st.integers(0, 100).map(lambda value: f"{value}年"),
    "inventions": st.integers(0, 100).map(lambda value: f"{value}件"),
}), measure=st.sampled_from(["", *MEASURES]))  # fmt: skip
def test_any_firm_gets_an_answer_that_is_borne_out(
    desk: EligibilityDesk, library: Library, profile: dict[str, Any], measure: str
) -> None:
    draft, verified = _answered(desk, library, ToolCall("check_eligibility", {"profile": profile, "measure": measure}))
    assert verified == draft
    assert len(plain_text(draft.blocks)) <= LONGEST
