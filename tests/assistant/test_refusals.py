"""Refused questions: which are noted, and that nothing in them tells who asked."""

from __future__ import annotations

from datetime import date

import pytest

from bot.assistant.conversation import MemoryConversations
from bot.assistant.engine import Assistant, Drafted
from bot.assistant.grounding import Grounding
from bot.assistant.policy.findings import PolicyFinding, Reason
from bot.assistant.refusals import Refused, refusal_rules, refused
from bot.assistant.types import Answer, Draft, Outcome, Paragraph, Question, Status, ToolCall, ToolResult
from prompts import Wording

TODAY = date(2026, 11, 24)


def asked(question: str, reason: Reason | None, full: str = "", status: Status = Status.NOT_FOUND) -> Answer:
    finding = PolicyFinding(full or question, False, "plain", TODAY, reason=reason) if reason else None
    call = ToolCall("search_policy" if reason else "query_metric", {"question": full or question})
    return Answer(question, status, (Paragraph("没有。"),), tool_calls=(ToolResult(call, Outcome(finding)),))


def test_what_no_document_says_is_noted_with_its_reason() -> None:
    assert refused(asked("奖励多少钱？", Reason.LACKING)) == Refused("奖励多少钱？", "lacking")


def test_what_the_figures_lack_is_noted_as_that() -> None:
    assert refused(asked("烟台2030年营收？", None)) == Refused("烟台2030年营收？", "figures")


def test_a_follow_up_is_noted_as_it_was_understood() -> None:
    refusal = refused(asked("那奖励呢？", Reason.LACKING, "入选省级集群的奖励是多少？"))
    assert refusal is not None
    assert refusal.question == "入选省级集群的奖励是多少？"


@pytest.mark.parametrize("reason", [Reason.GREETING, Reason.SMALL_TALK, Reason.ORDER, Reason.NO_CONTENT])
def test_what_no_document_could_answer_is_no_gap(reason: Reason) -> None:
    assert refused(asked("你好", reason)) is None


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.NOT_FOUND])
def test_other_endings_are_no_refusals(status: Status) -> None:
    assert refused(asked("问？", Reason.LACKING, status=status)) is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("我手机13812345678，贷款呢", "我手机***，贷款呢"),
        ("+86 138 1234 5678 回电", "*** 回电"),
        ("身份证37010219900101123X", "身份证***"),
        ("写到 a.b@example.com 吧", "写到 *** 吧"),
        ("0531-86190000 打不通", "*** 打不通"),
        ("鲁发改高技〔2020〕194号 2021-12-31 1000亿元", "鲁发改高技〔2020〕194号 2021-12-31 1000亿元"),
    ],
)
def test_numbers_and_addresses_of_people_are_taken_out(text: str, kept: str) -> None:
    assert refusal_rules().masked(text) == kept


class Refusing:
    """Finds nothing, or breaks."""

    name = "offline"

    def draft(self, question: Question, history: object, meanwhile: object = None) -> Drafted:
        return Drafted(Draft(Status.NOT_FOUND, (Paragraph("没有。"),)))


class Notes:
    """Keeps what is noted, or fails to."""

    def __init__(self, broken: bool = False) -> None:
        self.kept: list[Refused] = []
        self._broken = broken

    def note(self, refused: Refused) -> None:
        if self._broken:
            raise OSError("disk full")
        self.kept.append(refused)


@pytest.mark.parametrize("broken", [False, True])
def test_the_assistant_notes_refusals_and_answers_all_the_same_where_it_cannot(broken: bool) -> None:
    wording, notes = Wording.load(), Notes(broken)
    assistant = Assistant(Refusing(), MemoryConversations(), Grounding(wording), wording, notes)
    assert assistant.answer(Question("奖励多少钱？", TODAY)).status is Status.NOT_FOUND
    assert notes.kept == ([] if broken else [Refused("奖励多少钱？", "lacking")])


def test_what_may_be_half_typed_is_no_gap() -> None:
    wording, notes = Wording.load(), Notes()
    assistant = Assistant(Refusing(), MemoryConversations(), Grounding(wording), wording, notes)
    assistant.answer(Question("奖励多", TODAY, tentative=True))
    assert notes.kept == []
