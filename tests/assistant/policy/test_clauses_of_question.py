"""Which clauses of a question ask, which only tell, and which ask for something else as well."""

from __future__ import annotations

import pytest

from bot.assistant.policy.clause_index import ClauseIndex
from bot.assistant.policy.clauses_of_question import clauses, tidied, told, without
from bot.assistant.policy.enumerations import asked_count, enumerated
from bot.assistant.policy.question_types import load_question_types
from bot.assistant.policy.reading import Reader

ASKING = load_question_types().asking


def told_in(text: str) -> list[str]:
    return sorted(text[clause.start : clause.end] for clause in told(text, ASKING))


def test_a_story_in_front_of_the_question_only_tells() -> None:
    story = "上个月刚到烟台出差,住在一家小旅馆里,听朋友说山东在搞集群。集群多久评估一次?"
    assert "集群多久评估一次" not in told_in(story)
    assert len(told_in(story)) == 3
    assert without(story, list(told(story, ASKING))) == "集群多久评估一次?"


@pytest.mark.parametrize("text", ["领军人才,怎么引进?", "公司债 企业债", "支持哪些债券,怎么发?", ""])
def test_a_short_question_tells_nothing_beside_what_it_asks(text: str) -> None:
    assert told_in(text) == []


def test_clauses_know_whether_they_ask() -> None:
    assert [clause.asks for clause in clauses("我们想发债,支持哪几种?", ASKING)] == [False, True]


def test_blanks_between_chinese_characters_are_no_words() -> None:
    assert tidied("“ 双 创 ” 示 范 基 地 由 谁 建") == "“双创”示范基地由谁建"
    assert tidied("AI park 建设") == "AI park 建设"


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("重点项目怎么储备，又多久调度？", ["重点项目怎么储备", "重点项目又多久调度"]),
        ("统计监测归谁管，多久报一回", ["统计监测归谁管", "统计监测多久报一回"]),
        ("新增平台多少家，重点项目又是多少个", ["新增平台多少家", "重点项目又是多少个"]),
        ("领军人才和高技能人才分别怎么引进", ["领军人才分别怎么引进", "高技能人才分别怎么引进"]),
        ("集群多久评估一次？", []),
        ("发展目标是什么", []),
    ],
)
def test_a_question_that_joins_two_is_taken_as_two(
    reader: Reader, index: ClauseIndex, question: str, parts: list[str]
) -> None:
    assert [part.text for part in reader.parts(reader.read(question, index), index)] == parts


def test_words_of_a_story_that_no_paper_has_do_not_count(reader: Reader, index: ClauseIndex) -> None:
    reading = reader.read("前几天隔壁老王喝醉了酒，摔断了腿，住进了医院。集群多久评估一次？", index)
    assert [unit.text for unit in reading.units if not unit.found] == []
    assert reading.asked == "集群多久评估一次?"


def test_a_typing_error_is_searched_for_as_it_was_meant(reader: Reader, index: ClauseIndex) -> None:
    assert reader.read("银行白明单怎么进", index).asked == "银行白名单怎么进"


@pytest.mark.parametrize(
    ("question", "count"), [("哪三个领域", 3), ("四个一批指什么", 4), ("which three areas", 3), ("哪些领域", None)]
)
def test_a_question_may_say_how_many_things_there_are(question: str, count: int | None) -> None:
    assert asked_count(question) == count


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("聚焦领军企业、产业链薄弱环节、公共服务薄弱环节等三个领域", 3),
        ("形成“竣工一批、开工一批、储备一批、谋划一批”的格局", 4),
        ("打造“变压器”,促进“稳定器”,实现“助推器”", 3),
    ],
)
def test_a_sentence_is_known_by_the_number_of_things_it_lists(sentence: str, count: int) -> None:
    assert count in enumerated(sentence)
    assert not enumerated("每年开展评估")
