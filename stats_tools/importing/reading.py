"""From a file to what it reports: the one entry to reading a quarterly report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from stats_tools.importing.files import digest, open_report
from stats_tools.importing.grid import FileRefusedError, Progress, address
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Issues, Place
from stats_tools.importing.reference import Reference
from stats_tools.importing.sheet_reading import SheetReader, SheetReading
from stats_tools.importing.sheet_tables import SheetTable, TableFinder
from stats_tools.recording import Observation

_Key = tuple[str, str, int]


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
    observations: tuple[Observation, ...]
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
        return ReportReading(path.name, "", "", {}, (), 0, log.collected())
    reader = SheetReader(finder.headings, reference, today, log)
    readings = [reader.read(table) for table in tables]
    _check_together(tables, readings, log)
    several = len(tables) > 1
    columns = {
        _located(reading.sheet, heading, several=several): meaning
        for reading in readings
        for heading, meaning in reading.columns.items()
    }
    observations = () if log.blocked else tuple(_observations(readings, several=several))
    sheet = "" if several else tables[0].grid.name
    rows = sum(len({report.row for report in reading.reports}) for reading in readings)
    return ReportReading(path.name, digest(path), sheet, columns, observations, rows, log.collected())


def _check_together(tables: Sequence[SheetTable], readings: Sequence[SheetReading], log: IssueLog) -> None:
    """Log values told twice, which only rows of a whole report exclude, and that there is nothing to import."""
    if len(tables) > 1 or tables[0].arrangement is not None:
        _check_twice(readings, log)
    if not log.blocked and not any(report.values for reading in readings for report in reading.reports):
        log.add(ImportIssue(IssueCode.NO_ROWS, Place(readings[0].sheet)))


def _check_twice(readings: Sequence[SheetReading], log: IssueLog) -> None:
    first: dict[_Key, str] = {}
    for reading in readings:
        for report in reading.reports:
            for column, _ in report.values:
                indicator = column.indicator
                cell = address(report.row, column.index)
                where = _located(reading.sheet, cell, several=len(readings) > 1)
                earlier = first.setdefault((report.cluster.code, indicator.code, report.period.index), where)
                if earlier == where:
                    continue
                named = {"cluster": report.cluster.short_name, "period": str(report.period)}
                facts = {**named, "indicator": indicator.name, "first": earlier}
                place = Place(reading.sheet, report.row + 1, column.text, cell)
                log.add(ImportIssue(IssueCode.VALUE_TWICE, place, facts=facts))


def _located(sheet: str, place: str, *, several: bool) -> str:
    """An address or a heading with the sheet's name where it would not be known otherwise."""
    return f"{sheet}!{place}" if several else place


def _observations(readings: Sequence[SheetReading], *, several: bool) -> Iterator[Observation]:
    for reading in readings:
        for report in reading.reports:
            for column, value in report.values:
                cell = _located(reading.sheet, address(report.row, column.index), several=several)
                yield Observation(report.cluster.code, column.indicator.code, report.period, value, cell)
