"""When a message is about what the asking firm may get, and what it asks; read from ``recognition.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, Self, get_args

import yaml
from pydantic import BaseModel, ConfigDict

from bot.assistant.eligibility.extraction import Stated
from knowledge.support_measures import Measure
from stats_tools.understanding.passage import normal

_FILE = Path(__file__).with_name("recognition.yaml")
Reply = Literal[
    "skip",
    "see_now",
    "terms",
    "next_step",
    "whom",
    "materials",
    "more",
    "agreed",
    "denied",
    "show_profile",
    "clear_profile",
]


_BRIEF = 12
"""Characters of a question such as 那能进白名单吗 that is about the firm because the part before was."""
_SHORT = 6
"""Characters of a remark such as 没上市 that tells a fact nobody asked for."""


class RecognitionLanguage(BaseModel):
    """The recognition file; every entry but ``needs`` is a pattern or several."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first_person: str
    firm: str
    not_a_firm: str
    many_firms: str
    dated: str
    general: str
    of_figures: str
    corrects: str
    qualifies: tuple[str, ...]
    wants: str
    will_do: str
    open_question: str
    belongs: str
    general_subject: str
    enough: str
    overview: tuple[str, ...]
    start: dict[Literal["eligibility", "financing"], str]
    overview_weak: str
    financing: tuple[str, ...]
    in_need: tuple[str, ...]
    about_documents: str
    skip: str
    see_now: str
    terms: str
    next_step: str
    whom: str
    materials: str
    moved: str
    more: str
    agreed: str
    denied: str
    show_profile: str
    clear_profile: str
    and_that: str
    needs: dict[str, tuple[str, ...]]

    @classmethod
    def load(cls, path: Path = _FILE) -> Self:
        """Read the file; pydantic.ValidationError names a wrong entry."""
        return cls.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))

    @cached_property
    def replies(self) -> Mapping[Reply, re.Pattern[str]]:
        """The short replies a question back may get."""
        return {name: re.compile(getattr(self, name)) for name in reversed(get_args(Reply))}


@lru_cache(maxsize=1)
def shipped_recognition() -> RecognitionLanguage:
    """The language that comes with the program, read once a process."""
    return RecognitionLanguage.load()


@dataclass(frozen=True)
class Needs:
    """The financing needs and the words for them."""

    words: Mapping[str, Sequence[str]]

    @property
    def names(self) -> tuple[str, ...]:
        """Every need, in order."""
        return tuple(self.words)

    def named(self, text: str) -> str:
        """The need whose word comes first in the file among those a text holds; empty for none."""
        folded = normal(text)
        return next((need for need, words in self.words.items() if any(word in folded for word in words)), "")


@dataclass(frozen=True, slots=True)
class Intent:
    """What is asked: a measure's conditions, all there is, or channels for a need."""

    kind: Literal["eligibility", "financing"]
    measure: str = ""
    need: str = ""


class Recognition:
    """Tells questions about the asking firm from questions about documents and figures.

    Args:
        measures: by their names and aliases; the longest name in a text wins.
        language: the recognition file; the shipped one without it.
    """

    def __init__(self, measures: Iterable[Measure], language: RecognitionLanguage | None = None) -> None:
        self._language = language or shipped_recognition()
        names = {normal(name): each.id for each in reversed([*measures]) for name in (each.name, *each.aliases)}
        self._names = dict(sorted(names.items(), key=lambda item: -len(item[0])))
        self._first = re.compile(self._language.first_person)
        self._firm = re.compile(self._language.firm)
        self._not_a_firm = re.compile(self._language.not_a_firm)
        self._dated = re.compile(self._language.dated)
        self._general_words = re.compile(self._language.general)
        self._of_figures = re.compile(self._language.of_figures)
        self._corrects = re.compile(self._language.corrects)
        self._qualifies = re.compile("|".join(self._language.qualifies))
        self._wants = re.compile(self._language.wants)
        self._will_do = re.compile(self._language.will_do)
        self._open_question = re.compile(self._language.open_question)
        self._belongs = re.compile(self._language.belongs)
        self._general = re.compile(self._language.general_subject)
        self._enough = re.compile(self._language.enough)
        self._overview = re.compile("|".join(self._language.overview))
        self._start = {kind: re.compile(pattern) for kind, pattern in self._language.start.items()}
        self._weak = re.compile(self._language.overview_weak)
        self._financing = re.compile("|".join(self._language.financing))
        self._in_need = re.compile("|".join(self._language.in_need))
        self._documents = re.compile(self._language.about_documents)
        self._rest_of_firms = re.compile(self._language.many_firms)
        self._moved = re.compile(self._language.moved)
        self._and_that = re.compile(self._language.and_that)
        self.needs = Needs(self._language.needs)

    def reply(self, text: str) -> Reply | None:
        """The short reply a text is; None for any other text."""
        folded = normal(text)
        return next((name for name, pattern in self._language.replies.items() if pattern.fullmatch(folded)), None)

    def measure(self, text: str) -> str:
        """The id of the measure a text names, empty for none."""
        folded = normal(text)
        return next((measure for name, measure in self._names.items() if name in folded), "")

    def intent(self, text: str, stated: Stated, *, known: bool, following: bool) -> Intent | None:
        """What a part of a message asks for the firm; None where it is no such question.

        Args:
            text: the part.
            stated: the facts in it.
            known: whether facts of the firm are remembered.
            following: whether the part before was about the firm too.
        """
        folded = normal(text)
        own = self._speaks_of_itself(folded, stated)
        brief = len(folded) <= _BRIEF
        following = following and brief and self._general.search(folded) is None
        concrete = _figures(stated)
        if (kind := next((kind for kind, started in self._start.items() if started.search(folded)), None)) is not None:
            return Intent(
                kind, *((self.measure(folded), "") if kind == "eligibility" else ("", self.needs.named(folded)))
            )
        if self._documents.search(folded) and not concrete:
            return None
        in_need = self._in_need.search(folded) is not None
        if in_need or (self._financing.search(folded) and (own or concrete or following)):
            return Intent("financing", need=self.needs.named(folded))
        measure = self.measure(folded)
        about = own or concrete > 0 or following or (known and brief)
        if measure and self._asks_about(
            folded, own=about, following=following, known=known, told=known or concrete > 0 or len(stated.told) > 1
        ):
            return Intent("eligibility", measure)
        speaks_of_itself = own or (concrete > 0 and len(stated.told) > 1) or following
        tells = bool(stated.told or stated.elsewhere or stated.product or known)
        if self._overview.search(folded) and speaks_of_itself and tells:
            return Intent("eligibility")
        if self._weak.search(folded) and own and len(stated.told) > 1 and concrete:
            return Intent("eligibility")
        return None

    def corrects(self, text: str) -> bool:
        """Whether a text takes something back that was told before."""
        return self._corrects.search(normal(text)) is not None

    def is_of_itself(self, text: str) -> bool:
        """Whether a text is a brief remark of a firm about itself, in the first person: 我们去年亏损."""
        folded = normal(text)
        is_own = self._first.match(folded) is not None and self._not_a_firm.search(folded) is None
        return is_own and len(folded) <= _BRIEF

    def is_brief_statement(self, text: str) -> bool:
        """Whether a text is short and tells rather than asks, of no year, quarter or cluster."""
        folded = normal(text)
        asks = self._open_question.search(folded) or self._general_words.search(folded)
        return len(folded) <= _BRIEF and not asks and self._dated.search(folded) is None

    def moves(self, text: str, stated: Stated) -> bool:
        """Whether a text asks the same for another city and for nothing else."""
        return set(stated.told) == {"city"} and self._moved.fullmatch(normal(text)) is not None

    def answers(self, text: str, stated: Stated, asked: Sequence[str]) -> bool:
        """Whether a part right after a question back answers it, or tells of the firm besides.

        Args:
            text: the part.
            stated: the facts in it.
            asked: the facts asked for.
        """
        folded = normal(text)
        told = {*stated.told, *stated.unclear}
        own = self._first.search(folded) is not None or self._corrects.search(folded) is not None
        if stated.is_empty or self._open_question.search(folded):
            return False
        if own:
            return True
        is_dated = self._dated.search(folded) is not None and "founded" not in told
        if is_dated or self._general_words.search(folded):
            return False
        if self._of_figures.search(folded) and not _figures(stated):
            return False
        is_asked = bool(told & set(asked)) or bool(stated.product and "sector" in asked)
        return is_asked or _figures(stated) > 0 or len(folded) <= _SHORT

    def introduces(self, text: str, stated: Stated, *, known: bool) -> bool:
        """Whether a statement tells of the firm: in the first person, or as a correction where facts are known.

        Without the first person it takes figures that only a firm has: two of them, or one where facts are known.

        Args:
            text: the statement.
            stated: the facts in it; a firm that is not known yet takes two of them.
            known: whether facts of the firm are remembered.
        """
        folded = normal(text)
        if not (stated.told or stated.product) or self._not_a_firm.search(folded):
            return False
        if known and self._corrects.search(folded):
            return True
        figures = _figures(stated)
        is_firm = self._first.search(folded) and (self._firm.search(folded) or figures)
        if is_firm and len(stated.told) + bool(stated.product) > (0 if known else 1):
            return True
        is_dated = self._dated.search(folded) is not None and "founded" not in stated.told
        asks = self._open_question.search(folded) or self._general_words.search(folded)
        return not (is_dated or asks) and figures > (0 if known or _is_placed(stated) else 1)

    def _speaks_of_itself(self, folded: str, stated: Stated) -> bool:
        """Whether a firm speaks: in the first person, or by what and where it is (临沂小厂，做医药中间体)."""
        if self._first.search(folded):
            return True
        folded = self._belongs.sub("", folded)
        is_other = self._not_a_firm.search(folded) or self._dated.search(folded) or self._rest_of_firms.search(folded)
        is_firm = self._firm.search(folded) is not None or _figures(stated) > 0
        return _is_placed(stated) and is_firm and not is_other

    def _asks_about(self, folded: str, *, own: bool, following: bool, known: bool, told: bool) -> bool:
        if self._enough.search(folded):
            return True
        if own and self._belongs.search(folded):
            return True
        wants = told and self._wants.search(folded)
        if own and (wants or self._qualifies.search(folded)) and not self._open_question.search(folded):
            return True
        if known and self._will_do.search(folded):
            return True
        return following and self._and_that.fullmatch(folded) is not None


def _is_placed(stated: Stated) -> bool:
    """Whether it is told where a firm is and what it makes."""
    return {"city", "sector"} <= set(stated.told) or bool(stated.product and "city" in stated.told)


def _figures(stated: Stated) -> int:
    """How many facts beyond city, sector and plain choices a text states."""
    return sum(
        any(character.isdigit() for character in words) for words in (*stated.told.values(), *stated.unclear.values())
    )
