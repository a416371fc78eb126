"""A register as one person may read it: rows where they may, counts where those give nobody away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from stats_tools.operations.observations import Viewer
from stats_tools.periods import Period
from stats_tools.registers.definitions import CITY, CLUSTER, Condition, RegisterDefinition, Registers
from stats_tools.registers.disclosure import Cell, Grouping, Rows, cells, kept_back
from stats_tools.registers.entries import Entry, EntryReader
from stats_tools.registers.standing import Standing, Standings
from stats_tools.registry import Registry


@dataclass(frozen=True)
class View:
    """A register at the end of a quarter, for one person.

    Args:
        standing: all of its rows.
        reader: reads groups and conditions off them.
        viewer: whose eyes it is seen with.
        newest: whether no later quarter is filed; to others than officials only this one is told.
    """

    standing: Standing
    reader: EntryReader
    viewer: Viewer
    newest: bool = True

    @property
    def definition(self) -> RegisterDefinition:
        """Of the register."""
        return self.standing.definition

    @cached_property
    def rows(self) -> tuple[Entry, ...]:
        """The rows this person may see one by one."""
        return tuple(entry for entry in self.standing.entries if self._is_open(entry))

    @cached_property
    def _others(self) -> tuple[Entry, ...]:
        """The rows of which this person may be told counts only."""
        return tuple(entry for entry in self.standing.entries if not self._is_open(entry))

    @property
    def is_complete(self) -> bool:
        """Whether this person may see every row there could be, whatever is on the register."""
        return self.definition.rows_for == "public" or (self.viewer.internal and not self.viewer.cities)

    @property
    def sees_rows(self) -> bool:
        """Whether this person may see rows at all."""
        return self.definition.rows_for == "public" or self.viewer.internal

    def _is_open(self, entry: Entry) -> bool:
        if self.is_complete:
            return True
        return self.viewer.internal and self.reader.city(entry) in self.viewer.cities

    def covers(self, cities: Iterable[str]) -> bool:
        """Whether this person may see every row of these cities."""
        return self.is_complete or (self.viewer.internal and set(cities) <= self.viewer.cities)

    def groups(self, grouping: Grouping) -> tuple[tuple[str, ...], ...]:
        """The groups that have rows, whether or not their number may be told; of those the viewer hears of."""
        open_rows, closed = self._cells(grouping)
        shown = closed if self.tells(grouping) else ()
        return tuple(cell[1] for cell in dict.fromkeys((*open_rows, *shown)) if cell[0] == grouping)

    def count(self, grouping: Grouping = (), group: tuple[str, ...] = ()) -> int | None:
        """How many rows a group has; None where that must not be told.

        Args:
            grouping: column codes; none for the total.
            group: a value for each of them.
        """
        cell = (grouping, group)
        open_rows, closed = self._cells(grouping)
        if not (self._is_own(cell, closed) or (self.tells(grouping) and cell not in self._kept_back)):
            return None
        return len(open_rows.get(cell, ())) + len(closed.get(cell, ()))

    def matching(self, conditions: Sequence[Condition], level: str = "") -> View | None:
        """The view of the rows that meet conditions; None where their number must not be told.

        A person who may not see the rows is told counts of the register's breakdowns only, so that conditions are
        for those who see every row.
        """
        if not conditions and not level:
            return self
        if not self.is_complete:
            return None
        chosen = tuple(
            entry
            for entry in self.standing.entries
            if self.reader.meets(entry, conditions) and self.reader.of_level(entry, level)
        )
        return View(_with(self.standing, chosen), self.reader, self.viewer, self.newest)

    def tells(self, grouping: Grouping) -> bool:
        """Whether this person is told counts of a grouping beyond the rows they may see."""
        if self.is_complete:
            return True
        return self.newest and (not grouping or grouping in self.definition.breakdowns)

    def _is_own(self, cell: Cell, closed: Mapping[Cell, Rows]) -> bool:
        """Whether a group is of the viewer's own cities alone."""
        if self.is_complete:
            return True
        named = dict(zip(*cell, strict=True))
        city = named.get(CITY) or self.reader.city_of(named.get(CLUSTER, ""))
        return self.viewer.internal and city in self.viewer.cities and not closed.get(cell)

    def _cells(self, grouping: Grouping) -> tuple[Mapping[Cell, Rows], Mapping[Cell, Rows]]:
        """The groups of the rows that may be seen and of the others."""
        if grouping not in self._known_cells:
            groups = cells(self.reader, self.rows, [grouping]), cells(self.reader, self._others, [grouping])
            self._known_cells[grouping] = groups
        return self._known_cells[grouping]

    @cached_property
    def _known_cells(self) -> dict[Grouping, tuple[Mapping[Cell, Rows], Mapping[Cell, Rows]]]:
        return {}

    @cached_property
    def _kept_back(self) -> frozenset[Cell]:
        return kept_back(self.definition, self.reader, self._others)


def _with(standing: Standing, entries: tuple[Entry, ...]) -> Standing:
    return Standing(
        standing.definition,
        standing.asked,
        standing.period,
        standing.previous,
        entries,
        standing.sources,
        standing.sample,
    )


class RegisterDesk:
    """Opens registers for one person; :func:`stats_tools.registers.store.open_desk` makes one over a database.

    Args:
        standings: the registers.
        registers: the register files.
        registry: the clusters.
        today: the day on which dates are judged.
        viewer: who reads; the standings are those of the day as of which they read.
    """

    def __init__(
        self, standings: Standings, registers: Registers, registry: Registry, today: date, viewer: Viewer
    ) -> None:
        self.registers = registers
        self.registry = registry
        self.today = today
        self.viewer = viewer
        self._store = standings

    def view(self, code: str, period: Period | None = None) -> View:
        """A register at the end of a quarter, the newest filed without one; raises KeyError for no such register."""
        definition = self.registers.register(code)
        standing = self._store.standing(definition, period)
        newest = period is None or self._store.standing(definition).period == standing.period
        return View(standing, EntryReader(definition, self.registry, self.today), self.viewer, newest)

    def filed(self, code: str) -> tuple[Period, ...]:
        """The quarters for which a register was filed, first to last."""
        return self._store.filed(self.registers.register(code))
