"""Observations by the million: kept column by column, about 30 bytes each, and handed out one by one as values.

A report of 200 000 rows holds more than a million values; as objects they alone would fill a gigabyte.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar, overload

from typing_extensions import override

from stats_tools.cell_addresses import address, position
from stats_tools.periods import Period
from stats_tools.schema import SCALE

Key = tuple[str, str, int]
"""Cluster code, indicator code, ``Period.index``."""
T = TypeVar("T")

_INDEX_BITS = 14
"""``Period.index`` of the year 2100 is below 2**14."""
_CODE_BITS = 20
_INDEX_MASK, _CODE_MASK = (1 << _INDEX_BITS) - 1, (1 << _CODE_BITS) - 1
_PLACES = 8
"""Values are scaled by ten to this power, as they are stored."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One value to be recorded, in its indicator's unit, with the cell it was read from (empty for none)."""

    cluster: str
    indicator: str
    period: Period
    value: Decimal
    cell: str = ""

    @property
    def key(self) -> Key:
        """What it is a value of."""
        return self.cluster, self.indicator, self.period.index


class CodeNumbers:
    """Numbers the codes of clusters and indicators as they come, so that a key is one integer.

    The quarter stands in the lowest bits: the key of the same value a year earlier is four less.
    """

    def __init__(self) -> None:
        self._codes: list[str] = []
        self._numbers = _Numbers(self._codes)

    def pack(self, cluster: str, indicator: str, index: int) -> int:
        """A key as one integer."""
        return (self._numbers[cluster] << _CODE_BITS | self._numbers[indicator]) << _INDEX_BITS | index

    def unpack(self, packed: int) -> Key:
        """The key of an integer."""
        codes = packed >> _INDEX_BITS
        return self._codes[codes >> _CODE_BITS], self._codes[codes & _CODE_MASK], packed & _INDEX_MASK

    def indicator(self, packed: int) -> str:
        """The indicator's code in a key."""
        return self._codes[packed >> _INDEX_BITS & _CODE_MASK]

    def with_indicator(self, packed: int, indicator: str) -> int:
        """The key of another indicator for the same cluster and quarter."""
        cluster = packed >> (_CODE_BITS + _INDEX_BITS)
        return (cluster << _CODE_BITS | self._numbers[indicator]) << _INDEX_BITS | packed & _INDEX_MASK


def quarter_index(packed: int) -> int:
    """``Period.index`` in a key that :class:`CodeNumbers` packed."""
    return packed & _INDEX_MASK


class _Numbers(dict[str, int]):
    """Code -> its number; a new code takes the next one and is appended to ``codes``."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__()
        self._codes = codes

    def __missing__(self, code: str) -> int:
        number = self[code] = len(self._codes)
        self._codes.append(code)
        return number


class MadeWhenAsked(Sequence[T], Generic[T]):
    """A sequence whose elements are made as they are asked for.

    Args:
        size: how many there are.
        make: the element at a position from 0.
    """

    def __init__(self, size: int, make: Callable[[int], T]) -> None:
        self._size = size
        self._make = make

    @override
    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    @override
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            return [self._make(each) for each in range(*index.indices(self._size))]
        if not -self._size <= index < self._size:
            raise IndexError(index)
        return self._make(index % self._size)

    @override
    def __iter__(self) -> Iterator[T]:
        return map(self._make, range(self._size))


class ObservationTable(MadeWhenAsked[Observation]):
    """Observations in the order in which they were added.

    Args:
        codes: numbers the codes; tables that are compared share it.
    """

    def __init__(self, codes: CodeNumbers | None = None) -> None:
        super().__init__(0, self._at)
        self.codes = codes or CodeNumbers()
        self.keys = array("q")
        """Packed by ``codes``."""
        self.values = array("q")
        """In units of 1e-8, as they are stored."""
        self._rows = array("i")
        self._columns = array("h")
        self._sheets = array("h")
        self._names: list[str] = [""]

    @classmethod
    def of(cls, observations: Iterable[Observation]) -> ObservationTable:
        """A table of observations.

        Raises:
            ValueError: a cell is not written as an A1 address, with or without a sheet's name and ``!`` before it.
        """
        table = cls()
        for each in observations:
            sheet, _, cell = each.cell.rpartition("!")
            row, column = position(cell) if cell else (-1, -1)
            table.open_sheet(sheet)
            table.add(each.cluster, each.indicator, each.period.index, each.value, row, column)
        return table

    def open_sheet(self, name: str) -> None:
        """Name the sheet that further observations stand on; empty where its name need not be told."""
        if self._names[-1] != name:
            self._names.append(name)

    def add(self, cluster: str, indicator: str, index: int, value: Decimal, row: int, column: int) -> None:
        """Take one observation.

        Args:
            cluster: its code.
            indicator: likewise.
            index: ``Period.index``.
            value: in the indicator's unit; more than 8 decimals are rounded half to even.
            row: of its cell, from 0; -1 where it was not read from a cell.
            column: likewise.
        """
        self.keys.append(self.codes.pack(cluster, indicator, index))
        self.values.append(int(value.scaleb(_PLACES).to_integral_value()))
        self._rows.append(row)
        self._columns.append(column)
        self._sheets.append(len(self._names) - 1)
        self._size += 1

    def cell(self, position: int) -> str:
        """The address of an observation's cell; empty for none."""
        if self._rows[position] < 0:
            return ""
        own, name = address(self._rows[position], self._columns[position]), self._names[self._sheets[position]]
        return f"{name}!{own}" if name else own

    def place(self, position: int) -> tuple[str, int, int]:
        """Name of the sheet (empty where it need not be told), and row and column from 0."""
        return self._names[self._sheets[position]], self._rows[position], self._columns[position]

    def _at(self, position: int) -> Observation:
        cluster, indicator, index = self.codes.unpack(self.keys[position])
        value = Decimal(self.values[position]) / SCALE
        return Observation(cluster, indicator, Period.from_index(index), value, self.cell(position))
