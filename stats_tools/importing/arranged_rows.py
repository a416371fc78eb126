"""The rows of a long table or a cross table: every value with the cluster, period and indicator that it is of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from stats_tools.catalogue import Indicator
from stats_tools.importing.arranged_items import Item, ItemReader
from stats_tools.importing.arrangement import Arrangement, period_of
from stats_tools.importing.columns import ValueColumn
from stats_tools.importing.field_headings import Field
from stats_tools.importing.grid import Grid
from stats_tools.importing.headings import HeadingReader, Role
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Place
from stats_tools.importing.placement import Placement, Placer
from stats_tools.importing.reference import Reference
from stats_tools.importing.row_keys import KeyColumns, RowKeys
from stats_tools.importing.rows import ReportRow
from stats_tools.importing.table_breaks import HeaderBelow, SectionTitles
from stats_tools.importing.totals import Summed, SumOf, TotalRow
from stats_tools.importing.values import ValueReader
from stats_tools.periods import Period
from stats_tools.spelling import spelling_key
from stats_tools.types import Cluster

Values = list[tuple[ValueColumn, Decimal]]


@dataclass(frozen=True, slots=True)
class RowKey:
    """What the key cells of a row say; ``summed`` where it adds up others."""

    row: int
    cluster: Cluster | None
    period: Period | None
    summed: Summed | None = None


class ArrangedRowReader:
    """Reads the rows of one sheet and logs what is wrong with them.

    Args:
        grid: the sheet.
        arrangement: its header.
        reference: what the rows are read against.
        log: takes findings.
        today: periods that end after it are questioned.
    """

    def __init__(self, grid: Grid, arrangement: Arrangement, reference: Reference, log: IssueLog, today: date) -> None:
        self._grid = grid
        self._table = arrangement
        self._reference = reference
        self._log = log
        held = arrangement.keys
        period, year = held.get(Role.PERIOD), held.get(Role.YEAR)
        if period is None:
            period, year = year, None
        city = next((each for each in arrangement.passed_over if each.heading.role is Role.CITY), None)
        self._columns = KeyColumns(held.get(Role.CLUSTER), period, year, city, arrangement.year_above)
        self._keys = RowKeys(grid, self._columns, reference, log, today)
        self._values = ValueReader(grid, reference.units, reference.layout, log)
        self.read_as: dict[str, str] = {}
        """Heading or name as written -> what it was read as, for those met so far."""

    def rows(self, headings: HeadingReader) -> Iterator[ReportRow | TotalRow]:
        """The reports and totals of the sheet; none, with errors logged, where its layout is not certain."""
        placement = Placer(self._grid, self._table, self._reference, self._log).place(headings, self._keys)
        if placement is None:
            return
        items = ItemReader(self._grid, self._table, placement, headings, self._reference, self._log)
        sections = SectionTitles(self._grid, placement.told_by_title(self._reference))
        below = self._header_below()
        for row in range(self._table.last_row + 1, len(self._grid.rows)):
            if below.begins(row):
                if (changed := below.changed(row)) is not None:
                    self._log.add(changed)
                    return
            elif not self._has_values(row, placement):
                sections.pass_over(row)
            elif (key := self._key(row, placement)) is not None:
                sections.question(self._log)
                yield from self._read(key, placement, items)

    def _header_below(self) -> HeaderBelow:
        keys = [column.index for column in self._table.keys.values()]
        values = [field.column.index for field in self._table.fields]
        return HeaderBelow(self._grid, range(self._table.first_row, self._table.last_row + 1), keys, values)

    def _has_values(self, row: int, placement: Placement) -> bool:
        if self._grid.is_one_text(row) or self._keys.is_blank(row):
            return False
        return any(self._grid.spread(row, field.column.index) is not None for field in placement.fields)

    def _key(self, row: int, placement: Placement) -> RowKey | None:
        """What a row is about; None for notes and rows with errors."""
        name = self._keys.name(row) if self._columns.cluster else ""
        if self._columns.cluster and (summed := self._keys.total(spelling_key(name))) is not None:
            period = placement.period if self._columns.period is None else self._keys.read_period(row).period
            return RowKey(row, None, period, summed)
        if self._columns.cluster and self._keys.is_other(row, name):
            return None
        if self._keys.opens_note(self._keys.opening(row)) and self._keys.period_cell(row) is None:
            return None
        return self._report_key(row, name, placement)

    def _report_key(self, row: int, name: str, placement: Placement) -> RowKey | None:
        if row in self._grid.hidden_rows:
            self._log.add(ImportIssue(IssueCode.ROW_HIDDEN, Place(self._grid.name, row + 1)))
        column = self._columns
        cluster = self._keys.cluster(row, column.cluster, name) if column.cluster else placement.cluster
        period = self._keys.period(row, column.period) if column.period else placement.period
        unsettled = (column.cluster and cluster is None) or (column.period and period is None)
        return None if unsettled else RowKey(row, cluster, period)

    def _read(self, key: RowKey, placement: Placement, items: ItemReader) -> Iterator[ReportRow | TotalRow]:
        item = items.item(key.row)
        if item is None:
            return
        reports: dict[tuple[str, Period], tuple[Cluster, Values]] = {}
        totals: dict[Period | None, Values] = {}
        for field in placement.fields:
            value = self._value(key.row, field, item, items)
            if value is None:
                continue
            cluster, period = field.cluster or key.cluster, period_of(field) or key.period
            if key.summed or field.total:
                totals.setdefault(period, []).append(value)
            elif cluster is not None and period is not None:
                reports.setdefault((cluster.code, period), (cluster, []))[1].append(value)
        for (_, period), (cluster, values) in reports.items():
            yield ReportRow(key.row, cluster, period, tuple(values))
        for total_period, values in totals.items():
            yield TotalRow(key.row, key.summed or Summed(SumOf.ALL), total_period, tuple(values))

    def _value(self, row: int, field: Field, item: Item, items: ItemReader) -> tuple[ValueColumn, Decimal] | None:
        if self._grid.spread(row, field.column.index) is None:
            return None
        column = items.column(row, field, item)
        value = self._values.read(row, column) if column else None
        if column is None or value is None:
            return None
        self._note(field, item, column.indicator, column.unit)
        return column, value

    def _note(self, field: Field, item: Item, indicator: Indicator, unit: str) -> None:
        written = item.text or field.column.heading.text
        if written not in self.read_as:
            period = period_of(field)
            told = (str(period) if period else "", field.cluster.short_name if field.cluster else "")
            place = " ".join(part for part in told if part and not item.text)
            self.read_as[written] = f"{indicator.header}（{unit}）{' ' if place else ''}{place}"
