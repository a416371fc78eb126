"""Writing versions of register rows: what is new, what differs, what leaves, and what a filing does not mention."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from stats_tools.periods import Period
from stats_tools.recording import Filing, ImportReceipt, close, insert_import
from stats_tools.registers.definitions import CLUSTER, RegisterDefinition
from stats_tools.registers.entries import Entry, encode
from stats_tools.registers.store import effective
from stats_tools.schema import RegisterEntryRow, RegisterFilingRow
from stats_tools.versions import SAMPLE


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """The rows that one file brings to one register for one quarter."""

    definition: RegisterDefinition
    period: Period
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class EntryChange:
    """A row that differs from how it stood before, at this quarter or an earlier one."""

    entry: Entry
    before: Entry


@dataclass(frozen=True, slots=True)
class PageDifference:
    """The rows of a page against how the register stood.

    Args:
        page: the rows.
        new: rows that were not on the register.
        changed: rows that differ from before.
        same: rows as they were.
        leaving: rows that say they are on the register no more.
        unmentioned: rows of the same clusters that stand and are not in the file; they go on standing.
        known: whether the very same page is on record already, so that there is nothing to write.
        sample: how many sample rows would give way.
    """

    page: RegisterPage
    new: tuple[Entry, ...]
    changed: tuple[EntryChange, ...]
    same: tuple[Entry, ...]
    leaving: tuple[Entry, ...]
    unmentioned: tuple[Entry, ...]
    known: bool
    sample: int

    @property
    def before(self) -> Mapping[str, str]:
        """What the changed rows were: tells whether another import came between preview and writing."""
        return {change.before.key: encode(change.before.values) for change in self.changed}


def compare(connection: Connection, page: RegisterPage, *, sample: bool = False) -> PageDifference:
    """A page against the rows of its kind, the sample or those reported."""
    row, definition = RegisterEntryRow, page.definition
    of_kind = row.superseded_at.is_(None) & ((row.status == SAMPLE) if sample else (row.status != SAMPLE))
    found = effective(connection, definition, page.period, of_kind)
    standing = {key: entry for key, (entry, _) in found.items()}
    new: list[Entry] = []
    changed: list[EntryChange] = []
    same: list[Entry] = []
    leaving: list[Entry] = []
    for entry in page.entries:
        before = standing.get(entry.key)
        stands = before is not None and not before.withdrawn
        if entry.withdrawn:
            (leaving if stands else same).append(entry)
        elif before is None or not stands:
            new.append(entry)
        elif encode(before.values) != encode(entry.values):
            changed.append(EntryChange(entry, before))
        else:
            same.append(entry)
    exact = {key for key, entry in standing.items() if entry.period == page.period}
    known = not (new or changed or leaving) and {entry.key for entry in page.entries} <= exact
    return PageDifference(
        page,
        tuple(new),
        tuple(changed),
        tuple(same),
        tuple(leaving),
        tuple(_unmentioned(page, standing)),
        known and bool(page.entries),
        0 if sample else _sample_rows(connection, definition.code),
    )


def _sample_rows(connection: Connection, register: str) -> int:
    row = RegisterEntryRow
    wanted = (row.register == register, row.superseded_at.is_(None), row.status == SAMPLE)
    return connection.execute(select(func.count()).select_from(row).where(*wanted)).scalar_one()


def _unmentioned(page: RegisterPage, standing: Mapping[str, Entry]) -> Iterable[Entry]:
    mentioned = {entry.key for entry in page.entries}
    clusters = {entry.text(CLUSTER) for entry in page.entries}
    return (
        entry
        for key, entry in standing.items()
        if key not in mentioned and not entry.withdrawn and entry.text(CLUSTER) in clusters
    )


def record_pages(
    connection: Connection, filing: Filing, found: Sequence[PageDifference], at: datetime
) -> ImportReceipt:
    """Write the pages of a file as one import, within the caller's exclusive writing transaction.

    Every row is written for its quarter, so that a later correction of an earlier quarter does not change it.

    Args:
        connection: in which ``found`` was made.
        filing: how the file arrives; status ``sample`` or ``reported``.
        found: from :func:`compare`.
        at: now, with time zone.
    """
    fresh = [each for each in found if not each.known]
    new, same = sum(len(each.new) for each in found), sum(len(each.same) for each in found)
    changed = sum(len(each.changed) + len(each.leaving) for each in found)
    if not fresh:
        return ImportReceipt(None, 0, 0, same, 0)
    import_id = insert_import(connection, filing, (new, changed, same), at)
    closed = 0
    for each in fresh:
        page = each.page
        if filing.status != SAMPLE:
            closed += _close_sample(connection, page.definition.code, import_id, at)
        _write(connection, page, filing, import_id, at)
    connection.execute(
        insert(RegisterFilingRow),
        [
            {
                "import_id": import_id,
                "register": each.page.definition.code,
                "period_index": each.page.period.index,
                "rows": len(each.page.entries),
            }
            for each in fresh
        ],
    )
    return ImportReceipt(import_id, new, changed, same, closed)


def _close_sample(connection: Connection, register: str, import_id: int, at: datetime) -> int:
    row = RegisterEntryRow
    wanted = (row.register == register, row.superseded_at.is_(None), row.status == SAMPLE)
    ids = list(connection.execute(select(row.id).where(*wanted)).scalars())
    close(connection, ids, import_id, at, row)
    return len(ids)


def _write(connection: Connection, page: RegisterPage, filing: Filing, import_id: int, at: datetime) -> None:
    """Write the rows that the quarter does not hold just so, closing those they take the place of."""
    row = RegisterEntryRow
    of_quarter = (row.register == page.definition.code, row.period_index == page.period.index)
    stored = {
        key: (number, content, withdrawn)
        for key, number, content, withdrawn in connection.execute(
            select(row.entry_key, row.id, row.content, row.withdrawn).where(*of_quarter, row.superseded_at.is_(None))
        )
    }
    latest = select(row.entry_key, func.max(row.revision)).where(*of_quarter, row.status == filing.status)
    revisions = {found[0]: found[1] for found in connection.execute(latest.group_by(row.entry_key))}
    contents = {entry.key: (encode(entry.values), entry.withdrawn) for entry in page.entries}
    fresh = [entry for entry in page.entries if stored.get(entry.key, (0, ""))[1:] != contents[entry.key]]
    close(connection, [stored[entry.key][0] for entry in fresh if entry.key in stored], import_id, at, row)
    rows = [
        {
            "register": page.definition.code,
            "entry_key": entry.key,
            "period_index": page.period.index,
            "content": contents[entry.key][0],
            "withdrawn": entry.withdrawn,
            "status": filing.status,
            "revision": revisions.get(entry.key, 0) + 1,
            "import_id": import_id,
            "cell": entry.cell,
            "recorded_at": at,
        }
        for entry in fresh
    ]
    if rows:
        connection.execute(insert(row), rows)
