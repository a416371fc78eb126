"""Evidence a language model asks for: LangChain's agent loop over the same toolbox, bounded in rounds and calls.

Importing this module imports LangChain (about a second); only a configured language model does.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from langchain.agents import create_agent
from langchain.agents.middleware import (
    AgentMiddleware,
    ModelCallLimitMiddleware,
    ModelRequest,
    ModelResponse,
    ToolCallLimitMiddleware,
    ToolCallRequest,
)
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.tools import StructuredTool
from langgraph.types import Command

from bot.assistant.agent_calls import printed_calls
from bot.assistant.agent_rewording import undelimited
from bot.assistant.toolbox import Circumstances, Tool, Toolbox
from bot.assistant.types import ToolCall, ToolResult
from prompts import Wording

MOST_ROUNDS = 3
"""Replies of the model while it looks for evidence; small models never say they are done."""
MOST_CALLS = 4
"""Tool calls the model may add to those already made."""
LONGEST_RESULT = 4000
"""Characters of one result shown to the model."""
_STEPS = 50
"""Graph steps LangGraph may take; more than the two limits above allow, so that they are what ends the loop."""
_log = logging.getLogger(__name__)


class ToolDesk:
    """Hands out tool results as text, each call run once, whoever asks for it.

    Args:
        toolbox: decides access and validates arguments.
        circumstances: on whose behalf, and when.
        known: results at hand already; a tool that has refused is not asked again in other words.
        wording: how a result is put to a model.
    """

    def __init__(
        self, toolbox: Toolbox, circumstances: Circumstances, known: Sequence[ToolResult], wording: Wording
    ) -> None:
        self._toolbox = toolbox
        self._circumstances = circumstances
        self._refused = {result.call.name for result in known if not result.ok}
        self.known = tuple(known)
        self._wording = wording
        self.results: list[ToolResult] = []
        """What the model's own calls came to, in order."""

    @property
    def tools(self) -> list[Tool[Any]]:
        """What there is to be asked: the principal's tools without those that have refused."""
        available = self._toolbox.available(self._circumstances.principal)
        return [tool for tool in available if tool.name not in self._refused]

    def ask(self, call: ToolCall) -> str:
        """The result of a call, as text for the model, which may well ask for what it was not offered."""
        if call.name in self._refused:
            return self._wording.say("agent.nothing_found")
        for result in self.results:
            if result.call == call:
                return self.text(result)
        result = self._toolbox.run(call, self._circumstances)
        _log.info("the model called %s: %s", call.name, result.outcome.status)
        self.results.append(result)
        return self.text(result)

    def text(self, result: ToolResult) -> str:
        """A result as numbered, delimited evidence, or the message that says why there is none."""
        if not result.ok:
            return result.outcome.message or self._wording.say("agent.nothing_found")
        items = "\n".join(f"{n}. {evidence.text}" for n, evidence in enumerate(result.outcome.evidence, start=1))
        return self._wording.say("agent.evidence", items=undelimited(items[:LONGEST_RESULT]))


class DeskMiddleware(AgentMiddleware[Any, Any, Any]):
    """Brings every call to the desk: those printed as text, and those for tools the model was not offered."""

    def __init__(self, desk: ToolDesk) -> None:
        super().__init__()
        self._desk = desk

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], ModelResponse[Any]]
    ) -> ModelResponse[Any]:
        """The model's reply, its printed calls made real."""
        response = handler(request)
        return ModelResponse([_with_printed_calls(message) for message in response.result])

    def wrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], ToolMessage | Command[Any]]
    ) -> ToolMessage | Command[Any]:
        """The result of a call; the toolbox, not the list of offered tools, has the last word on access."""
        if request.tool is not None:
            return handler(request)
        asked = request.tool_call
        text = self._desk.ask(ToolCall(asked["name"], asked["args"]))
        return ToolMessage(text, name=asked["name"], tool_call_id=asked["id"])


def research(chat: BaseChatModel, desk: ToolDesk, instructions: str, question: str) -> tuple[ToolResult, ...]:
    """What the model's own calls came to, in order; what it says besides is not kept.

    The loop ends when the model asks for nothing more, or at a limit.

    Args:
        chat: the model.
        desk: where its calls go; calls already made are put before it as if they were its own.
        instructions: system prompt.
        question: the person's question, as put to the model.
    """
    bounds: list[AgentMiddleware[Any, Any, Any]] = [
        ModelCallLimitMiddleware(run_limit=MOST_ROUNDS, exit_behavior="end"),
        ToolCallLimitMiddleware(run_limit=MOST_CALLS, exit_behavior="continue"),
        DeskMiddleware(desk),
    ]
    offered = [_offered(tool, desk) for tool in desk.tools]
    agent = create_agent(chat, tools=offered, system_prompt=instructions, middleware=bounds)
    # One tool at a time: the order of the results decides the citation numbers.
    agent.invoke(
        {"messages": [HumanMessage(question), *_calls_made(desk)]},
        {"recursion_limit": _STEPS, "max_concurrency": 1},
    )
    return tuple(desk.results)


def _calls_made(desk: ToolDesk) -> list[AnyMessage]:
    if not desk.known:
        return []
    made = [_call(result.call) for result in desk.known]
    answers = [
        ToolMessage(desk.text(result), name=call["name"], tool_call_id=call["id"])
        for call, result in zip(made, desk.known, strict=True)
    ]
    return [AIMessage("", tool_calls=made), *answers]


def _offered(tool: Tool[Any], desk: ToolDesk) -> StructuredTool:
    # The plain JSON schema keeps validation in one place, the toolbox, whose messages tell the model what to correct.
    return StructuredTool.from_function(
        func=lambda **arguments: desk.ask(ToolCall(tool.name, arguments)),
        name=tool.name,
        description=tool.description,
        args_schema=tool.arguments.model_json_schema(),
    )


def _with_printed_calls(message: BaseMessage) -> BaseMessage:
    if not isinstance(message, AIMessage) or message.tool_calls:
        return message
    calls = [_call(call) for call in printed_calls(str(message.text))]
    return AIMessage("", tool_calls=calls) if calls else message


def _call(call: ToolCall) -> dict[str, Any]:
    return {"name": call.name, "args": dict(call.arguments), "id": f"call_{uuid4().hex}", "type": "tool_call"}
