"""How a question is taken apart."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bot.assistant.policy.clause_index import ClauseIndex
from bot.assistant.policy.lexicon import load_lexicon
from bot.assistant.policy.reading import Reader
from bot.assistant.policy.segmentation import segment
from knowledge.folding import fold


def content(reader: Reader, index: ClauseIndex, question: str) -> dict[str, str]:
    return {unit.text: unit.kind for unit in reader.read(question, index).units}


def test_question_words_and_politeness_carry_nothing(reader: Reader, index: ClauseIndex) -> None:
    assert content(reader, index, "请问这个方案是怎么规定的？") == {}


def test_listed_words_library_words_numbers_and_strangers_are_told_apart(reader: Reader, index: ClauseIndex) -> None:
    assert content(reader, index, "烟台的贷款500亿有鲲鹏吗") == {
        "烟台": "known",
        "贷款": "known",
        "500亿": "number",
        "鲲鹏": "strange",
    }


@pytest.mark.parametrize(
    ("mistyped", "words"), [("银行白明单", "白名单"), ("一期一策是啥", "一企一策"), ("产业基今", "产业基金")]
)
def test_one_wrong_character_is_seen_through(reader: Reader, index: ClauseIndex, mistyped: str, words: str) -> None:
    found = [unit for unit in reader.read(mistyped, index).units if unit.kind == "mistyped"]
    assert any(unit.within(words) > 0 for unit in found)


def test_what_people_say_of_themselves_counts_for_less(reader: Reader, index: ClauseIndex) -> None:
    alone = reader.read("零部件有什么支持", index).units[0]
    behind = reader.read("我是做零部件的，有什么支持", index).units[0]
    assert (alone.text, behind.text) == ("零部件", "零部件")
    assert behind.weight < alone.weight


def test_a_rare_word_says_more_than_one_every_clause_has(reader: Reader, index: ClauseIndex) -> None:
    weights = {unit.text: unit.weight for unit in reader.read("集群的融资券和白名单", index).units}
    assert weights["集群"] < weights["白名单"]


def test_a_form_inside_an_unlike_word_is_no_match(reader: Reader, index: ClauseIndex) -> None:
    (unit,) = reader.read("标准", index).units
    assert unit.within("提高服务标准") == 1.0
    assert unit.within("以“标准地”形式招商") == 0.0


@pytest.mark.parametrize(
    ("question", "demand"),
    [
        ("奖励金额是多少", "money"),
        ("按百分之几补", "ratio"),
        ("哪天截止", "deadline"),
        ("要交什么材料", "materials"),
        ("怎么申请", "procedure"),
        ("联系电话", "contact"),
        ("认定条件是什么", "criteria"),
        ("要几家企业", "bodies"),
        ("How much money", "money"),
    ],
)
def test_the_particular_asked_for_is_recognised(reader: Reader, index: ClauseIndex, question: str, demand: str) -> None:
    read = reader.read(question, index).demand
    assert read is not None
    assert (read.name, read.strict) == (demand, True)


def test_pieces_stand_where_they_say_and_never_overlap(index: ClauseIndex) -> None:
    text = fold("我们想申請貸款，政府有分担风险的安排吗？AI 2021年70家")
    pieces = segment(text, load_lexicon(), index)
    assert all(text[piece.start : piece.end] == piece.text for piece in pieces)
    assert all(one.end <= other.start for one, other in pairwise(pieces))
