"""What a register is, read from one file each: columns, words, visibility, and the targets it counts against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from stats_tools.definition_files import FOLDER, DefinitionError, read_definition
from stats_tools.spelling import spelling_key
from stats_tools.targets import LevelCode, Target
from stats_tools.units import UnitTable

REGISTER_FOLDER = FOLDER / "registers"
CLUSTER, CITY = "cluster", "city"
"""Codes of the two columns that every register may have; a row's city is that of its cluster where none is written."""
TODAY = "today"

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    CLUSTER = "cluster"
    CITY = "city"
    CHOICE = "choice"
    """One of the values named in the file."""
    CHOICES = "choices"
    """Any of them, several in one cell."""
    AMOUNT = "amount"
    """A number of the column's unit, not negative; other units of its dimension are converted."""
    DATE = "date"
    """A day, a month or a year; kept as precisely as it was written."""
    BAND = "band"
    """Not written but computed: the step of a scale that another column's number reaches."""


class _Definition(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Choice(_Definition):
    """A value that a column may have, with further words for it."""

    name: str
    aliases: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Every spelling."""
        return self.name, *self.aliases


class Step(Choice):
    """A step of a scale, in the unit of the column it is computed from.

    Args:
        at_least: numbers from here on reach it; ``over`` where the number itself does not.
        over: whether a number must exceed ``at_least``.
    """

    at_least: Decimal
    over: bool = False

    def is_reached(self, number: Decimal) -> bool:
        """Whether a number is on this step or above."""
        return number > self.at_least if self.over else number >= self.at_least


class Column(_Definition):
    """One column of a register.

    Args:
        code: stable identifier.
        header: what it is called, in the template and to people.
        aliases: further headings.
        kind: what it holds.
        required: whether every row must have it.
        unit: of an amount.
        values: of a choice.
        of: code of the amount that a band is computed from.
        steps: of a band, the highest first.
    """

    code: Code
    header: str
    aliases: tuple[str, ...] = ()
    kind: Kind = Kind.TEXT
    required: bool = False
    unit: str = ""
    values: tuple[Choice, ...] = ()
    of: str = ""
    steps: tuple[Step, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.kind in (Kind.CHOICE, Kind.CHOICES)) != bool(self.values):
            raise ValueError(f"{self.code}: a choice, and nothing else, names its values")
        if (self.kind is Kind.AMOUNT) != bool(self.unit):
            raise ValueError(f"{self.code}: an amount, and nothing else, has a unit")
        if (self.kind is Kind.BAND) != bool(self.of and self.steps):
            raise ValueError(f"{self.code}: a band, and nothing else, is computed by steps of another column")
        return self

    @property
    def heading(self) -> str:
        """The header with its unit, as the template writes it."""
        return f"{self.header}（{self.unit}）" if self.unit else self.header

    @property
    def groups(self) -> tuple[Choice, ...]:
        """The values by which rows can be grouped, in the order of the file; empty for free text."""
        return self.values or self.steps

    def choice(self, text: str) -> Choice | None:
        """The value that a spelling means, None for none of them."""
        key = spelling_key(text)
        return next((each for each in self.groups if any(spelling_key(word) == key for word in each.words)), None)


class Condition(_Definition):
    """What a row must be like: ``column`` among some values, known at all, or a date from or before a day."""

    column: str
    among: tuple[str, ...] = ()
    known: bool | None = None
    since: date | None = None
    before: Literal["today"] | None = None

    @model_validator(mode="after")
    def _one_demand(self) -> Self:
        if sum((bool(self.among), self.known is not None, self.since is not None, self.before is not None)) != 1:
            raise ValueError(f"{self.column}: a condition makes exactly one demand")
        return self


class State(_Definition):
    """A named kind of rows that questions ask for, e.g. 未办结: rows that meet every condition."""

    code: Code
    name: str
    words: tuple[str, ...]
    where: tuple[Condition, ...]


class TargetCount(_Definition):
    """Which rows count against a target of the plan.

    Args:
        target: its code in the targets file.
        where: what a row must be like to count.
        level: of the clusters whose rows count; empty for all.
        per_cluster: whether the target is one for each cluster.
    """

    target: str
    where: tuple[Condition, ...] = ()
    level: LevelCode | Literal[""] = ""
    per_cluster: bool = False


class Source(_Definition):
    """The words of the plan that ask for the register, verbatim."""

    doc_id: str
    quote: str


class RegisterDefinition(_Definition):
    """One register.

    Args:
        code: stable identifier.
        name: what it is called.
        counted: what one row is called, e.g. 项目, and ``unit`` its counting word.
        titles: words in a sheet's name or title that say it is this register.
        nouns: what it and its rows are called in a question; longer ones are looked for first.
        plain_nouns: words that mean its rows only beside a value or state of it, e.g. 企业 beside 过千亿.
        lookups: patterns of questions after one row; what ``name`` matches is the firm or row looked for.
        source: the words of the plan behind it.
        key: codes of the columns that tell one row from another.
        label: code of the column that names a row.
        firm: code of the column that names the firm a row is about; rows that nobody can be known by leave it empty.
        rows_for: the least role that may see single rows; ``public`` for everybody.
        smallest_group: fewer firms than this are not told of to others.
        breakdowns: the groupings others may see, each a list of column codes; the total is one of itself.
        listed: codes of the columns shown where rows are listed in an answer.
        chart: the columns of its stacked chart: one bar a value of the first, divided by the second.
        columns: in the order of the template.
        states: named kinds of rows.
        targets: what it counts against.
    """

    code: Code
    name: str
    counted: str
    unit: str
    titles: tuple[str, ...]
    nouns: tuple[str, ...]
    plain_nouns: tuple[str, ...] = ()
    lookups: tuple[str, ...] = ()
    source: Source
    key: tuple[str, ...]
    label: str
    firm: str = ""
    rows_for: Literal["public", "official"] = "official"
    smallest_group: int = Field(default=3, ge=1)
    breakdowns: tuple[tuple[str, ...], ...] = ()
    listed: tuple[str, ...]
    chart: tuple[str, str] | None = None
    columns: tuple[Column, ...]
    states: tuple[State, ...] = ()
    targets: tuple[TargetCount, ...] = ()

    @cached_property
    def _by_code(self) -> Mapping[str, Column]:
        return {column.code: column for column in self.columns}

    def column(self, code: str) -> Column:
        """The column with this code; raises KeyError where there is none."""
        return self._by_code[code]

    def has(self, code: str) -> bool:
        """Whether there is such a column; a city is known of every row that has a cluster."""
        return code in self._by_code

    @property
    def written(self) -> tuple[Column, ...]:
        """The columns that are filled in, that is all but the computed ones."""
        return tuple(column for column in self.columns if column.kind is not Kind.BAND)

    def of_kind(self, *kinds: Kind) -> tuple[Column, ...]:
        """The columns of some kinds."""
        return tuple(column for column in self.columns if column.kind in kinds)

    def state(self, code: str) -> State:
        """The named state; raises KeyError where there is none."""
        found = next((state for state in self.states if state.code == code), None)
        if found is None:
            raise KeyError(code)
        return found

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        known = [column.code for column in self.columns]
        _reject_twice("column", known)
        _reject_twice("heading", [spelling_key(h) for c in self.columns for h in (c.header, *c.aliases)])
        bands = [column.of for column in self.columns if column.of]
        named = [*self.key, *self.listed, self.label, *([self.firm] if self.firm else []), *bands]
        conditions = [c for s in self.states for c in s.where] + [c for t in self.targets for c in t.where]
        named += [condition.column for condition in conditions]
        groups = [code for grouping in (*self.breakdowns, self.chart or ()) for code in grouping]
        unknown = {code for code in (*named, *groups) if code not in (*known, CITY)}
        if unknown:
            raise ValueError(f"{self.code}: no such columns: {sorted(unknown)}")
        for condition in conditions:
            column = self.column(condition.column)
            strange = [name for name in condition.among if all(each.name != name for each in column.groups)]
            if strange:
                raise ValueError(f"{self.code}: {condition.column} has no values {strange}")
        return self


def _reject_twice(what: str, names: Iterable[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"a {what} is defined twice: {twice}")


class Registers(tuple[RegisterDefinition, ...]):
    """All registers, in the order of their files."""

    __slots__ = ()

    @classmethod
    def load(cls, folder: Path = REGISTER_FOLDER, targets: Sequence[Target] = ()) -> Self:
        """Read every ``*.yaml`` of a folder.

        Args:
            folder: of the files.
            targets: the targets of the plan, to check references against; without any they are not checked.

        Raises:
            DefinitionError: a file is wrong, two registers share a code, or a unit or target does not exist.
        """
        found = cls(read_definition(path, RegisterDefinition) for path in sorted(folder.glob("*.yaml")))
        codes = [register.code for register in found]
        if len(set(codes)) != len(codes):
            raise DefinitionError(f"{folder.name}: a register is defined twice")
        units, known = UnitTable.load(), {target.code for target in targets}
        for register in found:
            for column in register.of_kind(Kind.AMOUNT):
                units.require(column.unit, f"{register.code}.{column.code}")
            missing = [each.target for each in register.targets if known and each.target not in known]
            if missing:
                raise DefinitionError(f"{register.code}: no such targets {missing}")
        return found

    def register(self, code: str) -> RegisterDefinition:
        """The register with this code; raises KeyError where there is none."""
        found = next((each for each in self if each.code == code), None)
        if found is None:
            raise KeyError(code)
        return found
