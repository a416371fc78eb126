"""Which counts of a register may be told to people who may not see its rows.

A count over fewer firms than the register's smallest group is kept back, and with it whatever else would let it be
worked out: a part that, taken from a whole that is told, leaves too few; or a combination of several counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from stats_tools.registers.definitions import RegisterDefinition
from stats_tools.registers.entries import Entry, EntryReader
from stats_tools.spelling import spelling_key

Grouping = tuple[str, ...]
Cell = tuple[Grouping, tuple[str, ...]]
"""The columns that rows are grouped by and the values of one group; both empty for the total."""
TOTAL: Cell = ((), ())
_EXACT = 1e-7
"""A combination of counts this close to a group's own is that group's."""
Rows = frozenset[int]


def cells(reader: EntryReader, entries: Sequence[Entry], groupings: Iterable[Grouping]) -> Mapping[Cell, Rows]:
    """The rows of every group that has any, by position; the total is always among them."""
    found: dict[Cell, set[int]] = {TOTAL: set(range(len(entries)))}
    for grouping in groupings:
        for position, entry in enumerate(entries):
            for values in product(*(reader.groups(entry, code) for code in grouping)):
                found.setdefault((grouping, values), set()).add(position)
    return {cell: frozenset(rows) for cell, rows in found.items()}


def kept_back(definition: RegisterDefinition, reader: EntryReader, entries: Sequence[Entry]) -> frozenset[Cell]:
    """The groups among the register's breakdowns whose counts must not be told; always the same for the same rows."""
    if not definition.firm:
        return frozenset()
    firms = [spelling_key(entry.text(definition.firm)) for entry in entries]
    return _Audit(cells(reader, entries, definition.breakdowns), firms, definition.smallest_group).kept_back()


class _Audit:
    """Keeps back groups until nothing too small can be worked out from the others.

    Args:
        groups: the rows of each group.
        firms: of each row.
        smallest: number of firms from which on a group may be told.
    """

    def __init__(self, groups: Mapping[Cell, Rows], firms: Sequence[str], smallest: int) -> None:
        self._groups = groups
        self._firms = firms
        self._smallest = smallest
        self._hidden = {cell for cell, rows in groups.items() if self._too_few(rows)}
        self._atoms = self._distinct_rows()

    def kept_back(self) -> frozenset[Cell]:
        while (victim := self._next()) is not None:
            self._hidden.add(victim)
        return frozenset(self._hidden)

    def _too_few(self, rows: Iterable[int]) -> bool:
        return 0 < len({self._firms[row] for row in rows}) < self._smallest

    def _told(self) -> list[Cell]:
        """The groups that are told, the smallest and most detailed first."""
        told = [cell for cell in self._groups if cell not in self._hidden]
        return sorted(told, key=lambda cell: (-len(cell[0]), len(self._groups[cell]), cell))

    def _next(self) -> Cell | None:
        """One more group to keep back; None where the rest is safe."""
        told = self._told()
        for part in told:
            for whole in told:
                if self._groups[part] < self._groups[whole] and self._too_few(self._groups[whole] - self._groups[part]):
                    return part
        return self._in_combination(told)

    def _in_combination(self, told: Sequence[Cell]) -> Cell | None:
        """A group to keep back because several counts together give away too few firms."""
        if not told:
            return None
        risks = [rows for rows in self._unions() if self._too_few(rows)]
        risks += [rows for rows in self._atoms if self._too_few(rows)]
        if not risks:
            return None
        known = self._basis(np.array([self._vector(self._groups[cell]) for cell in told]))
        for rows in risks:
            vector = self._vector(rows)
            if np.abs(vector - known.T @ (known @ vector)).max() < _EXACT:
                return self._nearest(told, rows)
        return None

    def _nearest(self, told: Sequence[Cell], rows: Rows) -> Cell:
        """A group beside those rows: of the same breakdown as one that is kept back and holds them, if there is one."""
        groupings = {cell[0] for cell in self._hidden if rows & self._groups[cell]}
        beside = [cell for cell in told if cell[0] in groupings and cell[0]]
        return next(iter(beside or told))

    def _unions(self) -> Iterator[Rows]:
        """What the groups kept back of one breakdown hold together, within the total and within each wider group."""
        for grouping in {cell[0] for cell in self._hidden}:
            hidden = [self._groups[cell] for cell in self._hidden if cell[0] == grouping]
            yield frozenset().union(*hidden)
            for cell, rows in self._groups.items():
                if set(cell[0]) < set(grouping):
                    yield frozenset().union(*(each for each in hidden if each <= rows))

    def _distinct_rows(self) -> list[Rows]:
        """Rows that no breakdown tells apart."""
        alike: dict[frozenset[Cell], set[int]] = {}
        for row in range(len(self._firms)):
            alike.setdefault(frozenset(cell for cell, rows in self._groups.items() if row in rows), set()).add(row)
        return [frozenset(rows) for rows in alike.values()]

    def _vector(self, rows: Rows) -> NDArray[np.float64]:
        return np.array([1.0 if atom <= rows else 0.0 for atom in self._atoms])

    def _basis(self, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Orthonormal rows that span the same combinations."""
        _, sizes, rows = np.linalg.svd(vectors, full_matrices=False)
        return rows[sizes > _EXACT]
