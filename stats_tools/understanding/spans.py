"""Growth from one period said to another, also a year over several full years: from which period to which."""

from __future__ import annotations

from typing import Any

from stats_tools.metric_query import MetricQuery
from stats_tools.periods import Basis, Period
from stats_tools.understanding.problems import Problem, ProblemKind, UnreadableError

PUT_TO = frozenset({"rank", "position", "count", "filter", "against_mean", "against_cluster", "in_each"})
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


def between(periods: tuple[Period, ...], basis: Basis | None, newest: Period) -> dict[str, Any]:
    """Growth from one period said to another; the later one is the period, wherever it stands in the sentence."""
    base, period = min(periods), max(periods)
    if len(set(periods)) == 1:
        # Only the base was said ("比2020年增长了多少"): the newest figures are what grew.
        same = newest if base.quarter == newest.quarter else Period(max(newest.year, base.year + 1), base.quarter)
        period = same if same > base else base.shift(4)
    across = base.quarter != period.quarter
    return {
        "periods": (str(period),),
        "base": None if base == period.year_ago else str(base),
        "basis": Basis.QUARTER if across else basis,
        "every": None,
    }


def is_year_before(previous: MetricQuery, periods: tuple[Period, ...]) -> bool:
    """Whether all that is said is the year before the one asked about: that part of it is meant (比上年多了多少)."""
    asked = previous.quarters
    return len(asked) == 1 and set(periods) == {Period(asked[0].year - 1, _LAST_QUARTER)}


def same_periods(previous: MetricQuery) -> dict[str, Any]:
    """The fields of a query for the periods of the one before, growth as is usual."""
    return {"periods": previous.periods, "basis": previous.basis, "every": previous.every, "base": None}
