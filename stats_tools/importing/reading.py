"""From a file to what it reports: the one entry to reading a quarterly report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from stats_tools.importing.columns import ColumnChooser, ReportColumns
from stats_tools.importing.files import digest, open_report
from stats_tools.importing.grid import FileRefusedError, Grid, Progress, address
from stats_tools.importing.header import Header, find_header
from stats_tools.importing.headings import HeadingReader, Role
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Issues, Place
from stats_tools.importing.layout import ReportLayout
from stats_tools.importing.reference import Reference
from stats_tools.importing.report_period import period_in_title
from stats_tools.importing.rows import ReportRow, RowReader, TotalRow
from stats_tools.importing.totals import check_totals
from stats_tools.periods import Period
from stats_tools.recording import Observation
from stats_tools.spelling import spelling_key


@dataclass(frozen=True, slots=True)
class ReportReading:
    """What a file reports.

    Args:
        file_name: its name without folders.
        sha256: hex digest of its bytes, empty where it could not be read.
        sheet: name of the sheet read, empty for CSV.
        columns: heading as written -> what it is read as, e.g. ``营收（万元）`` -> ``主营业务收入（万元）``.
        observations: every value, in its indicator's unit; empty where there is any error.
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

    Args:
        path: an ``.xlsx`` workbook (its first visible sheet, or the first with a table where that has none) or a CSV
            file; recognised by content.
        reference: registered clusters, indicators, units and layouts.
        today: periods that end after it are questioned.
        progress: told about rows read, for large files.
    """
    log = IssueLog()
    try:
        grid, header = _table(path, reference, log, progress)
    except FileRefusedError as refused:
        log.add(refused.issue)
        return ReportReading(path.name, "", "", {}, (), 0, log.collected())
    columns, reports = _read_table(grid, header, reference, today, log) if header else (None, [])
    named = {each.text: f"{each.indicator.header}（{each.unit}）" for each in columns.values} if columns else {}
    observations = () if log.blocked else tuple(_observations(reports))
    return ReportReading(path.name, digest(path), grid.name, named, observations, len(reports), log.collected())


def _table(path: Path, reference: Reference, log: IssueLog, progress: Progress | None) -> tuple[Grid, Header | None]:
    """The sheet to read and its header: the first sheet, or the first with clusters where that one has none."""
    reader = HeadingReader(reference.catalogue, reference.units, reference.layout)
    first = grid = open_report(path, progress)
    header = find_header(grid, reader)
    for number in range(1, len(first.other_sheets) + 1):
        if header is not None and header.of(Role.CLUSTER):
            break
        other = open_report(path, progress, number)
        found = find_header(other, reader)
        if found is not None and found.of(Role.CLUSTER):
            grid, header = other, found
            log.add(ImportIssue(IssueCode.SHEET_SKIPPED, Place(other.name), facts={"skipped": first.name}))
    if grid.other_sheets:
        facts = {"read": grid.name, "others": "、".join(grid.other_sheets[:10])}
        log.add(ImportIssue(IssueCode.OTHER_SHEETS, Place(grid.name), facts=facts))
    if header is None:
        empty = not any(cell not in (None, "") for row in grid.rows for cell in row)
        log.add(ImportIssue(IssueCode.SHEET_EMPTY if empty else IssueCode.HEADER_NOT_FOUND, Place(grid.name)))
    return grid, header


def _read_table(
    grid: Grid, header: Header, reference: Reference, today: date, log: IssueLog
) -> tuple[ReportColumns | None, list[ReportRow]]:
    layout = reference.layout
    period = _period_of_sheet(grid, header, layout, log)
    chooser = ColumnChooser(grid, header, reference.units, layout, log)
    columns = chooser.choose(reference.catalogue, period_known=period is not None)
    if columns is None:
        return None, []
    if _is_marked_as_sample(grid, header, layout):
        log.add(ImportIssue(IssueCode.SAMPLE_MARKED, Place(grid.name)))
    reader = RowReader(grid, columns, period, reference, log, today)
    return columns, _reports(grid, list(reader.rows(header.last_row + 1)), layout, log)


def _is_marked_as_sample(grid: Grid, header: Header, layout: ReportLayout) -> bool:
    """Whether a title or a remark says that the figures are not real."""
    remarks = [column.index for column in header.of(Role.ANNOTATION)]
    below = range(header.last_row + 1, len(grid.rows))
    texts = (grid.cell(row, column) for row in below for column in remarks)
    said = {*header.titles, *(text for text in texts if isinstance(text, str))}
    return any(mark in spelling_key(text) for text in said for mark in layout.sample_marks)


def _period_of_sheet(grid: Grid, header: Header, layout: ReportLayout, log: IssueLog) -> Period | None:
    """The period named by the title, asked for only where no column names periods."""
    if header.of(Role.PERIOD) or header.of(Role.YEAR):
        return None
    period = period_in_title([*header.titles, grid.name], layout)
    if period is not None:
        log.add(ImportIssue(IssueCode.PERIOD_FROM_TITLE, Place(grid.name), facts={"period": str(period)}))
    return period


def _reports(grid: Grid, rows: Sequence[ReportRow | TotalRow], layout: ReportLayout, log: IssueLog) -> list[ReportRow]:
    reports = [row for row in rows if isinstance(row, ReportRow)]
    first: dict[tuple[str, Period], ReportRow] = {}
    for report in reports:
        earlier = first.setdefault((report.cluster.code, report.period), report)
        if earlier is not report:
            facts = {"cluster": report.cluster.short_name, "period": str(report.period), "first": str(earlier.row + 1)}
            log.add(ImportIssue(IssueCode.ROW_TWICE, Place(grid.name, report.row + 1), facts=facts))
    if not log.blocked:
        check_totals(grid.name, reports, [row for row in rows if isinstance(row, TotalRow)], layout, log)
        if not any(report.values for report in reports):
            log.add(ImportIssue(IssueCode.NO_ROWS, Place(grid.name)))
    return reports


def _observations(reports: Sequence[ReportRow]) -> list[Observation]:
    return [
        Observation(report.cluster.code, column.indicator.code, report.period, value, address(report.row, column.index))
        for report in reports
        for column, value in report.values
    ]
