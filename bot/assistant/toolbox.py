"""The tools an engine may call: arguments validated, access decided, failures turned into results."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from bot.assistant.access import Principal, Role
from bot.assistant.types import Outcome, Status, ToolCall, ToolResult
from prompts import Wording

Arguments = TypeVar("Arguments", bound=BaseModel)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What every tool may know beyond its arguments: on whose behalf it runs, and on which day."""

    principal: Principal
    today: date


@dataclass(frozen=True, slots=True)
class Tool(Generic[Arguments]):
    """A named, typed function.

    Args:
        name: what engines call it.
        description: when to use it, for a language model choosing tools.
        arguments: pydantic model of the arguments; its JSON schema is what a model sees.
        run: the function; may raise nothing but programming errors.
        least_role: who may use it at all.
    """

    name: str
    description: str
    arguments: type[Arguments]
    run: Callable[[Arguments, Circumstances], Outcome]
    least_role: Role = Role.PUBLIC


class Toolbox:
    """Runs calls by name."""

    def __init__(self, tools: Iterable[Tool[Any]], wording: Wording) -> None:
        self._tools: Mapping[str, Tool[Any]] = {tool.name: tool for tool in tools}
        self._wording = wording

    def available(self, principal: Principal) -> tuple[Tool[Any], ...]:
        """The tools this principal may use."""
        return tuple(tool for tool in self._tools.values() if principal.role.includes(tool.least_role))

    def run(self, call: ToolCall, circumstances: Circumstances) -> ToolResult:
        """Run one call; whatever goes wrong comes back as a result with a message for people."""
        started = time.perf_counter()
        outcome = self._outcome(call, circumstances)
        return ToolResult(call, outcome, (time.perf_counter() - started) * 1000)

    def _outcome(self, call: ToolCall, circumstances: Circumstances) -> Outcome:
        tool = self._tools.get(call.name)
        if tool is None:
            known = "、".join(sorted(available.name for available in self.available(circumstances.principal)))
            return Outcome(
                status=Status.ERROR, message=self._wording.say("toolbox.unknown", name=call.name, known=known)
            )
        if not circumstances.principal.role.includes(tool.least_role):
            role = self._wording.say(f"telegram.role_{tool.least_role.value}")
            return Outcome(status=Status.DENIED, message=self._wording.say("toolbox.denied", role=role))
        try:
            arguments = tool.arguments.model_validate(dict(call.arguments))
        except ValidationError as error:
            places = "；".join(f"{'.'.join(map(str, e['loc']))}：{e['msg']}" for e in error.errors()[:5])
            return Outcome(
                status=Status.ERROR, message=self._wording.say("toolbox.arguments", name=call.name, places=places)
            )
        try:
            return tool.run(arguments, circumstances)
        except Exception:
            # A person never sees a stack trace, and one broken tool must not take the rest of an answer along.
            _log.exception("tool %s failed on %r", call.name, call.arguments)
            return Outcome(status=Status.ERROR, message=self._wording.say("toolbox.failed"))
