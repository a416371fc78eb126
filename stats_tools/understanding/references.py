"""Words that stand for what the answers before named: 那它的就业人数呢, 第二名的呢, 它们的利润, 这两个差多少."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from stats_tools.definition_files import read_definition
from stats_tools.registry import Registry
from stats_tools.understanding.bounds import numeral
from stats_tools.understanding.cues import Pattern
from stats_tools.understanding.entities import Component, Referred
from stats_tools.understanding.passage import Kind, Passage

FOLDER = Path(__file__).parent
_PAIR = 2


class ReferenceLanguage(BaseModel):
    """The file of such words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    few: Pattern
    pair: Pattern
    one: Pattern
    place: Pattern
    places: dict[str, int]

    @classmethod
    def load(cls, path: Path = FOLDER / "references.yaml") -> Self:
        """Read the file; raises DefinitionError where it is wrong."""
        return read_definition(path, cls)

    @cached_property
    def compiled(self) -> dict[str, re.Pattern[str]]:
        """The patterns by name, ready for use."""
        return {name: re.compile(getattr(self, name)) for name in ("few", "pair", "one", "place")}


class Mentioned(BaseModel):
    """Whom the answers of a conversation named: codes of clusters, or names of cities.

    Args:
        named: by the last answer that named any, in the order of the answer.
        recent: by the answers so far, the last named at the end, nobody twice.
        order: who stands at the first, the second … place of the last ranking; equals share their places.
        rising: whether that ranking began with the lowest, so that its places count from there.
    """

    model_config = ConfigDict(frozen=True)

    named: tuple[str, ...] = ()
    recent: tuple[str, ...] = ()
    order: tuple[tuple[str, ...], ...] = ()
    rising: bool = False


NOBODY = Mentioned()


class ReferenceReader:
    """Marks such words as if the names themselves had been written."""

    def __init__(self, registry: Registry, language: ReferenceLanguage | None = None) -> None:
        self._registry = registry
        self._language = language or ReferenceLanguage.load()
        self._codes = {each.code for each in registry.clusters}

    def mark(self, passage: Passage, mentioned: Mentioned) -> bool:
        """Mark pronouns; whether there are any.  Goes before the names, which ``its`` is none of."""
        pair = mentioned.named if len(mentioned.named) == _PAIR else mentioned.recent[-_PAIR:]
        found = self._mark(passage, "pair", pair, self._as_named) if len(pair) == _PAIR else False
        if mentioned.named:
            found |= self._mark(passage, "few", mentioned.named, self._as_named)
            found |= self._mark(passage, "one", mentioned.named, self._as_choice)
        return found

    def stands_for(self, text: str) -> bool:
        """Whether a word of the text stands for what was named before."""
        return any(self._language.compiled[name].search(text) for name in ("few", "pair", "one"))

    def mark_place(self, passage: Passage, mentioned: Mentioned) -> bool:
        """Mark a place of the last ranking; whether there is one said that somebody stands at."""
        match = self._language.compiled["place"].search(passage.text) if mentioned.order else None
        if match is None or not passage.free(*match.span("said")):
            return False
        order = mentioned.order
        place, from_end = self._place(match)
        if not 1 <= place <= len(order):
            return False
        # 倒数第二 is the second lowest, whichever end the ranking began with.
        meant = order[-place] if from_end and not mentioned.rising else order[place - 1]
        return self._as_named(passage, match.span("said"), meant)

    def _place(self, match: re.Match[str]) -> tuple[int, bool]:
        """The place, 1 for the first, and whether it counts from the end; 0 for none."""
        if match["n"]:
            return int(numeral(match["n"])), False
        if match["back"]:
            return int(numeral(match["back"])), True
        if match["last"]:
            return 1, True
        return next((place for word, place in self._language.places.items() if word in match["said"]), 0), False

    def _mark(
        self,
        passage: Passage,
        name: str,
        meant: Sequence[str],
        how: Callable[[Passage, tuple[int, int], Sequence[str]], bool],
    ) -> bool:
        spans = [match.span() for match in passage.find(self._language.compiled[name])]
        marked = [how(passage, span, meant) for span in spans]
        return any(marked)

    def _as_named(self, passage: Passage, span: tuple[int, int], meant: Sequence[str]) -> bool:
        """All that are meant; of cities only a single one, for which the passage has a kind of its own."""
        clusters = tuple(self._registry.cluster(each) for each in meant if each in self._codes)
        if len(clusters) == len(meant) == 1:
            passage.mark(Kind.CLUSTER, *span, clusters[0])
        elif len(clusters) == len(meant):
            passage.mark(Kind.COMPONENT, *span, Referred(clusters))
        elif len(meant) == 1:
            passage.mark(Kind.CITY, *span, meant[0])
        else:
            return False
        return True

    def _as_choice(self, passage: Passage, span: tuple[int, int], meant: Sequence[str]) -> bool:
        """The one that is meant; where it may be any of several clusters, what is read later asks which."""
        if len(meant) == 1:
            return self._as_named(passage, span, meant)
        clusters = tuple(self._registry.cluster(each) for each in meant if each in self._codes)
        if len(clusters) < len(meant):
            return False
        passage.mark(Kind.COMPONENT, *span, Component(passage.text[slice(*span)], clusters))
        return True
