"""What an answer fails of what its case demands."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from bot.assistant.rendering import plain_text
from bot.assistant.types import Answer
from bot.evaluation.cases import Case

_CENT = Decimal("0.01")


class Demand(StrEnum):
    """The kinds of things a case can demand."""

    STATUS = "status"
    WORDS = "must"
    ABSENT = "must_not"
    SECTION = "section"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Failure:
    """One demand an answer does not meet: what was wanted and what came instead."""

    demand: Demand
    wanted: str
    got: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """One case with its answer.

    Args:
        scored: False where the case demands nothing.
        failures: empty where every demand is met.
    """

    case: Case
    answer: Answer
    scored: bool
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing that was demanded is missing."""
        return not self.failures


def score(case: Case, answer: Answer) -> Score:
    """The case judged against an answer."""
    failures = (*_status(case, answer), *_words(case, answer), *_section(case, answer), *_values(case, answer))
    return Score(case, answer, case.expected is not None, failures)


def bare(text: str) -> str:
    """The text without spaces, punctuation and control characters, in compatibility form and lower case."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in plain if unicodedata.category(character)[0] not in "PZC")


def _status(case: Case, answer: Answer) -> tuple[Failure, ...]:
    if case.expected is None or answer.status is case.expected:
        return ()
    return (Failure(Demand.STATUS, case.expected.value, answer.status.value),)


def _words(case: Case, answer: Answer) -> tuple[Failure, ...]:
    text = bare(plain_text(answer.blocks))
    missing = (Failure(Demand.WORDS, words) for words in case.must if bare(words) not in text)
    unwanted = (Failure(Demand.ABSENT, words) for words in case.must_not if bare(words) in text)
    return (*missing, *unwanted)


def _section(case: Case, answer: Answer) -> tuple[Failure, ...]:
    if not case.section or any(_under(citation.section, case.section) for citation in answer.citations):
        return ()
    cited = "；".join(dict.fromkeys("/".join(citation.section) for citation in answer.citations))
    return (Failure(Demand.SECTION, "/".join(case.section), cited),)


def _under(section: tuple[str, ...], beginnings: tuple[str, ...]) -> bool:
    return len(section) >= len(beginnings) and all(
        level.startswith(beginning) for level, beginning in zip(section, beginnings, strict=False)
    )


def _values(case: Case, answer: Answer) -> tuple[Failure, ...]:
    shown = {_rounded(figure.value) for figure in answer.figures}
    got = "、".join(str(value) for value in sorted(shown))
    return tuple(Failure(Demand.VALUE, str(value), got) for value in case.value if _rounded(value) not in shown)


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_CENT, ROUND_HALF_UP)
