"""Question files: one JSON object a line, with what a right answer must show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.assistant.access import Role
from bot.assistant.types import Status


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


class Case(BaseModel):
    """One question and what its answer is held to; a case that demands nothing is run and shown, not scored.

    Args:
        id: unique in its file.
        q: the question.
        must: strings the answer contains, compared without spaces and punctuation.
        must_not: strings the answer does not contain, compared the same way.
        section: the start of each level of a cited section, outermost first; empty demands none.
        expect: status the answer ends with; ``answered`` where ``must``, ``section`` or ``value`` is given.
        value: numbers among the answer's figures, compared at two decimals.
        asks: for people: what kind of question it is.
        session: cases of one session are turns of one conversation, in file order.
        role: on whose behalf (``as`` in the file).
        split: part of the file that is reported separately, e.g. ``tune`` and ``report``.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    id: str
    q: str
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    expect: Status | None = None
    value: Annotated[tuple[Decimal, ...], BeforeValidator(_listed)] = ()
    asks: str = ""
    session: str = ""
    role: Role = Field(default=Role.PUBLIC, alias="as")
    split: str = ""

    @property
    def expected(self) -> Status | None:
        """The status demanded; None where nothing is."""
        return Status.ANSWERED if self.expect is None and (self.must or self.section or self.value) else self.expect


class CaseError(ValueError):
    """A line of a question file cannot be read.

    Args:
        path: the file.
        line: number of the line, from 1.
        reason: what is wrong with it, in English.
    """

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line


def read_cases(path: Path) -> tuple[Case, ...]:
    """The cases of a file in order; empty lines are skipped.

    Raises:
        CaseError: a line is not a case.
        OSError: the file cannot be read.
    """
    return tuple(_cases(path))


def _cases(path: Path) -> Iterator[Case]:
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            record: Any = json.loads(line.decode("utf-8-sig"))
            yield Case.model_validate(record)
        except (UnicodeDecodeError, json.JSONDecodeError, ValidationError) as error:
            raise CaseError(path, number, str(error)) from error
