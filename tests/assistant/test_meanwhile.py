"""What an engine says stands while it works on a better wording is as verified as the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.assistant.types import Answer, Status
from tests.scripted_model.server import says, scripted_model
from tests.scripted_model.world import (
    ASK_FINANCING,
    ASK_UNCLEAR,
    ASK_UNKNOWN,
    asked,
    assistant,
    model_engine,
    offline_answer,
    rule_engine,
)

HONEST = "骨干企业可以用的直接债务融资工具有公司债、企业债、中期票据、短期融资券等，方案支持骨干企业发行[1]。"


def timeless(answer: Answer) -> Answer:
    return replace(answer, elapsed_ms=0.0, tool_calls=())


def test_while_a_model_words_an_answer_the_one_of_the_rules_stands() -> None:
    told: list[Answer] = []
    with scripted_model([says(HONEST)]) as model:
        answer = assistant(model_engine(model.url)).answer(asked(ASK_FINANCING), told.append)
        assert len(model.requests) == 1
    (stands,) = told
    assert timeless(stands) == timeless(offline_answer(ASK_FINANCING))
    assert answer.blocks != stands.blocks


@pytest.mark.parametrize("text", [ASK_UNCLEAR, ASK_UNKNOWN])
def test_what_no_model_will_word_is_not_told_before(text: str) -> None:
    told: list[Answer] = []
    with scripted_model([says(HONEST)]) as model:
        answer = assistant(model_engine(model.url)).answer(asked(text), told.append)
    assert answer.status is not Status.ANSWERED
    assert told == []


def test_who_is_told_and_fails_loses_no_answer() -> None:
    def fail(_answer: Answer) -> None:
        raise RuntimeError("the screen is gone")

    with scripted_model([says(HONEST)]) as model:
        assert assistant(model_engine(model.url)).answer(asked(ASK_FINANCING), fail).status is Status.ANSWERED
    assert assistant(rule_engine()).answer(asked(ASK_FINANCING), fail).status is Status.ANSWERED
