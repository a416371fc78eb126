"""Schedules as people say them: 每周一9点, 季后10日, 每个工作日8:30, or five cron fields."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cn2an
import yaml
from pydantic import BaseModel, ConfigDict

from bot.digests.schedule import ScheduleError, recurrence, zone_of

_FILE = Path(__file__).with_name("schedule_words.yaml")
_NUMERAL = re.compile(r"(?<![周期拜])[零〇一二两三四五六七八九十]+")
_WEEKDAY = r"(?:周|星期|礼拜)[一二三四五六七日天]"
_WEEKDAYS = re.compile(rf"{_WEEKDAY}(?:(?:和|、|,|及)(?:{_WEEKDAY}|[一二三四五六七日天]))*")
"""Days of a week, each of one character, so that 周一十点 is no 周 and 11点."""
_NO_DAY = re.compile(r"(?<=[周期拜])(?=\d{2})")
"""Before a number of two digits, which is no day of the week and must not be read as one and an hour: 每周19点."""
_DIGITS = str.maketrans("一二三四五六七", "1234567")
_TIME = (
    r"(?P<part>{parts})(?P<hour>\d{{1,2}})"
    r"(?::(?P<minutes>\d{{2}})|(?:点|时)(?:(?P<half>半)|(?P<said>\d{{1,2}})分?|整)?)"
)
_MOST_DAYS = 31
_SUNDAY = str.maketrans("日天", "00")


class DayRule(BaseModel):
    """A way to name days; see ``schedule_words.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pattern: str
    cron: str
    most: int = 31


class TimeOfDay(BaseModel):
    """A time on the clock."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hour: int
    minute: int


class Vocabulary(BaseModel):
    """The words of schedules."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zones: dict[str, str]
    rhythms: dict[str, str]
    days: tuple[DayRule, ...]
    parts_of_day: dict[str, int]
    default_time: TimeOfDay

    @property
    def time_pattern(self) -> str:
        """Pattern of a time of day."""
        return _TIME.format(parts="|".join(self.parts_of_day))


@cache
def vocabulary() -> Vocabulary:
    """The words, read once a process; pydantic.ValidationError names a wrong entry."""
    return Vocabulary.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Timing:
    """When, as agreed.

    Args:
        words: as said, for people.
        cron: five fields on the wall clock, or the name of a rhythm of the calendar of duties.
        zone: IANA name.
    """

    words: str
    cron: str
    zone: str


def read_timing(words: str, zone: str) -> Timing:
    """What words or cron fields mean; a zone named in the words wins over ``zone``.

    Raises:
        ScheduleError: they are not understood, or name what never comes.
    """
    named = next((name for name in vocabulary().zones if name in words), None)
    zone = vocabulary().zones[named] if named else vocabulary().zones.get(zone, zone)
    said = words.replace(named, "").strip() if named else words.strip()
    if said in vocabulary().rhythms:
        zone_of(zone)
        return Timing(said, vocabulary().rhythms[said], zone)
    is_cron = len(said.split()) > 1 and re.fullmatch(r"[\x20-\x7e]+", said) is not None
    timing = Timing(said, said if is_cron else _cron_of(said), zone)
    recurrence(timing.cron, timing.zone)
    return timing


def zone_words(zone: str) -> str:
    """A zone as people say it: 北京时间; its IANA name where it has no other."""
    return next((words for words, name in vocabulary().zones.items() if name == zone), zone)


def split_timing(text: str) -> tuple[str, str]:
    """What is wanted and when, of a request such as 青岛集群 每月5日10点; no when where none is said."""
    tokens = text.split()
    for start in range(len(tokens)):
        rest = " ".join(tokens[start:])
        if _looks_like_timing(rest):
            return " ".join(tokens[:start]), rest
    return text.strip(), ""


def _looks_like_timing(text: str) -> bool:
    if re.match(r"[\d*]\S* \S+ \S+ \S+ \S+$", text):
        return True
    if text in vocabulary().rhythms:
        return True
    folded = _folded(text)
    return any(re.match(rule.pattern, folded) for rule in vocabulary().days)


def _cron_of(said: str) -> str:
    folded = _folded(said)
    for rule in vocabulary().days:
        match = re.fullmatch(f"{rule.pattern}(?:{vocabulary().time_pattern})?", folded)
        if match is None:
            continue
        found = match.groupdict()
        if int(found.get("day") or 1) > rule.most:
            raise ScheduleError("quarter" if rule.most < _MOST_DAYS else "never", said)
        days = rule.cron.format(**{name: _field(name, value) for name, value in found.items()})
        return f"{_time(found, said)} {days}"
    raise ScheduleError("words", said)


def _field(name: str, value: str | None) -> str:
    if value is None:
        return ""
    if name == "weekdays":
        return ",".join(re.findall(r"\d", value.translate(_SUNDAY))).replace("7", "0")
    return value.lstrip("0") or "0"


def _time(found: dict[str, str | None], said: str) -> str:
    known = vocabulary()
    if found["hour"] is None:
        return f"{known.default_time.minute} {known.default_time.hour}"
    minute = 30 if found["half"] else int(found["minutes"] or found["said"] or 0)
    hour = int(found["hour"])
    if hour < 12:
        hour += known.parts_of_day[found["part"] or ""]
    if found["part"] == "中午" and hour == 23:
        hour = 11
    if hour > 23 or minute > 59:
        raise ScheduleError("words", said)
    return f"{minute} {hour}"


def _folded(text: str) -> str:
    narrow = "".join(_NO_DAY.sub("?", unicodedata.normalize("NFKC", text)).split())
    named = _WEEKDAYS.sub(lambda match: match.group().translate(_DIGITS), narrow)
    return _NUMERAL.sub(lambda match: str(cn2an.cn2an(match.group().replace("两", "二"), "smart")), named)
