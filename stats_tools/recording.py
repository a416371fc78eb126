"""Writing versions of observations: what is new, what differs, what is the same, and the one rule about the sample.

Sample observations are current only while no reported observation is: the first import that brings any closes them
all, so that invented and reported figures never meet in one answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice

from sqlalchemy import Connection, and_, func, insert, select, update

from stats_tools.periods import Period
from stats_tools.schema import ImportRow, ObservationRow, RegisterEntryRow

SAMPLE = "sample"
APPLIED = "applied"
REVERTED = "reverted"
STATUSES = ("reported", "verified", "published")
"""What a reported observation may be; only ``published`` ones (and the sample) are for everyone."""

Key = tuple[str, str, int]
"""Cluster code, indicator code, ``Period.index``."""
_BATCH = 500


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


@dataclass(frozen=True, slots=True)
class Filing:
    """How a set of observations arrives.

    Args:
        file_name: the file as it was handed in.
        file_sha256: hex digest of its bytes.
        sheet: worksheet name, empty for CSV.
        uploaded_by: person or channel.
        status: given to every observation: ``sample`` or one of :data:`STATUSES`.
    """

    file_name: str
    file_sha256: str
    sheet: str
    uploaded_by: str
    status: str


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


@dataclass(frozen=True, slots=True)
class Difference:
    """A set of observations against what is stored."""

    new: tuple[Observation, ...]
    changed: tuple[Change, ...]
    same: tuple[Observation, ...]

    @property
    def nothing_to_do(self) -> bool:
        """Whether every value is stored already."""
        return not self.new and not self.changed


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


def current_observations(connection: Connection, *, sample: bool, indicators: Iterable[str] = ()) -> dict[Key, Stored]:
    """The current versions, of the sample or of the reported values, of all indicators or of those named."""
    row = ObservationRow
    wanted = and_(row.superseded_at.is_(None), (row.status == SAMPLE) if sample else (row.status != SAMPLE))
    codes = list(indicators)
    if codes:
        wanted = and_(wanted, row.indicator_code.in_(codes))
    query = select(
        row.cluster_code,
        row.indicator_code,
        row.period_index,
        row.id,
        row.value,
        row.status,
        row.revision,
        row.import_id,
    ).where(wanted)
    return {
        (cluster, indicator, index): Stored(version, value, status, revision, import_id)
        for cluster, indicator, index, version, value, status, revision, import_id in connection.execute(query)
    }


def difference(observations: Iterable[Observation], stored: dict[Key, Stored], status: str) -> Difference:
    """Sort observations into new, changed and same; the same value with another status is a change."""
    new: list[Observation] = []
    changed: list[Change] = []
    same: list[Observation] = []
    for observation in observations:
        before = stored.get(observation.key)
        if before is None:
            new.append(observation)
        elif before.value != observation.value or before.status != status:
            changed.append(Change(observation, before))
        else:
            same.append(observation)
    return Difference(tuple(new), tuple(changed), tuple(same))


def against_current(connection: Connection, observations: Sequence[Observation], status: str) -> Difference:
    """Observations against the current versions of their kind, the sample or the reported values."""
    indicators = {each.indicator for each in observations}
    stored = current_observations(connection, sample=status == SAMPLE, indicators=indicators)
    return difference(observations, stored, status)


def record(connection: Connection, filing: Filing, found: Difference, at: datetime) -> ImportReceipt:
    """Write what is new or changed as new versions and close those they supersede, within the caller's transaction.

    Args:
        connection: in the exclusive writing transaction in which ``found`` was made.
        filing: how the observations arrive.
        found: from :func:`against_current`, with the status of the filing.
        at: now, with time zone.
    """
    if found.nothing_to_do:
        return ImportReceipt(None, 0, 0, len(found.same), 0)
    sample = filing.status == SAMPLE
    import_id = insert_import(connection, filing, (len(found.new), len(found.changed), len(found.same)), at)
    closed = 0 if sample else close_sample(connection, import_id, at)
    close(connection, [change.before.id for change in found.changed], import_id, at)
    latest = {} if sample else _latest_revisions(connection)
    fresh = (*found.new, *(change.observation for change in found.changed))
    rows = [
        {
            "cluster_code": each.cluster,
            "indicator_code": each.indicator,
            "period_index": each.period.index,
            "value": each.value,
            "status": filing.status,
            "revision": latest.get(each.key, 0) + 1,
            "import_id": import_id,
            "cell": each.cell,
            "recorded_at": at,
        }
        for each in fresh
    ]
    connection.execute(insert(ObservationRow), rows)
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


def _latest_revisions(connection: Connection) -> dict[Key, int]:
    """The highest revision each reported value ever had, so that numbers are never used twice."""
    row = ObservationRow
    key = (row.cluster_code, row.indicator_code, row.period_index)
    counted = select(*key, func.max(row.revision)).where(row.status != SAMPLE).group_by(*key)
    return {(cluster, indicator, index): latest for cluster, indicator, index, latest in connection.execute(counted)}
