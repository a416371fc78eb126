"""The rows below the header: which are reports of a cluster, which are totals or notes, and what each says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from stats_tools.cluster_names import NameMatch
from stats_tools.importing.columns import ReportColumns, ValueColumn
from stats_tools.importing.grid import CellValue, Grid, address
from stats_tools.importing.header import Column
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Place, shown
from stats_tools.importing.reference import Reference
from stats_tools.importing.report_period import PeriodReading, read_period
from stats_tools.importing.values import ValueReader
from stats_tools.periods import Period
from stats_tools.spelling import spelling_key
from stats_tools.types import Cluster

_CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row that reports of a cluster: row from 0, and its values in the indicators' units with their columns."""

    row: int
    cluster: Cluster
    period: Period
    values: tuple[tuple[ValueColumn, Decimal], ...]


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A row that says what the rows above add up to; period None where it names none."""

    row: int
    text: str
    period: Period | None
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
        self._names = reference.registry.names
        self._values = ValueReader(grid, reference.units, reference.layout, log)
        self._layout = reference.layout
        self._log = log
        self._latest = Period(today.year, (today.month + 2) // 3).shift(-1)
        self._matches: dict[str, NameMatch] = {}
        self._periods: dict[tuple[CellValue, str], PeriodReading] = {}

    def rows(self, first: int) -> Iterator[ReportRow | TotalRow]:
        """The reports and totals from a row on; blank rows and notes are passed over."""
        for row in range(first, len(self._grid.rows)):
            if self._is_blank(row):
                continue
            name = self._name(row) or self._label(row)
            key = spelling_key(name)
            if self._is_total(key):
                yield self._total(row, name, key)
            elif self._is_subtotal(key):
                self._log.add(ImportIssue(IssueCode.TOTAL_UNCHECKED, Place(self._grid.name, row + 1), shown(name)))
            elif key not in self._layout.cluster_headers and not self._is_note(row, key):
                report = self._report(row, name)
                if report is not None:
                    yield report

    def _is_blank(self, row: int) -> bool:
        return all(cell is None or cell == "" for cell in self._grid.rows[row])

    def _name(self, row: int) -> str:
        value = self._grid.spread(row, self._columns.cluster.index)
        return "" if value is None else shown(value) if not isinstance(value, str) else value.strip()

    def _label(self, row: int) -> str:
        """A total word that stands beside an empty cluster cell, as in a column of numbers; empty for none."""
        texts = (spelling_key(cell) for cell in self._grid.rows[row] if isinstance(cell, str))
        return next((text for text in texts if text in self._layout.total_words), "")

    def _is_total(self, key: str) -> bool:
        return key in self._layout.total_words or any(
            key.endswith(word) and not self._is_subtotal(key) for word in self._layout.total_words if not word.isascii()
        )

    def _is_subtotal(self, key: str) -> bool:
        return any(key.startswith(word) or key.endswith(word) for word in self._layout.subtotal_words)

    def _is_note(self, row: int, key: str) -> bool:
        """A row without values that no cluster's name and no period make a report."""
        if any(self._grid.spread(row, column.index) is not None for column in self._columns.values):
            return any(key.startswith(word) for word in self._layout.note_words) and self._period_cell(row) is None
        first = next((cell for cell in self._grid.rows[row] if cell not in (None, "")), "")
        opening = spelling_key(str(first))
        if any(opening.startswith(word) for word in self._layout.note_words):
            return True
        return self._period_cell(row) is None and self._match(key).cluster is None

    def _period_cell(self, row: int) -> CellValue:
        return None if self._columns.period is None else self._grid.spread(row, self._columns.period.index)

    def _total(self, row: int, name: str, key: str) -> TotalRow:
        period = self._period if self._columns.period is None else self._read_period(row).period
        plain = key if key in self._layout.total_words else name
        return TotalRow(row, "" if plain == key else name, period, self._read_values(row))

    def _report(self, row: int, name: str) -> ReportRow | None:
        if row in self._grid.hidden_rows:
            self._log.add(ImportIssue(IssueCode.ROW_HIDDEN, Place(self._grid.name, row + 1)))
        cluster, period = self._cluster(row, name), self._reported_period(row)
        values = self._read_values(row)
        if cluster is None or period is None:
            return None
        if not values:
            place = Place(self._grid.name, row + 1)
            facts = {"cluster": cluster.short_name, "period": str(period)}
            self._log.add(ImportIssue(IssueCode.ROW_WITHOUT_VALUES, place, facts=facts))
        return ReportRow(row, cluster, period, values)

    def _read_values(self, row: int) -> tuple[tuple[ValueColumn, Decimal], ...]:
        read = ((column, self._values.read(row, column)) for column in self._columns.values)
        return tuple((column, value) for column, value in read if value is not None)

    def _match(self, name: str) -> NameMatch:
        if name not in self._matches:
            self._matches[name] = self._names.resolve(name, candidates=False)
        return self._matches[name]

    def _cluster(self, row: int, name: str) -> Cluster | None:
        place = self._place(row, self._columns.cluster)
        if not name:
            self._log.add(ImportIssue(IssueCode.CLUSTER_MISSING, place))
            return None
        match = self._match(name)
        if match.cluster is None:
            self._log.report(lambda: self._unresolved(place, name))
        return match.cluster

    def _unresolved(self, place: Place, name: str) -> ImportIssue:
        """The finding for a name that means no cluster, with the clusters that may have been meant."""
        match = self._names.resolve(name)
        if not match.candidates:
            return ImportIssue(IssueCode.CLUSTER_UNLIKE_ANY, place, shown(name))
        code = IssueCode.CLUSTER_AMBIGUOUS if match.ambiguous else IssueCode.CLUSTER_UNKNOWN
        candidates = "、".join(cluster.name for cluster in match.candidates[:_CANDIDATES])
        return ImportIssue(code, place, shown(name), {"candidates": candidates})

    def _reported_period(self, row: int) -> Period | None:
        if self._columns.period is None:
            return self._period
        reading = self._read_period(row)
        place = self._place(row, self._columns.period)
        if reading.fault is not None:
            self._log.add(ImportIssue(reading.fault, place, shown(self._period_cell(row) or "")))
        elif reading.period is not None and reading.period > self._latest:
            facts = {"latest": str(self._latest)}
            self._log.add(ImportIssue(IssueCode.PERIOD_FUTURE, place, shown(self._period_cell(row)), facts))
        return reading.period

    def _read_period(self, row: int) -> PeriodReading:
        year = "" if self._columns.year is None else shown(self._grid.spread(row, self._columns.year.index) or "")
        key = self._period_cell(row), year
        if key not in self._periods:
            self._periods[key] = read_period(*key[:1], self._layout, year)
        return self._periods[key]

    def _place(self, row: int, column: Column) -> Place:
        return Place(self._grid.name, row + 1, column.heading.text, address(row, column.index))


def values_by_indicator(row: ReportRow | TotalRow) -> Mapping[str, Decimal]:
    """The values of a row by indicator code."""
    return {column.indicator.code: value for column, value in row.values}
