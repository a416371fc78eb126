"""Writing the register files into the database, so that observations and targets refer to something there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete, exists, insert, select, update

from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.database import Database
from stats_tools.definition_files import DefinitionError
from stats_tools.registry import Registry
from stats_tools.schema import Base, IndicatorRow, ObservationRow
from stats_tools.targets import Target

Row = Mapping[str, Any]


def register(database: Database, registry: Registry, catalogue: IndicatorCatalogue, targets: Sequence[Target]) -> bool:
    """Make the database agree with the files; True where anything had to be written.

    Idempotent and safe to repeat or to run in several processes.  A cluster or indicator that left its file stays in
    the database, because observations may refer to it; an alias or target that left its file goes.

    Raises:
        DefinitionError: an indicator's unit was changed in the file although values are stored in the former unit.
    """
    with database.reading() as connection:
        current = all(_agrees(connection, *part) for part in _parts(registry, catalogue, targets))
    if current:
        return False
    with database.writing(exclusive=True) as connection:
        _keep_units(connection, catalogue)
        for table, key, rows, complete in _parts(registry, catalogue, targets):
            _upsert(connection, table, key, rows)
            if complete:
                wanted = [row[key] for row in rows]
                connection.execute(delete(table).where(table.c[key].not_in(wanted)))
    return True


def is_registered(database: Database) -> bool:
    """Whether the files were ever written into a database that has tables."""
    with database.reading() as connection:
        return connection.execute(select(IndicatorRow.code).limit(1)).first() is not None


def _keep_units(connection: Connection, catalogue: IndicatorCatalogue) -> None:
    """Stored values carry no unit of their own: another unit in the file would silently change every one of them."""
    measured = select(IndicatorRow.code, IndicatorRow.unit).where(
        exists().where(ObservationRow.indicator_code == IndicatorRow.code)
    )
    units = {indicator.code: indicator.unit for indicator in catalogue.indicators}
    for code, unit in connection.execute(measured):
        if units.get(code, unit) != unit:
            raise DefinitionError(f"{code}: values are stored in {unit}, the catalogue says {units[code]}")


def _parts(
    registry: Registry, catalogue: IndicatorCatalogue, targets: Sequence[Target]
) -> tuple[tuple[Table, str, list[Row], bool], ...]:
    """Each table with its key, its rows, and whether rows beyond those must go; in the order of reference."""
    tables = Base.metadata.tables
    return (
        (tables["clusters"], "code", _cluster_rows(registry), False),
        (tables["cluster_aliases"], "alias", _alias_rows(registry), True),
        (tables["indicators"], "code", _indicator_rows(catalogue), False),
        (tables["targets"], "code", [_target_row(target) for target in targets], True),
    )


def _cluster_rows(registry: Registry) -> list[Row]:
    shared = ("level", "batch", "announced", "source", "source_date", "confidence")
    own = ("code", "name", "short_name", "city", "district", "sector")
    return [
        {name: getattr(entry, name) for name in own} | {name: getattr(batch, name) for name in shared}
        for batch in registry.batches
        for entry in batch.clusters
    ]


def _alias_rows(registry: Registry) -> list[Row]:
    return [{"alias": alias, "cluster_code": each.code} for each in registry.clusters for alias in each.aliases]


def _indicator_rows(catalogue: IndicatorCatalogue) -> list[Row]:
    return [
        {"code": each.code, "name": each.name, "unit": each.unit, "nature": each.nature.value}
        for each in catalogue.indicators
    ]


def _target_row(target: Target) -> Row:
    return {
        "code": target.code,
        "name": target.name,
        "indicator_code": getattr(target.measure, "indicator", None),
        "definition": target.model_dump_json(),
        "due": target.due,
        "doc_id": target.doc_id,
        "quote": target.quote,
    }


def _stored(connection: Connection, table: Table, key: str) -> dict[str, Row]:
    return {row[key]: dict(row) for row in connection.execute(select(table)).mappings()}


def _agrees(connection: Connection, table: Table, key: str, rows: list[Row], complete: bool) -> bool:
    stored = _stored(connection, table, key)
    return all(stored.get(row[key]) == row for row in rows) and (not complete or len(stored) == len(rows))


def _upsert(connection: Connection, table: Table, key: str, rows: list[Row]) -> None:
    stored = _stored(connection, table, key)
    fresh = [row for row in rows if row[key] not in stored]
    if fresh:
        connection.execute(insert(table), fresh)
    for row in rows:
        if row[key] in stored and stored[row[key]] != row:
            connection.execute(update(table).where(table.c[key] == row[key]).values(**row))
