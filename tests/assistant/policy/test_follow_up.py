"""Turns that lean on the question before."""

from __future__ import annotations

import pytest

from bot.assistant.policy.follow_up import place_meant, resolve_follow_up
from tests.assistant.policy.exchanges import Desk


@pytest.mark.parametrize(
    ("before", "turn", "whole"),
    [
        ("骨干企业可以发行哪些债券？", "那怎么申请？", "关于骨干企业发行债券：那怎么申请？"),
        ("融资方面有什么支持？", "那人才呢？", "人才方面有什么支持?"),
        ("济南的国家级集群是哪个？", "青岛呢", "青岛的国家级集群是哪个?"),
        ("谁负责日常管理？", "统计监测呢？", "谁负责统计监测?"),
        ("贷款有风险补偿吗？", "比例是多少", "关于贷款风险补偿：比例是多少"),
        ("集群要坚持哪几条原则？", "第二条呢？", "关于集群要坚持哪几条原则：第二条呢？"),
    ],
)
def test_a_turn_is_made_whole_with_the_question_before(before: str, turn: str, whole: str) -> None:
    assert resolve_follow_up(turn, {"question": before}) == whole


@pytest.mark.parametrize("turn", ["集群多久评估一次？", "园区要提供哪些公共服务", "你好"])
def test_a_turn_that_stands_by_itself_stays_as_it_is(turn: str) -> None:
    assert resolve_follow_up(turn, {"question": "骨干企业可以发行哪些债券？"}) == turn


@pytest.mark.parametrize("memory", [None, {}, {"question": ""}, {"question": None}])
def test_without_a_question_before_nothing_is_added(memory: dict[str, object] | None) -> None:
    assert resolve_follow_up("那怎么申请？", memory) == "那怎么申请？"


def test_carrying_over_twice_keeps_the_first_matter() -> None:
    once = resolve_follow_up("比例是多少", {"question": "贷款有风险补偿吗？"})
    assert resolve_follow_up("要什么材料", {"question": once}) == "关于贷款风险补偿：要什么材料"


def test_a_place_in_the_last_list_is_read_back() -> None:
    assert place_meant("关于集群要坚持哪几条原则：第二条呢？") == ("集群要坚持哪几条原则", 2)
    assert place_meant("关于集群要坚持哪几条原则：最后一条呢") == ("集群要坚持哪几条原则", -1)
    assert place_meant("第二条规定了什么") == ("第二条规定了什么", 0)


def test_a_conversation_goes_through_a_list_to_a_refusal(desk: Desk) -> None:
    memory: dict[str, object] = {}
    said = []
    for turn in ["集群发展要坚持哪几条原则？", "第三条呢？", "那申请要什么材料？"]:
        question = resolve_follow_up(turn, memory)
        memory = {"question": question}
        said.append(desk.ask(question))
    assert "坚持做优生态[3]" in said[0].text
    assert "产业生态培育计划" in said[1].text
    assert said[2].status == "not_found"
    assert "没有规定申报材料" in said[2].text
