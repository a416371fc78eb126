"""What was said before in a conversation, bounded, so that follow-up questions can be understood."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

REMEMBERED_TURNS = 20
"""Turns kept per session; older ones no longer influence an answer."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what the planner wants to remember of it.

    Args:
        question: as typed.
        answer: plain text as shown.
        status: how it ended, a ``Status`` value.
        state: JSON-serialisable memory written by the engine.
    """

    question: str
    answer: str
    status: str
    state: Mapping[str, Any] = field(default_factory=dict)


class Conversations(Protocol):
    """Turns by session, oldest first."""

    def turns(self, session: str) -> tuple[Turn, ...]:
        """The last ``REMEMBERED_TURNS`` turns, oldest first; empty for an unknown or empty session."""

    def append(self, session: str, turn: Turn) -> None:
        """Remember a turn; an empty session remembers nothing."""


class MemoryConversations:
    """Conversations of this process only, for a batch or a benchmark."""

    def __init__(self) -> None:
        self._turns: dict[str, deque[Turn]] = defaultdict(lambda: deque(maxlen=REMEMBERED_TURNS))

    def turns(self, session: str) -> tuple[Turn, ...]:
        """The remembered turns, oldest first."""
        return tuple(self._turns[session]) if session else ()

    def append(self, session: str, turn: Turn) -> None:
        """Remember a turn."""
        if session:
            self._turns[session].append(turn)
