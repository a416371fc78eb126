"""Writing versions of observations: what is new, what differs, what is the same, and the one rule about the sample.

Sample observations are current only while no reported observation is: the first import that brings any closes them
all, so that invented and reported figures never meet in one answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from stats_tools.observation_table import Observation, ObservationTable
from stats_tools.schema import Base, ImportRow, ObservationRow, RegisterEntryRow
from stats_tools.versions import SAMPLE, Difference, current_observations

APPLIED = "applied"
REVERTED = "reverted"
STATUSES = ("reported", "verified", "published")
"""What a reported observation may be; only ``published`` ones (and the sample) are for everyone."""

_BATCH = 500
_ROWS_AT_ONCE = 20_000
_VERSION_COLUMNS = (
    "cluster_code",
    "indicator_code",
    "period_index",
    "value",
    "status",
    "revision",
    "import_id",
    "cell",
    "recorded_at",
)
"""What is written of a new version, in the order of the table."""

Progress = Callable[[int, int], None]
"""Told how many of how many are done."""
VersionRow = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Filing:
    """How a set of observations arrives.

    Args:
        file_name: the file as it was handed in.
        file_sha256: hex digest of its bytes.
        sheet: worksheet name, empty for CSV.
        uploaded_by: a person, or an account of a channel as ``telegram:31``.
        status: given to every observation: ``sample`` or one of :data:`STATUSES`.
    """

    file_name: str
    file_sha256: str
    sheet: str
    uploaded_by: str
    status: str


@dataclass(frozen=True, slots=True)
class ImportReceipt:
    """What an import did.

    Args:
        import_id: its number; None where every value was stored already and nothing was written.
        new: values that had no current version.
        changed: values whose version was superseded.
        same: values that were stored already.
        sample_closed: sample values that gave way to the first reported ones.
    """

    import_id: int | None
    new: int
    changed: int
    same: int
    sample_closed: int


def against_current(connection: Connection, observations: Iterable[Observation], status: str) -> Difference:
    """Observations against the current versions of their kind, the sample or the reported values."""
    table = observations if isinstance(observations, ObservationTable) else ObservationTable.of(observations)
    indicators = set(map(table.codes.indicator, table.keys))
    stored = current_observations(connection, sample=status == SAMPLE, indicators=indicators, codes=table.codes)
    return Difference(table, stored, status)


def record(
    connection: Connection,
    filing: Filing,
    found: Difference,
    at: datetime,
    progress: Progress | None = None,
) -> ImportReceipt:
    """Write what is new or changed as new versions and close those they supersede, within the caller's transaction.

    Args:
        connection: in the exclusive writing transaction in which ``found`` was made.
        filing: how the observations arrive.
        found: from :func:`against_current`, with the status of the filing.
        at: now, with time zone.
        progress: told how many versions of how many have been written.
    """
    if found.nothing_to_do:
        return ImportReceipt(None, 0, 0, len(found.same), 0)
    sample = filing.status == SAMPLE
    import_id = insert_import(connection, filing, (len(found.new), len(found.changed), len(found.same)), at)
    closed = 0 if sample else close_sample(connection, import_id, at)
    close(connection, found.superseded, import_id, at)
    rows = _version_rows(connection, filing, found, import_id, at)
    _insert_versions(connection, rows, len(found.new) + len(found.changed), progress)
    return ImportReceipt(import_id, len(found.new), len(found.changed), len(found.same), closed)


def close(
    connection: Connection,
    ids: Sequence[int],
    import_id: int | None,
    at: datetime,
    row: type[ObservationRow | RegisterEntryRow] = ObservationRow,
) -> None:
    """End versions: they were current until ``at`` and gave way to ``import_id`` (None where they were withdrawn)."""
    for some in batches(ids):
        connection.execute(update(row).where(row.id.in_(some)).values(superseded_at=at, superseded_by=import_id))


def close_sample(connection: Connection, import_id: int, at: datetime) -> int:
    """End every current sample version in favour of an import; how many there were."""
    return connection.execute(
        update(ObservationRow)
        .where(ObservationRow.superseded_at.is_(None), ObservationRow.status == SAMPLE)
        .values(superseded_at=at, superseded_by=import_id)
    ).rowcount


def batches(ids: Sequence[int]) -> Iterator[list[int]]:
    """The ids in portions that fit one statement."""
    remaining = iter(ids)
    while portion := list(islice(remaining, _BATCH)):
        yield portion


def insert_import(connection: Connection, filing: Filing, counts: tuple[int, int, int], at: datetime) -> int:
    """Enter an import in the list of imports, with how much of it is new, changed and the same; its number."""
    new, changed, same = counts
    return connection.execute(
        insert(ImportRow)
        .values(
            file_name=filing.file_name,
            file_sha256=filing.file_sha256,
            sheet=filing.sheet,
            uploaded_by=filing.uploaded_by,
            uploaded_at=at,
            status=APPLIED,
            observation_status=filing.status,
            observations_new=new,
            observations_changed=changed,
            observations_same=same,
            reverted_by="",
        )
        .returning(ImportRow.id)
    ).scalar_one()


def _insert_versions(connection: Connection, rows: Iterator[VersionRow], count: int, progress: Progress | None) -> None:
    """Insert rows in portions.

    They are handed to the driver as they are to be stored: converting the parameters of a million rows one by one
    costs more than writing them.
    """
    statement = insert(Base.metadata.tables[ObservationRow.__tablename__]).compile(
        dialect=connection.dialect, column_keys=list(_VERSION_COLUMNS)
    )
    sql, written = str(statement), 0
    while portion := list(islice(rows, _ROWS_AT_ONCE)):
        if statement.positional:
            connection.exec_driver_sql(sql, portion)
        else:
            connection.exec_driver_sql(sql, [dict(zip(_VERSION_COLUMNS, row, strict=True)) for row in portion])
        written += len(portion)
        if progress:
            progress(written, count)


def _version_rows(
    connection: Connection, filing: Filing, found: Difference, import_id: int, at: datetime
) -> Iterator[VersionRow]:
    """The new versions, each a row of ``_VERSION_COLUMNS``."""
    latest = {} if filing.status == SAMPLE else _latest_revisions(connection, found)
    stored_as = ObservationRow.recorded_at.type.dialect_impl(connection.dialect)
    converted = stored_as.bind_processor(connection.dialect)
    moment = converted(at) if converted else at
    table, status = found.table, filing.status
    keys, values, unpack, cell = table.keys, table.values, table.codes.unpack, table.cell
    for position in found.fresh:
        packed = keys[position]
        revision = max(latest.get(packed, 0), found.revision_before(position)) + 1
        yield *unpack(packed), values[position], status, revision, import_id, cell(position), moment


def _latest_revisions(connection: Connection, found: Difference) -> dict[int, int]:
    """The highest revision that values no longer current ever had, so that numbers are never used twice; by packed key.

    Values without such a version are absent.
    """
    row = ObservationRow
    key = (row.cluster_code, row.indicator_code, row.period_index)
    past = select(*key, func.max(row.revision)).where(row.status != SAMPLE, row.superseded_at.is_not(None))
    pack = found.table.codes.pack
    return {pack(*each[:3]): each[3] for each in connection.execute(past.group_by(*key))}
