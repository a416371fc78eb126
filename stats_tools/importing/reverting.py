"""Undoing an import without forgetting it: its values are withdrawn, the earlier ones come back as new versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, func, insert, select, update

from stats_tools.database import Database
from stats_tools.recording import APPLIED, REVERTED, close
from stats_tools.schema import Base, ImportRow, ObservationRow, RegisterEntryRow
from stats_tools.versions import SAMPLE

Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class _Versions:
    """A table of versions.

    Args:
        row: its class.
        key: columns that name what a row is a version of.
        copied: further columns that a version brought back takes from the one it repeats.
        apart: columns whose values each have a sample of their own; none where there is one sample.
    """

    row: type[ObservationRow | RegisterEntryRow]
    key: tuple[str, ...]
    copied: tuple[str, ...]
    apart: tuple[str, ...] = ()

    @property
    def table(self) -> Table:
        return Base.metadata.tables[self.row.__tablename__]

    def columns(self, names: Sequence[str]) -> list[ColumnElement[Any]]:
        return [self.table.c[name] for name in names]


_TABLES = (
    _Versions(
        ObservationRow, ("cluster_code", "indicator_code", "period_index"), ("value", "status", "import_id", "cell")
    ),
    _Versions(
        RegisterEntryRow,
        ("register", "entry_key", "period_index"),
        ("content", "withdrawn", "status", "import_id", "cell"),
        apart=("register",),
    ),
)


class RevertRefusedError(Exception):
    """The import cannot be reverted and nothing was changed.

    Args:
        reason: ``unknown`` (no such import), ``reverted`` (it is already) or ``superseded`` (later imports replaced
            values of it and must be reverted first).
        later: numbers of those later imports, latest first.
    """

    def __init__(self, reason: str, later: tuple[int, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.later = later


@dataclass(frozen=True, slots=True)
class RevertReceipt:
    """What reverting did: values withdrawn, earlier versions brought back, sample values brought back."""

    import_id: int
    withdrawn: int
    restored: int
    sample_restored: int


def revert_import(database: Database, import_id: int, reverted_by: str, at: datetime) -> RevertReceipt:
    """Withdraw what an import brought and bring back what it replaced, in one transaction.

    Nothing is deleted: the withdrawn versions stay in the history, closed at ``at``; those brought back are new
    versions that keep the import and cell they first came from.  When no reported value is left the sample comes back.

    Raises:
        RevertRefusedError: no such import, reverted already, or partly replaced by later imports.
    """
    with database.writing(exclusive=True) as connection:
        _check(connection, import_id)
        connection.execute(
            update(ImportRow)
            .where(ImportRow.id == import_id)
            .values(status=REVERTED, reverted_at=at, reverted_by=reverted_by)
        )
        receipts = [_withdraw(connection, versions, import_id, at) for versions in _TABLES]
    withdrawn, restored, sample = (sum(counts) for counts in zip(*receipts, strict=True))
    return RevertReceipt(import_id, withdrawn, restored, sample)


def _check(connection: Connection, import_id: int) -> None:
    status = connection.execute(select(ImportRow.status).where(ImportRow.id == import_id)).scalar()
    if status is None:
        raise RevertRefusedError("unknown")
    if status == REVERTED:
        raise RevertRefusedError("reverted")
    later = sorted({number for each in _TABLES for number in _superseders(connection, each, import_id)}, reverse=True)
    if later:
        raise RevertRefusedError("superseded", tuple(later))


def _superseders(connection: Connection, versions: _Versions, import_id: int) -> Iterator[int]:
    row = versions.row
    superseders = (
        select(row.superseded_by)
        .join(ImportRow, ImportRow.id == row.superseded_by)
        .where(row.import_id == import_id, ImportRow.status == APPLIED)
        .distinct()
    )
    return filter(None, connection.execute(superseders).scalars())


def _withdraw(connection: Connection, versions: _Versions, import_id: int, at: datetime) -> tuple[int, int, int]:
    """How many versions of one table were withdrawn, brought back, and brought back of the sample."""
    table = versions.table
    withdrawn = connection.execute(
        select(table.c.id, *versions.columns(versions.key)).where(
            table.c.import_id == import_id, table.c.superseded_at.is_(None)
        )
    ).all()
    close(connection, [row[0] for row in withdrawn], None, at, versions.row)
    keys = {tuple(row[1:]) for row in withdrawn}
    versions_before = _latest(connection, versions, table.c.status != SAMPLE) if keys else ()
    restored = _restore(connection, versions, (row for row in versions_before if _named(row, versions.key) in keys), at)
    scopes = {_named(dict(zip(versions.key, key, strict=True)), versions.apart) for key in keys}
    sample = sum(_restore_sample(connection, versions, scope, at) for scope in scopes)
    return len(withdrawn), restored, sample


def _named(row: Row, names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def _latest(connection: Connection, versions: _Versions, wanted: ColumnElement[bool]) -> Iterator[Row]:
    """The latest version of everything among the imports that stand, with the highest revision it ever had."""
    table, key = versions.table, versions.columns(versions.key)
    standing = (
        select(func.max(table.c.id))
        .join(ImportRow, ImportRow.id == table.c.import_id)
        .where(ImportRow.status == APPLIED, wanted)
        .group_by(*key)
    )
    highest = select(*key, func.max(table.c.revision).label("highest")).where(wanted).group_by(*key)
    revisions = {_named(row, versions.key): row["highest"] for row in connection.execute(highest).mappings()}
    rows = connection.execute(select(table).where(table.c.id.in_(standing))).mappings()
    for row in rows.all():
        yield {**row, "revision": revisions[_named(row, versions.key)]}


def _restore(connection: Connection, versions: _Versions, rows: Iterable[Row], at: datetime) -> int:
    copies = [
        {
            **{name: row[name] for name in (*versions.key, *versions.copied)},
            "revision": row["revision"] + 1,
            "recorded_at": at,
        }
        for row in rows
    ]
    if copies:
        connection.execute(insert(versions.table), copies)
    return len(copies)


def _restore_sample(connection: Connection, versions: _Versions, scope: tuple[Any, ...], at: datetime) -> int:
    """Bring a sample back where nothing that it gave way to is current."""
    table = versions.table
    within = [table.c[name] == value for name, value in zip(versions.apart, scope, strict=True)]
    current = select(func.count()).select_from(table).where(table.c.superseded_at.is_(None), *within)
    if connection.execute(current).scalar_one():
        return 0
    return _restore(connection, versions, _latest(connection, versions, and_(table.c.status == SAMPLE, *within)), at)
