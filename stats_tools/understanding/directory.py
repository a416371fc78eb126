"""Reads questions to the register of clusters: which clusters there are, and what one of them is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Self

from pydantic import BaseModel, ConfigDict

from stats_tools.cluster_directory import DirectoryQuery
from stats_tools.definition_files import read_definition
from stats_tools.types import Cluster
from stats_tools.understanding.entities import FOLDER, Component, EntityReader
from stats_tools.understanding.passage import Kind, Passage

_MOST_CHARACTERS = 60
_PUNCTUATION = re.compile(r"[^\w\ue000-\ue00c]+")
_ENTITIES = (Kind.CLUSTER, Kind.COMPONENT, Kind.CITY, Kind.SECTOR, Kind.LEVEL)


class DirectoryLanguage(BaseModel):
    """The words of questions to the register, from ``directory.yaml``; patterns are regular expressions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kinds: tuple[str, ...]
    asks: tuple[str, ...]
    attributes: tuple[str, ...]
    words: tuple[str, ...]
    never: tuple[str, ...]
    batches: dict[str, tuple[str, ...]]
    follow_up: str

    @classmethod
    def load(cls) -> Self:
        """Read the file; raises DefinitionError where it is wrong."""
        return read_definition(FOLDER / "directory.yaml", cls)

    @cached_property
    def kind(self) -> re.Pattern[str]:
        """A word for clusters."""
        return _any(map(re.escape, self.kinds))

    @cached_property
    def ask(self) -> re.Pattern[str]:
        """Words that ask which clusters there are."""
        return _any(self.asks)

    @cached_property
    def attribute(self) -> re.Pattern[str]:
        """Words that ask what a cluster is."""
        return _any(self.attributes)

    @cached_property
    def batch_words(self) -> Mapping[str, str]:
        """Each way to say a batch, with its name."""
        return {said: name for name, all_said in self.batches.items() for said in all_said}

    @cached_property
    def known(self) -> re.Pattern[str]:
        """Everything that may stand in such a question beside names, longest first."""
        listed = sorted((*self.kinds, *self.words, *self.batch_words), key=len, reverse=True)
        return _any((*self.asks, *self.attributes, *map(re.escape, listed)))


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


class DirectoryReader:
    """Tells whether a question is one to the register, and to which part of it.

    Args:
        entities: finds the registered clusters, cities and fields.
        language: the words of such questions; the shipped file without it.
    """

    def __init__(self, entities: EntityReader, language: DirectoryLanguage | None = None) -> None:
        self._entities = entities
        self._language = language or DirectoryLanguage.load()
        self._follow_up = re.compile(self._language.follow_up)

    def read(self, text: str) -> DirectoryQuery | None:
        """The query a question comes to; None where any word of it is about something else."""
        passage = self._marked(text)
        if passage is None or not self._is_all_known(passage):
            return None
        named = bool(passage.tokens(Kind.CLUSTER, Kind.COMPONENT, Kind.CITY))
        skeleton = passage.skeleton().text
        lists = self._language.ask.search(skeleton) and self._language.kind.search(passage.text)
        describes = named and self._language.attribute.search(skeleton)
        return self._query(passage) if lists or describes else None

    def read_follow_up(self, text: str, previous: DirectoryQuery) -> DirectoryQuery | None:
        """The query before it for another city, field, level or batch (那淄博呢); None where it names none."""
        said = self._follow_up.match(text.strip())
        passage = self._marked(said["what"]) if said else None
        if passage is None or not self._is_all_known(passage) or passage.tokens(Kind.CLUSTER):
            return None
        query = self._query(passage)
        changed = {name: value for name, value in query.model_dump().items() if value}
        return previous.model_copy(update={**changed, "clusters": query.clusters}) if changed else None

    def _marked(self, text: str) -> Passage | None:
        passage = Passage(text)
        if len(passage.text) > _MOST_CHARACTERS or any(word in passage.text for word in self._language.never):
            return None
        self._entities.mark_names(passage)
        self._entities.mark(passage)
        return None if passage.tokens(Kind.ELSEWHERE) else passage

    def _is_all_known(self, passage: Passage) -> bool:
        left = self._language.known.sub("", passage.skeleton().text)
        names = "".join(kind.value for kind in _ENTITIES)
        return not _PUNCTUATION.sub("", left).strip(names)

    def _query(self, passage: Passage) -> DirectoryQuery:
        levels = tuple(dict.fromkeys(str(token.value) for token in passage.tokens(Kind.LEVEL)))
        batches = (name for said, name in self._language.batch_words.items() if said in passage.text)
        return DirectoryQuery(
            cities=_values(passage, Kind.CITY),
            sectors=_values(passage, Kind.SECTOR),
            level=levels[0] if len(levels) == 1 else "",
            batch=next(batches, ""),
            clusters=tuple(dict.fromkeys(cluster.code for cluster in _clusters(passage))),
            describes=bool(self._language.attribute.search(passage.skeleton().text)),
        )


def _values(passage: Passage, kind: Kind) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(token.value) for token in passage.tokens(kind)))


def _clusters(passage: Passage) -> Iterable[Cluster]:
    for token in passage.tokens(Kind.CLUSTER, Kind.COMPONENT):
        if isinstance(token.value, Cluster):
            yield token.value
        elif isinstance(token.value, Component):
            yield from token.value.clusters
