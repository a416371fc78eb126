"""Among the first few in one period and again in another (2020年营收前三，2021年又在前三): one list for both."""

from __future__ import annotations

from typing import Any

from stats_tools.metric_query import Assumption
from stats_tools.periods import Basis, Period
from stats_tools.understanding.parts import Parts


def is_again(parts: Parts, fields: dict[str, Any]) -> bool:
    """Whether those are wanted that stand among the first few in every one of several periods."""
    ranking = fields["operation"] == "rank" and fields["k"] is not None
    return ranking and parts.asked.flag("again") and not fields["every"]


def in_each_period(parts: Parts, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of the query, its periods those said now and in the question before.

    Where that is a single one, the same period a year earlier is the other, and said to be.
    """
    before = parts.previous.periods if parts.previous is not None and parts.previous.operation == "rank" else ()
    periods = tuple(dict.fromkeys((*before, *fields["periods"])))
    if len(periods) < 2:
        period = Period.parse(periods[0]) if periods else parts.newest
        note = Assumption(kind="again_since", meaning=period.year_ago.label(Basis.YTD))
        notes = (*fields["assumptions"], note)
        return {**fields, "operation": "in_each", "periods": (str(period.year_ago), str(period)), "assumptions": notes}
    return {**fields, "operation": "in_each", "periods": periods}
