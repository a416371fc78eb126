"""Growth a year over several full years ("2019年到2021年年均增速"): from which year to which."""

from __future__ import annotations

from stats_tools.periods import Period
from stats_tools.understanding.problems import Problem, ProblemKind, UnreadableError

PUT_TO = frozenset({"rank", "position", "count", "filter", "against_mean", "against_cluster"})
"""Operations that such growth may be put to; otherwise it is told by itself."""
_FEWEST_YEARS = 2
_LAST_QUARTER = 4


def span(periods: tuple[Period, ...]) -> dict[str, tuple[str, ...] | str]:
    """The fields of a query for growth from the first to the last of several full years.

    Raises:
        UnreadableError: there are not two full years.
    """
    if len({each.year for each in periods}) < _FEWEST_YEARS or any(each.quarter != _LAST_QUARTER for each in periods):
        raise UnreadableError(Problem(ProblemKind.NO_SPAN))
    return {"periods": (str(max(periods)),), "base": str(min(periods))}
