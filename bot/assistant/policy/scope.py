"""Questions no document at hand can answer: orders to the assistant, chat, other places and other years."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.assistant.policy.clause_index import ClauseIndex
from bot.assistant.policy.lexicon import LexiconError
from bot.assistant.policy.paper_numbers import PaperNumbers
from bot.assistant.policy.question_types import any_of
from knowledge.folding import fold
from knowledge.types import Document

FILE = Path(__file__).with_name("scope.yaml")
_OF_ANY_PAPER = frozenset({"number", "issuer", "issued", "title"})
"""What a paper may be asked that another one only mentions."""

_YEAR = re.compile(r"(?<![\d〔\[])((?:19|20)\d{2})(?!\d|[〕\])])")
_SHORT_YEAR = re.compile(r"(?<!\d)(\d{2})年(?!以|内|期|来|前|后)")


class _ScopeRows(BaseModel):
    model_config = ConfigDict(extra="forbid")

    orders: list[str]
    greetings: list[str]
    small_talk: list[str]
    places: str
    home: str
    home_places: str
    national: str
    periods: list[str]
    relative_years: dict[str, int]
    status: dict[str, list[str]]
    today: str
    papers: list[str]
    other_papers: list[str]
    paper_number: str
    paper_serial: str


@dataclass(frozen=True, slots=True)
class Outside:
    """Why a question is out of scope.

    Args:
        reason: ``order``, ``greeting``, ``small_talk``, ``place``, ``period`` or ``number``.
        words: the words of the question that put it there, folded.
    """

    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class Scope:
    """The patterns of the scope file."""

    orders: re.Pattern[str]
    greetings: re.Pattern[str]
    small_talk: re.Pattern[str]
    places: tuple[str, ...]
    home: str
    home_places: tuple[str, ...]
    national: re.Pattern[str]
    all_places: frozenset[str]
    periods: tuple[str, ...]
    relative_years: Mapping[str, int]
    status: Mapping[str, re.Pattern[str]]
    today: re.Pattern[str]
    papers: tuple[str, ...]
    other_papers: re.Pattern[str]
    numbers: PaperNumbers

    def not_a_question(self, text: str) -> Outside | None:
        """What makes a folded text an order to the assistant or chat; None for anything else."""
        kinds = (("order", self.orders), ("greeting", self.greetings), ("small_talk", self.small_talk))
        for reason, pattern in kinds:
            found = pattern.search(text)
            if found:
                return Outside(reason, found[0])
        return None

    def elsewhere(self, text: str, asked: str, index: ClauseIndex, today: date) -> Outside | None:
        """The place or 文号 of a folded question, or the year of the part that asks, that no document at hand names.

        The cities of the home province belong to its documents alone.
        """
        at_home = index.mentions(self.home)
        for place in self.places if at_home else (*self.places, *self.home_places, self.home):
            if place in text and not index.mentions(place):
                return Outside("place", place)
        number = self.numbers.unknown(text, index.documents)
        if number and not index.mentions(number):
            return Outside("number", number)
        known = index.years
        for words, years in self._years(asked, today):
            if not any(words in held for held in index.texts) and known.isdisjoint(years):
                return Outside("period", words)
        return None

    def at_home(self, document: Document) -> bool:
        """Whether a document applies in the home province or a place in it, by its region, else by its issuer."""
        where = document.region or document.issuer
        return (
            any(place in where for place in (self.home, *self.home_places)) or self.national.search(where) is not None
        )

    def aspects(self, text: str) -> tuple[str, ...]:
        """What a folded question asks about the paper itself: ``validity``, ``issuer`` …; empty for other questions."""
        other = _OF_ANY_PAPER if self.other_papers.search(text) else frozenset()
        return tuple(name for name, pattern in self.status.items() if name not in other and pattern.search(text))

    def without_status_words(self, text: str) -> str:
        """The folded question with the words that ask about the paper blanked out."""
        for pattern in self.status.values():
            text = pattern.sub(lambda found: " " * len(found[0]), text)
        return text

    def _years(self, text: str, today: date) -> Iterator[tuple[str, frozenset[int]]]:
        """Each mention of a year or a named period, with the years it may mean."""
        for found in _YEAR.finditer(text):
            yield found[1] + "年", frozenset({int(found[1])})
        for found in _SHORT_YEAR.finditer(text):
            yield found[0], frozenset({2000 + int(found[1])})
        for word, offset in self.relative_years.items():
            if word in text:
                yield word, frozenset({today.year + offset})
        for name in self.periods:
            if name in text:
                # A five-year period is another paper's, even where its years overlap with those of one at hand.
                yield name, frozenset()


@lru_cache(maxsize=4)
def load_scope(path: Path = FILE) -> Scope:
    """The scope of a file.

    Raises:
        LexiconError: the file does not have the shape described at its top, or a pattern does not compile.
    """
    try:
        rows = _ScopeRows.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
        return Scope(
            orders=any_of(rows.orders),
            greetings=any_of(rows.greetings),
            small_talk=any_of(rows.small_talk),
            places=tuple(fold(place) for place in rows.places.split()),
            home=rows.home,
            national=re.compile(rows.national),
            home_places=tuple(fold(place) for place in rows.home_places.split()),
            all_places=frozenset(fold(place) for place in (rows.places + " " + rows.home_places).split()),
            periods=tuple(rows.periods),
            relative_years=rows.relative_years,
            status={name: any_of(patterns) for name, patterns in rows.status.items()},
            today=re.compile(rows.today),
            papers=tuple(rows.papers),
            other_papers=any_of(rows.other_papers),
            numbers=PaperNumbers(re.compile(rows.paper_number), re.compile(rows.paper_serial)),
        )
    except (yaml.YAMLError, ValidationError, re.error) as error:
        raise LexiconError(f"{path.name}: {error}") from error
