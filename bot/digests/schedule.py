"""When a digest is due: five cron fields on the wall clock of a time zone, said in Chinese or as cron.

Every wall-clock time a schedule names is run once.  One that a change to summer time skips is run at the first moment
after the change; one that the change back repeats is run at its first occurrence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import CroniterBadDateError, CroniterError, croniter

_CRON_FIELDS = 5
_CRON = re.compile(r"[\d*/,\-#A-Za-z]+")
_LARGEST_CHANGE = timedelta(hours=25)
"""More than any zone's clock was ever changed by at once."""


class ScheduleError(ValueError):
    """A schedule cannot be used.

    Args:
        reason: ``words`` (not understood), ``cron`` (not a cron expression), ``never`` (no day is ever like that),
            ``zone`` (no such zone), ``quarter`` (further behind the quarter's end than its first month).
        said: the part of the request that is meant.
    """

    def __init__(self, reason: str, said: str) -> None:
        super().__init__(f"{reason}: {said}")
        self.reason = reason
        self.said = said


class Recurrence(Protocol):
    """Moments that come again; all of them UTC."""

    def after(self, moment: datetime) -> datetime | None:
        """The first run after a moment; None where there is none any more."""

    def back_from(self, moment: datetime) -> Iterator[datetime]:
        """The runs up to and including a moment, latest first, without end."""


@dataclass(frozen=True, slots=True)
class CronRecurrence:
    """Five cron fields in a zone."""

    cron: str
    zone: ZoneInfo

    def after(self, moment: datetime) -> datetime | None:
        """The first run after a moment."""
        walls = croniter(self.cron, _wall(moment, self.zone))
        while True:
            run = _on_the_clock(walls.get_next(datetime), self.zone)
            if run > moment:
                return run

    def back_from(self, moment: datetime) -> Iterator[datetime]:
        """The runs up to and including a moment, latest first."""
        start = _wall(moment, self.zone) + timedelta(minutes=1)
        if _offset(moment - _LARGEST_CHANGE, self.zone) != _offset(moment + _LARGEST_CHANGE, self.zone):
            # Near a change a later reading of the clock may have come earlier.
            start += _LARGEST_CHANGE
        walls, last = croniter(self.cron, start), None
        while True:
            run = _on_the_clock(walls.get_prev(datetime), self.zone)
            if run <= moment and run != last:
                last = run
                yield run


def zone_of(name: str) -> ZoneInfo:
    """The zone by its IANA name or a Chinese one such as 北京时间.

    Raises:
        ScheduleError: ``zone``.
    """
    from bot.digests.schedule_words import vocabulary

    try:
        return ZoneInfo(vocabulary().zones.get(name, name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ScheduleError("zone", name) from None


@cache
def recurrence(cron: str, zone: str) -> CronRecurrence:
    """The runs of five cron fields in a zone.

    Raises:
        ScheduleError: ``cron``, ``never`` or ``zone``.
    """
    fields = cron.split()
    # Croniter also takes seconds, years and fields that are drawn at random; none of them is a schedule to agree on.
    usable = len(fields) == _CRON_FIELDS and all(_CRON.fullmatch(field) for field in fields)
    if not usable or not croniter.is_valid(cron) or re.search(r"\b[HR]\b", cron.upper()):
        raise ScheduleError("cron", cron)
    found = CronRecurrence(cron, zone_of(zone))
    try:
        found.after(datetime(2024, 1, 1, tzinfo=UTC))
    except CroniterBadDateError:
        raise ScheduleError("never", cron) from None
    except CroniterError:
        raise ScheduleError("cron", cron) from None
    return found


def next_runs(runs: Recurrence, moment: datetime, count: int) -> tuple[datetime, ...]:
    """The next runs after a moment, up to so many."""
    found: list[datetime] = []
    while len(found) < count and (run := runs.after(found[-1] if found else moment)) is not None:
        found.append(run)
    return tuple(found)


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()


def _on_the_clock(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clocks of a zone first show a time or, where they skip it, a later one."""
    early = wall.replace(tzinfo=zone).astimezone(UTC)
    if _wall(early, zone) == wall:
        return early
    low, high = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), early
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        low, high = (low, middle) if _wall(middle, zone) > wall else (middle, high)
    return high.replace(microsecond=0)
