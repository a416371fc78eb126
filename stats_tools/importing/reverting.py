"""Undoing an import without forgetting it: its values are withdrawn, the earlier ones come back as new versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from stats_tools.database import Database
from stats_tools.recording import APPLIED, REVERTED, SAMPLE, close
from stats_tools.schema import ImportRow, ObservationRow

Row = Mapping[Any, Any]
_COPIED = ("cluster_code", "indicator_code", "period_index", "value", "status", "import_id", "cell")


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
        withdrawn = connection.execute(
            select(ObservationRow.id, *_key()).where(
                ObservationRow.import_id == import_id, ObservationRow.superseded_at.is_(None)
            )
        ).all()
        close(connection, [row[0] for row in withdrawn], None, at)
        connection.execute(
            update(ImportRow)
            .where(ImportRow.id == import_id)
            .values(status=REVERTED, reverted_at=at, reverted_by=reverted_by)
        )
        keys = {tuple(row[1:]) for row in withdrawn}
        restored = _restore(connection, (row for row in _latest(connection, sample=False) if _key_of(row) in keys), at)
        return RevertReceipt(import_id, len(withdrawn), restored, _restore_sample(connection, at))


def _check(connection: Connection, import_id: int) -> None:
    status = connection.execute(select(ImportRow.status).where(ImportRow.id == import_id)).scalar()
    if status is None:
        raise RevertRefusedError("unknown")
    if status == REVERTED:
        raise RevertRefusedError("reverted")
    superseders = (
        select(ObservationRow.superseded_by)
        .join(ImportRow, ImportRow.id == ObservationRow.superseded_by)
        .where(ObservationRow.import_id == import_id, ImportRow.status == APPLIED)
        .distinct()
    )
    later = sorted(filter(None, connection.execute(superseders).scalars()), reverse=True)
    if later:
        raise RevertRefusedError("superseded", tuple(later))


def _key() -> tuple[Any, ...]:
    return ObservationRow.cluster_code, ObservationRow.indicator_code, ObservationRow.period_index


def _key_of(row: Row) -> tuple[Any, ...]:
    return row["cluster_code"], row["indicator_code"], row["period_index"]


def _latest(connection: Connection, *, sample: bool) -> Iterator[Row]:
    """The latest version of every value among the imports that stand, with the highest revision it ever had."""
    of_kind = (ObservationRow.status == SAMPLE) if sample else (ObservationRow.status != SAMPLE)
    standing = (
        select(func.max(ObservationRow.id))
        .join(ImportRow, ImportRow.id == ObservationRow.import_id)
        .where(ImportRow.status == APPLIED, of_kind)
        .group_by(*_key())
    )
    highest = select(*_key(), func.max(ObservationRow.revision).label("highest")).where(of_kind).group_by(*_key())
    revisions = {_key_of(row): row["highest"] for row in connection.execute(highest).mappings()}
    rows = connection.execute(select(ObservationRow.__table__).where(ObservationRow.id.in_(standing))).mappings()
    for row in rows.all():
        yield {**row, "revision": revisions[_key_of(row)]}


def _restore(connection: Connection, versions: Iterable[Row], at: datetime) -> int:
    copies = [
        {**{name: version[name] for name in _COPIED}, "revision": version["revision"] + 1, "recorded_at": at}
        for version in versions
    ]
    if copies:
        connection.execute(insert(ObservationRow), copies)
    return len(copies)


def _restore_sample(connection: Connection, at: datetime) -> int:
    """Bring the sample back where no observation at all is current."""
    current = select(func.count()).select_from(ObservationRow).where(ObservationRow.superseded_at.is_(None))
    if connection.execute(current).scalar_one():
        return 0
    return _restore(connection, _latest(connection, sample=True), at)
