"""The calendar of duties: what is due when, by whose words, and when to remind of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.digests.schedule import zone_of
from stats_tools.periods import Period
from stats_tools.reports.lateness import Due

DUTIES_FILE = Path(__file__).with_name("duties.yaml")
REMIND, ESCALATE = "duties:remind", "duties:escalate"
"""Rhythms a subscription can follow in place of cron fields."""
_QUARTERS = {"quarter": 1, "halfyear": 2, "year": 4}
_MONTHS_A_QUARTER = 3
_YEARS_BACK = 5
Offset = Annotated[int, Field(ge=-180, le=180)]


class DutiesError(ValueError):
    """The calendar of duties cannot be read; the message names the file and the place in it."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DueRule(_Row):
    """When a period's duty is due; a day the month does not have is its last."""

    months: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)
    hour: int = Field(ge=0, le=23)


class DutyBasis(_Row):
    """What asks for a duty: a document, a clause of it, and its words."""

    document: str
    clause: str
    quote: str


class TimeOfDay(_Row):
    """A time on the clock."""

    hour: int = Field(ge=0, le=23)
    minute: int = Field(ge=0, le=59)


class Duty(_Row):
    """One duty; see ``duties.yaml`` for the fields."""

    id: str
    name: str
    what: str
    rhythm: Literal["quarter", "halfyear", "year"]
    due: DueRule
    counts_reports: bool
    remind: tuple[Offset, ...]
    escalate: tuple[Offset, ...]
    basis: DutyBasis

    def deadline(self, last: Period) -> date:
        """The day on which the duty for the period that ends with a quarter is due."""
        months = last.year * 12 + last.quarter * _MONTHS_A_QUARTER - 1 + self.due.months
        year, month = divmod(months, 12)
        following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
        return min(date(year, month + 1, 1) + timedelta(days=self.due.day - 1), following - timedelta(days=1))

    def latest(self, on: date) -> Period:
        """The last quarter of the period a day belongs to: the latest that is reminded of by then."""
        ahead = max(0, -min(self.remind, default=0))
        last = Period(on.year + 1, 4)
        while last.quarter % _QUARTERS[self.rhythm] or self.deadline(last) > on + timedelta(days=ahead):
            last = last.shift(-1)
        return last

    @property
    def quarters(self) -> int:
        """Quarters in a period."""
        return _QUARTERS[self.rhythm]


class DutyCalendar(_Row):
    """All duties."""

    reminders_at: TimeOfDay
    zone: str
    backfilled_after_days: int = Field(180, ge=1)
    duties: tuple[Duty, ...]

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if len({duty.id for duty in self.duties}) < len(self.duties):
            raise ValueError("two duties with one id")
        zone_of(self.zone)
        return self

    @classmethod
    def load(cls, path: Path = DUTIES_FILE) -> Self:
        """Read a calendar.

        Raises:
            DutiesError: the file cannot be read or is not valid.
        """
        try:
            return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError, ValueError) as error:
            raise DutiesError(f"{path}: {error}") from error

    def chosen(self, names: str) -> tuple[Duty, ...]:
        """The duties with an id or name, all where none is named; nothing where there is no such."""
        return tuple(duty for duty in self.duties if not names or names in (duty.id, duty.name))

    def reports_due(self, period: Period) -> Due | None:
        """When the clusters' reports for a quarter are due; None where no duty asks for quarterly reports."""
        asking = (duty for duty in self.duties if duty.counts_reports and duty.rhythm == "quarter")
        duty = next(asking, None)
        if duty is None:
            return None
        moment = datetime.combine(duty.deadline(period), time(duty.due.hour), ZoneInfo(self.zone))
        return Due(moment, self.backfilled_after_days)


@dataclass(frozen=True, slots=True)
class DutyRecurrence:
    """The moments at which duties are reminded of, or escalated.

    Args:
        escalating: whether those above are told, rather than those concerned reminded.
    """

    calendar: DutyCalendar
    duties: tuple[Duty, ...]
    escalating: bool

    def after(self, moment: datetime) -> datetime | None:
        """The first run after a moment."""
        return min((run for run in self._runs(range(moment.year - 1, moment.year + 3)) if run > moment), default=None)

    def back_from(self, moment: datetime) -> Iterator[datetime]:
        """The runs up to and including a moment, latest first, of the last years."""
        runs = self._runs(range(moment.year - _YEARS_BACK, moment.year + 2))
        yield from sorted({run for run in runs if run <= moment}, reverse=True)

    def _runs(self, years: range) -> Iterator[datetime]:
        """The runs for periods that end in some years."""
        at, zone = self.calendar.reminders_at, ZoneInfo(self.calendar.zone)
        for year in years:
            for duty in self.duties:
                offsets = duty.escalate if self.escalating else duty.remind
                for quarter in range(duty.quarters, 5, duty.quarters):
                    deadline = duty.deadline(Period(year, quarter))
                    for days in offsets:
                        wall = datetime.combine(deadline + timedelta(days=days), time(at.hour, at.minute), zone)
                        yield wall.astimezone(UTC)
