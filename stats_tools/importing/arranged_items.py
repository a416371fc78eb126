"""The indicator and the unit of each value of a long table or a cross table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from stats_tools.cell_addresses import address
from stats_tools.importing.arrangement import Arrangement
from stats_tools.importing.column_units import ColumnUnits
from stats_tools.importing.columns import ValueColumn
from stats_tools.importing.field_headings import Field
from stats_tools.importing.grid import Grid
from stats_tools.importing.headings import Heading, HeadingReader, Role
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Place, shown
from stats_tools.importing.placement import Placement
from stats_tools.importing.reference import Reference
from stats_tools.importing.suspicions import nearest_heading, suspected, suspicion
from stats_tools.spelling import spelling_key


@dataclass(frozen=True, slots=True)
class Item:
    """What a row says of the indicator and the unit of its values; both may be left to the headings or the title."""

    text: str = ""
    heading: Heading | None = None
    unit: str = ""


_NOTHING = Item()


class ItemReader:
    """Reads the names of indicators and units of one sheet and logs, once a name, what is wrong with them.

    Args:
        grid: the sheet.
        arrangement: its header.
        placement: what its title says.
        headings: reads the names of indicators.
        reference: indicators, units and layouts.
        log: takes findings.
    """

    def __init__(
        self,
        grid: Grid,
        arrangement: Arrangement,
        placement: Placement,
        headings: HeadingReader,
        reference: Reference,
        log: IssueLog,
    ) -> None:
        self._grid = grid
        self._table = arrangement
        self._placement = placement
        self._headings = headings
        self._reference = reference
        self._log = log
        self._units = ColumnUnits(arrangement.corner_units, reference.units, log)
        self._items: dict[tuple[str, str], Item | None] = {}
        self._columns: dict[tuple[int, str, str], ValueColumn | None] = {}

    def item(self, row: int) -> Item | None:
        """What a row says of its values; None where they cannot be read or are passed over (logged)."""
        name, unit = self._text(row, Role.ITEM), self._text(row, Role.UNIT)
        if not name and Role.ITEM in self._table.keys:
            self._log.add(ImportIssue(IssueCode.ITEM_MISSING, self._at(row, Role.ITEM)))
            return None
        if not name and not unit:
            return _NOTHING
        if (name, unit) not in self._items:
            self._items[name, unit] = self._read(row, name, unit)
        return self._items[name, unit]

    def _text(self, row: int, role: Role) -> str:
        column = self._table.keys.get(role)
        value = self._grid.spread(row, column.index) if column else None
        return "" if value is None else shown(value)

    def _read(self, row: int, name: str, unit: str) -> Item | None:
        heading = self._headings.read([name]) if name else self._placement.indicator
        if heading is not None and heading.role is not Role.INDICATOR:
            self._log.add(self._passed_over(row, name, heading))
            return None
        written = "" if spelling_key(unit) in self._reference.layout.no_value else unit
        known = self._reference.units.find(written) if written else ""
        if known is None:
            indicator = heading.indicator if heading else None
            accepted = self._reference.units.alike(indicator.unit) if indicator else ()
            facts = {"indicator": indicator.name if indicator else "", "accepted": "、".join(accepted)}
            self._log.add(ImportIssue(IssueCode.UNIT_UNKNOWN, self._at(row, Role.UNIT), unit, facts))
            return None
        return Item(name, heading if name else None, known)

    def _passed_over(self, row: int, name: str, heading: Heading) -> ImportIssue:
        place = self._at(row, Role.ITEM)
        if heading.role is Role.SINGLE_QUARTER:
            beside = heading.indicator is not None and heading.indicator.code in self._told_cumulative
            code = IssueCode.COLUMN_COMPARISON if beside else IssueCode.COLUMN_SINGLE_QUARTER
            return ImportIssue(code, place, name)
        if heading.role is Role.COMPARISON:
            return ImportIssue(IssueCode.COLUMN_COMPARISON, place, name)
        catalogue = self._reference.catalogue
        meant = suspected(heading.title, catalogue, self._reference.layout.heading_typos)
        if meant:
            return ImportIssue(IssueCode.ITEM_SUSPECTED, place, name, suspicion(meant))
        return ImportIssue(IssueCode.ITEM_UNKNOWN, place, name, {"nearest": nearest_heading(name, catalogue)})

    @cached_property
    def _told_cumulative(self) -> frozenset[str]:
        """The indicators that rows of the sheet tell as the report wants them."""
        below = range(self._table.last_row + 1, len(self._grid.rows))
        read = [self._headings.read([name]) for name in {self._text(row, Role.ITEM) for row in below} if name]
        return frozenset(each.indicator.code for each in read if each.role is Role.INDICATOR and each.indicator)

    def column(self, row: int, field: Field, item: Item) -> ValueColumn | None:
        """The column of a value with its indicator and unit; None, logged, where the unit does not fit."""
        key = field.column.index, item.text, item.unit
        if key not in self._columns:
            self._columns[key] = self._column(row, field, item)
        return self._columns[key]

    def _column(self, row: int, field: Field, item: Item) -> ValueColumn | None:
        named = (item.heading, field.column.heading if field.indicator else None, self._placement.indicator)
        heading = next((each for each in named if each is not None), None)
        if heading is None or heading.indicator is None:
            return None
        indicator = heading.indicator
        text = field.column.heading.text
        place = Place(self._grid.name, row + 1, text, address(row, field.column.index))
        written = [each for each in (item.unit, heading.unit, field.column.heading.unit) if each]
        factors = {self._reference.units.factor(each, indicator.unit) for each in written}
        if len(factors) > 1:
            other = next(each for each in written if each != written[0])
            facts = {"indicator": indicator.name, "other": other}
            self._log.add(ImportIssue(IssueCode.UNIT_TWICE, place, written[0], facts))
            return None
        stated = Heading(Role.INDICATOR, text, indicator, written[0] if written else "", heading.strange)
        unit = self._units.of(stated, indicator, place)
        factor = self._reference.units.factor(unit, indicator.unit) if unit else None
        return None if factor is None else ValueColumn(field.column.index, text, indicator, unit, factor)

    def _at(self, row: int, role: Role) -> Place:
        column = self._table.keys[role]
        return Place(self._grid.name, row + 1, column.heading.text, address(row, column.index))
