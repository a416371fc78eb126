"""What the dialogue claims and what it leaves alone, and how it asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assistant.eligibility.desk import EligibilityDesk
from bot.assistant.message_parts import MessageRules
from bot.assistant.specialists import Memory, PartPlan
from bot.assistant.types import Question

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 1, 5)
RULES = MessageRules.load()
ALPHABET = "我们公司营收研发亿万元%1234567890一二，。？够不够瞪羚能享受什么支持跳过更多有没有在烟台做药"
OF_THE_FIRM = {
    "我公司去年营收8.6亿、负债率61%，够不够资格入库？",
    "我们是做医药的，在烟台，算不算国家级集群里的",
    "我们有40个研发人员，够申请省工程研究中心吗",
}
"""Questions of the sets that are about the asking firm's own qualification; everything else is not the dialogue's."""


def _questions() -> Iterator[str]:
    for path in (*(ROOT / "eval").glob("*.jsonl"), *(ROOT / "tests").rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield str(json.loads(line).get("q", ""))


def _planned(desk: EligibilityDesk, text: str, memory: Memory | None = None) -> PartPlan | None:
    return desk.dialogue.plan(text, Question(text, TODAY), memory or Memory())


def _latest(plan: PartPlan | None) -> Memory:
    assert plan is not None
    return Memory(json.loads(json.dumps(dict(plan.state))), is_latest=True)


def test_no_question_about_documents_or_figures_is_claimed(desk: EligibilityDesk) -> None:
    questions = {question for question in _questions() if question}
    assert len(questions) > 1000
    claimed = {question for question in questions for part in RULES.questions(question) if _planned(desk, part)}
    assert claimed <= OF_THE_FIRM


def test_hardly_any_other_question_is_taken_for_an_answer_to_a_question_back(desk: EligibilityDesk) -> None:
    parts = [part for question in {*_questions()} for part in RULES.questions(question)]
    for opening in (
        "我们在烟台做抗体药，营收1.2亿元，能享受什么支持？",
        "我们在烟台，够不够瞪羚？",
        "核对我们公司的政策条件",
    ):
        memory = _latest(_planned(desk, opening))
        claimed = [part for part in parts if _planned(desk, part, memory) is not None]
        # What is left could be said by the firm: 能发短期融资券吗, 缺钱怎么办, a bare number, 嗯.
        assert len(claimed) <= len(parts) / 100, claimed


@pytest.mark.parametrize(
    "text",
    [
        "骨干企业可以用哪些直接债务融资工具？",
        "白名单是什么？",
        "烟台生物医药营收",
        "瞪羚企业要什么条件？",
        "省企业技术中心的申报条件有哪些？",
        "我们市有没有国家级集群？",
        "我的项目审批走到哪一步了？",
        "我们烟台生物医药集群2021年营收689亿元",
        "我们全市研发投入2亿元，增速16%",
        "帮我算算我们厂能贷到多少钱",
        "不知道",
        "是",
        "更多",
        "1.2亿",
        "烟台",
    ],
)
def test_what_is_not_about_the_firm_is_left_alone(desk: EligibilityDesk, text: str) -> None:
    assert _planned(desk, text) is None


@pytest.mark.parametrize(
    ("text", "tool", "asked"),
    [
        ("我们是烟台一家做抗体药的企业，营收一亿二，能享受什么支持？", "check_eligibility", ""),
        ("我们在烟台做抗体药，可以申请哪些政策？", "check_eligibility", ""),
        ("一家烟台的生物医药企业，营收1.2亿元，能申请什么支持？", "check_eligibility", ""),
        ("我们是烟台做抗体药的企业，营收1.2亿元。", "check_eligibility", ""),
        ("我公司能进白名单吗", "check_eligibility", "whitelist"),
        ("够不够瞪羚", "check_eligibility", "gazelle"),
        ("营收1.5亿、近两年复合增速16%、研发2.6%，够瞪羚吗？", "check_eligibility", "gazelle"),
        ("我们符合省工程研究中心的条件吗？", "check_eligibility", "engineering_centre"),
        ("我们企业能不能发公司债？", "check_eligibility", "corporate_bond"),
        ("適合我們的融資渠道有哪些", "find_financing", ""),
        ("我们想融资两个亿，有什么融资渠道？", "find_financing", ""),
        ("我公司怎么融资？", "find_financing", ""),
        ("我们想要补贴，有哪些渠道？", "find_financing", ""),
        ("适合我们的补贴有哪些？", "find_financing", ""),
        ("我们在淄博做含氟材料，营收120亿，属于哪一档？", "check_eligibility", ""),
        ("我们在泰安做抗体药，属于哪个集群？", "check_eligibility", "cluster"),
        ("What support can we get? We are a software company in Jinan.", "check_eligibility", ""),
        ("Can we apply for gazelle?", "check_eligibility", "gazelle"),
        ("核对我们公司的融资渠道：烟台做抗体药，需要长期贷款", "find_financing", ""),
        ("核对我们公司的政策条件：烟台做抗体药，营收1.2亿元", "check_eligibility", ""),
    ],
)
def test_what_is_about_the_firm_is_claimed(desk: EligibilityDesk, text: str, tool: str, asked: str) -> None:
    plan = _planned(desk, text)
    assert plan is not None
    assert [(call.name, call.arguments.get("measure", "")) for call in plan.calls] == [(tool, asked)]


def test_another_question_in_between_is_left_alone_and_nothing_is_forgotten(desk: EligibilityDesk) -> None:
    memory = _latest(_planned(desk, "我们在烟台做抗体药，营收1.2亿元，够不够瞪羚？"))
    for text in ("骨干企业可以用哪些直接债务融资工具？", "烟台生物医药2021年营收", "集群多久评估一次？", "你好"):
        assert _planned(desk, text, memory) is None
    later = _planned(desk, "我们够不够省企业技术中心？", Memory(memory.state, is_latest=False))
    assert later is not None
    assert later.calls[0].arguments["profile"]["revenue"] == "1.2亿元"


def test_what_was_skipped_is_not_asked_again(desk: EligibilityDesk) -> None:
    plan = _planned(desk, "我们在烟台，够不够瞪羚？")
    asked: list[str] = []
    while plan is not None and plan.state["asked"] and len(asked) < 40:
        asked += plan.state["asked"]
        plan = _planned(desk, "跳过", _latest(plan))
    assert plan is not None
    assert len(asked) == len(set(asked)), asked
    assert plan.calls[0].arguments["skipped"]


def test_an_answer_in_words_that_are_also_facts_is_taken(desk: EligibilityDesk) -> None:
    plan = _planned(desk, "济南，做节能设备的", _latest(_planned(desk, "核对我们公司的政策条件")))
    assert plan is not None
    assert plan.calls[0].arguments["profile"] == {"city": "济南", "sector": "节能环保"}


def test_choices_can_be_told_by_number(desk: EligibilityDesk) -> None:
    plan = _planned(desk, "我公司能进白名单吗")
    assert plan is not None
    assert plan.state["options"][:2] == ["有", "没有"]
    second = _planned(desk, "第二个", _latest(plan))
    assert second is not None
    assert second.calls[0].arguments["profile"] == {"project": "没有"}


def test_a_year_of_foundation_takes_the_place_of_the_years_told(desk: EligibilityDesk) -> None:
    memory = _latest(_planned(desk, "我们在烟台，成立五年，够不够瞪羚？"))
    plan = _planned(desk, "不对，是2019年成立的", memory)
    assert plan is not None
    assert plan.calls[0].arguments["profile"] == {"city": "烟台", "founded": "2019年"}


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(st.text(ALPHABET, min_size=1, max_size=24), min_size=1, max_size=4))
def test_any_conversation_can_be_planned(desk: EligibilityDesk, texts: list[str]) -> None:
    memory = Memory()
    for text in texts:
        plan = _planned(desk, text, memory)
        if plan is not None:
            memory = _latest(plan)


@pytest.mark.parametrize("pressed", ["建设项目：有", "有", "看其余的", "跳过"])
def test_a_button_pressed_later_still_means_what_it_said(desk: EligibilityDesk, pressed: str) -> None:
    memory = _latest(_planned(desk, "我们在烟台做抗体药，营收1.2亿元，能享受什么支持？"))
    plan = _planned(desk, pressed, Memory(memory.state, is_latest=False))
    assert plan is not None
    assert [call.name for call in plan.calls] == ["check_eligibility"]


def test_the_conditions_are_listed_once_and_then_only_asked_for(desk: EligibilityDesk) -> None:
    plan = _planned(desk, "我们在烟台做抗体药，够不够瞪羚？")
    assert plan is not None
    assert "brief" not in plan.calls[0].arguments
    for reply in ("1.2亿元", "跳过", "成立五年"):
        plan = _planned(desk, reply, _latest(plan))
        assert plan is not None
        assert plan.calls[0].arguments["brief"] is True


def test_words_that_are_part_of_another_choice_keep_their_own_meaning(desk: EligibilityDesk) -> None:
    plan = _planned(desk, "我们在烟台，成立5年，营收1.2亿元，增速16%，负债率50%，够不够瞪羚？")
    assert plan is not None
    assert plan.state["asked"][0] == "rd_share"
    plan = _planned(desk, "7.5%，3件发明专利", _latest(plan))
    assert plan is not None
    assert plan.state["asked"] == ["listed"]
    plan = _planned(desk, "上市公司", _latest(plan))
    assert plan is not None
    assert plan.calls[0].arguments["profile"]["listed"] == "已上市"


def test_a_share_told_later_replaces_an_amount_it_does_not_agree_with(desk: EligibilityDesk) -> None:
    start = "我们在烟台做抗体药，营收1.2亿元，研发投入900万元，够不够瞪羚？"
    agreeing = _planned(desk, "研发占比7.5%", _latest(_planned(desk, start)))
    assert agreeing is not None
    assert agreeing.calls[0].arguments["profile"]["rd_spending"] == "900万元"
    corrected = _planned(desk, "研发占比说错了，是6%", _latest(_planned(desk, start)))
    assert corrected is not None
    profile = corrected.calls[0].arguments["profile"]
    assert profile["rd_share"] == "6%"
    assert "rd_spending" not in profile


def test_a_yes_to_a_question_for_a_number_is_asked_again(desk: EligibilityDesk) -> None:
    plan = _planned(desk, "是的", _latest(_planned(desk, "我们在烟台，够不够瞪羚？")))
    assert plan is not None
    assert plan.reply is not None
    assert "回答不了刚才的问题" in plan.reply.message
