"""Parts of a message that only one kind of reader understands: a firm's own figures, a register, a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.assistant.types import Plan, Question, ToolCall


@dataclass(frozen=True, slots=True)
class Memory:
    """What a specialist kept from earlier turns of the session.

    Args:
        state: its own words, JSON-serialisable; empty where it kept none.
        is_latest: whether it planned the part right before this one, so that a bare reply may be meant for it.
    """

    state: Mapping[str, Any] = field(default_factory=dict)
    is_latest: bool = False


@dataclass(frozen=True, slots=True)
class PartPlan:
    """What a specialist makes of one part of a message.

    Args:
        calls: tools to run, in order.
        reply: what to say where nothing needs to be run, or beside the calls; None where there is nothing to say.
        state: what to keep for the turns to come, in place of what was kept before.
        subject: the matter in few words, for a turn to come that does not name one; empty where there is none.
    """

    calls: tuple[ToolCall, ...] = ()
    reply: Plan | None = None
    state: Mapping[str, Any] = field(default_factory=dict)
    subject: str = ""


class Specialist(Protocol):
    """Claims the parts of a message it understands and leaves all others alone."""

    @property
    def name(self) -> str:
        """Key of its memory in the stored turn; unique among specialists, never changed once released."""

    def plan(self, part: str, question: Question, memory: Memory, /) -> PartPlan | None:
        """A plan for this part; None where it is not this specialist's to answer."""
