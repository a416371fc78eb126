"""From the entities of a question to the clusters it is about, or to the question back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from stats_tools.registry import Registry
from stats_tools.types import Cluster
from stats_tools.understanding.bounds import numeral
from stats_tools.understanding.cues import Asked, CueLanguage
from stats_tools.understanding.entities import Component, EntityReader, Referred
from stats_tools.understanding.passage import Kind, Passage, Token, expanded, normal
from stats_tools.understanding.problems import Problem, ProblemKind, UnreadableError
from stats_tools.understanding.unknown_names import UnknownNames

_LONGEST_GLUE = 3
_COLLECTIVE = frozenset({"rank", "sum", "mean", "median", "count", "filter", "compare", "share"})


@dataclass(frozen=True, slots=True)
class Scope:
    """What the question is about; the fields are those of the query."""

    clusters: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    level: str | None = None
    everything: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said about clusters."""
        return not (self.clusters or self.cities or self.sectors or self.level or self.everything)


class ScopeReader:
    """Puts the marked entities together.

    Args:
        registry: the registered clusters.
        entities: marks entities and knows the words around them.
        language: the cue file, for counted clusters.
    """

    def __init__(self, registry: Registry, entities: EntityReader, language: CueLanguage) -> None:
        self._registry = registry
        self._entities = entities
        self._counted = re.compile(expanded(language.counted_clusters))
        self._everything = re.compile(expanded(language.everything))
        self.unknown = UnknownNames(registry, entities)

    def read(self, passage: Passage, asked: Asked, reporting: frozenset[str], context: Sequence[str] = ()) -> Scope:
        """The scope of a question.

        Args:
            passage: with its entities marked.
            asked: what its cues say.
            reporting: clusters with any figures; the others are only meant when nothing else can be.
            context: clusters of the question before, to tell a lone city's cluster by.

        Raises:
            UnreadableError: a cluster that is not registered, or a name that several clusters share.
        """
        self.unknown.reject(passage, asked)
        clusters, leftover = self._clusters(passage, asked, reporting)
        return self._scope(
            passage, asked, clusters, self._by_context(leftover, clusters, context, reporting), reporting
        )

    def others(self, scope: Scope, reporting: frozenset[str]) -> Scope:
        """All clusters of the level (the national and the reporting ones without any) but those of the scope."""
        left = [
            each.code
            for each in self._registry.clusters
            if each.code not in scope.clusters
            and each.city not in scope.cities
            and (each.level == scope.level if scope.level else each.level == "national" or each.code in reporting)
        ]
        return Scope(clusters=tuple(left), everything=True)

    def _scope(
        self,
        passage: Passage,
        asked: Asked,
        clusters: list[Cluster],
        cities: list[Cluster | str],
        reporting: frozenset[str],
    ) -> Scope:
        named = [*clusters, *(each for each in cities if isinstance(each, Cluster))]
        alone = [each for each in cities if isinstance(each, str)]
        levels = {str(token.value) for token in passage.tokens(Kind.LEVEL)}
        level = levels.pop() if len(levels) == 1 else None
        if len(alone) == 1 and not named and len(self._of_city(alone[0], level, reporting)) == 1:
            named = self._of_city(alone.pop(), level, reporting)
        if named:
            named += [each for city in alone for each in self._of_city(city, level, reporting)]
            return Scope(clusters=tuple(dict.fromkeys(each.code for each in named)), level=level)
        for city in alone:
            if not self._of_city(city, level, reporting):
                raise self.unknown.error(city)
        sectors = tuple(dict.fromkeys(str(token.value) for token in passage.tokens(Kind.SECTOR)))
        if sectors and not alone:
            self._ask_which_of_sector(passage, asked, level, reporting)
        everything = self._everything.search(passage.text) is not None
        scope = Scope((), tuple(dict.fromkeys(alone)), sectors, level, everything)
        return self._counted_level(passage, scope, reporting)

    def _clusters(self, passage: Passage, asked: Asked, reporting: frozenset[str]) -> tuple[list[Cluster], list[str]]:
        """The clusters named, and the cities that named none of them."""
        cities = list(passage.tokens(Kind.CITY))
        used: set[int] = set()
        found: list[Cluster] = []
        for token in passage.tokens(Kind.CLUSTER, Kind.COMPONENT):
            if isinstance(token.value, Referred):
                found += token.value.clusters
                continue
            city = self._city_before(passage, token, cities)
            if isinstance(token.value, Cluster):
                found.append(self._checked(token.value, city, passage, token))
                used.update({city.start} if city else ())
            elif isinstance(token.value, Component):
                chosen, seen = self._of_component(token.value, city, cities, passage, token, asked, reporting)
                found += chosen
                used |= seen
        return found, [str(token.value) for token in cities if token.start not in used]

    def _city_before(self, passage: Passage, token: Token, cities: Iterable[Token]) -> Token | None:
        """The city that a name follows, with nothing that means anything in between."""
        for city in cities:
            between = passage.text[city.end : token.start]
            if city.end <= token.start and self._is_glue(between):
                return city
        return None

    def _is_glue(self, between: str) -> bool:
        """Whether a city and a name so far apart still belong together ("青岛的轨道交通")."""
        glue = len(between) <= _LONGEST_GLUE and not self._entities.language.content(between)
        return glue and not any(word in between for word in self._entities.language.separators)

    def _checked(self, cluster: Cluster, city: Token | None, passage: Passage, token: Token) -> Cluster:
        if city is not None and city.value != cluster.city and normal(cluster.city) not in token.text:
            raise self.unknown.error(passage.text[city.start : token.end])
        return cluster

    def _of_component(
        self,
        component: Component,
        city: Token | None,
        cities: Sequence[Token],
        passage: Passage,
        token: Token,
        asked: Asked,
        reporting: frozenset[str],
    ) -> tuple[list[Cluster], set[int]]:
        if city is not None:
            fit = [each for each in component.clusters if each.city == city.value]
            if not fit:
                raise self.unknown.error(passage.text[city.start : token.end])
            joined = (c for c in cities if c is not city and self._is_joined(passage, c, city))
            others = [c for c in joined if any(e.city == c.value for e in component.clusters)]
            shared = [e for c in others if not self._leads(passage, c) for e in component.clusters if e.city == c.value]
            return [*fit, *shared], {city.start, *(c.start for c in others if not self._leads(passage, c))}
        named = {str(each.value) for each in cities}
        fit = [each for each in component.clusters if each.city in named]
        if fit:
            return fit, {each.start for each in cities if any(c.city == each.value for c in fit)}
        return self._ambiguous(component.clusters, passage, token, asked, reporting), set()

    def _is_joined(self, passage: Passage, city: Token, other: Token) -> bool:
        """Whether nothing but 和 and the like stands between two cities (Jinan foo and Linyi biomed has foo)."""
        first, second = sorted((city, other), key=lambda each: each.start)
        return not self._entities.language.content(passage.text[first.end : second.start])

    def _leads(self, passage: Passage, city: Token) -> bool:
        """Whether a city begins the name of a cluster of its own."""
        following = passage.tokens(Kind.CLUSTER, Kind.COMPONENT)
        return any(self._city_before(passage, token, [city]) for token in following)

    def _ambiguous(
        self, clusters: Sequence[Cluster], passage: Passage, token: Token, asked: Asked, reporting: frozenset[str]
    ) -> list[Cluster]:
        levels = {str(each.value) for each in passage.tokens(Kind.LEVEL)}
        fit = [each for each in clusters if not levels or each.level in levels]
        fit = [each for each in fit if each.code in reporting] or fit
        if len(fit) <= 1 or asked.flag("each") or asked.text("operation") in _COLLECTIVE:
            return fit
        raise UnreadableError(self._which(fit, passage, token))

    def _which(self, clusters: Sequence[Cluster], passage: Passage, token: Token) -> Problem:
        """The question back: the same question with each of the clusters put in the place of the name."""
        text = passage.text
        options = tuple(f"{text[: token.start]}{each.short_name}{text[token.end :]}" for each in clusters)
        facts: dict[str, str | tuple[str, ...]] = {
            "said": token.text,
            "names": tuple(each.short_name for each in clusters),
        }
        return Problem(ProblemKind.AMBIGUOUS_CLUSTER, facts, options)

    def _ask_which_of_sector(
        self, passage: Passage, asked: Asked, level: str | None, reporting: frozenset[str]
    ) -> None:
        if asked.flag("each") or asked.text("operation") in _COLLECTIVE or asked.text("by"):
            return
        for token in passage.tokens(Kind.SECTOR):
            fit = [e for e in self._registry.clusters if e.sector == token.value and level in (None, e.level)]
            fit = [each for each in fit if each.code in reporting] or fit
            followed = self._entities.language.kind.match(passage.text, token.end)
            if len(fit) > 1 and followed:
                raise UnreadableError(self._which(fit, passage, token))

    def _of_city(self, city: str, level: str | None, reporting: frozenset[str]) -> list[Cluster]:
        fit = [each for each in self._registry.clusters if each.city == city and level in (None, each.level)]
        return [each for each in fit if each.code in reporting] or fit

    def _by_context(
        self, cities: Sequence[str], clusters: Sequence[Cluster], context: Sequence[str], reporting: frozenset[str]
    ) -> list[Cluster | str]:
        """A lone city means its cluster of the field that is being talked about, where one of those that report is."""
        about = [*clusters, *(self._registry.cluster(code) for code in context)]
        fields = {self._entities.without_city(normal(each.short_name)) for each in about}
        result: list[Cluster | str] = []
        for city in cities:
            held = self._of_city(city, None, reporting)
            same = [each for each in held if self._entities.without_city(normal(each.short_name)) in fields]
            result += same or [city]
        return result

    def _counted_level(self, passage: Passage, scope: Scope, reporting: frozenset[str]) -> Scope:
        """七个集群 are the national ones where there are seven of them and another number of all."""
        match = self._counted.search(passage.skeleton().text)
        if match is None or scope.level is not None:
            return scope
        count = int(numeral(match["n"] or match["n2"]))
        fit = [
            each
            for each in self._registry.clusters
            if (not scope.cities or each.city in scope.cities) and (not scope.sectors or each.sector in scope.sectors)
        ]
        held = [each for each in fit if each.code in reporting] or fit
        national = [each for each in fit if each.level == "national"]
        whole = len(scope.cities) > 0 or len(scope.sectors) > 0 or count == len(national)
        if len(held) != count and len(national) == count and whole:
            return replace(scope, level="national")
        return replace(scope, everything=True) if scope.is_empty and len(held) == count else scope
