"""The default search over the plan: paraphrases, English, Traditional and full-width questions reach their clause."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from retrieval.hybrid import HybridSearch
from retrieval.types import Passage, PolicySearch

QUESTIONS: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("plan_questions.yaml").read_text(encoding="utf-8")
)


def place(found: list[Passage], section: list[str]) -> int:
    """The place, from 0, of the first passage in the section; the number of passages where there is none."""
    for number, passage in enumerate(found):
        path = passage.clause.path
        if (not section and not path) or (
            section and all(map(str.startswith, path, section)) and len(path) >= len(section)
        ):
            return number
    return len(found)


class PolicySearchContract:
    """What every ``PolicySearch`` promises."""

    @pytest.mark.parametrize("k", [1, 3, 999])
    def test_it_finds_at_most_k_best_first_and_verbatim(self, searching: PolicySearch, k: int) -> None:
        found = searching.search("设立产业投资基金", k)
        assert 0 < len(found) <= k
        assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
        for passage in found:
            clause = passage.clause
            assert passage.document.text[clause.start : clause.end] == clause.text
            assert 0 <= passage.score <= 1
            assert passage.lexical >= 0
            assert -1 <= passage.dense <= 1.001

    @pytest.mark.parametrize("question", ["", " \n\t", "\x00\x07", "\u200b"])
    def test_a_question_without_visible_characters_finds_nothing(self, searching: PolicySearch, question: str) -> None:
        assert searching.search(question) == []

    @pytest.mark.parametrize(
        "question",
        ["😀😀😀", "?!。，", "'\" OR 1=1 --", 'NEAR("集群" AND', "集" * 10_000, "a" * 10_000, "\ud800集群", "*^集群:"],
    )
    def test_odd_questions_are_searched_like_any_other(self, searching: PolicySearch, question: str) -> None:
        assert len(searching.search(question, 3)) == 3

    def test_no_more_than_asked_for(self, searching: PolicySearch) -> None:
        assert searching.search("集群", 0) == []


class TestHybridSearch(PolicySearchContract):
    @pytest.fixture
    def searching(self, plan_search: HybridSearch) -> PolicySearch:
        return plan_search


class TestRerankedSearch(PolicySearchContract):
    @pytest.fixture
    def searching(self, search: HybridSearch, tmp_path: Path) -> PolicySearch:
        import numpy as np

        class Lengths:
            def scores(self, query: str, passages: list[str]) -> Any:
                return np.array([-len(passage) for passage in passages], dtype=np.float32)

        search.ensure_current()
        return HybridSearch(search._library, tmp_path / "index", search._encoder, Lengths())


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["q"])
def test_the_right_clause_is_among_the_first_three(plan_search: HybridSearch, question: dict[str, Any]) -> None:
    assert place(plan_search.search(question["q"]), question["section"]) < 3


def test_it_is_nearly_always_the_first(plan_search: HybridSearch) -> None:
    first = [place(plan_search.search(question["q"], 1), question["section"]) == 0 for question in QUESTIONS]
    assert sum(first) / len(first) >= 0.93


@pytest.mark.parametrize(
    ("question", "section"),
    [
        ("Which department coordinates cluster development?", ["三、", "（一）"]),
        ("How often are clusters evaluated?", ["三、", "（六）"]),
        ("Which financing instruments such as corporate bonds are supported?", ["三、", "（四）"]),
        ("How are leading talents attracted?", ["三、", "（三）"]),
        ("What are the goals for revenue of national clusters by 2021?", ["一、", "（三）"]),
    ],
)
def test_english_questions_reach_chinese_clauses(plan_search: HybridSearch, question: str, section: list[str]) -> None:
    assert place(plan_search.search(question), section) < 2


def test_without_a_shared_character_the_vectors_alone_decide(plan_search: HybridSearch) -> None:
    found = plan_search.search("Which department coordinates cluster development?", 99)
    assert {passage.lexical for passage in found} == {0}
    assert [p.dense for p in found] == sorted((p.dense for p in found), reverse=True)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("優先納入哪些項目名單？", "优先纳入哪些项目名单？"),
        ("主營業務收入過２０００億元", "主营业务收入过2000亿元"),
        ("\u3000公司债，企业债\u200b！", "公司债,企业债!"),
    ],
)
def test_spelling_variants_of_a_question_find_the_same(plan_search: HybridSearch, typed: str, printed: str) -> None:
    assert plan_search.search(typed) == plan_search.search(printed)


def test_threads_may_search_at_once(plan_search: HybridSearch) -> None:
    questions = [question["q"] for question in QUESTIONS[:12]]
    alone = [plan_search.search(question, 3) for question in questions]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda question: plan_search.search(question, 3), questions * 4))
    assert together == alone * 4


def test_a_question_is_embedded_once(search: HybridSearch) -> None:
    search.search("企业债券")
    search.search("统计季报")
    assert search._encoder.asked == ["企业债券", "统计季报"]
