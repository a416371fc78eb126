"""From one sheet's table to the rows that report of clusters, checked against one another and the totals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from stats_tools.importing.arranged_rows import ArrangedRowReader
from stats_tools.importing.arrangement import Arrangement
from stats_tools.importing.columns import ColumnChooser
from stats_tools.importing.grid import Grid
from stats_tools.importing.header import Column, Header
from stats_tools.importing.headings import HeadingReader, Role
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Place
from stats_tools.importing.layout import ReportLayout
from stats_tools.importing.reference import Reference
from stats_tools.importing.report_period import period_in_title
from stats_tools.importing.rows import ReportRow, RowReader
from stats_tools.importing.sheet_tables import SheetTable
from stats_tools.importing.totals import TotalRow, TotalsCheck
from stats_tools.observation_table import ObservationTable
from stats_tools.periods import Period
from stats_tools.spelling import spelling_key


@dataclass(frozen=True, slots=True)
class SheetReading:
    """What one sheet reports, beside its values.

    Args:
        sheet: its name, empty for CSV.
        columns: heading or name as written -> what it is read as.
        rows: how many rows report of a cluster.
        headings: column from 0 -> its heading, for the columns that hold values.
    """

    sheet: str
    columns: Mapping[str, str]
    rows: int = 0
    headings: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetReader:
    """Reads the tables of one file.

    Args:
        headings: reads headings and names of indicators.
        reference: registered clusters, indicators, units and layouts.
        today: periods that end after it are questioned.
        log: takes findings.
        observations: takes the values.
    """

    headings: HeadingReader
    reference: Reference
    today: date
    log: IssueLog
    observations: ObservationTable

    def read(self, table: SheetTable) -> SheetReading:
        """What a sheet reports; nothing, with errors logged, where it cannot be read."""
        if table.arrangement is not None:
            return self._arranged(table.grid, table.arrangement)
        if table.header is not None:
            return self._report(table.grid, table.header)
        empty = not any(cell not in (None, "") for row in table.grid.rows for cell in row)
        code = IssueCode.SHEET_EMPTY if empty else IssueCode.HEADER_NOT_FOUND
        self.log.add(ImportIssue(code, Place(table.grid.name)))
        return SheetReading(table.grid.name, {})

    def _arranged(self, grid: Grid, arrangement: Arrangement) -> SheetReading:
        self._question_sample(grid, arrangement.titles, arrangement.passed_over, arrangement.last_row)
        reader = ArrangedRowReader(grid, arrangement, self.reference, self.log, self.today)
        rows, headings = self._collected(grid, reader.rows(self.headings), once=False)
        return SheetReading(grid.name, reader.read_as, rows, headings)

    def _report(self, grid: Grid, header: Header) -> SheetReading:
        period = _period_of_sheet(grid, header, self.reference.layout, self.log)
        chooser = ColumnChooser(grid, header, self.reference.units, self.reference.layout, self.log)
        columns = chooser.choose(self.reference.catalogue, period_known=period is not None)
        if columns is None:
            return SheetReading(grid.name, {})
        self._question_sample(grid, header.titles, header.columns, header.last_row)
        reader = RowReader(grid, columns, period, self.reference, self.log, self.today)
        rows, headings = self._collected(grid, reader.rows(range(header.first_row, header.last_row + 1)), once=True)
        named = {each.text: f"{each.indicator.header}（{each.unit}）" for each in columns.values}
        return SheetReading(grid.name, named, rows, headings)

    def _collected(
        self, grid: Grid, rows: Iterable[ReportRow | TotalRow], *, once: bool
    ) -> tuple[int, Mapping[int, str]]:
        """Keep the values of the reports among the rows and hold the totals against them.

        Returns how many rows report, and the headings of the columns with values.  ``once`` is whether no two rows may
        report of the same cluster and period.
        """
        first = len(self.observations)
        seen: set[int] = set()
        headings: dict[int, str] = {}
        totals: list[TotalRow] = []
        twice = _RowsTwice(grid.name, self.log) if once else None
        for row in rows:
            if isinstance(row, TotalRow):
                totals.append(row)
                continue
            seen.add(row.row)
            if twice is not None:
                twice.check(row)
            cluster, index = row.cluster.code, row.period.index
            for column, value in row.values:
                headings.setdefault(column.index, column.text)
                self.observations.add(cluster, column.indicator.code, index, value, row.row, column.index)
        if totals and not self.log.blocked:
            self._check(grid, first, totals)
        return len(seen), headings

    def _check(self, grid: Grid, first: int, totals: list[TotalRow]) -> None:
        known = self.reference

        def city(code: str) -> str:
            return known.registry.cluster(code).city

        TotalsCheck(grid.name, self.observations, first, city, known.layout, self.log).check(totals)

    def _question_sample(
        self, grid: Grid, titles: Iterable[str], columns: Iterable[Column], last_header_row: int
    ) -> None:
        """Question a sheet of which a title or a remark says that the figures are not real."""
        remarks = [column.index for column in columns if column.heading.role is Role.ANNOTATION]
        below = range(last_header_row + 1, len(grid.rows))
        texts = (grid.cell(row, column) for row in below for column in remarks)
        said = {*titles, *(text for text in texts if isinstance(text, str))}
        marks = self.reference.layout.sample_marks
        if any(mark in spelling_key(text) for text in said for mark in marks):
            self.log.add(ImportIssue(IssueCode.SAMPLE_MARKED, Place(grid.name)))


def _period_of_sheet(grid: Grid, header: Header, layout: ReportLayout, log: IssueLog) -> Period | None:
    """The period named by the title, asked for only where no column names periods."""
    if header.of(Role.PERIOD) or header.of(Role.YEAR):
        return None
    period = period_in_title([*header.titles, grid.name], layout)
    if period is not None:
        log.add(ImportIssue(IssueCode.PERIOD_FROM_TITLE, Place(grid.name), facts={"period": str(period)}))
    return period


class _RowsTwice:
    """Logs rows that report of a cluster and period of which an earlier one does."""

    def __init__(self, sheet: str, log: IssueLog) -> None:
        self._sheet = sheet
        self._log = log
        self._first: dict[tuple[str, int], int] = {}

    def check(self, report: ReportRow) -> None:
        """Take the next row."""
        earlier = self._first.setdefault((report.cluster.code, report.period.index), report.row)
        if earlier != report.row:
            facts = {"cluster": report.cluster.short_name, "period": str(report.period), "first": str(earlier + 1)}
            self._log.add(ImportIssue(IssueCode.ROW_TWICE, Place(self._sheet, report.row + 1), facts=facts))
