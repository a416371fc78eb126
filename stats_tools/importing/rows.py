"""The rows below the header: which are reports of a cluster, which are totals or notes, and what each says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from stats_tools.importing.columns import ReportColumns, ValueColumn
from stats_tools.importing.grid import Grid
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Place
from stats_tools.importing.numbers import is_number
from stats_tools.importing.reference import Reference
from stats_tools.importing.report_period import period_in_title
from stats_tools.importing.row_keys import KeyColumns, RowKeys
from stats_tools.importing.table_breaks import HeaderBelow, SectionTitles
from stats_tools.importing.totals import Summed, TotalRow
from stats_tools.importing.values import ValueReader
from stats_tools.periods import Period
from stats_tools.spelling import spelling_key
from stats_tools.types import Cluster


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row that reports of a cluster: row from 0, and its values in the indicators' units with their columns."""

    row: int
    cluster: Cluster
    period: Period
    values: tuple[tuple[ValueColumn, Decimal], ...]


class RowReader:
    """Reads the rows of one sheet and logs what is wrong with them.

    Args:
        grid: the sheet.
        columns: those to read.
        period: of the whole sheet, where its title names it and no column does.
        reference: what the rows are read against.
        log: takes findings.
        today: periods that end after it are questioned.
    """

    def __init__(
        self,
        grid: Grid,
        columns: ReportColumns,
        period: Period | None,
        reference: Reference,
        log: IssueLog,
        today: date,
    ) -> None:
        self._grid = grid
        self._columns = columns
        self._period = period
        keys = KeyColumns(columns.cluster, columns.period, columns.year, columns.city, columns.year_above)
        self._keys = RowKeys(grid, keys, reference, log, today)
        self._values = ValueReader(grid, reference.units, reference.layout, log)
        self._layout = reference.layout
        self._log = log
        told = [] if period is None else [(partial(period_in_title, layout=reference.layout), period)]
        self._sections = SectionTitles(grid, told)

    def rows(self, header: range) -> Iterator[ReportRow | TotalRow]:
        """The reports and totals below the header; blank rows and notes are passed over.

        Args:
            header: the rows of the header, from 0.
        """
        read = [each.index for each in (self._columns.period, *self._columns.values) if each]
        below = HeaderBelow(self._grid, header, [self._columns.cluster.index], read)
        for row in range(header.stop, len(self._grid.rows)):
            if self._keys.is_blank(row):
                continue
            name = self._keys.name(row)
            key = spelling_key(name)
            if (summed := self._keys.total(key)) is not None:
                yield self._total(row, summed)
            elif key in self._layout.cluster_headers:
                if (changed := below.changed(row)) is not None:
                    self._log.add(changed)
                    return
            elif self._keys.is_other(row, name):
                continue
            elif self._is_note(row, key):
                self._sections.pass_over(row)
            elif (report := self._report(row, name)) is not None:
                self._sections.question(self._log)
                yield report

    def _is_note(self, row: int, key: str) -> bool:
        """A row without values, or with signatures among them, that no cluster's name and no period make a report."""
        if self._grid.is_one_text(row):
            return True
        if any(self._grid.spread(row, column.index) is not None for column in self._columns.values):
            opening = key or self._signed(row)
            return self._keys.opens_note(opening) and self._keys.period_cell(row) is None
        if self._keys.opens_note(self._keys.opening(row)):
            return True
        return self._keys.period_cell(row) is None and self._keys.match(key).cluster is None

    def _signed(self, row: int) -> str:
        """How a row without a cluster's name begins that has texts where values stand; empty for one with numbers."""
        held = (self._grid.spread(row, column.index) for column in self._columns.values)
        return "" if any(map(is_number, held)) else self._keys.opening(row)

    def _total(self, row: int, summed: Summed) -> TotalRow:
        period = self._period if self._columns.period is None else self._keys.read_period(row).period
        return TotalRow(row, summed, period, self._read_values(row))

    def _report(self, row: int, name: str) -> ReportRow | None:
        if row in self._grid.hidden_rows:
            self._log.add(ImportIssue(IssueCode.ROW_HIDDEN, Place(self._grid.name, row + 1)))
        cluster = self._keys.cluster(row, self._columns.cluster, name)
        period = self._period if self._columns.period is None else self._keys.period(row, self._columns.period)
        values = self._read_values(row)
        if cluster is None or period is None:
            return None
        if not values:
            place = Place(self._grid.name, row + 1)
            facts = {"cluster": cluster.short_name, "period": str(period)}
            self._log.add(ImportIssue(IssueCode.ROW_WITHOUT_VALUES, place, facts=facts))
        return ReportRow(row, cluster, period, values)

    def _read_values(self, row: int) -> tuple[tuple[ValueColumn, Decimal], ...]:
        read = self._values.read
        return tuple((column, value) for column in self._columns.values if (value := read(row, column)) is not None)
