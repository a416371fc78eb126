"""Which facts a firm can tell of itself, read from ``facts.yaml``: names, words, plausible values, questions back."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

_FILE = Path(__file__).with_name("facts.yaml")


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Option(_Row):
    """A value of a choice with the pattern that says it."""

    value: str
    says: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The pattern, over folded text."""
        return re.compile(self.says)


class Fact(_Row):
    """One fact; see ``facts.yaml`` for the fields."""

    code: str = Field(pattern=r"^[a-z_]+$")
    kind: Literal["place", "sector", "quantity", "year", "choice"]
    name: str
    ask: str
    dimension: str = ""
    words: tuple[str, ...] = ()
    falling: tuple[str, ...] = ()
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(0)
    instead: str = ""
    ratio: tuple[str, str] | None = None
    counted: bool = False
    adds_up: bool = False
    alone: bool = False
    yearly: bool = False
    implies: dict[str, str] = {}
    options: tuple[Option, ...] = ()
    agreed: str = ""
    denied: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.kind == "quantity") is not bool(self.dimension and self.words and self.least < self.most):
            raise ValueError(f"{self.code}: a quantity has a dimension, words and plausible values, nothing else has")
        values = {option.value for option in self.options}
        if (self.kind == "choice") is not bool(values) or (values and not {self.agreed, self.denied} <= values | {""}):
            raise ValueError(f"{self.code}: a choice has options, and a bare 是 or 没有 means one of them")
        return self

    @property
    def values(self) -> tuple[str, ...]:
        """The values of a choice, the affirmed one first; empty for any other kind."""
        values = [option.value for option in self.options]
        return tuple(sorted(values, key=lambda value: value != self.agreed))


class Facts(_Row):
    """All facts, in the order in which they are asked for.

    Args:
        not_above: pairs of which the first cannot be larger than the second.
        filler: pattern of what may stand between a clause's beginning and a quantity that belongs to the clause before.
        years: words that date an amount, in years from this one.
        around: pattern of what may stand around a quantity that tells of a fact by itself.
        share_tolerance: percentage points by which a share as told may differ from the one worked out.
    """

    facts: tuple[Fact, ...]
    not_above: tuple[tuple[str, str], ...]
    share_tolerance: Decimal
    filler: str
    years: dict[str, int]
    around: str

    @classmethod
    def load(cls, path: Path = _FILE) -> Self:
        """Read the file; pydantic.ValidationError names a wrong entry."""
        return cls.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))

    @model_validator(mode="after")
    def _known(self) -> Self:
        mentioned = {fact.instead for fact in self.facts} | {code for pair in self.not_above for code in pair}
        mentioned |= {code for fact in self.facts for code in (*(fact.ratio or ()), *fact.implies)}
        if unknown := mentioned - set(self._by_code) - {""}:
            raise ValueError(f"no such facts: {sorted(unknown)}")
        return self

    @cached_property
    def _by_code(self) -> dict[str, Fact]:
        return {fact.code: fact for fact in self.facts}

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Every code, in order."""
        return tuple(self._by_code)

    def fact(self, code: str) -> Fact:
        """One fact; raises KeyError for an unknown one."""
        return self._by_code[code]

    def of_kind(self, kind: str) -> tuple[Fact, ...]:
        """The facts of a kind, in order."""
        return tuple(fact for fact in self.facts if fact.kind == kind)


@lru_cache(maxsize=1)
def shipped_facts() -> Facts:
    """The facts that come with the program, read once a process."""
    return Facts.load()
