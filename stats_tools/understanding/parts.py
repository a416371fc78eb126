"""What was read of one question, before it becomes queries."""

from __future__ import annotations

from dataclasses import dataclass

from stats_tools.metric_query import Assumption, MetricQuery
from stats_tools.periods import Period
from stats_tools.understanding.cues import Asked
from stats_tools.understanding.passage import Passage
from stats_tools.understanding.periods import PeriodReading
from stats_tools.understanding.scope import Scope


@dataclass(frozen=True, slots=True)
class Parts:
    """What was read of one question.

    Args:
        previous: the query that missing parts are taken from, None for a question by itself.
        newest: the newest quarter with figures.
        indicators: codes, in the order said; already filled in from ``previous`` where none was said.
    """

    passage: Passage
    asked: Asked
    previous: MetricQuery | None
    newest: Period
    scope: Scope
    periods: PeriodReading
    indicators: tuple[str, ...]
    assumptions: tuple[Assumption, ...] = ()
