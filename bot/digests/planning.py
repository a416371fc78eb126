"""Which runs of a subscription are to be sent now, by its schedule, the clock and its catch-up rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, takewhile

from bot.digests.schedule import Recurrence
from bot.digests.subscription import CatchUp, CatchUpRule, Subscription, Wish

MOST_MISSED = 50
"""Runs of one subscription that are accounted for after a stop; of those before them nobody waits any more."""
_LOOKED_AT_AGAIN = timedelta(days=1)
Recurrences = Callable[[Wish], Recurrence]
"""The runs of a wish; raises ScheduleError."""


@dataclass(frozen=True, slots=True)
class DuePlan:
    """Runs between two moments, oldest first."""

    due: tuple[datetime, ...]
    skipped: tuple[datetime, ...]


def plan_of(subscription: Subscription, runs: Recurrence, now: datetime) -> DuePlan:
    """What is to become of the runs since the subscription was last planned; all moments are UTC.

    Where the clock was set back, those of the last day are looked at again: what was sent has a row and is not sent
    twice, and the others come when the clock shows their time.
    """
    start = subscription.planned_until
    if start > now:
        start = max(now - _LOOKED_AT_AGAIN, min(subscription.since, now))
    missed = tuple(islice(takewhile(lambda run: run > start, runs.back_from(now)), MOST_MISSED))[::-1]
    return _by_rule(missed, subscription.wish.catch_up, now)


def _by_rule(missed: tuple[datetime, ...], rule: CatchUpRule, now: datetime) -> DuePlan:
    if rule.mode is CatchUp.ALL:
        return DuePlan(missed, ())
    due = tuple(run for run in missed[-1:] if not rule.is_too_late(run, now))
    return DuePlan(due, missed[: len(missed) - len(due)])
