"""``Planner``: question to calls, or to a reply that needs none."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assistant.conversation import Turn
from bot.assistant.message_parts import MessageRules
from bot.assistant.planner import Planner, RulePlanner
from bot.assistant.specialists import Memory, PartPlan
from bot.assistant.types import Plan, Question, Status, ToolCall
from prompts import Wording
from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.metric_query import MetricQuery
from stats_tools.periods import Period
from stats_tools.registry import Registry
from stats_tools.targets import Targets
from stats_tools.understanding.entities import EntityReader
from stats_tools.understanding.reader import MetricReader
from stats_tools.units import UnitTable
from tests.scripted_model.world import ASK_FINANCING, ASK_REVENUE, ASK_UNCLEAR, ASK_WEATHER, ScriptedPlanner, asked

QUESTIONS = (ASK_FINANCING, ASK_REVENUE, ASK_UNCLEAR, ASK_WEATHER)


def is_settled(plan: Plan) -> bool:
    """Whether there is something to run, or something to say."""
    return bool(plan.calls) or bool(plan.message and plan.status is not Status.ANSWERED)


class PlannerContract(ABC):
    """What every planner owes."""

    @pytest.fixture
    @abstractmethod
    def planner(self) -> Planner:
        """The planner under test."""

    @pytest.mark.parametrize("text", QUESTIONS)
    def test_every_question_comes_to_calls_or_to_a_reply(self, planner: Planner, text: str) -> None:
        assert is_settled(planner.plan(asked(text), ()))

    @pytest.mark.parametrize("text", QUESTIONS)
    def test_calls_and_memory_can_be_stored(self, planner: Planner, text: str) -> None:
        plan = planner.plan(asked(text), ())
        stored = [dict(call.arguments) for call in plan.calls], dict(plan.state)
        assert json.loads(json.dumps(stored)) == [*stored]

    @pytest.mark.parametrize("text", QUESTIONS)
    def test_the_same_question_comes_to_the_same_plan(self, planner: Planner, text: str) -> None:
        assert planner.plan(asked(text), ()) == planner.plan(asked(text), ())

    def test_a_policy_question_goes_to_the_documents(self, planner: Planner) -> None:
        assert [call.name for call in planner.plan(asked(ASK_FINANCING), ()).calls] == ["search_policy"]

    def test_what_it_remembered_it_can_read_again(self, planner: Planner) -> None:
        for text in QUESTIONS:
            state = json.loads(json.dumps(dict(planner.plan(asked(text), ()).state)))
            turn = Turn(text, "答", "answered", state)
            assert is_settled(planner.plan(asked("那青岛呢？"), (turn,)))

    def test_any_text_can_be_planned(self, planner: Planner) -> None:
        @settings(max_examples=60, deadline=None)
        @given(
            st.text(min_size=1) | st.text(alphabet="济南青岛营收利润2021年上半季度同比排名前？，。呢那 ", min_size=1)
        )
        def planned(text: str) -> None:
            planner.plan(asked(text), ())

        planned()


class TestScriptedPlanner(PlannerContract):
    @pytest.fixture
    def planner(self) -> Planner:
        return ScriptedPlanner()


class Parrot:
    """A specialist that claims what names it, and the bare reply right after; it counts how often it was asked."""

    name = "parrot"

    def plan(self, part: str, question: Question, memory: Memory, /) -> PartPlan | None:
        if "鹦鹉" not in part and not (memory.is_latest and part == "再来"):
            return None
        count = memory.state.get("count", 0) + 1
        return PartPlan((ToolCall("speak", {"count": count}),), state={"count": count})


def _rule_planner() -> RulePlanner:
    reader = MetricReader(IndicatorCatalogue.load(), EntityReader(Registry.load()), Targets.load(), UnitTable.load())
    return RulePlanner(reader, lambda _principal: Period(2021, 4), MessageRules.load(), Wording.load(), [Parrot()])


RULES = _rule_planner()


class TestRulePlanner(PlannerContract):
    @pytest.fixture
    def planner(self) -> Planner:
        return RULES

    def test_a_figures_question_becomes_typed_queries(self, planner: Planner) -> None:
        plan = planner.plan(asked("济南信息技术服务集群2021年上半年营收是多少？"), ())
        assert [call.name for call in plan.calls] == ["query_metric"]
        query = MetricQuery.model_validate(dict(plan.calls[0].arguments))
        assert "revenue" in query.model_dump_json()

    def test_two_questions_in_one_message_become_two_calls(self, planner: Planner) -> None:
        plan = planner.plan(asked("济南信息技术服务2021年营收多少？骨干企业可以发行哪些债券？"), ())
        assert [call.name for call in plan.calls] == ["query_metric", "search_policy"]

    def test_a_specialist_plans_the_parts_it_claims_and_no_others(self, planner: Planner) -> None:
        plan = planner.plan(asked("鹦鹉会说什么？骨干企业可以发行哪些债券？"), ())
        assert [call.name for call in plan.calls] == ["speak", "search_policy"]

    def test_a_specialist_keeps_its_memory_while_others_answer(self, planner: Planner) -> None:
        turns: tuple[Turn, ...] = ()
        called = []
        for text in ("鹦鹉说话", "再来", "骨干企业可以发行哪些债券？", "再来", "鹦鹉说话"):
            plan = planner.plan(asked(text), turns)
            called.append((plan.calls[0].name, plan.calls[0].arguments.get("count")))
            turns = (Turn(text, "答", "answered", json.loads(json.dumps(dict(plan.state)))),)
        assert called == [("speak", 1), ("speak", 2), ("search_policy", None), ("search_policy", None), ("speak", 3)]
