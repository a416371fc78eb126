"""The rows that a query is about, as far as its viewer may see or be told of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product

from stats_tools.registers.definitions import CITY, CLUSTER, Condition, Kind
from stats_tools.registers.desk import View
from stats_tools.registers.disclosure import TOTAL, Cell
from stats_tools.registers.entries import Entry
from stats_tools.registers.query import RegisterQuery
from stats_tools.registry import Registry
from stats_tools.spelling import spelling_key


@dataclass(frozen=True)
class Selection:
    """Rows of a view by cluster, city, value and state.

    Args:
        view: the register for one person.
        query: what is asked for.
        registry: the clusters.
        level: of the clusters whose rows count; empty for all.
    """

    view: View
    query: RegisterQuery
    registry: Registry
    level: str = ""

    @cached_property
    def cities(self) -> frozenset[str]:
        """The cities that the query is confined to; empty where it is confined to none."""
        clusters = {self.registry.cluster(code).city for code in self.query.clusters}
        return frozenset({*clusters, *self.query.cities})

    @property
    def is_open(self) -> bool:
        """Whether the viewer may see every row it could hold."""
        return self.view.is_complete or bool(self.cities and self.view.covers(self.cities))

    @cached_property
    def rows(self) -> tuple[Entry, ...]:
        """The rows of it that the viewer may see."""
        return tuple(entry for entry in self.view.rows if self._holds(entry))

    def _holds(self, entry: Entry) -> bool:
        query, reader = self.query, self.view.reader
        if query.clusters and entry.text(CLUSTER) not in query.clusters:
            return False
        if query.cities and reader.city(entry) not in query.cities:
            return False
        conditions = query.conditions(self.view.definition)
        return reader.meets(entry, conditions) and reader.of_level(entry, self.level)

    def narrowed(self, **values: tuple[str, ...]) -> Selection:
        """The same for some values of columns only, clusters and cities among them."""
        changes: dict[str, object] = {}
        groups = dict(self.query.groups)
        for code, names in values.items():
            if code == CLUSTER:
                changes["clusters"] = names
            elif code == CITY:
                changes["cities"] = names
            else:
                groups[code] = names
        return Selection(self.view, self.query.varied(groups=groups, **changes), self.registry, self.level)

    def where(self, conditions: tuple[Condition, ...], level: str) -> Selection:
        """The same with conditions on values and dates added, of the clusters of a level."""
        if not conditions and not level:
            return self
        return _Conditioned(self.view, self.query, self.registry, level, conditions)

    def count(self) -> int | None:
        """How many rows it has; None where that must not be told."""
        if self.is_open:
            return len(self.rows)
        if self.query.states or self.level:
            return None
        cells = self._cells()
        counts = [None] if cells is None else [self.view.count(*cell) for cell in cells]
        return None if None in counts else sum(count or 0 for count in counts)

    def _cells(self) -> list[Cell] | None:
        """The groups of one breakdown that make it up; None where no breakdown does."""
        definition = self.view.definition
        asked = {CLUSTER: self.query.clusters, CITY: self.query.cities, **self.query.groups}
        wanted = {code: names for code, names in asked.items() if names}
        if not wanted:
            return [TOTAL]
        overlapping = {
            column.code for column in definition.of_kind(Kind.CHOICES) if len(wanted.get(column.code, ())) > 1
        }
        grouping = next((each for each in definition.breakdowns if set(each) == set(wanted)), None)
        if grouping is None or overlapping:
            return None
        return [(grouping, group) for group in product(*(wanted[code] for code in grouping))]

    def named(self, name: str) -> tuple[Entry, ...]:
        """The rows that the viewer may see of a firm or an item by its name, or else by a part of it."""
        key = spelling_key(name)
        definition = self.view.definition
        codes = dict.fromkeys((definition.label, *([definition.firm] if definition.firm else [])))
        named = [({spelling_key(entry.text(code)) for code in codes} - {""}, entry) for entry in self.view.rows]
        for fits in (_is_name, _holds_name, _is_held):
            found = tuple(entry for names, entry in named if any(fits(full, key) for full in names))
            if found:
                return found
        return ()


@dataclass(frozen=True)
class _Conditioned(Selection):
    """A selection with conditions beyond those of its query, which only those who see the rows are told of."""

    conditions: tuple[Condition, ...] = ()

    @cached_property
    def rows(self) -> tuple[Entry, ...]:
        rows = Selection(self.view, self.query, self.registry, self.level).rows
        return tuple(entry for entry in rows if self.view.reader.meets(entry, self.conditions))

    def count(self) -> int | None:
        return len(self.rows) if self.is_open else None


def _is_name(full: str, said: str) -> bool:
    return full == said


def _holds_name(full: str, said: str) -> bool:
    return said in full


def _is_held(full: str, said: str) -> bool:
    return full in said
