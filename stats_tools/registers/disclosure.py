"""Which counts of a register may be told to people who may not see its rows.

A count over fewer firms than the register's smallest group is kept back, and with it whatever else would let it be
worked out: a part that, taken from a whole that is told, leaves too few; or a combination of several counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, reduce
from itertools import product
from operator import or_

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
"""A group whose count changes by less than this when no told count changes follows from the told counts."""
_SEED, _CHANGES = 20200194, 3
"""Changes tried: three at random, always the same; a group that does not follow is missed by all with probability 0."""
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
    firms = tuple(spelling_key(entry.text(definition.firm)) for entry in entries)
    groups = cells(reader, entries, definition.breakdowns)
    return _audited(tuple(groups.items()), firms, definition.smallest_group)


@lru_cache(maxsize=64)
def _audited(groups: tuple[tuple[Cell, Rows], ...], firms: tuple[str, ...], smallest: int) -> frozenset[Cell]:
    """What is kept back of a register as it stands: some seconds' work where it is large, and the same every time."""
    return _Audit(dict(groups), firms, smallest).kept_back()


class _Audit:
    """Keeps back groups until nothing too small can be worked out from the others.

    Rows that no breakdown tells apart are one atom; a group is the set of its atoms, written as the bits of a number.

    Args:
        groups: the rows of each group.
        firms: of each row.
        smallest: number of firms from which on a group may be told.
    """

    def __init__(self, groups: Mapping[Cell, Rows], firms: Sequence[str], smallest: int) -> None:
        alike: dict[frozenset[Cell], list[int]] = {}
        holding: dict[int, list[Cell]] = {}
        for cell, rows in groups.items():
            for row in rows:
                holding.setdefault(row, []).append(cell)
        for row, held_by in holding.items():
            alike.setdefault(frozenset(held_by), []).append(row)
        numbers = {name: 1 << index for index, name in enumerate(dict.fromkeys(firms))}
        self._smallest = smallest
        self._sizes = {cell: len(rows) for cell, rows in groups.items()}
        self._firms = [reduce(or_, (numbers[firms[row]] for row in rows)) for rows in alike.values()]
        self._atoms = len(alike)
        self._groups = dict.fromkeys(groups, 0)
        for index, cells_of_atom in enumerate(alike):
            for cell in cells_of_atom:
                self._groups[cell] |= 1 << index
        self._single = [1 << index for index in range(self._atoms)]
        self._vectors = {cell: self._vector(atoms) for cell, atoms in self._groups.items()}
        self._chance = np.random.default_rng(_SEED).standard_normal((self._atoms, _CHANGES))
        self._hidden = {cell for cell, atoms in self._groups.items() if self._too_few(atoms)}

    def kept_back(self) -> frozenset[Cell]:
        """The groups that must not be told."""
        self._keep_back_remainders()
        while victims := self._in_combination():
            self._hidden |= victims
            self._keep_back_remainders()
        return frozenset(self._hidden)

    def _too_few(self, atoms: int) -> bool:
        found = 0
        while atoms:
            lowest = atoms & -atoms
            found |= self._firms[lowest.bit_length() - 1]
            if found.bit_count() >= self._smallest:
                return False
            atoms ^= lowest
        return found != 0

    def _told(self) -> list[Cell]:
        """The groups that are told, the most detailed and smallest first."""
        told = [cell for cell in self._groups if cell not in self._hidden]
        return sorted(told, key=lambda cell: (-len(cell[0]), self._sizes[cell], cell))

    def _keep_back_remainders(self) -> None:
        """Keep back parts that, taken from a whole that is told, leave too few firms."""
        told = self._told()
        for part in told:
            inside = self._groups[part]
            if any(
                inside != self._groups[whole]
                and not inside & ~self._groups[whole]
                and self._too_few(self._groups[whole] & ~inside)
                for whole in told
                if whole not in self._hidden
            ):
                self._hidden.add(part)

    def _in_combination(self) -> set[Cell]:
        """Groups to keep back because several counts together give away too few firms; none where the rest is safe."""
        told = self._told()
        numbers = dict.fromkeys((*self._groups.values(), *self._unions(), *self._single))
        risks = [atoms for atoms in numbers if self._too_few(atoms)]
        if not told or not risks:
            return set()
        # Whatever follows from the told counts is blind to a change that leaves all of them as they are.
        known = np.array([self._vectors[cell] for cell in told])
        weights, directions = np.linalg.eigh(known @ known.T)
        kept = weights > _EXACT
        across = known.T @ directions[:, kept] / np.sqrt(weights[kept])
        unseen = self._chance - across @ (across.T @ self._chance)
        shown = np.abs(np.array([self._vector(atoms) for atoms in risks]) @ unseen).max(axis=1)
        return {self._nearest(told, atoms) for atoms, change in zip(risks, shown, strict=True) if change < _EXACT}

    def _nearest(self, told: Sequence[Cell], atoms: int) -> Cell:
        """A group beside those atoms: of the same breakdown as one kept back that holds any of them."""
        groupings = {cell[0] for cell in self._hidden if atoms & self._groups[cell]}
        beside = [cell for cell in told if cell[0] in groupings and cell[0]]
        return next(iter(beside or told))

    def _unions(self) -> Iterator[int]:
        """What the groups kept back of one breakdown hold together, within the total and within each wider group."""
        for grouping in {cell[0] for cell in self._hidden}:
            hidden = [self._groups[cell] for cell in self._hidden if cell[0] == grouping]
            yield reduce(or_, hidden, 0)
            for cell, atoms in self._groups.items():
                if set(cell[0]) < set(grouping):
                    yield reduce(or_, (each for each in hidden if not each & ~atoms), 0)

    def _vector(self, atoms: int) -> NDArray[np.float64]:
        """A one for each atom that is in, a zero for each other."""
        written = np.frombuffer(atoms.to_bytes(self._atoms // 8 + 1, "little"), dtype=np.uint8)
        return np.unpackbits(written, count=self._atoms, bitorder="little").astype(np.float64)
