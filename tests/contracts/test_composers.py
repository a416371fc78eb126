"""``Composer``: tool results to a draft."""

from __future__ import annotations

from abc import ABC, abstractmethod

import pytest

from bot.assistant.composer import Composer
from bot.assistant.toolbox import Circumstances
from bot.assistant.types import Evidence, Outcome, Paragraph, Quote, Status, Table, ToolCall, ToolResult
from tests.scripted_model.world import (
    COORDINATION,
    FINANCING,
    JINAN,
    PLAN,
    QINGDAO,
    TODAY,
    Found,
    asked,
    composer,
    toolbox,
)

QUESTION = asked("综合问题")


def result(name: str, **arguments: str) -> ToolResult:
    return toolbox().run(ToolCall(name, arguments), Circumstances(QUESTION.principal, TODAY))


FINANCED = result("search_policy", question="融资")
COORDINATED = result("search_policy", question="协调")
COUNTED = result("query_revenue")
NOTHING = result("search_policy", question="税")
DENIED = result("list_unreported")


class ComposerContract(ABC):
    """What every composer owes."""

    @pytest.fixture
    @abstractmethod
    def composer(self) -> Composer:
        """The composer under test."""

    def test_no_result_is_no_answer(self, composer: Composer) -> None:
        assert composer.compose(QUESTION, ()).status is Status.NOT_FOUND

    def test_every_citation_is_verbatim_and_every_mark_has_one(self, composer: Composer) -> None:
        draft = composer.compose(QUESTION, (FINANCED, COORDINATED))
        assert [(c.n, c.quote) for c in draft.citations] == [(1, FINANCING), (2, COORDINATION)]
        assert all(PLAN.text[c.start : c.end] == c.quote for c in draft.citations)
        assert {block.n for block in draft.blocks if isinstance(block, Quote)} == {1, 2}

    def test_marks_are_numbered_in_the_order_of_the_results(self, composer: Composer) -> None:
        draft = composer.compose(QUESTION, (COORDINATED, FINANCED))
        assert [c.quote for c in draft.citations] == [COORDINATION, FINANCING]

    def test_the_same_words_are_cited_once(self, composer: Composer) -> None:
        assert len(composer.compose(QUESTION, (FINANCED, FINANCED)).citations) == 1

    def test_figures_keep_their_order_and_stand_in_a_table(self, composer: Composer) -> None:
        draft = composer.compose(QUESTION, (COUNTED,))
        assert [figure.cluster_name for figure in draft.figures] == [JINAN, QINGDAO]
        assert [len(block.rows) for block in draft.blocks if isinstance(block, Table)] == [2]

    def test_one_good_result_makes_an_answer_and_the_failed_one_says_so(self, composer: Composer) -> None:
        draft = composer.compose(QUESTION, (NOTHING, COUNTED))
        assert draft.status is Status.ANSWERED
        assert Paragraph(NOTHING.outcome.message) in draft.blocks
        assert draft.options == ()

    @pytest.mark.parametrize(
        ("results", "status"),
        [((NOTHING,), Status.NOT_FOUND), ((DENIED, NOTHING), Status.DENIED), ((NOTHING, DENIED), Status.NOT_FOUND)],
    )
    def test_where_all_failed_the_first_failure_decides(
        self, composer: Composer, results: tuple[ToolResult, ...], status: Status
    ) -> None:
        draft = composer.compose(QUESTION, results)
        assert draft.status is status
        assert draft.blocks == tuple(Paragraph(each.outcome.message) for each in results)
        assert (draft.citations, draft.figures) == ((), ())

    def test_an_ambiguous_call_offers_its_choices(self, composer: Composer) -> None:
        unclear = Outcome(status=Status.CLARIFY, message="请问是哪一个？", options=("甲", "乙", "甲"))
        draft = composer.compose(QUESTION, (ToolResult(ToolCall("t", {}), unclear),))
        assert (draft.status, draft.options) == (Status.CLARIFY, ("甲", "乙"))

    def test_the_same_results_give_the_same_draft(self, composer: Composer) -> None:
        results = (FINANCED, COUNTED, NOTHING)
        assert composer.compose(QUESTION, results) == composer.compose(QUESTION, results)

    def test_words_that_are_not_in_the_document_cannot_be_cited(self, composer: Composer) -> None:
        invented = Outcome(Found(("奖励500万元的条款。",)), (Evidence("clause", "奖励500万元的条款。"),))
        with pytest.raises(LookupError):
            composer.compose(QUESTION, (ToolResult(ToolCall("search_policy", {}), invented),))


class TestExtractiveComposer(ComposerContract):
    @pytest.fixture
    def composer(self) -> Composer:
        return composer()
