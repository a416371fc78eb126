"""What a question asks of a matter that a card is about: the cards it names, the part of the matter, a number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.assistant.policy.lexicon import LexiconError
from bot.assistant.policy.question_types import any_of
from knowledge.card_library import WrittenCard
from knowledge.cards import card_words
from knowledge.folding import fold

FILE = Path(__file__).with_name("reading.yaml")
_QUOTES = re.compile(r"[“”\"‘’'《》\s]")
_YEAR = re.compile(r"(?<![\d\[])((?:19|20)\d{2})(?![\d\]])")


class _Particular(BaseModel):
    model_config = ConfigDict(extra="forbid")

    cue: str
    states: str


class _Rows(BaseModel):
    model_config = ConfigDict(extra="forbid")

    topics: dict[str, list[str]]
    general: dict[str, list[str]]
    idle: str
    comparing: list[str]
    preferring: str
    written: str
    counted: str
    units: dict[str, str]
    particulars: list[_Particular]


@dataclass(frozen=True, slots=True)
class Named:
    """A card that a question names.

    Args:
        card: the card.
        term: the term by which it is named, as on the card.
        start: where the term begins in the plain question.
        end: one past its last character.
    """

    card: WrittenCard
    term: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CardQuestion:
    """A question about cards, taken apart.

    Args:
        text: the question, folded, without quotation marks.
        named: the cards it names, in order.
        topics: parts of the matter it asks for, in the order of ``cards.yaml``; empty where it names none.
        definite: whether words that ask for just these parts say so, not general ones that fit several (多少).
        rest: what is left of it beyond terms and cues.
        needs: patterns a fact has to match to state the number or other particular that is asked for.
        years: years it names beside the terms.
        comparing: whether it sets matters side by side.
        preferring: whether it asks which of them is the better one.
    """

    text: str
    named: tuple[Named, ...]
    topics: tuple[str, ...]
    definite: bool
    rest: str
    needs: tuple[re.Pattern[str], ...]
    years: frozenset[str]
    comparing: bool
    preferring: bool


@dataclass(frozen=True, slots=True)
class CardReading:
    """The patterns of the reading file."""

    topics: Mapping[str, re.Pattern[str]]
    general: Mapping[str, re.Pattern[str]]
    idle: re.Pattern[str]
    comparing: re.Pattern[str]
    preferring: re.Pattern[str]
    written: re.Pattern[str]
    counted: re.Pattern[str]
    units: Mapping[str, re.Pattern[str]]
    particulars: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]

    def read(self, question: str, cards: Sequence[WrittenCard]) -> CardQuestion:
        """Take a question apart; ``named`` is empty where it is about no card."""
        text = plain(question)
        named = tuple(linked(text, cards))
        bare = _blanked(text, ((entry.start, entry.end) for entry in named))
        cues, general = _found(self.topics, bare), _found(self.general, bare)
        spans = (found.span() for topics in (cues, general) for matches in topics.values() for found in matches)
        rest = _blanked(bare, spans)
        for pattern in (self.comparing, self.idle):
            rest = pattern.sub(lambda found: " " * len(found[0]), rest)
        years, compares = frozenset(_YEAR.findall(bare)), self.comparing.search(bare) is not None
        topics = tuple(topic for topic in card_words().topics if topic in (cues or general))
        prefers = self.preferring.search(bare) is not None
        return CardQuestion(text, named, topics, bool(cues), rest, tuple(self._needs(bare)), years, compares, prefers)

    def _needs(self, text: str) -> Iterator[re.Pattern[str]]:
        if self.written.search(text):
            return
        if (counted := self.counted.search(text)) is not None:
            unit = counted["unit"]
            yield self.units.get(unit) or re.compile(rf"\d[\d.]*[万亿多]?{unit}")
        yield from (states for cue, states in self.particulars if cue.search(text))


def plain(text: str) -> str:
    """A text folded, without quotation marks and blanks: 专精特新“小巨人” is written either way."""
    return _QUOTES.sub("", fold(text))


def linked(text: str, cards: Iterable[WrittenCard]) -> Iterator[Named]:
    """The cards whose terms a plain text has, in order; of overlapping terms the longest."""
    terms = ((plain(term), term, card) for card in cards for term in card.card.terms)
    found = [
        Named(card, term, match.start(), match.end())
        for words, term, card in terms
        for match in re.finditer(re.escape(words), text)
    ]
    taken = [False] * len(text)
    kept: dict[str, Named] = {}
    for entry in sorted(found, key=lambda entry: (entry.start - entry.end, entry.start)):
        if not any(taken[entry.start : entry.end]):
            taken[entry.start : entry.end] = [True] * (entry.end - entry.start)
            kept.setdefault(entry.card.card.id, entry)
    yield from sorted(kept.values(), key=lambda entry: entry.start)


def names_any(cards: Iterable[WrittenCard], text: str) -> bool:
    """Whether a text as typed has a term of any of the cards."""
    return any(linked(plain(text), cards))


def _found(patterns: Mapping[str, re.Pattern[str]], text: str) -> dict[str, list[re.Match[str]]]:
    """The topics of which a text has a cue, with the cues."""
    found = {topic: list(pattern.finditer(text)) for topic, pattern in patterns.items()}
    return {topic: matches for topic, matches in found.items() if matches}


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


@lru_cache(maxsize=2)
def load_card_reading(path: Path = FILE) -> CardReading:
    """The patterns of a file.

    Raises:
        LexiconError: the file does not have the shape described at its top, names a topic no card has, or a pattern
            does not compile.
    """
    try:
        rows = _Rows.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
        if unknown := {*rows.topics, *rows.general} - set(card_words().topics):
            raise LexiconError(f"{path.name}: topics: no card has {sorted(unknown)}")
        return CardReading(
            topics={topic: any_of(cues) for topic, cues in rows.topics.items()},
            general={topic: any_of(cues) for topic, cues in rows.general.items()},
            idle=re.compile(rows.idle),
            comparing=any_of(rows.comparing),
            preferring=re.compile(rows.preferring),
            written=re.compile(rows.written),
            counted=re.compile(rows.counted),
            units={unit: re.compile(pattern) for unit, pattern in rows.units.items()},
            particulars=tuple((re.compile(row.cue), re.compile(row.states)) for row in rows.particulars),
        )
    except (yaml.YAMLError, ValidationError, re.error) as error:
        raise LexiconError(f"{path.name}: {error}") from error
