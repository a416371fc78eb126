"""What a question asks for: the particular that must stand in the support, and the shape of the answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.assistant.policy.lexicon import LexiconError

FILE = Path(__file__).with_name("question_types.yaml")


class _DemandRow(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    cues: list[str]
    needs: str
    strict: bool = True
    drop: bool = False
    as_many: bool = False
    states: str = ""


class _ShapeRow(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    cues: list[str]
    prefers: str = ""
    gathers: bool = False


class _SilenceRow(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    cues: list[str]
    written: str


class _TypeRows(BaseModel):
    model_config = ConfigDict(extra="forbid")

    fragments: dict[str, str]
    background: str
    asking: list[str]
    distributing: list[str]
    actor: str
    demands: list[_DemandRow]
    silences: list[_SilenceRow]
    shapes: list[_ShapeRow]


@dataclass(frozen=True, slots=True)
class Demand:
    """A kind of particular asked for.

    Args:
        name: ``money``, ``ratio``, ``deadline`` …; the wording file says each in words.
        cues: recognises the question.
        needs: what a supporting sentence must hold.
        strict: without it the question is not answered; else it only favours sentences.
        drop: the cue words are no content of the question.
        as_many: a supporting sentence has to list as many things as the question says there are.
        states: the values that two documents may state differently; None where nothing is to be compared.
    """

    name: str
    cues: re.Pattern[str]
    needs: re.Pattern[str]
    strict: bool
    drop: bool
    as_many: bool = False
    states: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """How an answer is phrased.

    ``prefers`` favours sentences, None where it has no preference; ``gathers`` wants all that is said about the matter.
    """

    name: str
    cues: re.Pattern[str]
    prefers: re.Pattern[str] | None
    gathers: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """Something a question asks for that a clause on its matter may leave unsaid.

    Args:
        name: ``way`` or ``actor``; the wording says each in words.
        cues: recognises the question.
        written: how a text says it.
    """

    name: str
    cues: re.Pattern[str]
    written: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class QuestionTypes:
    """All demands, silences and shapes, in order of precedence.

    ``background`` is what people say of themselves before the question proper; ``asking`` recognises question words;
    ``distributing`` a question about two or three matters at once, in its groups ``first``, ``second`` and ``third``;
    ``actor`` is how a text says who acts, in its group of that name.
    """

    demands: tuple[Demand, ...]
    silences: tuple[Silence, ...]
    shapes: tuple[Shape, ...]
    background: re.Pattern[str]
    asking: re.Pattern[str]
    distributing: tuple[re.Pattern[str], ...]
    actor: re.Pattern[str]

    def told_apart(self, question: str) -> list[str]:
        """A folded question about several matters at once as one question each; empty for any other."""
        for pattern in self.distributing:
            found = pattern.search(question)
            if found:
                matters = list(found.groupdict().values())
                start, end = found.start("first"), max(map(found.end, found.groupdict()))
                return [question[:start] + matter + question[end:] for matter in matters]
        return []

    def silent(self, question: str, said: str) -> tuple[str, ...]:
        """The names of what a folded question asks for and the folded words found for it do not say."""
        return tuple(s.name for s in self.silences if s.cues.search(question) and not s.written.search(said))

    def demand(self, question: str) -> Demand | None:
        """The particular a folded question asks for, None where it asks for none."""
        return next((demand for demand in self.demands if demand.cues.search(question)), None)

    def shape(self, question: str) -> Shape | None:
        """The shape a folded question calls for, None for a plain one."""
        return next((shape for shape in self.shapes if shape.cues.search(question)), None)


@lru_cache(maxsize=4)
def load_question_types(path: Path = FILE) -> QuestionTypes:
    """The question types of a file.

    Raises:
        LexiconError: the file does not have the shape described at its top, or a pattern does not compile.
    """
    try:
        rows = _TypeRows.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
        return QuestionTypes(
            demands=tuple(_demand(row, rows.fragments) for row in rows.demands),
            silences=tuple(
                Silence(row.name, any_of(row.cues), re.compile(_filled(row.written, rows.fragments)))
                for row in rows.silences
            ),
            shapes=tuple(_shape(row, rows.fragments) for row in rows.shapes),
            background=re.compile(rows.background),
            asking=any_of(rows.asking),
            distributing=tuple(map(re.compile, rows.distributing)),
            actor=re.compile(rows.actor),
        )
    except (yaml.YAMLError, ValidationError, re.error) as error:
        raise LexiconError(f"{path.name}: {error}") from error


def any_of(patterns: list[str]) -> re.Pattern[str]:
    """One pattern that matches where any of the patterns does."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _demand(row: _DemandRow, fragments: dict[str, str]) -> Demand:
    needs = re.compile(_filled(row.needs, fragments))
    states = re.compile(_filled(row.states, fragments)) if row.states else None
    return Demand(row.name, any_of(row.cues), needs, row.strict, row.drop, row.as_many, states)


def _shape(row: _ShapeRow, fragments: dict[str, str]) -> Shape:
    prefers = re.compile(_filled(row.prefers, fragments)) if row.prefers else None
    return Shape(row.name, any_of(row.cues), prefers, row.gathers)


def _filled(pattern: str, fragments: dict[str, str]) -> str:
    """Named fragments put in; other braces are the repetition counts of the pattern itself."""
    for name, fragment in fragments.items():
        pattern = pattern.replace("{" + name + "}", f"(?:{fragment})")
    return pattern
