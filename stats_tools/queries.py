"""The observations in the database, as one viewer may read them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from functools import cache, cached_property
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import (
    BigInteger,
    ClauseElement,
    ColumnElement,
    Dialect,
    Executable,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.engine.default import DefaultDialect

from stats_tools.database import Database
from stats_tools.office_time import end_of_day
from stats_tools.operations.observations import Arrival, Key, Observation, Origin, Statement, Told, Viewer
from stats_tools.periods import Period
from stats_tools.schema import SCALE, ClusterRow, ImportRow, IndicatorRow, ObservationRow, UtcDateTime
from stats_tools.versions import SAMPLE

_OPEN = ("sample", "published")
_INTERNAL = ("reported", "verified")
_MOST_NAMED = 200
"""Clusters named one by one in a statement; for more, all are read and the others left out."""

Values = tuple[Any, ...]

_KNOWN_REPORTING: WeakKeyDictionary[Database, dict[str, tuple[Values, frozenset[str]]]] = WeakKeyDictionary()
"""For each database and permission the clusters that report, and the state of the imports in which they did."""

_KNOWN_IMPORTS: WeakKeyDictionary[Database, dict[int, Origin]] = WeakKeyDictionary()
"""For each database the imports met so far."""

_LIST = re.compile(r"\(__\[POSTCOMPILE_(\w+)\]\)")

_O = ObservationRow
_COLUMNS: tuple[Any, ...] = (
    _O.cluster_code,
    _O.indicator_code,
    _O.period_index,
    type_coerce(_O.value, BigInteger),
    _O.status,
    _O.revision,
    _O.cell,
    _O.recorded_at,
    _O.import_id,
)


class ObservationReader:
    """Reads observations for one viewer.

    Which clusters report is found out once: make a new reader for every question.

    Args:
        database: where they are kept.
        viewer: who reads, and as of which day; anybody, now, without it.
        told: told of every statement that is run.
    """

    def __init__(self, database: Database, viewer: Viewer | None = None, told: Told | None = None) -> None:
        self._database = database
        self._viewer = viewer or Viewer()
        self._told = told

    def read(
        self, indicators: Collection[str], clusters: Collection[str], periods: Collection[Period]
    ) -> Sequence[Observation]:
        """The values on record for every combination; combinations without a value are absent."""
        if not (indicators and clusters and periods):
            return ()
        statement = _read_statement(*self._variant, named=len(clusters) <= _MOST_NAMED)
        names = frozenset(clusters)
        rows = self._rows(statement, _selected(indicators, clusters, periods))
        return self._observations([row for row in rows if row[0] in names])

    def hidden(
        self, indicators: Collection[str], clusters: Collection[str], periods: Collection[Period]
    ) -> frozenset[Key]:
        """Which combinations have a value that this viewer may not read."""
        if not (indicators and clusters and periods) or (self._viewer.internal and not self._viewer.cities):
            return frozenset()
        statement = _hidden_statement(*self._variant, named=len(clusters) <= _MOST_NAMED)
        rows = self._rows(statement, _selected(indicators, clusters, periods))
        return frozenset(Key(row[0], row[1], Period.from_index(row[2])) for row in rows)

    def extent(self, indicators: Collection[str], clusters: Collection[str]) -> tuple[Period, Period] | None:
        """First and last quarter in which any of the clusters has any of the indicators; None without any."""
        statement = _extent_statement(*self._variant, named=0 < len(clusters) <= _MOST_NAMED)
        first, last = self._rows(statement, _selected(indicators, clusters, ()))[0]
        return None if first is None else (Period.from_index(first), Period.from_index(last))

    def latest(self) -> Period | None:
        """The newest quarter with any figure; None while there is none."""
        newest = self._rows(_latest_statement(*self._variant), {})[0][0]
        return None if newest is None else Period.from_index(newest)

    def reporting(self) -> frozenset[str]:
        """Codes of the clusters with any value at all."""
        return self._reporting

    @cached_property
    def _reporting(self) -> frozenset[str]:
        permission, dated = self._variant
        if dated or permission == "cities":
            return self._found_reporting()
        # Who reports changes with an import or its revert only; asking all clusters anew costs more than the answer.
        known = _KNOWN_REPORTING.setdefault(self._database, {})
        state = tuple(self._rows(_imports_statement(), {})[0])
        if known.get(permission, (None,))[0] != state:
            known[permission] = (state, self._found_reporting())
        return known[permission][1]

    def _found_reporting(self) -> frozenset[str]:
        return frozenset(row[0] for row in self._rows(_reporting_statement(*self._variant), {}))

    def arrivals(self, indicators: Collection[str], clusters: Collection[str], period: Period) -> Mapping[str, Arrival]:
        """By cluster the first report for a quarter, whoever may read its values."""
        if not (indicators and clusters):
            return {}
        statement = _arrivals_statement(self._variant[1], named=len(clusters) <= _MOST_NAMED)
        rows = self._rows(statement, _selected(indicators, clusters, [period]))
        names = frozenset(clusters)
        # Of several the earliest comes last, and stays.
        return {code: Arrival(number, at) for code, number, at in sorted(rows, key=_latest_first) if code in names}

    def history(self, key: Key) -> tuple[Observation, ...]:
        """Every revision of one value that the viewer may read, oldest first."""
        values = {"cluster": key.cluster, "indicator": key.indicator, "period": key.period.index}
        return tuple(self._observations(self._rows(_history_statement(self._variant[0]), values)))

    def _observations(self, rows: Sequence[Any]) -> list[Observation]:
        # What an import was called never changes, so that it is read once and not again with each of its values.
        known = _KNOWN_IMPORTS.setdefault(self._database, {})
        if missing := {row[-1] for row in rows} - known.keys():
            found = self._rows(_named_imports_statement(), {"first": min(missing), "last": max(missing)})
            known.update({row[0]: Origin(*row) for row in found})
        return [
            Observation(
                cluster, indicator, _quarter(at), Decimal(value) / SCALE, status, revision, cell, when, known[number]
            )
            for cluster, indicator, at, value, status, revision, cell, when, number in rows
        ]

    @property
    def _variant(self) -> tuple[str, bool]:
        """Which statements this viewer needs: by permission, and as of a day or now."""
        viewer = self._viewer
        permission = "open" if not viewer.internal else "cities" if viewer.cities else "everything"
        return permission, viewer.as_known_on is not None

    def _rows(self, statement: Executable, values: Mapping[str, Any]) -> Sequence[Any]:
        viewer = self._viewer
        own: dict[str, Any] = {"cities": sorted(viewer.cities)} if viewer.cities else {}
        if viewer.as_known_on is not None:
            own["moment"] = end_of_day(viewer.as_known_on)
        with self._database.reading() as connection:
            if self._told is not None:
                self._told(_as_run(statement, connection.dialect, {**values, **own}))
            return connection.execute(statement, {**values, **own}).all()


def _as_run(statement: Executable, dialect: Dialect, values: Mapping[str, Any]) -> Statement:
    """The statement's text with named parameters, a list as one of them."""
    named = cast(type[DefaultDialect], type(dialect))(paramstyle="named")
    compiled = cast(ClauseElement, statement).compile(dialect=named)
    # SQLAlchemy writes a list that it expands as it runs the statement as ``(__[POSTCOMPILE_name])``.
    text = _LIST.sub(r"(:\1)", str(compiled))
    return Statement(text, {name: values.get(name, value) for name, value in compiled.params.items()})


# The statements are built once a variant: building one costs more than running it.


@cache
def _read_statement(permission: str, dated: bool, named: bool) -> Executable:
    return select(*_COLUMNS).where(_on_record(dated), _permitted(permission), *_selection(named))


@cache
def _hidden_statement(permission: str, dated: bool, named: bool) -> Executable:
    columns = select(_O.cluster_code, _O.indicator_code, _O.period_index)
    return columns.where(_on_record(dated), _O.status.in_(_INTERNAL), ~_permitted(permission), *_selection(named))


@cache
def _extent_statement(permission: str, dated: bool, named: bool) -> Executable:
    conditions = [
        _on_record(dated),
        _permitted(permission),
        _O.indicator_code.in_(bindparam("indicators", expanding=True)),
    ]
    conditions += [_O.cluster_code.in_(bindparam("clusters", expanding=True))] if named else []
    quarters = select(_O.period_index).where(*conditions).limit(1)
    first, last = quarters.order_by(_O.period_index.asc()), quarters.order_by(_O.period_index.desc())
    return select(first.scalar_subquery(), last.scalar_subquery())


@cache
def _latest_statement(permission: str, dated: bool) -> Executable:
    # One step down the index for every indicator; the newest of all would have to look at every row.
    newest = (
        select(_O.period_index)
        .where(_O.indicator_code == IndicatorRow.code, _on_record(dated), _permitted(permission))
        .order_by(_O.period_index.desc())
        .limit(1)
        .correlate(IndicatorRow)
    )
    return select(func.max(newest.scalar_subquery())).select_from(IndicatorRow)


@cache
def _reporting_statement(permission: str, dated: bool) -> Executable:
    any_value = exists().where(_O.cluster_code == ClusterRow.code, _on_record(dated), _permitted(permission))
    return select(ClusterRow.code).where(any_value)


@cache
def _imports_statement() -> Executable:
    return select(func.count(ImportRow.id), func.max(ImportRow.id), func.count(ImportRow.reverted_at))


@cache
def _arrivals_statement(dated: bool, named: bool) -> Executable:
    # What a report brings is entered at the moment of its import; an import that was reverted is no report.
    conditions = [ImportRow.reverted_at.is_(None), _O.status != SAMPLE, *_selection(named)]
    if dated:
        conditions.append(ImportRow.uploaded_at <= bindparam("moment", type_=UtcDateTime()))
    columns = select(_O.cluster_code, ImportRow.id, ImportRow.uploaded_at)
    return columns.join(ImportRow, ImportRow.id == _O.import_id).where(*conditions).distinct()


def _latest_first(row: Values) -> tuple[float, int]:
    _cluster, number, at = row
    return -at.timestamp(), -number


@cache
def _named_imports_statement() -> Executable:
    names = select(ImportRow.id, ImportRow.file_name, ImportRow.sheet, ImportRow.uploaded_by)
    return names.where(ImportRow.id.between(bindparam("first"), bindparam("last")))


@cache
def _history_statement(permission: str) -> Executable:
    return (
        select(*_COLUMNS)
        .where(
            _O.cluster_code == bindparam("cluster"),
            _O.indicator_code == bindparam("indicator"),
            _O.period_index == bindparam("period"),
            _permitted(permission),
        )
        .order_by(_O.revision, _O.id)
    )


def _on_record(dated: bool) -> ColumnElement[bool]:
    if not dated:
        return _O.superseded_at.is_(None)
    moment = bindparam("moment", type_=UtcDateTime())
    return and_(_O.recorded_at <= moment, or_(_O.superseded_at.is_(None), _O.superseded_at > moment))


def _permitted(permission: str) -> ColumnElement[bool]:
    if permission == "everything":
        return true()
    if permission == "open":
        return _O.status.in_(_OPEN)
    own = select(ClusterRow.code).where(ClusterRow.city.in_(bindparam("cities", expanding=True)))
    return or_(_O.status.in_(_OPEN), _O.cluster_code.in_(own))


def _selection(named: bool) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        _O.indicator_code.in_(bindparam("indicators", expanding=True)),
        _O.period_index.in_(bindparam("periods", expanding=True)),
    ]
    return [*conditions, _O.cluster_code.in_(bindparam("clusters", expanding=True))] if named else conditions


def _selected(indicators: Collection[str], clusters: Collection[str], periods: Collection[Period]) -> Mapping[str, Any]:
    return {
        "indicators": sorted(indicators),
        "clusters": sorted(clusters) if len(clusters) <= _MOST_NAMED else [],
        "periods": sorted(period.index for period in periods),
    }


@cache
def _quarter(index: int) -> Period:
    return Period.from_index(index)
