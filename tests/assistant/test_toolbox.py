"""The toolbox: validates, decides access, and turns whatever goes wrong into a result with a message."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from bot.assistant.access import Principal, Role
from bot.assistant.toolbox import Circumstances, Tool, Toolbox
from bot.assistant.types import Outcome, Status, ToolCall, ToolResult
from prompts import Wording

TODAY = date(2026, 11, 23)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")
    cluster: str = Field(min_length=1)
    top: int = Field(default=3, ge=1, le=50)


def count(arguments: Asked, here: Circumstances) -> Outcome:
    return Outcome(value=(arguments.cluster, arguments.top, here.principal.name, here.today))


def fail(arguments: Asked, here: Circumstances) -> Outcome:
    raise KeyError("observations.value")


TOOLBOX = Toolbox(
    [
        Tool("rank", "排名", Asked, count),
        Tool("export", "导出", Asked, count, Role.OFFICIAL),
        Tool("fail", "出故障", Asked, fail),
    ],
    Wording.load(),
)


def run(name: str, arguments: dict[str, object], role: Role = Role.PUBLIC) -> ToolResult:
    return TOOLBOX.run(ToolCall(name, arguments), Circumstances(Principal(role, "王处长"), TODAY))


def test_a_tool_gets_validated_arguments_and_the_circumstances() -> None:
    result = run("rank", {"cluster": "济南", "top": "5"})
    assert result.ok
    assert result.outcome.value == ("济南", 5, "王处长", TODAY)
    assert result.call == ToolCall("rank", {"cluster": "济南", "top": "5"})
    assert result.elapsed_ms >= 0


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (Role.PUBLIC, ["rank", "fail"]),
        (Role.ENTERPRISE, ["rank", "fail"]),
        (Role.OFFICIAL, ["rank", "export", "fail"]),
        (Role.ADMIN, ["rank", "export", "fail"]),
    ],
)
def test_only_the_tools_of_the_role_are_on_offer(role: Role, names: list[str]) -> None:
    assert [tool.name for tool in TOOLBOX.available(Principal(role))] == names


def test_a_tool_above_the_role_is_denied_before_its_arguments_are_looked_at() -> None:
    result = run("export", {"nonsense": 1})
    assert (result.ok, result.outcome.status, result.outcome.value) == (False, Status.DENIED, None)
    assert "需要“发改部门”及以上身份" in result.outcome.message
    assert run("export", {"cluster": "济南"}, Role.STEWARD).ok


def test_an_unknown_tool_names_those_there_are() -> None:
    result = run("delete_everything", {})
    assert result.outcome.status is Status.ERROR
    assert "delete_everything" in result.outcome.message
    assert "rank" in result.outcome.message


def test_an_unknown_tool_does_not_give_away_those_of_other_roles() -> None:
    assert "export" not in run("delete_everything", {}).outcome.message


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        ({}, "cluster"),
        ({"cluster": ""}, "cluster"),
        ({"cluster": 7}, "cluster"),
        ({"cluster": "济南", "top": 0}, "top"),
        ({"cluster": "济南", "top": "三"}, "top"),
        ({"cluster": "济南", "sql": "DROP TABLE"}, "sql"),
    ],
)
def test_wrong_arguments_are_named_by_their_place(arguments: dict[str, object], place: str) -> None:
    result = run("rank", arguments)
    assert result.outcome.status is Status.ERROR
    assert place in result.outcome.message
    assert "改正" in result.outcome.message


def test_a_tool_that_breaks_leaves_its_trace_in_the_log_and_a_next_step_for_the_person(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        result = run("fail", {"cluster": "济南"})
    assert result.outcome.status is Status.ERROR
    assert "observations" not in result.outcome.message
    assert "policybot doctor" in result.outcome.message
    assert caplog.records[0].exc_info is not None


@given(name=st.sampled_from(["rank", "export", "fail"]) | st.text(), arguments=st.dictionaries(st.text(), JSON))
def test_no_call_raises(name: str, arguments: dict[str, object]) -> None:
    result = run(name, arguments)
    assert result.ok or result.outcome.message


@pytest.mark.parametrize("least", Role)
def test_every_role_boundary_holds(least: Role) -> None:
    tool: Callable[[Asked, Circumstances], Outcome] = count
    toolbox = Toolbox([Tool("t", "", Asked, tool, least)], Wording.load())
    for role in Role:
        result = toolbox.run(ToolCall("t", {"cluster": "济南"}), Circumstances(Principal(role), TODAY))
        assert result.ok is role.includes(least)
