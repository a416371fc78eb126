"""Which register a question is about, and what it asks of it; None for a question that is somebody else's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from stats_tools.definition_files import FOLDER, read_definition
from stats_tools.periods import Period
from stats_tools.registers.definitions import CITY, CLUSTER, Column, RegisterDefinition, Registers
from stats_tools.registers.query import Operation, RegisterQuery
from stats_tools.registry import Registry
from stats_tools.understanding.entities import Component, EntityReader
from stats_tools.understanding.passage import Kind, Passage, normal
from stats_tools.understanding.periods import PeriodReader, PeriodReading
from stats_tools.understanding.problems import UnreadableError

_MOST_CHARACTERS = 200


class RegisterLanguage(BaseModel):
    """The patterns and words of the language file; see there for their meaning."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    documents: str
    standing: str
    counting: str
    listing: str
    targets: str
    progress: str
    overview: str
    divided: str
    dimensions: Mapping[str, tuple[str, ...]]
    follow_up: str
    longest_follow_up: int
    nobody: str
    name_noise: str
    named_inside: str
    shortest_name: int

    @classmethod
    def load(cls, path: Path = FOLDER / "register_language.yaml") -> Self:
        """Read the language file; raises DefinitionError where it is wrong."""
        return read_definition(path, cls)

    def says(self, pattern: str, text: str) -> bool:
        """Whether a text has what a pattern of this file describes."""
        return re.search(getattr(self, pattern), text) is not None


@dataclass(frozen=True, slots=True)
class Readers:
    """Who is asking, as far as it decides what a question means.

    Args:
        sees_rows: whether the asker may see rows of registers.
        stands: by code of a register the newest quarter filed (None for none) and whether it is the sample.
    """

    sees_rows: bool
    stands: Callable[[str], tuple[Period | None, bool]]


@dataclass(frozen=True, slots=True)
class _Named:
    """What a question names of one register: values by column, states, and where its nouns stand."""

    definition: RegisterDefinition
    noun: str = ""
    plain_noun: bool = False
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    states: tuple[str, ...] = ()

    @property
    def is_meant(self) -> bool:
        """Whether the register itself is named, or its rows beside something that only it has."""
        return bool(self.noun) or (self.plain_noun and bool(self.groups or self.states))

    @property
    def strength(self) -> tuple[bool, int, int]:
        """How much of the question it explains, compared with other registers."""
        return bool(self.noun), len(self.groups) + len(self.states), len(self.noun)


class RegisterQuestionReader:
    """Reads questions about registers by rules.

    Args:
        registers: those that there are.
        registry: the clusters.
        language: the words; the shipped file without it.
    """

    def __init__(self, registers: Registers, registry: Registry, language: RegisterLanguage | None = None) -> None:
        self._registers = registers
        self._language = language or RegisterLanguage.load()
        self._entities = EntityReader(registry)
        self._periods = PeriodReader()
        self._registry = registry

    def read(self, text: str, readers: Readers, previous: RegisterQuery | None = None) -> RegisterQuery | None:
        """The query that a question comes to; None where it is none about a register.

        Args:
            text: one question, as typed.
            readers: who is asking.
            previous: the query before it, where the question may go on with it.
        """
        if len(text) > _MOST_CHARACTERS:
            return None
        asked = normal(text)
        looked_up = self._looked_up(asked, readers)
        if looked_up is not None:
            return looked_up
        if self._language.says("documents", asked):
            return None
        passage = self._passage(asked)
        if passage is None:
            return None
        followed = self._followed(asked, passage, readers, previous)
        if followed is not None:
            return followed
        named = self._named(asked, passage)
        if named is None or not self._is_claimed(asked, passage, named, readers):
            return None
        return self._query(asked, passage, named, readers)

    def _passage(self, asked: str) -> Passage | None:
        """The question with clusters, cities and periods marked; None for one about places elsewhere."""
        passage = Passage(asked)
        try:
            self._entities.mark_names(passage)
            self._periods.mark(passage)
            self._entities.mark(passage)
        except UnreadableError:
            return None
        return None if passage.tokens(Kind.ELSEWHERE) else passage

    def _looked_up(self, asked: str, readers: Readers) -> RegisterQuery | None:
        """A question whether a firm or an item is on a register."""
        for definition in self._registers:
            for pattern in definition.lookups:
                found = re.search(pattern, asked)
                name = self._name(found["name"]) if found else ""
                if name and readers.stands(definition.code)[0] is not None:
                    return RegisterQuery(register=definition.code, operation="find", name=name)
        return None

    def _name(self, said: str) -> str:
        """The name in a piece of a question; empty for none."""
        inside = re.search(self._language.named_inside, said)
        name = inside["name"] if inside else said
        before = ""
        while name != before:
            before, name = name, re.sub(self._language.name_noise, "", name)
        too_short = len(name) < self._language.shortest_name
        return "" if too_short or re.search(self._language.nobody, name) else name

    def _named(self, asked: str, passage: Passage) -> _Named | None:
        """The register that a question is most likely about."""
        found = [self._of(definition, asked, passage) for definition in self._registers]
        meant = [each for each in found if each.is_meant]
        return max(meant, key=lambda each: each.strength) if meant else None

    def _of(self, definition: RegisterDefinition, asked: str, passage: Passage) -> _Named:
        free = _Free(passage)
        noun = next((word for word in _longest_first(definition.nouns) if free.take(word)), "")
        plain = any(normal(word) in asked for word in definition.plain_nouns)
        groups: dict[str, list[str]] = {}
        # A value may be part of the noun (储备项目): it is looked for in the noun's own words too.
        rest = _Free(passage, also=noun if definition.nouns and noun != definition.name else "")
        for word, column, value in self._values(definition):
            if rest.take(word) and value not in groups.setdefault(column.code, []):
                groups[column.code].append(value)
        states = [each.code for each in definition.states if any(normal(word) in asked for word in each.words)]
        chosen = {code: tuple(values) for code, values in groups.items() if values}
        return _Named(definition, noun, plain, _without_states(definition, chosen, states), tuple(states))

    def _values(self, definition: RegisterDefinition) -> list[tuple[str, Column, str]]:
        """Every spelling of every value with its column, the longest first."""
        spelled = [
            (normal(word), column, choice.name)
            for column in definition.columns
            for choice in column.groups
            for word in choice.words
            if len(word) > 1
        ]
        return sorted(spelled, key=lambda each: -len(each[0]))

    def _is_claimed(self, asked: str, passage: Passage, named: _Named, readers: Readers) -> bool:
        """Whether a question that names a register is about what stands there, rather than about the document.

        How things stand is asked of the register whoever asks; a bare count or list only where the register holds
        real rows, or the asker may see rows, or a cluster or city is named: else the document may be meant.
        """
        language = self._language
        if language.says("standing", asked) or self._divided(asked, named.definition):
            return True
        weak = any(language.says(pattern, asked) for pattern in ("counting", "listing", "progress", "overview"))
        if not weak:
            return False
        real = readers.stands(named.definition.code)[1] is False
        return real or readers.sees_rows or bool(passage.tokens(Kind.CLUSTER, Kind.COMPONENT, Kind.CITY))

    def _query(self, asked: str, passage: Passage, named: _Named, readers: Readers) -> RegisterQuery:
        definition = named.definition
        newest = readers.stands(definition.code)[0]
        periods = self._when(passage, newest)
        clusters, cities = self._scope(passage)
        query = RegisterQuery(
            register=definition.code,
            clusters=clusters,
            cities=cities,
            groups=named.groups,
            states=named.states,
            period=str(periods.periods[-1]) if periods.periods else "",
        )
        by = self._divided(asked, definition)
        targets = self._targets(named)
        operation = self._operation(asked, by, targets, periods, query)
        if operation == "target":
            return query.varied(operation=operation, targets=targets, groups={})
        if operation == "breakdown" and not by:
            by = definition.chart or definition.breakdowns[0]
        return query.varied(operation=operation, by=by if operation == "breakdown" else ())

    def _operation(
        self, asked: str, by: Sequence[str], targets: Sequence[str], periods: PeriodReading, query: RegisterQuery
    ) -> Operation:
        language = self._language
        if targets and language.says("targets", asked):
            return "target"
        if language.says("progress", asked) or periods.several:
            return "progress"
        if by:
            return "breakdown"
        if language.says("counting", asked):
            whole = not (query.clusters or query.cities or query.states or query.period)
            return "target" if targets and whole else "count"
        if language.says("listing", asked):
            return "list"
        return "breakdown" if language.says("overview", asked) else "list" if query.groups or query.states else "count"

    def _targets(self, named: _Named) -> tuple[str, ...]:
        """The targets that the values asked for count against; without values those of the register as a whole."""
        definition, found = named.definition, []
        for rule in definition.targets:
            demanded = {c.column: set(c.among) for c in rule.where if c.among}
            if all(set(named.groups.get(code, ())) >= values for code, values in demanded.items()) and set(
                named.groups
            ) == set(demanded):
                found.append(rule.target)
        if not found and not named.groups and not named.states:
            found = [rule.target for rule in definition.targets]
        return tuple(found)

    def _divided(self, asked: str, definition: RegisterDefinition) -> tuple[str, ...]:
        """The columns by which rows are wanted divided."""
        found = []
        for column in definition.columns:
            if not column.groups and column.code not in (CLUSTER, CITY):
                continue
            words = (column.header, *self._language.dimensions.get(column.code, ()), *column.aliases)
            patterns = (self._language.divided.replace("{header}", re.escape(normal(word))) for word in words)
            if any(re.search(pattern, asked) for pattern in patterns):
                found.append(column.code)
        return tuple(found[:2])

    def _when(self, passage: Passage, newest: Period | None) -> PeriodReading:
        try:
            return self._periods.read(passage, newest, None) if newest is not None else PeriodReading()
        except UnreadableError:
            return PeriodReading()

    def _scope(self, passage: Passage) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The clusters and the cities named; a city before a telling part of a name tells which cluster is meant."""
        cities = [str(token.value) for token in passage.tokens(Kind.CITY)]
        clusters = [_code(token.value) for token in passage.tokens(Kind.CLUSTER)]
        for token in passage.tokens(Kind.COMPONENT):
            meant = token.value.clusters if isinstance(token.value, Component) else ()
            here = [each for each in meant if each.city in cities]
            clusters += [each.code for each in here or meant]
        of_clusters = {self._registry.cluster(code).city for code in clusters}
        return tuple(dict.fromkeys(clusters)), tuple(dict.fromkeys(c for c in cities if c not in of_clusters))

    def _followed(
        self, asked: str, passage: Passage, readers: Readers, previous: RegisterQuery | None
    ) -> RegisterQuery | None:
        """The query before with what a bare reply changes of it."""
        short = len(asked) <= self._language.longest_follow_up
        if previous is None or not short or not self._language.says("follow_up", asked):
            return None
        definition = self._registers.register(previous.register_code)
        named = self._of(definition, asked, passage)
        clusters, cities = self._scope(passage)
        periods = self._when(passage, readers.stands(definition.code)[0])
        by = self._divided(asked, definition)
        changes: dict[str, object] = {}
        if clusters or cities:
            changes |= {"clusters": clusters, "cities": cities}
        if named.groups:
            changes["groups"] = {**previous.groups, **named.groups}
        if named.states:
            changes["states"] = named.states
        if periods.periods:
            changes["period"] = str(periods.periods[-1])
        if by:
            changes |= {"operation": "breakdown", "by": by}
        elif self._language.says("listing", asked):
            changes |= {"operation": "list", "by": ()}
        elif self._language.says("counting", asked):
            changes |= {"operation": "count", "by": ()}
        return previous.varied(**changes) if changes else None


class _Free:
    """The parts of a question that are no name of a cluster, city or period; each is taken once."""

    def __init__(self, passage: Passage, also: str = "") -> None:
        spans = [
            (token.start, token.end) for token in passage.tokens(Kind.CLUSTER, Kind.COMPONENT, Kind.CITY, Kind.PERIOD)
        ]
        text = passage.text
        for start, end in spans:
            text = text[:start] + "\0" * (end - start) + text[end:]
        self._text = text
        self._noun = also

    def take(self, word: str) -> bool:
        """Whether a word occurs; what it covers does not count again."""
        key = normal(word)
        if key not in self._text or key == normal(self._noun):
            return False
        self._text = self._text.replace(key, "\0" * len(key))
        return True


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=len, reverse=True)


def _without_states(
    definition: RegisterDefinition, groups: Mapping[str, tuple[str, ...]], states: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """The values but those that only a state's words brought in (未办结 holds 办结)."""
    conditioned = {condition.column for code in states for condition in definition.state(code).where if condition.among}
    return {code: values for code, values in groups.items() if code not in conditioned}


def _code(value: object) -> str:
    return str(getattr(value, "code", value))
