"""Which clusters, cities, fields and levels a question is about: exact, shortened, or with one character mistyped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from stats_tools.definition_files import read_definition
from stats_tools.registry import Registry
from stats_tools.types import Cluster
from stats_tools.understanding.passage import Kind, NameIndex, Passage, Token, normal

FOLDER = Path(__file__).parent

_SHORTEST_ALONE = 4
_SHORTEST_TYPO = 5
_CHINESE_RUN = re.compile(r"[\u4e00-\u9fff]+")


class EntityLanguage(BaseModel):
    """Words around the names of clusters and indicators."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kinds: tuple[str, ...]
    general: tuple[str, ...]
    foreign_indicators: tuple[str, ...]
    spread_indicators: dict[str, str]
    separators: tuple[str, ...]
    naming: tuple[str, ...]
    filler: tuple[str, ...]

    @classmethod
    def load(cls, path: Path = FOLDER / "entities.yaml") -> Self:
        """Read the file; raises DefinitionError where it is wrong."""
        return read_definition(path, cls)

    @cached_property
    def kind(self) -> re.Pattern[str]:
        """A word such as 产业集群."""
        return re.compile("|".join(sorted(map(re.escape, self.kinds), key=len, reverse=True)))

    @cached_property
    def _filler(self) -> re.Pattern[str]:
        chinese = [word for word in self.filler if not word.isascii()]
        english = [word for word in self.filler if word.isascii() and word.isalpha()]
        longest = "|".join(sorted(map(re.escape, chinese), key=len, reverse=True))
        return re.compile(rf"{longest}|\b(?:{'|'.join(english)})\b|[^\w]")

    def trimmed(self, text: str, *, behind: bool = True) -> str:
        """The text without such words before it and, unless its end is known, ``behind`` it."""
        spans = [match.span() for match in self._filler.finditer(text)]
        start, end = 0, len(text)
        for first, last in spans:
            start = last if first == start else start
        for first, last in reversed(spans if behind else ()):
            end = first if last == end and first >= start else end
        return text[start:end]

    def content(self, text: str) -> str:
        """What is left of a text without the words that mean nothing by themselves."""
        return self._filler.sub("", text)


class Places(BaseModel):
    """Names of places outside the register."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    places: str

    @classmethod
    def load(cls, path: Path = FOLDER / "places.yaml") -> Self:
        """Read the file; raises DefinitionError where it is wrong."""
        return read_definition(path, cls)


@dataclass(frozen=True, slots=True)
class Component:
    """A cluster's name without its city, or a telling part of it, and the clusters it may mean."""

    said: str
    clusters: tuple[Cluster, ...]


@dataclass(frozen=True, slots=True)
class Referred:
    """Clusters that an answer before named and one word now stands for."""

    clusters: tuple[Cluster, ...]


class EntityReader:
    """Marks clusters, cities, fields, levels and places outside the register.

    Args:
        registry: the registered clusters.
        language: words around names; the shipped file without it.
        places: places outside the register; the shipped file without it.
    """

    def __init__(
        self, registry: Registry, language: EntityLanguage | None = None, places: Places | None = None
    ) -> None:
        self.registry = registry
        """The registered clusters."""
        self.language = language or EntityLanguage.load()
        cities = {name: city.name for city in registry.dimensions.cities for name in (city.name, *city.aliases)}
        self._city_spellings = {normal(name): city for name, city in cities.items()}
        own = set(self._city_spellings)
        elsewhere = [name for name in (places or Places.load()).places.split() if normal(name) not in own]
        self._omissible = re.compile("|".join(map(re.escape, registry.dimensions.omissible)))
        self._full_names = _full_names(registry.clusters, self.language.kinds)
        self._exact = NameIndex(dict(self._full_names))
        self._components = self._named_components()
        self._component_index = NameIndex(self._components)
        self._cities = NameIndex(cities)
        self._elsewhere = NameIndex(dict.fromkeys(elsewhere, "elsewhere"))
        dimensions = registry.dimensions
        self._sectors = NameIndex(
            {name: each.name for each in dimensions.sectors for name in (each.name, *each.aliases) if len(name) > 1}
        )
        self._sector_names = {
            normal(name): each.name for each in dimensions.sectors for name in (each.name, *each.aliases)
        }
        longest = "|".join(sorted(map(re.escape, self._sector_names), key=len, reverse=True))
        self._field = re.compile(f"(?:{longest})(?=领域|行业|赛道)")
        self._levels = NameIndex(
            {name: each.code for each in dimensions.levels for name in (each.name, *each.aliases) if len(name) > 1}
        )

    def _named_components(self) -> Mapping[str, Component]:
        """Every telling unbroken part of the clusters' names, without their cities."""
        general = set(self.language.general)
        found: dict[str, dict[str, Cluster]] = {}
        for name, cluster in self._full_names.items():
            rest = self.without_city(name)
            if rest == name and not name.isascii():
                rest = name
            for part in () if rest.isascii() else _parts(rest):
                if (
                    part not in general
                    and self._omissible.sub("", part)
                    and (len(part) >= _SHORTEST_ALONE or part == rest)
                ):
                    found.setdefault(part, {})[cluster.code] = cluster
        return {part: Component(part, tuple(clusters.values())) for part, clusters in found.items()}

    def without_city(self, name: str) -> str:
        """A cluster's name without the city it begins with."""
        for spelling in sorted(self._city_spellings, key=len, reverse=True):
            if name.startswith(spelling):
                return name[len(spelling) :]
        return name

    def mark_names(self, passage: Passage) -> None:
        """Mark full names and aliases of clusters, as far as they say which one is meant."""
        self._exact.mark(passage, Kind.CLUSTER)

    def mark(self, passage: Passage) -> None:
        """Mark cities, fields, levels, places elsewhere, and clusters by shortened or mistyped names."""
        self._cities.mark(passage, Kind.CITY)
        self._elsewhere.mark(passage, Kind.ELSEWHERE)
        self._said_as_fields(passage)
        self._component_index.mark(passage, Kind.COMPONENT)
        for city in passage.tokens(Kind.CITY):
            self._after_city(passage, city)
        self._mistyped(passage)
        self._before_kind(passage)
        self._levels.mark(passage, Kind.LEVEL)
        self._sectors.mark(passage, Kind.SECTOR)

    def _said_as_fields(self, passage: Passage) -> None:
        """Mark the fields that are called fields ("新材料领域"), also where a cluster is named after one."""
        for match in passage.find(self._field):
            passage.mark(Kind.SECTOR, *match.span(), self._sector_names[match[0]])

    def _after_city(self, passage: Passage, city: Token) -> None:
        """Mark what follows a city where it shortens the name of one cluster there ("青岛轨交")."""
        run = self._run_after(passage, city.end)
        skip = len(run) - len(run.removeprefix("的"))
        typed = self._closest(passage.text[city.start : city.end] + run[skip:], str(city.value))
        if typed is not None:
            return  # one character mistyped explains more of the name than a shortening would
        for length in range(len(run) - skip, 1, -1):
            if not self._omissible.sub("", run[skip : skip + length]):
                return  # 省级 or 产业集群 names the level or kind of a cluster, not the cluster
            match = self.registry.names.resolve(str(city.value) + run[skip : skip + length])
            if match.cluster is not None and match.cluster.city == city.value:
                start = city.end + skip
                passage.mark(Kind.COMPONENT, start, start + length, Component(run[skip:][:length], (match.cluster,)))
                return

    def _run_after(self, passage: Passage, start: int) -> str:
        end = start
        while end < len(passage.text) and passage.free(end, end + 1) and _CHINESE_RUN.match(passage.text[end]):
            end += 1
        run = passage.text[start:end]
        kind = self.language.kind.search(run)
        return run[: kind.start()] if kind and kind.start() else run

    def _closest(self, text: str, city: str) -> str | None:
        """A full name in this city that the text begins with, one character mistyped."""
        return next((n for n in self._typos(text) if self._full_names[n].city == city and normal(city) in text), None)

    def _typos(self, text: str) -> Iterable[str]:
        from rapidfuzz.distance import Levenshtein  # 15 ms to import, needed only for names not found otherwise

        for name in self._alike_heads(text):
            for length in (len(name), len(name) - 1, len(name) + 1):
                if len(text) >= length and Levenshtein.distance(text[:length], name, score_cutoff=1) == 1:
                    yield name
                    break

    def _alike_heads(self, text: str) -> Iterable[str]:
        """Names that share one of their first two characters with the text: one mistyped character leaves the other."""
        heads = dict.fromkeys(text[:2])
        return dict.fromkeys(name for head in heads for name in self._by_head.get(head, ()))

    @cached_property
    def _by_head(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self._full_names:
            for head in dict.fromkeys(name[:2]) if len(name) >= _SHORTEST_TYPO and not name.isascii() else ():
                found.setdefault(head, []).append(name)
        return found

    def _mistyped(self, passage: Passage) -> None:
        """Mark names with one character wrong, missing or too many, where they can mean one cluster only."""
        for run in _CHINESE_RUN.finditer(passage.text):
            for start in range(run.start(), run.end() - _SHORTEST_TYPO + 2):
                if self._mark_typo(passage, start, run.end()):
                    break

    def _mark_typo(self, passage: Passage, start: int, end: int) -> bool:
        text = passage.text[start:end]
        if any(token.start < start < token.end for token in passage.tokens()):
            return False
        names = [name for name in self._typos(text) if self._same_place(text, name)]
        clusters = {self._full_names[name].code: self._full_names[name] for name in names}
        if len(clusters) != 1:
            return False
        cluster, name = next(iter(clusters.values())), max(names, key=len)
        length = self._length(text, name)
        covered = [t for t in passage.tokens() if t.start < start + length and t.end > start]
        if not all(_gives_way(token, cluster, name) for token in covered):
            return False
        passage.drop(covered)
        passage.mark(Kind.CLUSTER, start, start + length, cluster)
        return True

    def _same_place(self, text: str, name: str) -> bool:
        """False where the difference is another known place: 济宁… is no mistyped 济南…."""
        city = next((spelling for spelling in self._city_spellings if text.startswith(spelling)), None)
        if city is not None:
            return self._city_spellings[city] == self._full_names[name].city
        return not any(text.startswith(place) for place in self._elsewhere.names)

    def _length(self, text: str, name: str) -> int:
        from rapidfuzz.distance import Levenshtein

        fits = [n for n in (len(name), len(name) - 1, len(name) + 1) if n <= len(text)]
        return min(fits, key=lambda length: Levenshtein.distance(text[:length], name))

    def _before_kind(self, passage: Passage) -> None:
        """Mark a shorter part of a name right before 集群 ("轨道集群", "医药集群")."""
        for kind in passage.find(self.language.kind):
            for length in (4, 3, 2):
                start = kind.start() - length
                if start >= 0 and passage.free(start, kind.start()) and self._begins_word(passage, start):
                    said = passage.text[start : kind.start()]
                    component = self._containing(said)
                    if component is not None:
                        passage.mark(Kind.COMPONENT, start, kind.start(), component)
                        break

    def _begins_word(self, passage: Passage, start: int) -> bool:
        """False inside a longer word: 动力装备 is not 电力装备 for its last three characters."""
        before = start
        while before > 0 and passage.free(before - 1, before) and _CHINESE_RUN.match(passage.text[before - 1]):
            before -= 1
        said = passage.text[before:start]
        content = self.language.content(said)
        return not content or not said.endswith(content[-1])

    def _containing(self, said: str) -> Component | None:
        sectors = {name for each in self.registry.dimensions.sectors for name in (each.name, *each.aliases)}
        if said in sectors or self.language.content(said) != said:
            return None
        fit = {c.code: c for name, c in self._full_names.items() if said in self.without_city(name)}
        return Component(said, tuple(fit.values())) if fit else None


def _gives_way(token: Token, cluster: Cluster, name: str) -> bool:
    """Whether a longer, mistyped name explains more than what was recognised in its place."""
    if token.kind is Kind.CLUSTER:
        return token.value == cluster and len(token.text) < len(name)
    return token.kind in (Kind.CITY, Kind.COMPONENT)


def _full_names(clusters: Sequence[Cluster], kinds: Sequence[str]) -> dict[str, Cluster]:
    """Every way a cluster's name, short name or alias is written out, without a trailing 产业集群."""
    names: dict[str, Cluster] = {}
    for cluster in clusters:
        for name in (cluster.name, cluster.short_name, *cluster.aliases):
            written = normal(name)
            bare = next((written.removesuffix(kind) for kind in kinds if written.endswith(kind)), written)
            city = normal(cluster.city)
            for each in (written, bare, bare.replace(f"{city}市", city, 1)):
                if each:
                    names.setdefault(each, cluster)
    return names


def _parts(name: str) -> Iterable[str]:
    """Every unbroken part of at least two characters, the whole first."""
    for length in range(len(name), 1, -1):
        for start in range(len(name) - length + 1):
            yield name[start : start + length]
