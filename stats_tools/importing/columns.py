"""From the header to the columns that are read: what is missing, twice, unknown, or in a unit that does not fit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from stats_tools.catalogue import Indicator, IndicatorCatalogue
from stats_tools.cell_addresses import address
from stats_tools.importing.column_units import ColumnUnits
from stats_tools.importing.grid import Grid
from stats_tools.importing.header import Column, Header
from stats_tools.importing.headings import Role
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Place
from stats_tools.importing.layout import ReportLayout
from stats_tools.importing.numbers import is_number
from stats_tools.importing.report_period import quarter_of, year_above
from stats_tools.importing.suspicions import nearest_heading, suspected, suspicion
from stats_tools.units import UnitTable

_SAMPLED_ROWS = 50
_ANY_YEAR = "2000"
_NOT_READ = (Role.UNKNOWN, Role.ITEM, Role.VALUE, Role.UNIT)
"""Columns that mean nothing where every indicator has a column of its own."""


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column of values: position from 0, heading, indicator, unit it is in and the factor to the indicator's unit."""

    index: int
    text: str
    indicator: Indicator
    unit: str
    factor: Decimal


@dataclass(frozen=True, slots=True)
class ReportColumns:
    """The columns that are read; ``period`` is None where the title names the period of the whole sheet.

    ``year_above`` is the year that the title names where it names no more; empty for none.
    """

    cluster: Column
    period: Column | None
    year: Column | None
    city: Column | None
    values: tuple[ValueColumn, ...]
    year_above: str


class ColumnChooser:
    """Chooses the columns of one sheet and logs what is wrong with them."""

    def __init__(self, grid: Grid, header: Header, units: UnitTable, layout: ReportLayout, log: IssueLog) -> None:
        self._grid = grid
        self._header = header
        self._units = units
        self._layout = layout
        self._log = log

    def choose(self, catalogue: IndicatorCatalogue, *, period_known: bool) -> ReportColumns | None:
        """The columns to read, or None (with errors logged) where the sheet cannot be read.

        Args:
            catalogue: for the headings that would be accepted.
            period_known: whether the title names the period, so that no column has to.
        """
        cluster = self._only(Role.CLUSTER)
        period, year = self._only(Role.PERIOD), self._only(Role.YEAR)
        if cluster is None:
            self._missing(IssueCode.CLUSTER_COLUMN_MISSING, accepted="集群名称")
        if period is None and year is not None:
            period, year = year, None
        if period is None and not period_known:
            if quarters := self._quarters_without_year():
                self._log.add(ImportIssue(IssueCode.YEAR_MISSING, quarters, facts={"heading": quarters.column}))
                return None
            self._missing(IssueCode.PERIOD_COLUMN_MISSING, accepted="报告期")
        values = self._values()
        if not self._header.of(Role.INDICATOR) and not self._header.of(Role.SINGLE_QUARTER):
            self._missing(
                IssueCode.INDICATOR_COLUMN_MISSING, accepted="、".join(i.heading for i in catalogue.indicators)
            )
        self._passed_over(catalogue)
        if cluster is None or not values or (period is None and not period_known):
            return None
        self._hidden([cluster, period, *self._header.of(Role.INDICATOR)])
        above = year_above([*self._header.titles, self._grid.name], self._layout)
        return ReportColumns(cluster, period, year, next(iter(self._header.of(Role.CITY)), None), values, above)

    def _quarters_without_year(self) -> Place | None:
        """Where a heading is a quarter of nobody knows which year; None where none is."""
        unknown = (column for column in self._header.columns if column.heading.role in _NOT_READ)
        found = (each for each in unknown if quarter_of(each.heading.text, self._layout, _ANY_YEAR))
        return next(map(self._place, found), None)

    def _place(self, column: Column) -> Place:
        cell = address(self._header.last_row, column.index)
        return Place(self._grid.name, self._header.last_row + 1, column.heading.text, cell)

    def _missing(self, code: IssueCode, accepted: str) -> None:
        seen = "、".join(column.heading.text for column in self._header.columns[:12])
        place = Place(self._grid.name, self._header.last_row + 1)
        self._log.add(ImportIssue(code, place, facts={"accepted": accepted, "seen": seen}))

    def _only(self, role: Role) -> Column | None:
        columns = self._header.of(role)
        for other in columns[1:]:
            self._twice(other, columns[0])
        return columns[0] if columns else None

    def _twice(self, column: Column, first: Column) -> None:
        facts = {"first": address(self._header.last_row, first.index), "first_heading": first.heading.text}
        self._log.add(ImportIssue(IssueCode.COLUMN_TWICE, self._place(column), facts=facts))

    def _values(self) -> tuple[ValueColumn, ...]:
        chosen: dict[str, Column] = {}
        values = []
        units = ColumnUnits(self._header.corner_units, self._units, self._log)
        for column in self._header.of(Role.INDICATOR):
            indicator = column.heading.indicator
            if indicator is None:
                continue
            if indicator.code in chosen:
                self._twice(column, chosen[indicator.code])
                continue
            chosen[indicator.code] = column
            unit = units.of(column.heading, indicator, self._place(column))
            factor = self._units.factor(unit, indicator.unit) if unit else None
            if factor is not None:
                values.append(ValueColumn(column.index, column.heading.text, indicator, unit, factor))
        return tuple(values)

    def _passed_over(self, catalogue: IndicatorCatalogue) -> None:
        cumulative = {column.heading.indicator for column in self._header.of(Role.INDICATOR)}
        for column in self._header.of(Role.SINGLE_QUARTER):
            beside = column.heading.indicator in cumulative
            code = IssueCode.COLUMN_COMPARISON if beside else IssueCode.COLUMN_SINGLE_QUARTER
            self._log.add(ImportIssue(code, self._place(column)))
        for column in self._header.of(Role.COMPARISON):
            self._log.add(ImportIssue(IssueCode.COLUMN_COMPARISON, self._place(column)))
        for column in (each for each in self._header.columns if each.heading.role in _NOT_READ):
            self._log.add(self._unknown(column, catalogue))

    def _unknown(self, column: Column, catalogue: IndicatorCatalogue) -> ImportIssue:
        if not holds_numbers(self._grid, column.index, self._header.last_row + 1):
            return ImportIssue(IssueCode.COLUMN_UNKNOWN, self._place(column))
        meant = suspected(column.heading.title, catalogue, self._layout.heading_typos)
        if meant:
            return ImportIssue(IssueCode.COLUMN_SUSPECTED, self._place(column), facts=suspicion(meant))
        facts = {"nearest": nearest_heading(column.heading.text, catalogue)}
        return ImportIssue(IssueCode.COLUMN_UNKNOWN_NUMBERS, self._place(column), facts=facts)

    def _hidden(self, columns: list[Column | None]) -> None:
        for column in columns:
            if column is not None and column.index in self._grid.hidden_columns:
                self._log.add(ImportIssue(IssueCode.COLUMN_HIDDEN, self._place(column)))


def holds_numbers(grid: Grid, column: int, first: int) -> bool:
    """Whether any of the first rows of a column, from a row on, holds a number."""
    return any(is_number(grid.cell(row, column)) for row in range(first, min(first + _SAMPLED_ROWS, len(grid.rows))))
