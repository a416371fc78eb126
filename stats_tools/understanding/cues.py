"""What a question asks for, by pattern files over its skeleton, and how surely it is about figures at all."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict

from stats_tools.definition_files import read_definition
from stats_tools.understanding.bounds import numeral
from stats_tools.understanding.passage import Kind, Passage, expanded

FOLDER = Path(__file__).parent


def _compiles(pattern: str) -> str:
    re.compile(expanded(pattern))
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]
Slot = str | int | bool


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cue(_File):
    """A pattern over the skeleton (or, as ``text``, over the words themselves) and the slots it sets."""

    when: Pattern
    text: Pattern = "(?!)"
    set: dict[str, Slot]

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern over the skeleton, ready for use."""
        return re.compile(expanded(self.when))

    @cached_property
    def in_text(self) -> re.Pattern[str]:
        """The pattern over the words, ready for use."""
        return re.compile(self.text)


class Sign(_File):
    """A pattern that speaks for or against a question being about figures."""

    when: Pattern
    weight: float
    unless: Pattern = "(?!)"

    @cached_property
    def compiled(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """The pattern and its exception."""
        return re.compile(expanded(self.when)), re.compile(expanded(self.unless))

    def applies(self, text: str) -> bool:
        """Whether it is in the text and its exception is not."""
        when, unless = self.compiled
        return when.search(text) is not None and unless.search(text) is None


class StrengthWeights(_File):
    """Weights of what is found in a question; the logistic of their sum less ``threshold`` is the strength."""

    threshold: float
    indicator: float
    foreign: float
    period: float
    cluster: float
    component: float
    city: float
    level: float
    sector: float
    bound: float
    day: float
    operation: float
    measure: float
    by: float
    each: float
    sign: float
    unanchored: float
    decisive: float
    follow_up: float
    explained: float
    unexplained: float
    most_unexplained: int
    decisive_operations: tuple[str, ...]
    anchoring_operations: tuple[str, ...]
    statistics: tuple[Sign, ...]
    policy: tuple[Sign, ...]


class FollowUpPatterns(_File):
    """Words by which a question leans on the one before it."""

    opening: Pattern
    closing: Pattern
    asking: Pattern
    never: Pattern
    earlier_year: Pattern
    later_year: Pattern
    earlier_quarter: Pattern
    later_quarter: Pattern
    level: Pattern
    value: Pattern


class CueLanguage(_File):
    """The file of cues."""

    cues: tuple[Cue, ...]
    strength: StrengthWeights
    follow_up: FollowUpPatterns
    counted_clusters: Pattern
    everything: Pattern
    default_indicators: dict[str, str]
    loss_indicator: str
    heads: tuple[str, ...]
    firms_bound: Pattern
    implied_indicators: dict[str, str]
    phrase_indicators: dict[str, tuple[str, ...]]
    overview_indicators: tuple[str, ...]
    bare_indicator: Pattern
    asked_unit: Pattern

    @classmethod
    def load(cls, path: Path = FOLDER / "cues.yaml") -> Self:
        """Read the file; raises DefinitionError where it is wrong."""
        return read_definition(path, cls)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the cues of a question come to.

    Args:
        slots: slot -> value; of several cues the first of the file.
        measures: every measure that was named.
        operations: every operation that was named, in the order of the file.
        rest: the skeleton with what the cues took replaced by one character each.
    """

    slots: Mapping[str, Slot]
    measures: frozenset[str] = frozenset()
    operations: tuple[str, ...] = ()
    rest: str = ""

    def text(self, slot: str) -> str:
        """A slot's word, empty where it is not set."""
        value = self.slots.get(slot, "")
        return value if isinstance(value, str) else ""

    def flag(self, slot: str) -> bool:
        """Whether a slot is set."""
        return bool(self.slots.get(slot, False))

    @property
    def k(self) -> int | None:
        """How many rows of a ranking were asked for."""
        value = self.slots.get("k")
        return value if isinstance(value, int) and not isinstance(value, bool) else None


_ENGLISH_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5}


class CueReader:
    """Reads the cues of a passage."""

    def __init__(self, language: CueLanguage | None = None) -> None:
        self.language = language or CueLanguage.load()

    def read(self, passage: Passage) -> Asked:
        """The slots that the passage's words set."""
        skeleton = passage.skeleton()
        slots: dict[str, Slot] = {}
        measures: set[str] = set()
        operations: dict[str, None] = {}
        taken = list(skeleton.text)
        for cue in self.language.cues:
            match = cue.compiled.search(skeleton.text)
            if match is None and cue.in_text.search(passage.text):
                slots = {**cue.set, **slots}
            if match is None:
                continue
            if "measure" in cue.set:
                measures.add(str(cue.set["measure"]))
            if "operation" in cue.set:
                operations[str(cue.set["operation"])] = None
            if "operation" not in cue.set or "operation" not in slots:
                slots = {**cue.set, **_number(match), **slots}
            for index in range(*match.span()):
                if not _is_token(taken[index]):
                    taken[index] = Kind.CUE.value
        return Asked(slots, frozenset(measures), tuple(operations), "".join(taken))

    def strength(
        self, passage: Passage, asked: Asked, *, follows: bool, unexplained: int = 0, extra: float = 0.0
    ) -> float:
        """How surely the passage asks for figures, 0 to 1.

        Args:
            passage: with what was recognised in it.
            asked: its cues.
            follows: whether it leans on a question for figures.
            unexplained: syllables with content that nothing was made of.
            extra: added to what is found in it.
        """
        weights = self.language.strength
        kinds = {token.kind.name.lower() for token in passage.tokens()}
        score = sum(float(getattr(weights, kind, 0.0)) for kind in kinds)
        operation = asked.text("operation")
        score += weights.operation * bool(operation) + weights.measure * bool(asked.measures)
        score += weights.by * bool(asked.text("by")) + weights.each * asked.flag("each")
        score += weights.sign * bool(asked.text("sign")) + weights.follow_up * follows + extra
        score += weights.decisive * (operation in weights.decisive_operations)
        anchored = bool(kinds & {"indicator", "foreign", "bound"}) or follows or bool(asked.text("sign"))
        anchored |= operation in (*weights.decisive_operations, *weights.anchoring_operations)
        score += 0.0 if anchored else weights.unanchored
        score += weights.unexplained * min(unexplained, weights.most_unexplained)
        asks_of_something = len(kinds) > 1 or bool(operation or asked.measures or asked.text("by"))
        score += weights.explained * (unexplained == 0 and "indicator" in kinds and asks_of_something)
        signs = (*weights.statistics, *weights.policy)
        text = passage.skeleton().text
        score += sum(sign.weight for sign in signs if sign.applies(text))
        return 1 / (1 + math.exp(weights.threshold - score))


def _number(match: re.Match[str]) -> dict[str, Slot]:
    groups = match.groupdict()
    said = groups.get("k") or groups.get("k2")
    if not said:
        return {}
    return {"k": _ENGLISH_NUMBERS.get(said) or int(numeral(said))}


def _is_token(character: str) -> bool:
    return "\ue000" <= character <= "\uf8ff"
