"""Questions that lean on the one before, such as 那青岛呢？ 前一年呢？ 利润呢？ and what they take from it."""

from __future__ import annotations

import re

from stats_tools.metric_query import MetricQuery
from stats_tools.periods import Period
from stats_tools.understanding.cues import Asked, FollowUpPatterns
from stats_tools.understanding.passage import Kind, Passage, expanded

_ABOUT = (Kind.CLUSTER, Kind.COMPONENT, Kind.CITY, Kind.SECTOR, Kind.LEVEL)
_LONGEST_ELLIPSIS = 16
_MOST_UNEXPLAINED = 1
_COMPLETE = frozenset({"target_progress", "reporting"})


class FollowUp:
    """Tells whether a question leans on the one before, and how it moves its period."""

    def __init__(self, patterns: FollowUpPatterns) -> None:
        self._opening = re.compile(expanded(patterns.opening))
        self._never = re.compile(expanded(patterns.never))
        self._asking = re.compile(expanded(patterns.asking))
        self._level = re.compile(expanded(patterns.level))
        shifts = {
            -4: patterns.earlier_year,
            4: patterns.later_year,
            -1: patterns.earlier_quarter,
            1: patterns.later_quarter,
        }
        self._shifts = [(quarters, re.compile(expanded(pattern))) for quarters, pattern in shifts.items()]

    def applies(self, passage: Passage, asked: Asked, unexplained: int, *, leans: bool = False) -> bool:
        """Whether what is missing is to be taken from the question before.

        Args:
            passage: with what was recognised in it.
            asked: its cues.
            unexplained: syllables with content that nothing was made of; with more than a slip of them the passage
                speaks of another matter.
            leans: whether a word of it stands for what an answer before named.
        """
        operation = asked.text("operation")
        if operation in _COMPLETE or self._never.search(passage.skeleton().text):
            return False
        if leans or any(pattern.search(passage.text) for _, pattern in self._shifts):
            return True
        if unexplained > _MOST_UNEXPLAINED:
            return False
        if self._opening.search(passage.text) or self._asking.search(passage.text):
            return True
        says = bool(passage.tokens()) or bool(operation or asked.measures or asked.slots)
        about = bool(passage.tokens(*_ABOUT)) or asked.flag("each")
        complete = about and bool(passage.tokens(Kind.INDICATOR, Kind.FOREIGN))
        return says and not complete and len(passage.text) <= _LONGEST_ELLIPSIS

    def back_to_level(self, passage: Passage) -> bool:
        """Whether the figure itself is asked for after its growth."""
        return self._level.search(passage.text) is not None

    def shifted(self, passage: Passage, previous: MetricQuery, newest: Period) -> tuple[Period, ...]:
        """The periods of the question before, moved as 前一年 and the like say; empty without such a word."""
        periods = passage.tokens(Kind.PERIOD)
        for quarters, pattern in self._shifts:
            # A period said besides, as in 2020年上一季度, is what counts.
            if pattern.search(passage.text) and all(pattern.fullmatch(token.text) for token in periods):
                return tuple(period.shift(quarters) for period in previous.quarters or (newest,))
        return ()
