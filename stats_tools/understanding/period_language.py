"""How periods are written, read from a file."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from stats_tools.definition_files import read_definition

FOLDER = Path(__file__).parent


class Part(BaseModel):
    """A fixed part of a year: up to the end of ``quarter``, from the quarter ``since`` where it is not from January."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    quarter: int = Field(ge=1, le=4)
    since: int = Field(default=1, alias="from")
    end: bool = False
    said: tuple[str, ...]


class RecordDay(BaseModel):
    """How a day is said from the day of the question; exactly one of ``days``, ``weeks`` and ``months`` moves it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    when: str
    days: int | None = None
    weeks: int | None = None
    months: int | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(each is not None for each in (self.days, self.weeks, self.months)) != 1:
            raise ValueError(f"{self.when}: one of days, weeks and months")
        return self

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, ready for use."""
        return re.compile(self.when)


class PeriodLanguage(BaseModel):
    """How periods are written."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    macros: dict[str, str]
    relative_years: dict[str, int]
    numerals: dict[str, int]
    parts: dict[str, Part]
    parts_alone: tuple[str, ...]
    not_periods: tuple[str, ...]
    patterns: tuple[str, ...]
    words: dict[str, int]
    between: str = Field(alias="range")
    join: str
    since: str = Field(alias="from")
    day: str
    short_year: str
    record_days: tuple[RecordDay, ...]
    left_aside: str
    weekdays: dict[str, int]
    known: str
    until: str

    @classmethod
    def load(cls, path: Path = FOLDER / "periods.yaml") -> Self:
        """Read the file; raises DefinitionError where it is wrong."""
        return read_definition(path, cls)

    @cached_property
    def compiled(self) -> tuple[re.Pattern[str], ...]:
        """The patterns, ready for use."""
        return tuple(re.compile(self.expand(pattern)) for pattern in self.patterns)

    @cached_property
    def said(self) -> dict[str, Part]:
        """The part each word means."""
        return {word: part for part in self.parts.values() for word in part.said}

    def expand(self, pattern: str) -> str:
        """A pattern with its macros inserted."""
        longest_first = sorted(self.said, key=len, reverse=True)
        macros = {
            **self.macros,
            "parts": "|".join(map(re.escape, longest_first)),
            "parts_alone": "|".join(sorted(map(re.escape, self.parts_alone), key=len, reverse=True)),
        }
        for _ in range(2):
            for name, text in macros.items():
                pattern = pattern.replace("{" + name + "}", text)
        return pattern

    def number(self, text: str) -> int:
        """The value of a small numeral: digits, 一 to 十九, or an English word."""
        if text.isdigit():
            return int(text)
        if text in self.words:
            return self.words[text]
        tens, found, ones = text.partition("十")
        if found:
            return self.numerals.get(tens, 1) * 10 + self.numerals.get(ones, 0)
        return self.numerals[text]
