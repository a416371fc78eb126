"""Which register a question is about, and what it asks of it; None for a question that is somebody else's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from stats_tools.periods import Period
from stats_tools.registers.definitions import CITY, CLUSTER, Column, RegisterDefinition, Registers, TargetCount
from stats_tools.registers.query import Operation, RegisterQuery
from stats_tools.registers.question_language import RegisterLanguage
from stats_tools.registers.skeleton import Skeleton
from stats_tools.understanding.entities import Component, EntityReader
from stats_tools.understanding.passage import Kind, Passage, normal
from stats_tools.understanding.periods import PeriodReader, PeriodReading
from stats_tools.understanding.problems import UnreadableError

_MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Readers:
    """Who is asking, as far as it decides what a question means.

    Args:
        sees_rows: whether the asker may see rows of registers.
        stands: by code of a register the newest quarter filed (None for none) and whether it is the sample.
        measured: codes of the targets that the quarterly report measures.
    """

    sees_rows: bool
    stands: Callable[[str], tuple[Period | None, bool]]
    measured: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Named:
    """What a question names of one register.

    Args:
        noun: the word for it or its rows; empty for none.
        plain_noun: whether a word stands there that means its rows beside a value or state.
        groups: values by column.
        states: codes.
        skeleton: the question with a letter for each of these, as the patterns of the language file read it.
    """

    definition: RegisterDefinition
    noun: str
    plain_noun: bool
    groups: Mapping[str, tuple[str, ...]]
    states: tuple[str, ...]
    skeleton: str

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
        entities: finds the clusters, cities and fields.
        language: the words; the shipped file without it.
    """

    def __init__(self, registers: Registers, entities: EntityReader, language: RegisterLanguage | None = None) -> None:
        self._registers = registers
        self._language = language or RegisterLanguage.load()
        self._entities = entities
        self._periods = PeriodReader()
        self._registry = entities.registry
        self._nouns = {normal(word) for each in registers for word in (*each.nouns, *each.plain_nouns)}

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
        if previous is None and not any(noun in asked for noun in self._nouns):
            return None
        passage = self._passage(asked)
        if passage is None:
            return None
        followed = self._followed(asked, passage, readers, previous)
        if followed is not None:
            return followed
        named = self._named(passage)
        if named is None or not self._is_claimed(asked, named, readers):
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
        if self._language.says("lookup_documents", asked):
            return None
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

    def _named(self, passage: Passage) -> _Named | None:
        """The register that a question is most likely about."""
        found = [self._of(definition, passage) for definition in self._registers]
        meant = [
            each
            for each in found
            if each.is_meant or (each.plain_noun and self._divided_by_own(passage.text, each.definition))
        ]
        return max(meant, key=lambda each: each.strength) if meant else None

    def _of(self, definition: RegisterDefinition, passage: Passage) -> _Named:
        words = Skeleton(passage)
        noun = next((word for word in _longest_first(definition.nouns) if words.take(word, "N")), "")
        states = [each.code for each in definition.states if words.take_any(_longest_first(each.words), "S")]
        groups: dict[str, list[str]] = {}
        spelled, taken = self._values(definition), list[str]()
        # A noun may hold a value (储备项目), unless it names the register (项目储备库).
        names_register = noun.endswith(self._language.register_endings) and noun not in {word for word, *_ in spelled}
        for word, column, value in spelled:
            in_noun = word in normal(noun) and not names_register
            if words.take(word, "V") or in_noun:
                taken.append(word)
                held = groups.setdefault(column.code, [])
                held += [value] * (value not in held)
        words.take_any(_longest_first(definition.nouns), "N")
        plain = words.take_any((*definition.plain_nouns, *(self._language.actors if noun else ())), "N")
        if not plain and "C" in words.text:
            # A value may hold the plain word (龙头企业); of a named cluster or city such rows are meant.
            plain = any(word.endswith(tuple(map(normal, definition.plain_nouns))) for word in taken)
        chosen = {code: tuple(values) for code, values in groups.items() if values}
        return _Named(definition, noun, plain, chosen, tuple(states), words.text)

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

    def _is_claimed(self, asked: str, named: _Named, readers: Readers) -> bool:
        """Whether a question that names a register is about what stands there, rather than about the document.

        How things stand is asked of the register whoever asks; a bare count or list only where the register holds
        real rows, the asker may see rows, a cluster or city is named, or only this register measures a target for just
        such rows: else the document may be meant.
        """
        language, skeleton = self._language, named.skeleton
        if language.says("documents", skeleton) or language.says("bound", skeleton):
            return False
        if not self._is_own_basis(asked, named, readers):
            return False
        if language.says("standing", asked):
            return True
        if not any(language.says(pattern, skeleton) for pattern in ("counting", "listing", "progress", "overview")):
            return False
        telling = named.groups or named.states or "C" in skeleton or self._divided_by_own(asked, named.definition)
        if not telling and not language.says("plain", skeleton):
            return False
        if readers.sees_rows or "C" in skeleton:
            return True
        rules = self._rules(named.definition, self._targets(named) if named.groups else ())
        counts_towards_one = language.says("counting", skeleton) and any(
            rule.target not in readers.measured for rule in rules
        )
        return counts_towards_one or readers.stands(named.definition.code)[1] is False

    def _is_own_basis(self, asked: str, named: _Named, readers: Readers) -> bool:
        """Whether a question can be meant for the register although the quarterly report counts the same thing too.

        Then the figures of the report are meant, unless the rows, the register by its name, or a target is asked for.
        """
        if not any(rule.target in readers.measured for rule in named.definition.targets):
            return True
        language = self._language
        by_name = named.noun.endswith(language.register_endings) or "登记册" in asked
        of_target = language.says("targets", asked) and language.says("standing", asked)
        return by_name or of_target or language.says("rows", named.skeleton)

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
        by = self._divided(asked, definition) or self._each_by_itself(asked, query)
        targets = self._targets(named)
        operation = self._operation(named.skeleton, by, targets, periods, query, readers.measured)
        if operation == "target":
            return query.varied(operation=operation, targets=targets, groups={})
        if operation == "breakdown" and not by:
            by = definition.chart or definition.breakdowns[0]
        return query.varied(operation=operation, by=by if operation == "breakdown" else ())

    def _operation(
        self,
        skeleton: str,
        by: Sequence[str],
        targets: Sequence[str],
        periods: PeriodReading,
        query: RegisterQuery,
        measured: frozenset[str],
    ) -> Operation:
        language = self._language
        if targets and language.says("targets", skeleton):
            return "target"
        if language.says("progress", skeleton) or periods.several:
            return "progress"
        if by:
            return "breakdown"
        if language.says("counting", skeleton):
            whole = not (query.clusters or query.cities or query.states or query.period)
            rules = self._rules(self._registers.register(query.register_code), targets)
            own = rules and not any(rule.per_cluster or rule.target in measured for rule in rules)
            return "target" if whole and own else "count"
        if language.says("listing", skeleton):
            return "list"
        return (
            "breakdown" if language.says("overview", skeleton) else "list" if query.groups or query.states else "count"
        )

    def _rules(self, definition: RegisterDefinition, codes: Sequence[str]) -> list[TargetCount]:
        return [rule for rule in definition.targets if rule.target in codes]

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

    def _each_by_itself(self, asked: str, query: RegisterQuery) -> tuple[str, ...]:
        """The column that tells several clusters or cities apart, where each is asked about by itself."""
        if not self._language.says("each_by_itself", asked):
            return ()
        if len(query.clusters) > 1:
            return (CLUSTER,)
        return (CITY,) if len(query.cities) > 1 else ()

    def _divided_by_own(self, asked: str, definition: RegisterDefinition) -> bool:
        """Whether rows are wanted divided by a column that only this register has."""
        return any(code not in (CLUSTER, CITY) for code in self._divided(asked, definition))

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
        named = self._of(definition, passage)
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
        elif self._language.says("follow_up_list", asked):
            changes |= {"operation": "list", "by": ()}
        elif self._language.says("follow_up_count", asked):
            changes |= {"operation": "count", "by": ()}
        return previous.varied(**changes) if changes else None


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=len, reverse=True)


def _code(value: object) -> str:
    return str(getattr(value, "code", value))
