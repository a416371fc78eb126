"""Showing what an import would do, doing it, and undoing it: each all at once or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from stats_tools.database import Database
from stats_tools.importing.grid import Progress
from stats_tools.importing.issues import Issues, Severity
from stats_tools.importing.plausibility import PlausibilityBounds, PlausibilityCheck
from stats_tools.importing.reading import ReportReading
from stats_tools.importing.reference import Reference
from stats_tools.recording import STATUSES, Filing, ImportReceipt, against_current, record
from stats_tools.versions import Difference, count_current, current_observations


class ImportRefusedError(Exception):
    """The import was not carried out and nothing was written.

    Args:
        reason: ``errors`` (the report has errors), ``unconfirmed`` (its warnings were not confirmed) or ``overtaken``
            (another import changed a value that the preview showed).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do, and everything that was found.

    Args:
        reading: the report.
        status: its values would be given.
        difference: its values against the current ones; empty where the report has errors.
        issues: of reading and of plausibility.
        sample_replaced: how many sample values would give way.
    """

    reading: ReportReading
    status: str
    difference: Difference
    issues: Issues
    sample_replaced: int

    @property
    def blocked(self) -> bool:
        """Whether errors forbid the import."""
        return self.issues.blocked

    @property
    def needs_confirmation(self) -> bool:
        """Whether warnings need a person's yes."""
        return self.issues.count(Severity.WARNING) > 0


def preview_import(
    database: Database, reading: ReportReading, reference: Reference, status: str = "published"
) -> ImportPreview:
    """What importing a report would do; reads only.

    Args:
        database: upgraded and registered.
        reading: from :func:`stats_tools.importing.reading.read_report`.
        reference: the same as the report was read against.
        status: to give its values, one of :data:`stats_tools.recording.STATUSES`.

    Raises:
        ValueError: no such status.
    """
    if status not in STATUSES:
        raise ValueError(f"no such status: {status}")
    if reading.issues.blocked:
        return ImportPreview(reading, status, Difference.nothing(), reading.issues, 0)
    with database.reading() as connection:
        stored = current_observations(connection, sample=False, codes=reading.observations.codes)
        sample = count_current(connection, sample=True)
    found = Difference(reading.observations, stored, status)
    check = PlausibilityCheck(reference.catalogue, reference.registry, PlausibilityBounds.load())
    issues = reading.issues + check.questions(reading.sheet, found)
    return ImportPreview(reading, status, found, issues, 0 if found.nothing_to_do else sample)


def apply_import(
    database: Database,
    preview: ImportPreview,
    uploaded_by: str,
    at: datetime,
    *,
    confirmed: bool,
    progress: Progress | None = None,
) -> ImportReceipt:
    """Carry out a previewed import in one transaction.

    The difference is made again while no other import can write; what another process has stored meanwhile with the
    same value counts as the same.

    Args:
        database: the one previewed against.
        preview: what the person saw.
        uploaded_by: person or channel, for the audit trail.
        at: now, with time zone.
        confirmed: whether a person accepted the warnings.
        progress: told how many values of how many have been written, for large files.

    Raises:
        ImportRefusedError: the report has errors, or warnings that were not confirmed, or a value it would change is
            no longer the one that the preview showed.
    """
    if preview.blocked:
        raise ImportRefusedError("errors")
    if preview.needs_confirmation and not confirmed:
        raise ImportRefusedError("unconfirmed")
    reading = preview.reading
    filing = Filing(reading.file_name, reading.sha256, reading.sheet, uploaded_by, preview.status)
    with database.writing(exclusive=True) as connection:
        now = against_current(connection, reading.observations, preview.status)
        if now.overtakes(preview.difference):
            raise ImportRefusedError("overtaken")
        return record(connection, filing, now, at, progress)
