"""From a file to what it reports: the one entry to reading a quarterly report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from stats_tools.cell_addresses import address
from stats_tools.importing.files import digest, open_report
from stats_tools.importing.grid import FileRefusedError, Progress
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Issues, Place
from stats_tools.importing.reference import Reference
from stats_tools.importing.sheet_reading import SheetReader, SheetReading
from stats_tools.importing.sheet_tables import TableFinder
from stats_tools.observation_table import ObservationTable


@dataclass(frozen=True, slots=True)
class ReportReading:
    """What a file reports.

    Args:
        file_name: its name without folders.
        sha256: hex digest of its bytes, empty where it could not be read.
        sheet: name of the sheet read; empty for CSV and where several sheets are read.
        columns: heading as written -> what it is read as, e.g. ``营收（万元）`` -> ``主营业务收入（万元）``; with the
            sheet's name in front where several are read.
        observations: every value, in its indicator's unit; empty where there is any error. Where several sheets are
            read their cells carry the sheet's name: ``利润!C5``.
        rows: how many rows report of a cluster.
        issues: what was found.
    """

    file_name: str
    sha256: str
    sheet: str
    columns: Mapping[str, str]
    observations: ObservationTable
    rows: int
    issues: Issues


def read_report(path: Path, reference: Reference, today: date, progress: Progress | None = None) -> ReportReading:
    """Read a report file; whatever is wrong with it is among the issues, nothing is raised.

    The report of the contract is read from the first visible sheet (or the first with a table) alone.  Long tables,
    cross tables and tables whose period stands in the title are read from every further sheet of the same layout too.

    Args:
        path: an ``.xlsx`` workbook or a CSV file; recognised by content.
        reference: registered clusters, indicators, units and layouts.
        today: periods that end after it are questioned.
        progress: told about rows read, for large files.
    """
    log = IssueLog()
    finder = TableFinder.of(reference, lambda number: open_report(path, progress, number))
    try:
        tables = finder.tables(log)
    except FileRefusedError as refused:
        log.add(refused.issue)
        return ReportReading(path.name, "", "", {}, ObservationTable(), 0, log.collected())
    observations, several = ObservationTable(), len(tables) > 1
    reader = SheetReader(finder.headings, reference, today, log, observations)
    readings = []
    for table in tables:
        observations.open_sheet(table.grid.name if several else "")
        readings.append(reader.read(table))
    if several or tables[0].arrangement is not None:
        _check_twice(observations, readings, reference, log)
    if not log.blocked and not observations:
        log.add(ImportIssue(IssueCode.NO_ROWS, Place(readings[0].sheet)))
    columns = {
        _located(reading.sheet, heading, several=several): meaning
        for reading in readings
        for heading, meaning in reading.columns.items()
    }
    sheet = "" if several else tables[0].grid.name
    kept = ObservationTable() if log.blocked else observations
    rows = sum(reading.rows for reading in readings)
    return ReportReading(path.name, digest(path), sheet, columns, kept, rows, log.collected())


def _check_twice(
    observations: ObservationTable, readings: Sequence[SheetReading], reference: Reference, log: IssueLog
) -> None:
    """Log values told twice, which only rows of a whole report exclude."""
    headings = {reading.sheet: reading.headings for reading in readings}
    first: dict[int, int] = {}
    for position, key in enumerate(observations.keys):
        earlier = first.setdefault(key, position)
        if earlier != position:
            log.add(_twice(observations, position, earlier, readings[0].sheet, headings, reference))


def _twice(
    observations: ObservationTable,
    position: int,
    earlier: int,
    sheet: str,
    headings: Mapping[str, Mapping[int, str]],
    reference: Reference,
) -> ImportIssue:
    each = observations[position]
    named, row, column = observations.place(position)
    own = named or sheet
    facts = {
        "cluster": reference.registry.cluster(each.cluster).short_name,
        "period": str(each.period),
        "indicator": reference.catalogue.reported(each.indicator).name,
        "first": observations.cell(earlier),
    }
    place = Place(own, row + 1, headings[own].get(column, ""), address(row, column))
    return ImportIssue(IssueCode.VALUE_TWICE, place, facts=facts)


def _located(sheet: str, place: str, *, several: bool) -> str:
    """An address or a heading with the sheet's name where it would not be known otherwise."""
    return f"{sheet}!{place}" if several else place
