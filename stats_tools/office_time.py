"""The clock of the offices: moments are stored in UTC, days are those of their readers, all of them in one zone.

A report filed at seven in the morning in Shandong is on record that day, not the day before, whatever the server has.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

OFFICE_ZONE_NAME = "Asia/Shanghai"
OFFICE_ZONE = ZoneInfo(OFFICE_ZONE_NAME)


def office_day(moment: datetime) -> date:
    """The day of an aware moment at the offices."""
    return moment.astimezone(OFFICE_ZONE).date()


def office_clock(moment: datetime) -> str:
    """An aware moment as the offices' clocks show it, to the second: ``2021-07-15 17:59:00``."""
    return f"{moment.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M:%S}"


def end_of_day(day: date) -> datetime:
    """The last moment of a day at the offices, in UTC."""
    return datetime.combine(day, time.max, OFFICE_ZONE).astimezone(UTC)
