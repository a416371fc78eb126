"""Documents that state different values of one thing: found to be set side by side, never merged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.assistant.policy.clause_index import ClauseIndex
from bot.assistant.policy.lexicon import LexiconError
from bot.assistant.policy.reading import Reading
from bot.assistant.policy.selection import Candidate
from bot.assistant.statements import amounts
from knowledge.relations import named
from knowledge.sentences import subclaims
from knowledge.types import Document, Validity

FILE = Path(__file__).with_name("issuer_levels.yaml")
_MOST_DOCUMENTS = 5
_BINDING = (Validity.IN_FORCE, Validity.NOT_YET)
_SAYS_SOMETHING, _HOLDS, _NEARLY, _ALIKE = 0.3, 0.3, 0.55, 0.6

Values = dict[str, set[str]]
"""The values a text states, by their unit."""


class _LevelRows(BaseModel):
    model_config = ConfigDict(extra="forbid")

    levels: tuple[re.Pattern[str], ...]
    government: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Stated:
    """A sub-claim that states values, with the words around them."""

    values: Values
    words: frozenset[str]


def differing(reading: Reading, looked_at: Sequence[Candidate], index: ClauseIndex) -> tuple[Candidate, ...]:
    """The best sentence of each document that states the value asked for, where they state different ones.

    Empty where fewer than two documents state it, or all state the same. A sentence counts that holds what the best one
    holds of the question and states a value of the same unit in much the same words.
    """
    states = reading.demand.states if reading.demand else None
    if states is None or not looked_at:
        return ()
    best = looked_at[0]
    stated = list(_stated(index.sentences[best.row].text, states))
    found = {index.document_of[index.sentences[best.row].clause]: best}
    differ = False
    for candidate in looked_at[1:]:
        document = index.document_of[index.sentences[candidate.row].clause]
        if document in found or not _about_the_same(reading, candidate, best):
            continue
        pairs = list(_pairs(stated, list(_stated(index.sentences[candidate.row].text, states))))
        if pairs:
            found[document] = candidate
            differ = differ or any(one.isdisjoint(other) for one, other in pairs)
    return tuple(found.values())[:_MOST_DOCUMENTS] if differ else ()


def endings(documents: Sequence[Document], on: date) -> Iterator[tuple[Document, Document]]:
    """Each of the documents that another of them has repealed or replaced by a day, with that other."""
    for document in documents:
        has_ended = document.validity(on) not in _BINDING and (document.ended is None or document.ended <= on)
        other = named(document.repealed_by or document.replaced_by, documents)
        if has_ended and other is not None:
            yield document, other


def highest(documents: Sequence[Document]) -> Document | None:
    """The document whose issuer stands above those of all others; None where that cannot be told from their names."""
    ranks = [_rank(document.issuer) for document in documents]
    if None in ranks:
        return None
    known = [rank for rank in ranks if rank is not None]
    top = min(known)
    return documents[known.index(top)] if known.count(top) == 1 else None


def newest(documents: Sequence[Document]) -> Document | None:
    """The document issued last; None where a date is not known or two share the day."""
    days = [document.issued for document in documents if document.issued is not None]
    if len(days) < len(documents) or days.count(max(days)) > 1:
        return None
    return documents[days.index(max(days))]


def _about_the_same(reading: Reading, candidate: Candidate, best: Candidate) -> bool:
    """Whether a sentence, with its context, holds each listed word of the question that the best one holds."""
    listed = np.array([unit.kind in ("known", "phrase") and unit.weight > _SAYS_SOMETHING for unit in reading.units])
    wanted = listed & (best.held >= _HOLDS)
    return candidate.own >= _NEARLY * best.own and bool(np.all(candidate.held[wanted] >= _HOLDS))


def _stated(sentence: str, states: re.Pattern[str]) -> Iterator[_Stated]:
    for part in subclaims(sentence):
        words = part.of(sentence)
        found = [match[0] for match in states.finditer(words)]
        if found:
            values: Values = {}
            for value in found:
                unit, plain = _value(value)
                values.setdefault(unit, set()).add(plain)
            yield _Stated(values, frozenset(character for character in states.sub("", words) if character.isalpha()))


def _pairs(stated: Sequence[_Stated], others: Sequence[_Stated]) -> Iterator[tuple[set[str], set[str]]]:
    """The values of one unit that are stated in much the same words."""
    for one in stated:
        for other in others:
            shared, fewer = len(one.words & other.words), min(len(one.words), len(other.words))
            if fewer and shared >= _ALIKE * fewer:
                yield from ((one.values[unit], other.values[unit]) for unit in one.values.keys() & other.values.keys())


def _value(words: str) -> tuple[str, str]:
    """A value as unit and plain number (0.05亿元 is 500万元), or a day as it is."""
    found = amounts(words)
    if len(found) == 1:
        return found[0].unit, str(found[0].value.normalize())
    return re.sub(r"\d+", "", words), re.sub(r"(?<!\d)0+", "", words)


def _rank(issuer: str) -> tuple[int, bool] | None:
    rows = _levels()
    level = next((number for number, pattern in enumerate(rows.levels) if pattern.search(issuer)), None)
    return None if level is None else (level, rows.government.search(issuer) is None)


@lru_cache(maxsize=1)
def _levels() -> _LevelRows:
    try:
        return _LevelRows.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise LexiconError(f"{FILE.name}: {error}") from error
