"""Words that mean the same, words that mean little, words that mean nothing by themselves: read once from a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from knowledge.folding import fold

FILE = Path(__file__).with_name("lexicon.yaml")


class LexiconError(ValueError):
    """A language file of the policy questions is malformed; the message names the file and the place."""


class _ConceptRow(BaseModel):
    model_config = ConfigDict(extra="forbid")

    forms: str
    near: str = ""
    unlike: str = ""
    light: bool = False

    @field_validator("forms")
    @classmethod
    def _not_empty(cls, value: str) -> str:
        if not value.split():
            raise ValueError("a concept needs at least one form")
        return value


class _LexiconRows(BaseModel):
    model_config = ConfigDict(extra="forbid")

    concepts: list[_ConceptRow]
    stop: str
    light: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """How a word of a question may stand in a document.

    Args:
        forms: other words for the same thing.
        near: what documents write instead, or what is usually meant; counts for less.
        unlike: longer words in which a form stands by accident.
        light: so general that missing it says little.
    """

    forms: frozenset[str]
    near: frozenset[str]
    unlike: frozenset[str]
    light: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The reading vocabulary.

    Args:
        meanings: content words with what they may stand for.
        stop: words without content of their own.
        light: content words too general to matter much.
        longest: characters of the longest word.
    """

    meanings: Mapping[str, Meaning]
    stop: frozenset[str]
    light: frozenset[str]
    longest: int

    def knows(self, word: str) -> bool:
        """Whether the word is listed at all."""
        return word in self.meanings or word in self.stop or word in self.light


@lru_cache(maxsize=4)
def load_lexicon(path: Path = FILE) -> Lexicon:
    """The lexicon of a file.

    Raises:
        LexiconError: the file does not have the shape described at its top.
    """
    try:
        rows = _LexiconRows.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, ValidationError) as error:
        raise LexiconError(f"{path.name}: {error}") from error
    stop, light = _words(rows.stop), _words(rows.light)
    meanings = _meanings(rows.concepts, light)
    return Lexicon(meanings, stop - meanings.keys(), light, max(map(len, {*meanings, *stop, *light})))


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(word) for word in text.split())


def _meanings(concepts: list[_ConceptRow], light: frozenset[str]) -> dict[str, Meaning]:
    """Each form with all forms and near words of every concept it belongs to; light only if all of them are."""
    found: dict[str, Meaning] = {}
    for concept in concepts:
        forms, near = _words(concept.forms), _words(concept.near)
        for form in forms:
            known = found.get(form, Meaning(frozenset(), frozenset(), frozenset(), light=True))
            unlike = known.unlike | _words(concept.unlike)
            found[form] = Meaning(known.forms | forms, known.near | near, unlike, known.light and concept.light)
    return {
        word: replace(meaning, near=meaning.near - meaning.forms, light=meaning.light or word in light)
        for word, meaning in found.items()
    }
