"""The current versions of the values, kept compactly, and a set of observations against them."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Executable, and_, func, select, type_coerce
from typing_extensions import override

from stats_tools.observation_table import CodeNumbers, Key, MadeWhenAsked, Observation, ObservationTable
from stats_tools.schema import SCALE, ObservationRow

SAMPLE = "sample"
_ROWS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Stored:
    """The current version of one value."""

    id: int
    value: Decimal
    status: str
    revision: int
    import_id: int


@dataclass(frozen=True, slots=True)
class Change:
    """A value that differs from the current version, or from its status."""

    observation: Observation
    before: Stored


class StoredVersions(Mapping[Key, Stored]):
    """Current versions by key.

    Args:
        codes: numbers the codes of the keys.
    """

    def __init__(self, codes: CodeNumbers) -> None:
        self._codes = codes
        self.positions: dict[int, int] = {}
        """Packed key -> position in the columns."""
        self.ids = array("q")
        self.values_scaled = array("q")
        """In units of 1e-8."""
        self.statuses: list[str] = []
        self.revisions = array("i")
        self._imports = array("i")

    def add(self, key: Key, version: int, value: int, status: str, revision: int, import_id: int) -> None:
        """Take one version, its value in units of 1e-8."""
        self.positions[self._codes.pack(*key)] = len(self.ids)
        self.ids.append(version)
        self.values_scaled.append(value)
        self.statuses.append(status)
        self.revisions.append(revision)
        self._imports.append(import_id)

    def at(self, position: int) -> Stored:
        """The version at a position of the columns."""
        value = Decimal(self.values_scaled[position]) / SCALE
        own = self.statuses[position], self.revisions[position], self._imports[position]
        return Stored(self.ids[position], value, *own)

    @override
    def __getitem__(self, key: Key) -> Stored:
        return self.at(self.positions[self._codes.pack(*key)])

    @override
    def __iter__(self) -> Iterator[Key]:
        return map(self._codes.unpack, self.positions)

    @override
    def __len__(self) -> int:
        return len(self.positions)


def current_observations(
    connection: Connection, *, sample: bool, indicators: Iterable[str] = (), codes: CodeNumbers | None = None
) -> StoredVersions:
    """The current versions, of the sample or of the reported values, of all indicators or of those named.

    Args:
        connection: in a transaction.
        sample: of the sample rather than of the reported values.
        indicators: codes; empty for all.
        codes: numbers the codes, where the versions will be compared with a table of observations.
    """
    row = ObservationRow
    wanted = _current(sample=sample)
    names = list(indicators)
    if names:
        wanted = and_(wanted, row.indicator_code.in_(names))
    key = (row.cluster_code, row.indicator_code, row.period_index)
    raw = type_coerce(row.value, BigInteger())
    query = select(*key, row.id, raw, row.status, row.revision, row.import_id).where(wanted)
    found = StoredVersions(codes or CodeNumbers())
    kept: dict[str, str] = {}
    for cluster, indicator, index, version, value, status, revision, import_id in _streamed(connection, query):
        own = kept.setdefault(status, status)
        found.add((cluster, indicator, index), version, value, own, revision, import_id)
    return found


def count_current(connection: Connection, *, sample: bool) -> int:
    """How many current versions there are, of the sample or of the reported values."""
    counted = select(func.count()).select_from(ObservationRow).where(_current(sample=sample))
    return connection.execute(counted).scalar_one()


def _current(*, sample: bool) -> ColumnElement[bool]:
    kind = ObservationRow.status == SAMPLE if sample else ObservationRow.status != SAMPLE
    return and_(ObservationRow.superseded_at.is_(None), kind)


def _streamed(connection: Connection, query: Executable) -> Iterator[Any]:
    """Rows as they come, so that a million of them are never held at once."""
    return iter(connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE}))


class Difference:
    """A set of observations against what is stored: what is new, changed and the same.

    The same value with another status is a change.

    Args:
        table: the observations.
        stored: the current versions, with keys numbered like the table's.
        status: that the observations would be given.
    """

    def __init__(self, table: ObservationTable, stored: StoredVersions, status: str) -> None:
        self._table = table
        self._stored = stored
        self._new, self._changed, self._same = array("i"), array("i"), array("i")
        self._before = array("i")
        values, statuses = stored.values_scaled, stored.statuses
        for position, key in enumerate(table.keys):
            before = stored.positions.get(key)
            if before is None:
                self._new.append(position)
            elif values[before] != table.values[position] or statuses[before] != status:
                self._changed.append(position)
                self._before.append(before)
            else:
                self._same.append(position)

    @classmethod
    def nothing(cls) -> Difference:
        """Of no observations."""
        table = ObservationTable()
        return cls(table, StoredVersions(table.codes), "")

    @property
    def new(self) -> Sequence[Observation]:
        """Values without a current version."""
        return self._observations(self._new)

    @property
    def changed(self) -> Sequence[Change]:
        """Values that differ from their current version."""
        return MadeWhenAsked(len(self._changed), self._change)

    @property
    def same(self) -> Sequence[Observation]:
        """Values that are stored already."""
        return self._observations(self._same)

    @property
    def nothing_to_do(self) -> bool:
        """Whether every value is stored already."""
        return not self._new and not self._changed

    @property
    def fresh(self) -> Iterator[int]:
        """Positions in the table of what is new or changed, in that order."""
        yield from self._new
        yield from self._changed

    @property
    def superseded(self) -> Sequence[int]:
        """Ids of the versions that would give way."""
        return MadeWhenAsked(len(self._before), lambda position: self._stored.ids[self._before[position]])

    def revision_before(self, position: int) -> int:
        """The revision of the current version of an observation; 0 without one."""
        before = self._stored.positions.get(self._table.keys[position])
        return 0 if before is None else self._stored.revisions[before]

    def overtakes(self, seen: Difference) -> bool:
        """Whether it would change a version that an earlier difference of the same table did not show."""
        shown = dict(zip(seen._changed, seen.superseded, strict=True))
        return any(shown.get(each) != own for each, own in zip(self._changed, self.superseded, strict=True))

    @property
    def table(self) -> ObservationTable:
        """The observations."""
        return self._table

    @property
    def stored(self) -> StoredVersions:
        """The current versions."""
        return self._stored

    def _observations(self, positions: array[int]) -> Sequence[Observation]:
        return MadeWhenAsked(len(positions), lambda position: self._table[positions[position]])

    def _change(self, position: int) -> Change:
        return Change(self._table[self._changed[position]], self._stored.at(self._before[position]))
