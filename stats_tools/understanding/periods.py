"""Periods in a question: quarters, halves, years, ranges and words relative to the newest figures."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from stats_tools.metric_query import Assumption
from stats_tools.periods import Basis, Period
from stats_tools.understanding.passage import Kind, Passage, Token
from stats_tools.understanding.period_language import Part, PeriodLanguage
from stats_tools.understanding.problems import Problem, ProblemKind, UnreadableError
from stats_tools.understanding.record_days import RecordDays

_QUARTERS = 4
_BACK = {"previous": -1, "current": 0, "year_ago": -_QUARTERS}
"""How far words go from the newest quarter."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A period as written, before it is placed on the calendar.

    Args:
        year: None where it was not said.
        part: None where a whole year was said, or nothing but a year.
        named_quarter: said as N季度, which leaves open whether the single quarter is meant.
        counted: so many units back from the newest figures (``最近四个季度``): number and unit.
        alone: said as the months of one quarter, which is then meant without those before it.
        short: a year of two digits and nothing behind it.
        word: ``previous``, ``current``, ``year_ago``, ``all_years``, ``all_quarters``, ``since``, or empty.
    """

    said: str
    year: int | None = None
    part: Part | None = None
    relative: bool = False
    named_quarter: bool = False
    counted: tuple[int, str] | None = None
    word: str = ""
    alone: bool = False
    short: bool = False

    @property
    def is_year(self) -> bool:
        """Whether it is nothing but a year."""
        return self.part is None and self.year is not None and not self.word


@dataclass(frozen=True, slots=True)
class PeriodReading:
    """What the periods of a question come to.

    Args:
        periods: in the order said; empty where none was.
        basis: where the words fix it.
        base: the period compared with, where exactly two were set against each other.
        several: whether a course over time was asked for (a range, the last N, every year).
        every: ``year`` or ``quarter`` for 历年 and 逐季, which mean all there are.
        second_half: whether 下半年 was said: its two single quarters, to be added.
    """

    periods: tuple[Period, ...] = ()
    basis: Basis | None = None
    several: bool = False
    every: str = ""
    second_half: bool = False
    assumptions: tuple[Assumption, ...] = ()


class PeriodReader:
    """Finds periods in a passage and places them on the calendar."""

    def __init__(self, language: PeriodLanguage | None = None) -> None:
        self._language = language or PeriodLanguage.load()
        self._between = re.compile(self._language.expand(self._language.between))
        self._join = re.compile(self._language.expand(self._language.join))
        self._idioms = [re.compile(pattern) for pattern in self._language.not_periods]
        self._day = re.compile(self._language.day)
        self._short_year = re.compile(self._language.short_year)
        self._record_days = RecordDays(self._language)

    def mark(self, passage: Passage) -> None:
        """Mark days and periods in the passage.

        Raises:
            UnreadableError: a quarter, month or day that does not exist.
        """
        for match in passage.find(self._day):
            try:
                day = date(*(int(match[name]) for name in ("year", "month", "day")))
            except ValueError as error:
                raise UnreadableError(Problem(ProblemKind.BAD_PERIOD, {"said": match[0]})) from error
            passage.mark(Kind.DAY, *match.span(), day)
        idioms = [match.span() for pattern in self._idioms for match in pattern.finditer(passage.text)]
        for pattern in self._language.compiled:
            for match in pattern.finditer(passage.text):
                inside = any(start < match.end() and match.start() < end for start, end in idioms)
                if passage.free(*match.span()) and not inside:
                    passage.mark(Kind.PERIOD, *match.span(), self._mention(match))

    def mark_half_said(self, passage: Passage, today: date) -> None:
        """Mark the days of record said from today, and years of two digits where no other period is said."""
        self._record_days.mark(passage, today)
        if not passage.tokens(Kind.PERIOD):
            for match in passage.find(self._short_year):
                passage.mark(Kind.PERIOD, *match.span(), replace(self._mention(match), short=True))

    def _mention(self, match: re.Match[str]) -> Mention:
        groups = {name: text for name, text in match.groupdict().items() if text is not None}
        said = match[0].strip()
        if "count" in groups:
            unit = "year" if groups["unit"] in ("年", "years") else "quarter"
            return Mention(said, counted=(self._language.number(groups["count"]), unit))
        for word in ("previous", "current", "year_ago", "all_years", "all_quarters"):
            if word in groups:
                return Mention(said, word=word)
        relative = groups.get("rel")
        year = self._language.relative_years[relative] if relative else _full_year(groups.get("year"))
        quarter = self._quarter(groups, said)
        part = self._part(groups, quarter)
        return Mention(
            said,
            year,
            part,
            relative is not None,
            "q" in groups and "end" not in groups and quarter != 1,
            word="since" * ("since" in groups),
            alone="alone" in groups,
        )

    def _quarter(self, groups: dict[str, str], said: str) -> int | None:
        number: int | None = None
        if "q" in groups:
            number = self._language.number(groups["q"])
        elif "half" in groups:
            number = {1: 2, 2: 4}.get(int(groups["half"]), 0)
        elif "month" in groups:
            months = self._language.number(groups["month"].lstrip("0") or "0")
            number = months // 3 if months % 3 == 0 else 0
        if number is not None and not 1 <= number <= _QUARTERS:
            raise UnreadableError(Problem(ProblemKind.BAD_PERIOD, {"said": said}))
        return number

    def _part(self, groups: dict[str, str], quarter: int | None) -> Part | None:
        if "part" in groups:
            return self._language.said[groups["part"]]
        if groups.get("half") == "2":
            return self._language.parts["second_half"]
        if quarter is not None:
            return Part(quarter=quarter, end="end" in groups, said=())
        return self._language.parts["year_end"] if "end" in groups else None

    def read(self, passage: Passage, latest: Period, default_year: int | None) -> PeriodReading:
        """Place the mentions on the calendar.

        Args:
            passage: with its periods marked.
            latest: the newest quarter with figures, which relative words refer to.
            default_year: year of periods said without one; None for the year of ``latest``, which is then said.

        Raises:
            UnreadableError: a range that runs backwards.
        """
        tokens = passage.tokens(Kind.PERIOD)
        mentions = [token.value for token in tokens if isinstance(token.value, Mention)]
        if not mentions:
            return PeriodReading()
        every = [each for each in mentions if each.word.startswith("all_")]
        if every and len(mentions) > len(every):
            tokens = tuple(token for token in tokens if token.value not in every)
            return _each_within(self._read(passage, tokens, latest, default_year), every[0])
        return self._read(passage, tokens, latest, default_year)

    def _read(
        self, passage: Passage, tokens: tuple[Token, ...], latest: Period, default_year: int | None
    ) -> PeriodReading:
        mentions = [token.value for token in tokens if isinstance(token.value, Mention)]
        if len(mentions) == 1:
            special = _special(mentions[0], latest)
            if special is not None:
                return special
        links = [self._link(passage.text, *pair) for pair in pairwise(tokens)]
        return _placed(_lent(mentions, links), links, latest, default_year)

    def _link(self, text: str, before: Token, after: Token) -> str:
        between = text[before.end : after.start]
        if self._between.match(between):
            return "range"
        return "join" if not between or self._join.match(between) else ""


def _each_within(reading: PeriodReading, every: Mention) -> PeriodReading:
    """各季度 of the years said is every quarter of them; 各年 adds nothing to years said one by one."""
    if every.word == "all_years" or not reading.periods:
        return replace(reading, several=True)
    first, last = reading.periods[0], reading.periods[-1]
    begin = Period(first.year, 1) if first.quarter == _QUARTERS or first == last else first
    quarters = tuple(Period.from_index(index) for index in range(begin.index, last.index + 1))
    return replace(reading, periods=quarters, basis=None, several=True, every="quarter")


def _full_year(digits: str | None) -> int | None:
    if digits is None:
        return None
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _special(mention: Mention, latest: Period) -> PeriodReading | None:
    """Readings that need the newest figures only: the last N, the previous, the current, every."""
    if mention.word in ("all_years", "all_quarters"):
        return PeriodReading(several=True, every=mention.word.removeprefix("all_").removesuffix("s"))
    if mention.word == "since" and mention.year is not None:
        return _since(mention, latest)
    if mention.word in _BACK:
        period = latest.shift(_BACK[mention.word])
        return PeriodReading((period,), assumptions=(_relative(mention, str(period)),))
    if mention.counted is None:
        return None
    count, unit = mention.counted
    if unit == "quarter":
        periods = tuple(latest.shift(-back) for back in range(count - 1, -1, -1))
        meaning = f"{periods[0]}–{periods[-1]}"
        return PeriodReading(periods, Basis.QUARTER, several=True, assumptions=(_relative(mention, meaning),))
    last = latest.year if latest.quarter == _QUARTERS else latest.year - 1
    years = tuple(Period(year, _QUARTERS) for year in range(last - count + 1, last + 1))
    meaning = f"{years[0].year}–{last}"
    return PeriodReading(years, several=True, assumptions=(_relative(mention, meaning),))


def _since(mention: Mention, latest: Period) -> PeriodReading:
    """From a quarter on every quarter, from a year on every whole year, up to the newest figures."""
    if mention.part is not None:
        indexes = range(Period(mention.year or 0, mention.part.quarter).index, latest.index + 1)
        return PeriodReading(tuple(map(Period.from_index, indexes)), several=True)
    years = range(mention.year or 0, latest.year + (latest.quarter == _QUARTERS))
    return PeriodReading(tuple(Period(year, _QUARTERS) for year in years), several=True)


def _relative(mention: Mention, meaning: str) -> Assumption:
    return Assumption(kind="relative_period", said=mention.said, meaning=meaning)


def _lent(mentions: list[Mention], links: list[str]) -> list[Mention]:
    """A bare year takes the part of the period it is joined to; a part takes the year before it, or after it."""
    held = list(mentions)
    for index in range(len(held) - 2, -1, -1):
        after = held[index + 1]
        if held[index].is_year and links[index] and after.part is not None and after.year is not None:
            held[index] = replace(held[index], part=after.part, named_quarter=after.named_quarter)
    for index, mention in enumerate(held):
        if mention.year is None and not mention.word and mention.counted is None:
            donors = held[:index][::-1] + held[index + 1 :]
            donor = next((each for each in donors if each.year is not None), None)
            if donor is not None:
                held[index] = replace(mention, year=donor.year, relative=donor.relative)
    return _merged(held)


def _merged(mentions: list[Mention]) -> list[Mention]:
    """A bare year that only lent itself to the part after it ("2021年…上半年") is not a period of its own."""
    return [
        each
        for each in mentions
        if not (each.is_year and any(o is not each and o.part and o.year == each.year for o in mentions))
    ]


def _placed(mentions: list[Mention], links: list[str], latest: Period, default_year: int | None) -> PeriodReading:
    placed = [_on_calendar(mention, latest, default_year) for mention in mentions]
    periods = [period for period, _ in placed]
    assumptions = tuple(each for _, notes in placed for each in notes)
    if len(periods) == 2 and links == ["range"]:
        return replace(_range(mentions, periods[0], periods[1]), assumptions=assumptions)
    years = all(mention.is_year for mention in mentions)
    whole = years and all(period.quarter == _QUARTERS for period in periods)
    alone = all(mention.alone for mention in mentions)
    basis = Basis.YEAR if whole else Basis.QUARTER if alone else None
    second_half = any(mention.part is not None and mention.part.since > 1 for mention in mentions)
    if second_half:
        periods = [each for period in periods for each in (period.shift(-1), period)]
        basis = Basis.QUARTER
    return PeriodReading(
        tuple(dict.fromkeys(periods)), basis, len(set(periods)) > 2, second_half=second_half, assumptions=assumptions
    )


def _on_calendar(mention: Mention, latest: Period, default_year: int | None) -> tuple[Period, tuple[Assumption, ...]]:
    notes: list[Assumption] = []
    year = mention.year
    if mention.word or mention.counted is not None:
        period = latest.shift(_BACK.get(mention.word, 0))
        return period, (_relative(mention, str(period)),)
    if year is None:
        year = default_year if default_year is not None else latest.year
        if default_year is None:
            notes.append(Assumption(kind="assumed_year", said=mention.said, meaning=str(year)))
    elif mention.relative:
        year += latest.year
        notes.append(_relative(mention, str(year)))
    elif mention.short:
        notes.append(Assumption(kind="short_year", said=mention.said, meaning=str(year)))
    if mention.named_quarter:
        notes.append(Assumption(kind="quarter_as_ytd", said=mention.said))
    quarter = mention.part.quarter if mention.part else _QUARTERS
    if mention.relative and mention.part is None and year == latest.year:
        quarter = latest.quarter
    try:
        return Period(year, quarter), tuple(notes)
    except ValueError as error:
        raise UnreadableError(Problem(ProblemKind.BAD_PERIOD, {"said": mention.said})) from error


def _range(mentions: list[Mention], first: Period, last: Period) -> PeriodReading:
    if last < first:
        facts = {"first": mentions[0].said, "last": mentions[1].said}
        raise UnreadableError(Problem(ProblemKind.REVERSED_RANGE, facts))
    if all(mention.part is None for mention in mentions):
        years = tuple(Period(year, _QUARTERS) for year in range(first.year, last.year + 1))
        return PeriodReading(years, Basis.YEAR, several=True)
    if first.quarter == last.quarter and not any(mention.named_quarter for mention in mentions):
        same = tuple(Period(year, first.quarter) for year in range(first.year, last.year + 1))
        return PeriodReading(same, several=True)
    quarters = tuple(Period.from_index(index) for index in range(first.index, last.index + 1))
    return PeriodReading(quarters, several=True)
