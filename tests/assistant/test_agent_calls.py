"""Tool calls that a model prints as text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.agent_calls import printed_calls
from bot.assistant.types import ToolCall

SEARCH = ToolCall("search_policy", {"question": "融资"})
PRINTED = '{"name": "search_policy", "arguments": {"question": "融资"}}'


@pytest.mark.parametrize(
    "text",
    [
        PRINTED,
        f"```json\n{PRINTED}\n```",
        f"```\n{PRINTED}\n```",
        f"我来查一下：\n```json\n{PRINTED}\n```\n请稍候。",
        f"<tool_call>{PRINTED}</tool_call>",
        f"<tool_call>{PRINTED}",
        PRINTED.replace("arguments", "parameters"),
        json.dumps({"name": "search_policy", "arguments": json.dumps({"question": "融资"})}),
        f"[{PRINTED}]",
    ],
)
def test_a_printed_call_is_read(text: str) -> None:
    assert printed_calls(text) == (SEARCH,)


def test_several_calls_keep_their_order() -> None:
    second = '{"name": "query_revenue", "arguments": {}}'
    assert printed_calls(f"```json\n{PRINTED}\n```\n```json\n{second}\n```") == (SEARCH, ToolCall("query_revenue", {}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "骨干企业可以发行公司债[1]。",
        '{"name": "search_policy"}',
        '{"name": 7, "arguments": {}}',
        '{"name": "search_policy", "arguments": [1]}',
        '{"name": "search_policy", "arguments": "{broken"}',
        "```json\n{broken\n```",
        "[" * 100_000,
        "null",
    ],
)
def test_anything_else_is_no_call(text: str) -> None:
    assert printed_calls(text) == ()


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    printed_calls(text)


@given(st.dictionaries(st.text(), st.integers() | st.text()))
def test_any_arguments_come_through(arguments: dict[str, object]) -> None:
    call = ToolCall("t", arguments)
    assert printed_calls(json.dumps({"name": "t", "arguments": arguments})) == (call,)
