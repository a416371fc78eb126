"""The recognition patterns of document structure, read from ``patterns.yaml`` and compiled once."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

FILE = Path(__file__).with_name("patterns.yaml")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Level(_Strict):
    """One level of numbering.

    Args:
        name: for whoever reads the file.
        kind: clause kind of the text under it.
        marker: regular expression for the start of a paragraph.
        headed: whether heading words may follow the marker.
    """

    name: str
    kind: str
    marker: str
    headed: bool = True


class Lead(_Strict):
    """A paragraph that opens with its own heading: groups ``label`` and ``stop``.

    Args:
        within: regular expression that the innermost open heading must contain; empty means anywhere.
    """

    kind: str
    pattern: str
    within: str = ""


class Patterns(_Strict):
    """What ``patterns.yaml`` holds; lengths count characters."""

    numeral: str
    levels: tuple[Level, ...] = Field(min_length=1)
    heading_end: str
    heading_length: Annotated[int, Field(gt=0)]
    sentence: str
    leads: tuple[Lead, ...]
    goal_without_lead: str
    table_row: str
    title: str
    longest_clause: Annotated[int, Field(ge=50)]

    @model_validator(mode="after")
    def _compilable(self) -> Self:
        expressions = [self.expand(level.marker) for level in self.levels]
        expressions += [lead.pattern for lead in self.leads] + [lead.within for lead in self.leads]
        for expression in (
            *expressions,
            self.heading_end,
            self.sentence,
            self.goal_without_lead,
            self.table_row,
            self.title,
        ):
            try:
                re.compile(expression)
            except re.error as error:
                raise ValueError(f"{FILE.name}: {expression!r} is not a regular expression: {error}") from error
        return self

    def expand(self, expression: str) -> str:
        """The expression with ``{numeral}`` filled in."""
        return expression.replace("{numeral}", self.numeral)


@lru_cache(maxsize=1)
def patterns() -> Patterns:
    """The shipped patterns.

    Raises:
        ValueError: the file has an unknown or missing key, or an expression that does not compile.
    """
    return Patterns.model_validate(yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
