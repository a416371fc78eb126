"""The observations an operation reads, whoever keeps them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple, Protocol

from stats_tools.periods import Period
from stats_tools.types import Provenance


class Key(NamedTuple):
    """Which value: cluster and indicator by code, and the quarter."""

    cluster: str
    indicator: str
    period: Period


class Origin(NamedTuple):
    """What all values of one import have in common of where they came from."""

    import_id: int
    file_name: str
    sheet: str
    uploaded_by: str


class Observation(NamedTuple):
    """One stored value, in its indicator's unit, with where it came from.

    It is flat, because an answer over a thousand clusters takes thousands of them.
    """

    cluster: str
    indicator: str
    period: Period
    value: Decimal
    status: str
    revision: int
    cell: str
    recorded_at: datetime
    origin: Origin

    @property
    def key(self) -> Key:
        """Which value it is."""
        return Key(self.cluster, self.indicator, self.period)

    @property
    def provenance(self) -> Provenance:
        """Where it came from, to the cell."""
        number, file_name, sheet, by = self.origin
        return Provenance(number, file_name, sheet, self.cell, by, self.recorded_at, self.status, self.revision)

    @property
    def is_sample(self) -> bool:
        """Whether it is synthetic sample data."""
        return self.status == "sample"


class Arrival(NamedTuple):
    """The first report of a cluster for a quarter: its import, and the moment of that, UTC."""

    import_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Viewer:
    """What may be read, and as of when.

    Args:
        internal: whether reported and verified observations may be read besides the published ones.
        cities: cities in whose clusters that holds; empty means everywhere.
        as_known_on: read what was on record at the end of this day at the offices; None for now.
    """

    internal: bool = False
    cities: frozenset[str] = frozenset()
    as_known_on: date | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL as run, its parameters by name; lists in it are one parameter each."""

    sql: str
    parameters: Mapping[str, object]


Told = Callable[[Statement], None]
"""Told of every statement as it is run."""


class Observations(Protocol):
    """What one viewer may read."""

    def read(
        self, indicators: Collection[str], clusters: Collection[str], periods: Collection[Period]
    ) -> Sequence[Observation]:
        """The values on record for every combination; combinations without a value are absent."""

    def hidden(
        self, indicators: Collection[str], clusters: Collection[str], periods: Collection[Period]
    ) -> frozenset[Key]:
        """Which combinations have a value that this viewer may not read."""

    def extent(self, indicators: Collection[str], clusters: Collection[str]) -> tuple[Period, Period] | None:
        """First and last quarter in which any of the clusters has any of the indicators; None without any."""

    def reporting(self) -> frozenset[str]:
        """Codes of the clusters with any value at all."""

    def arrivals(self, indicators: Collection[str], clusters: Collection[str], period: Period) -> Mapping[str, Arrival]:
        """By cluster the first report for a quarter, whoever may read its values.

        The sample is no report, and neither is one that was taken back.
        """

    def history(self, key: Key) -> tuple[Observation, ...]:
        """Every revision of one value that the viewer may read, oldest first."""
