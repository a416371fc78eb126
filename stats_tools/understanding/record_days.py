"""Days on which figures were on record, said from the day of the question: 昨天掌握的数, 上周五时知道的营收."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

from stats_tools.metric_query import Assumption
from stats_tools.understanding.passage import Kind, Passage, Token
from stats_tools.understanding.period_language import PeriodLanguage, RecordDay

_WEEK, _SUNDAY, _MONTHS = 7, 6, 12
_DIGITS_OF_A_DATE = re.compile(r"\d{4}")


class RecordDays:
    """Finds such days in a passage; a day beside no word of knowing (上周五济南营收) is marked as a mere moment."""

    def __init__(self, language: PeriodLanguage) -> None:
        self._language = language
        self._known = re.compile(language.known)
        self._until = re.compile(language.until)
        self._left_aside = re.compile(language.left_aside)

    def mark(self, passage: Passage, today: date) -> None:
        """Mark the days, as they are at the offices on the day of the question."""
        for way in self._language.record_days:
            for match in passage.find(way.compiled):
                after, before = passage.text[match.end() :], passage.text[: match.start()]
                day = self._day(way, match, today)
                if day is not None and day <= today:
                    known = self._known.match(after) or self._until.search(before)
                    passage.mark(Kind.DAY if known else Kind.MOMENT, *match.span(), day)
        for match in passage.find(self._left_aside):
            passage.mark(Kind.MOMENT, *match.span(), None)

    def _day(self, way: RecordDay, match: re.Match[str], today: date) -> date | None:
        """The day meant; None for one that the month does not have."""
        groups = {name.rstrip("2"): said for name, said in match.groupdict().items() if said}
        times = self._language.number(groups["n"]) if "n" in groups else 1
        if way.days is not None:
            return today + timedelta(days=way.days * times)
        if way.weeks is not None:
            weekday = self._language.weekdays[groups["weekday"]] if "weekday" in groups else _SUNDAY
            return today + timedelta(days=way.weeks * _WEEK + weekday - today.weekday())
        months = today.year * _MONTHS + today.month - 1 + (way.months or 0)
        year, month = months // _MONTHS, months % _MONTHS + 1
        last = monthrange(year, month)[1]
        day = int(groups.get("day", last))
        return date(year, month, day) if 1 <= day <= last else None


def record_day_notes(days: Iterable[Token]) -> tuple[Assumption, ...]:
    """What days said without a year were taken for."""
    relative = (token for token in days if not _DIGITS_OF_A_DATE.search(token.text))
    return tuple(Assumption(kind="record_day", said=each.text, meaning=f"{each.value}") for each in relative)


def moment_notes(moments: Iterable[Token], today: date) -> tuple[Assumption, ...]:
    """That days without a word of knowing were left aside; today needs no word, as the figures are those of today."""
    return tuple(
        Assumption(kind="moment_aside" if each.value is None else "moment_not_known", said=each.text)
        for each in moments
        if each.value != today
    )
