"""The observations in the database, as one viewer may read them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, time
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Executable, Row, Select, and_, exists, or_, select, true

from stats_tools.database import Database
from stats_tools.operations.observations import Key, Observation, Viewer
from stats_tools.periods import Period
from stats_tools.schema import ClusterRow, ImportRow, ObservationRow
from stats_tools.types import Provenance

_OPEN = ("sample", "published")
_INTERNAL = ("reported", "verified")
_MOST_NAMED = 200
"""Clusters named one by one in a statement; for more, all are read and the others left out."""

_O = ObservationRow


class ObservationReader:
    """Reads observations for one viewer; as soon as any real value is on record, sample data is out of sight.

    Whether there are real values is found out once: make a new reader (``for_viewer``) for every question.

    Args:
        database: where they are kept.
        viewer: who reads, and as of which day.
    """

    def __init__(self, database: Database, viewer: Viewer | None = None) -> None:
        self._database = database
        self._viewer = viewer or Viewer()

    def for_viewer(self, viewer: Viewer) -> ObservationReader:
        """The same database as somebody else may read it."""
        return ObservationReader(self._database, viewer)

    def read(
        self, indicators: Collection[str], clusters: Collection[str], periods: Collection[Period]
    ) -> Mapping[Key, Observation]:
        """The values on record for every combination; combinations without a value are absent."""
        if not (indicators and clusters and periods):
            return {}
        statement = _columns().where(self._visible, *_selection(indicators, clusters, periods))
        names = frozenset(clusters)
        found = (_observation(row) for row in self._rows(statement))
        return {each.key: each for each in found if each.key.cluster in names}

    def hidden(
        self, indicators: Collection[str], clusters: Collection[str], periods: Collection[Period]
    ) -> frozenset[Key]:
        """Which combinations have a value that this viewer may not read."""
        if not (indicators and clusters and periods):
            return frozenset()
        statement = select(_O.cluster_code, _O.indicator_code, _O.period_index).where(
            self._on_record, _O.status.in_(_INTERNAL), ~self._permitted, *_selection(indicators, clusters, periods)
        )
        return frozenset(Key(row[0], row[1], Period.from_index(row[2])) for row in self._rows(statement))

    def extent(self, indicators: Collection[str], clusters: Collection[str]) -> tuple[Period, Period] | None:
        """First and last quarter in which any of the clusters has any of the indicators; None without any."""
        ends: list[int] = []
        for indicator in indicators:
            ends += self._ends(_O.indicator_code == indicator, clusters)
        return (Period.from_index(min(ends)), Period.from_index(max(ends))) if ends else None

    def latest(self) -> Period | None:
        """The newest quarter with any figure; None while there is none."""
        ends = self._ends(true(), ())
        return Period.from_index(ends[-1]) if ends else None

    def _ends(self, which: ColumnElement[bool], clusters: Collection[str]) -> list[int]:
        named = [_O.cluster_code.in_(sorted(clusters))] if 0 < len(clusters) <= _MOST_NAMED else []
        statement = select(_O.period_index).where(self._visible, which, *named)
        found: list[int] = []
        for order in (_O.period_index.asc(), _O.period_index.desc()):
            found += [row[0] for row in self._rows(statement.order_by(order).limit(1))]
        return found

    def reporting(self) -> frozenset[str]:
        """Codes of the clusters with any value at all."""
        any_value = exists().where(_O.cluster_code == ClusterRow.code, self._visible)
        return frozenset(row[0] for row in self._rows(select(ClusterRow.code).where(any_value)))

    def history(self, key: Key) -> tuple[Observation, ...]:
        """Every revision of one value that the viewer may read, oldest first."""
        statement = _columns().where(
            _O.cluster_code == key.cluster,
            _O.indicator_code == key.indicator,
            _O.period_index == key.period.index,
            self._permitted,
        )
        return tuple(_observation(row) for row in self._rows(statement.order_by(_O.revision, _O.id)))

    @cached_property
    def _visible(self) -> ColumnElement[bool]:
        real = [] if not self._has_real_values else [_O.status != "sample"]
        return and_(self._on_record, self._permitted, *real)

    @property
    def _on_record(self) -> ColumnElement[bool]:
        day = self._viewer.as_known_on
        if day is None:
            return _O.superseded_at.is_(None)
        end = datetime.combine(day, time.max, UTC)
        return and_(_O.recorded_at <= end, or_(_O.superseded_at.is_(None), _O.superseded_at > end))

    @property
    def _permitted(self) -> ColumnElement[bool]:
        viewer = self._viewer
        if not viewer.internal:
            return _O.status.in_(_OPEN)
        if not viewer.cities:
            return true()
        own = select(ClusterRow.code).where(ClusterRow.city.in_(sorted(viewer.cities)))
        return or_(_O.status.in_(_OPEN), _O.cluster_code.in_(own))

    @cached_property
    def _has_real_values(self) -> bool:
        statement = select(_O.id).where(self._on_record, self._permitted, _O.status != "sample").limit(1)
        return bool(self._rows(statement))

    def _rows(self, statement: Executable) -> list[Row[Any]]:
        with self._database.reading() as connection:
            return list(connection.execute(statement))


_COLUMNS: tuple[Any, ...] = (
    _O.cluster_code,
    _O.indicator_code,
    _O.period_index,
    _O.value,
    _O.status,
    _O.revision,
    _O.cell,
    _O.recorded_at,
    ImportRow.id,
    ImportRow.file_name,
    ImportRow.sheet,
    ImportRow.uploaded_by,
)


def _columns() -> Select[Any]:
    return select(*_COLUMNS).join(ImportRow, ImportRow.id == _O.import_id)


def _selection(
    indicators: Collection[str], clusters: Collection[str], periods: Collection[Period]
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        _O.indicator_code.in_(sorted(indicators)),
        _O.period_index.in_(sorted(period.index for period in periods)),
    ]
    if len(clusters) <= _MOST_NAMED:
        conditions.append(_O.cluster_code.in_(sorted(clusters)))
    return conditions


def _observation(row: Row[Any]) -> Observation:
    cluster, indicator, index, value, status, revision, cell, recorded_at, number, file_name, sheet, by = tuple(row)
    provenance = Provenance(number, file_name, sheet, cell, by, recorded_at, status, revision)
    return Observation(Key(cluster, indicator, Period.from_index(index)), value, provenance)
