"""Tool calls that a model prints as text: small models write JSON into the reply instead of using the protocol."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from bot.assistant.types import ToolCall

_FENCED = re.compile(r"```(?:json|tool_call)?\s*(.*?)```|<tool_call>(.*?)(?:</tool_call>|$)", re.DOTALL)
_ARGUMENTS = ("arguments", "parameters", "args")


def printed_calls(text: str) -> tuple[ToolCall, ...]:
    """The calls printed in a text, fenced or bare; empty for ordinary prose and for anything that is no call."""
    fenced = ["".join(groups) for groups in _FENCED.findall(text)]
    return tuple(call for part in fenced or [text] for call in _calls(part))


def _calls(part: str) -> Iterator[ToolCall]:
    try:
        content = json.loads(part)
    except (ValueError, RecursionError):
        return
    for entry in content if isinstance(content, list) else [content]:
        call = _call(entry)
        if call is not None:
            yield call


def _call(entry: Any) -> ToolCall | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        return None
    arguments = next((entry[key] for key in _ARGUMENTS if key in entry), None)
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments)
        except (ValueError, RecursionError):
            return None
    return ToolCall(entry["name"], arguments) if isinstance(arguments, dict) else None
