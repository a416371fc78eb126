"""How many questions a person or a chat may ask in a minute."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from time import monotonic

WINDOW = 60.0
"""Seconds over which questions are counted."""
_FORGET_AT = 10_000


class Verdict(Enum):
    """What to do with a question."""

    ANSWER = auto()
    TELL = auto()
    """Too many; the person has not been told yet in this window."""
    IGNORE = auto()
    """Too many, and the person knows."""


class Quota:
    """Counts questions by key.

    Args:
        limit: questions in any minute, 1 or more.
        clock: seconds that do not go back.
    """

    def __init__(self, limit: int, clock: Callable[[], float] = monotonic) -> None:
        self.limit = limit
        self._clock = clock
        self._asked: dict[int, deque[float]] = {}
        self._told: dict[int, float] = {}

    def ask(self, key: int) -> Verdict:
        """Count a question, unless it is over the limit."""
        now = self._clock()
        if len(self._asked) > _FORGET_AT:
            self._forget(now)
        asked = self._asked.setdefault(key, deque(maxlen=self.limit))
        if len(asked) < self.limit or asked[0] <= now - WINDOW:
            asked.append(now)
            return Verdict.ANSWER
        if self._told.get(key, float("-inf")) > now - WINDOW:
            return Verdict.IGNORE
        self._told[key] = now
        return Verdict.TELL

    def _forget(self, now: float) -> None:
        self._asked = {key: asked for key, asked in self._asked.items() if asked[-1] > now - WINDOW}
        self._told = {key: moment for key, moment in self._told.items() if moment > now - WINDOW}
