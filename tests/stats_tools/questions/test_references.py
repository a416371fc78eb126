"""Words that stand for whom the answers before named: which they are, which only look like them, and whom they mean."""

from __future__ import annotations

import pytest

from stats_tools.registry import Registry
from stats_tools.understanding.entities import Component, Referred
from stats_tools.understanding.passage import Kind, Passage
from stats_tools.understanding.references import Mentioned, ReferenceReader

REGISTRY = Registry.load()
READER = ReferenceReader(REGISTRY)
FIRST, SECOND, THIRD = (each.code for each in REGISTRY.clusters[:3])
RANKED = Mentioned(named=(FIRST,), recent=(SECOND, FIRST), order=((FIRST,), (SECOND,), (THIRD,)))


def meant(text: str, mentioned: Mentioned) -> tuple[str, ...]:
    """The codes of those that the words of a text stand for."""
    passage = Passage(text)
    READER.mark(passage, mentioned)
    READER.mark_place(passage, mentioned)
    found: list[str] = []
    for token in passage.tokens(Kind.CLUSTER, Kind.COMPONENT):
        value = token.value
        found += (
            [each.code for each in value.clusters] if isinstance(value, Referred) else [getattr(value, "code", "?")]
        )
    return tuple(found)


@pytest.mark.parametrize("text", ["那它的就业人数呢", "这个集群的营收", "该集群利润", "那其利润呢", "and its profit?"])
def test_a_word_for_one_means_the_one_that_was_named(text: str) -> None:
    assert meant(text, RANKED) == (FIRST,)


@pytest.mark.parametrize(
    "text",
    [
        "其他集群的营收",
        "其中谁最高",
        "这家企业的营收",
        "这几个季度的营收",
        "这两年的利润",
        "这些企业的营收",
        "is it still in force?",
    ],
)
def test_what_only_looks_like_such_a_word_means_nobody(text: str) -> None:
    assert meant(text, RANKED) == ()


@pytest.mark.parametrize("text", ["那它的就业人数呢", "它们的利润", "第二名的利润", "这两个差多少"])
def test_without_anybody_named_the_words_mean_nobody(text: str) -> None:
    assert meant(text, Mentioned()) == ()


def test_a_word_for_one_may_be_any_of_several_that_were_named() -> None:
    passage = Passage("它的利润")
    READER.mark(passage, Mentioned(named=(FIRST, SECOND)))
    (token,) = passage.tokens(Kind.COMPONENT)
    assert isinstance(token.value, Component)
    assert [each.code for each in token.value.clusters] == [FIRST, SECOND]


@pytest.mark.parametrize("text", ["它们的利润", "这些集群的利润", "these clusters?"])
def test_a_word_for_several_means_all_that_were_named(text: str) -> None:
    assert meant(text, Mentioned(named=(SECOND, THIRD))) == (SECOND, THIRD)


def test_a_word_for_two_means_the_two_named_last_one_after_the_other() -> None:
    assert meant("这两个差多少", RANKED) == (SECOND, FIRST)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("第二名的利润", SECOND),
        ("那第三名呢", THIRD),
        ("榜首的利润", FIRST),
        ("倒数第二名的利润", SECOND),
        ("最后一名的利润", THIRD),
        ("比第二名多多少", SECOND),
        ("what about the runner-up?", SECOND),
    ],
)
def test_a_place_means_who_stands_there(text: str, who: str) -> None:
    assert meant(text, RANKED) == (who,)


@pytest.mark.parametrize("text", ["第四名的利润", "第二季度的利润", "利润第二名是谁"])
def test_a_place_where_nobody_stands_or_that_is_none_means_nobody(text: str) -> None:
    assert meant(text, RANKED) == ()


def test_equals_are_all_meant_by_the_places_that_they_share() -> None:
    tied = Mentioned(order=((FIRST, SECOND), (FIRST, SECOND), (THIRD,)))
    assert meant("第二名的利润", tied) == (FIRST, SECOND)


def test_in_a_ranking_from_the_lowest_the_last_places_are_those_told_first() -> None:
    rising = Mentioned(order=((THIRD,), (SECOND,), (FIRST,)), rising=True)
    assert meant("倒数第一名的利润", rising) == (THIRD,)
    assert meant("第一名的利润", rising) == (THIRD,)
