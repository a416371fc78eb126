"""Courtesies: what is one, what is a question beside one, and that nothing asked is ever swallowed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.conversation import Turn
from bot.assistant.courtesies import Courtesies

COURTESIES = Courtesies.load()
ASKED_BEFORE = Turn("集群多久评估一次？", "每年。", "answered")


@pytest.mark.parametrize(
    ("message", "reply"),
    [
        ("谢谢", "不客气，有问题随时问我。"),
        ("非常感谢您的解答！", "不客气，有问题随时问我。"),
        ("謝謝您", "不客气，有问题随时问我。"),
        ("好的，辛苦了", "不客气，有问题随时问我。"),
        ("🙏🏻🙏🏻", "不客气，有问题随时问我。"),
        ("好的", "好的，有问题随时问我。"),
        ("嗯嗯，知道了。", "好的，有问题随时问我。"),
        ("没事了", "好的，有问题随时问我。"),
        ("👍", "好的，有问题随时问我。"),
        ("谢谢，再见！", "再见，需要时随时来问。"),
        ("拜拜", "再见，需要时随时来问。"),
        ("Thanks!", "You're welcome. Ask me any time."),
        ("thank you very much", "You're welcome. Ask me any time."),
        ("OK", "All right. Ask me any time."),
        ("bye bye", "Goodbye. Ask me any time."),
    ],
)
def test_a_courtesy_is_answered_in_one_line_of_its_language(message: str, reply: str) -> None:
    assert COURTESIES.reply(message, None) == reply


def test_who_spoke_chinese_before_is_answered_in_chinese() -> None:
    assert COURTESIES.reply("ok", ASKED_BEFORE) == "好的，有问题随时问我。"


@pytest.mark.parametrize(
    "message",
    [
        "谢谢，营收多少",
        "好的企业有哪些",
        "好，那青岛呢？",
        "可以发债吗",
        "感谢信怎么写",
        "行业有哪些",
        "知道集群吗",
        "没问题吧？营收多少",
        "再见面谈哪些事项",
        "good firms in Yantai",
        "你好",
        "？？？",
        "",
    ],
)
def test_whatever_asks_or_only_greets_is_no_courtesy(message: str) -> None:
    assert COURTESIES.reply(message, None) == ""


@pytest.mark.parametrize(
    ("message", "question"),
    [
        ("谢谢，营收多少", "营收多少"),
        ("好的，那青岛呢？", "那青岛呢？"),
        ("谢谢 那青岛呢", "那青岛呢"),
        ("营收多少？谢谢！", "营收多少？"),
        ("您好！请问，营收多少，谢谢您", "营收多少"),
        ("thanks, which bonds can firms issue?", "which bonds can firms issue?"),
        ("没有，谢谢", "没有"),
        ("好企业有哪些", "好企业有哪些"),
        ("比较烟台、可以吗", "比较烟台、可以吗"),
        ("hi-tech firms", "hi-tech firms"),
        ("谢谢", "谢谢"),
    ],
)
def test_a_question_is_read_without_the_courtesies_beside_it(message: str, question: str) -> None:
    assert COURTESIES.without(message) == question


@given(
    before=st.sampled_from(["", "谢谢，", "好的。", "您好，", "辛苦了！", "ok, "]),
    question=st.from_regex("(?:[济烟青][南台岛])?(?:营收|利润|就业)(?:多少|排名|走势)[？?]?", fullmatch=True),
    behind=st.sampled_from(["", "，谢谢", "！辛苦了", "，多谢。"]),
)
def test_courtesies_around_a_question_neither_swallow_nor_change_it(before: str, question: str, behind: str) -> None:
    message = f"{before}{question}{behind}"
    assert COURTESIES.kind(message) == ""
    assert re.fullmatch(f"{re.escape(question)}[！]?", COURTESIES.without(message))


@given(st.text(max_size=80))
def test_no_text_whatever_loses_more_than_its_ends(text: str) -> None:
    assert COURTESIES.without(text) in text
