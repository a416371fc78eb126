"""Showing what a register file would change, and writing it: all at once or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from stats_tools.database import Database
from stats_tools.importing.applying import ImportRefusedError
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Issues, Severity
from stats_tools.recording import Filing, ImportReceipt
from stats_tools.registers.reading import RegisterReading
from stats_tools.registers.recording import PageDifference, compare, record_pages
from stats_tools.versions import SAMPLE

REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class RegisterPreview:
    """What importing a register file would do.

    Args:
        reading: the file.
        pages: its rows against the registers, by register and quarter; empty where it has errors.
        issues: of reading and of comparing.
    """

    reading: RegisterReading
    pages: tuple[PageDifference, ...]
    issues: Issues

    @property
    def blocked(self) -> bool:
        """Whether errors forbid the import."""
        return self.issues.blocked

    @property
    def nothing_to_do(self) -> bool:
        """Whether everything is on record already."""
        return all(page.known for page in self.pages)

    @property
    def needs_confirmation(self) -> bool:
        """Whether warnings, changed rows or rows that leave need a person's yes."""
        return self.issues.count(Severity.WARNING) > 0 or any(page.changed or page.leaving for page in self.pages)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are new, changed, the same, and leaving, and how many sample rows give way."""
        names = ("new", "changed", "same", "leaving")
        counted = {name: sum(len(getattr(page, name)) for page in self.pages) for name in names}
        sample = {page.page.definition.code: page.sample for page in self.pages}
        return {**counted, "sample": sum(sample.values())}


def preview_registers(database: Database, reading: RegisterReading) -> RegisterPreview:
    """What importing a register file would do; reads only."""
    if reading.issues.blocked:
        return RegisterPreview(reading, (), reading.issues)
    with database.reading() as connection:
        pages = _compared(connection, reading)
    log = IssueLog()
    for each in pages:
        if each.unmentioned and not each.known:
            log.add(_unmentioned(each))
    return RegisterPreview(reading, pages, reading.issues + log.collected())


def apply_registers(
    database: Database, preview: RegisterPreview, uploaded_by: str, at: datetime, *, confirmed: bool
) -> ImportReceipt:
    """Carry out a previewed import in one transaction.

    Args:
        database: the one previewed against.
        preview: what the person saw.
        uploaded_by: person or channel, for the audit trail.
        at: now, with time zone.
        confirmed: whether a person accepted the warnings and changes.

    Raises:
        ImportRefusedError: the file has errors, or was not confirmed, or a row it would change is no longer the one
            that the preview showed.
    """
    if preview.blocked:
        raise ImportRefusedError("errors")
    if preview.needs_confirmation and not confirmed:
        raise ImportRefusedError("unconfirmed")
    reading = preview.reading
    filing = Filing(reading.file_name[-260:], reading.sha256, "", uploaded_by, REPORTED)
    with database.writing(exclusive=True) as connection:
        now = _compared(connection, reading)
        for seen, found in zip(preview.pages, now, strict=True):
            if any(seen.before.get(key) != before for key, before in found.before.items()):
                raise ImportRefusedError("overtaken")
        return record_pages(connection, filing, now, at)


def record_sample(connection: Connection, reading: RegisterReading, uploaded_by: str, at: datetime) -> ImportReceipt:
    """Write a reading as the synthetic sample, within the caller's exclusive writing transaction."""
    filing = Filing(reading.file_name, reading.sha256, "", uploaded_by, SAMPLE)
    pages = [compare(connection, page, sample=True) for page in reading.pages]
    return record_pages(connection, filing, pages, at)


def _compared(connection: Connection, reading: RegisterReading) -> tuple[PageDifference, ...]:
    return tuple(compare(connection, page) for page in reading.pages)


def _unmentioned(found: PageDifference) -> ImportIssue:
    definition = found.page.definition
    facts = {
        "register": definition.name,
        "count": str(len(found.unmentioned)),
        "unit": definition.unit,
        "counted": definition.counted,
        "example": found.unmentioned[0].text(definition.label),
    }
    return ImportIssue(IssueCode.ENTRIES_UNMENTIONED, facts=facts)
