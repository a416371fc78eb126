"""The registers in the database: how a register stood at the end of a quarter, and which quarters were filed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from stats_tools.database import Database
from stats_tools.office_time import end_of_day
from stats_tools.operations.observations import Viewer
from stats_tools.periods import Period
from stats_tools.recording import APPLIED
from stats_tools.registers.definitions import RegisterDefinition, Registers
from stats_tools.registers.desk import RegisterDesk
from stats_tools.registers.entries import Entry, decode
from stats_tools.registers.standing import FilingSource, Standing
from stats_tools.registry import Registry
from stats_tools.schema import ImportRow, RegisterEntryRow, RegisterFilingRow
from stats_tools.versions import SAMPLE


class RegisterStore:
    """Reads registers as they are on record, or were at the end of a day.

    Args:
        database: upgraded.
        as_known_on: a day at the offices; None for now.
    """

    def __init__(self, database: Database, as_known_on: date | None = None) -> None:
        self._database = database
        self._moment = None if as_known_on is None else end_of_day(as_known_on)

    def standing(self, definition: RegisterDefinition, period: Period | None = None) -> Standing:
        """How a register stood at the end of a quarter, the newest filed without one."""
        with self._database.reading() as connection:
            filings = self._filings(connection, definition.code)
            filed = sorted({each.period for each, _ in filings if period is None or each.period <= period})
            if not filed:
                return Standing(definition, period, None, None, (), (), False)
            found = self._entries(connection, definition, filed[-1])
        entries = tuple(entry for entry, _ in found.values() if not entry.withdrawn)
        brought = {number for entry, number in found.values() if not entry.withdrawn}
        sources = tuple(each for each, _ in filings if each.import_id in brought and each.period in filed)
        previous = filed[-2] if len(filed) > 1 else None
        return Standing(definition, period, filed[-1], previous, entries, sources, filings[0][1])

    def filed(self, definition: RegisterDefinition) -> tuple[Period, ...]:
        """The quarters filed, first to last."""
        with self._database.reading() as connection:
            return tuple(sorted({each.period for each, _ in self._filings(connection, definition.code)}))

    def _filings(self, connection: Connection, register: str) -> list[tuple[FilingSource, bool]]:
        """Who filed what, latest import first, and whether that is the sample; reported ones leave no room for it."""
        query = (
            select(
                ImportRow.id,
                ImportRow.file_name,
                ImportRow.uploaded_by,
                RegisterFilingRow.period_index,
                ImportRow.observation_status,
            )
            .join(ImportRow, ImportRow.id == RegisterFilingRow.import_id)
            .where(RegisterFilingRow.register == register, self._applied())
            .order_by(ImportRow.id.desc())
        )
        found = [
            (FilingSource(number, file, by, Period.from_index(index)), status == SAMPLE)
            for number, file, by, index, status in connection.execute(query)
        ]
        reported = [each for each in found if not each[1]]
        return reported or found

    def _entries(
        self, connection: Connection, definition: RegisterDefinition, last: Period
    ) -> Mapping[str, tuple[Entry, int]]:
        """The newest row of each key up to a quarter with the import it came from."""
        return effective(connection, definition, last, self._current())

    def _applied(self) -> ColumnElement[bool]:
        if self._moment is None:
            return ImportRow.status == APPLIED
        standing = or_(ImportRow.reverted_at.is_(None), ImportRow.reverted_at > self._moment)
        return and_(ImportRow.uploaded_at <= self._moment, standing)

    def _current(self) -> ColumnElement[bool]:
        row = RegisterEntryRow
        if self._moment is None:
            return row.superseded_at.is_(None)
        standing = or_(row.superseded_at.is_(None), row.superseded_at > self._moment)
        return and_(row.recorded_at <= self._moment, standing)


def effective(
    connection: Connection, definition: RegisterDefinition, last: Period, current: ColumnElement[bool]
) -> Mapping[str, tuple[Entry, int]]:
    """The newest row of each key up to a quarter, withdrawn ones included, with the import it came from.

    Args:
        connection: of a transaction.
        definition: of the register.
        last: the quarter.
        current: which versions count.
    """
    row = RegisterEntryRow
    query = (
        select(row.entry_key, row.period_index, row.content, row.withdrawn, row.cell, row.import_id)
        .where(row.register == definition.code, row.period_index <= last.index, current)
        .order_by(row.period_index, row.id)
    )
    found: dict[str, tuple[Entry, int]] = {}
    for key, index, content, withdrawn, cell, number in connection.execute(query):
        values = decode(definition, content)
        found[key] = Entry(key, values, Period.from_index(index), withdrawn, cell), number
    return found


def open_desk(
    database: Database, registers: Registers, registry: Registry, today: date, viewer: Viewer | None = None
) -> RegisterDesk:
    """The registers of a database as somebody may read them.

    Args:
        database: upgraded.
        registers: the register files.
        registry: the clusters.
        today: the day on which dates are judged.
        viewer: who reads, and as of which day; nobody in particular, now, without it.
    """
    reader = viewer or Viewer()
    return RegisterDesk(RegisterStore(database, reader.as_known_on), registers, registry, today, reader)
