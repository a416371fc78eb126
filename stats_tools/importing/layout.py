"""The words and forms by which the parts of a report are recognised, read from a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, field_validator

from stats_tools.definition_files import FOLDER, read_definition
from stats_tools.spelling import spelling_key

Words = frozenset[str]


class PeriodPattern(BaseModel):
    """One way to write a period; see the file for the meaning of its parts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pattern: str
    quarter: int | None = None
    fault: Literal["single_quarter"] | None = None

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """The pattern, compiled."""
        return re.compile(self.pattern)


class TypoBound(BaseModel):
    """How many edits away from a name, from so many characters on, a heading may be to be taken for a typo of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    from_length: int
    edits: int


class ReportLayout(BaseModel):
    """Everything a reader of reports knows about their layout; the words are folded when they are read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cluster_headers: Words
    period_headers: Words
    year_headers: Words
    item_headers: Words
    value_headers: Words
    corner_separators: str
    city_headers: Words
    annotation_headers: Words
    heading_noise: tuple[str, ...]
    single_quarter_words: Words
    comparison_words: Words
    unit_words: Words
    no_value: Words
    total_words: Words
    subtotal_words: Words
    excerpt_words: Words
    note_words: Words
    numbering_words: Words
    name_marks: re.Pattern[str]
    sample_marks: Words
    total_tolerance_per_row: Decimal
    period_patterns: tuple[PeriodPattern, ...]
    short_year: re.Pattern[str]
    period_prefixes: tuple[str, ...]
    period_suffixes: tuple[str, ...]
    period_single_words: Words
    title_period: str
    heading_period: str
    heading_typos: tuple[TypoBound, ...]
    quarter_words: Mapping[str, int]
    digit_words: Mapping[str, int]
    month_words: Mapping[str, int]

    @field_validator("*", mode="after")
    @classmethod
    def _folded(cls, value: object) -> object:
        """Fold word lists once, so that every comparison is between folded texts; longer words come first."""
        if isinstance(value, frozenset):
            return frozenset(spelling_key(word) for word in value)
        if isinstance(value, tuple) and all(isinstance(word, str) for word in value):
            return tuple(sorted((spelling_key(word) for word in value), key=len, reverse=True))
        return value

    @classmethod
    def load(cls, path: Path = FOLDER / "report_layout.yaml") -> Self:
        """Read the layout file; raises DefinitionError where it is wrong."""
        return read_definition(path, cls)
