"""From a cell of a register's sheet to the value of its column, or to a finding that says why there is none."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

from stats_tools.cell_addresses import address
from stats_tools.importing.day_numbers import DayNumbers
from stats_tools.importing.grid import CellValue, Grid
from stats_tools.importing.header import cell_text
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Place, shown
from stats_tools.importing.layout import ReportLayout
from stats_tools.importing.numbers import read_number
from stats_tools.registers.definitions import Kind
from stats_tools.registers.entries import Value
from stats_tools.registers.headings import ReadColumn
from stats_tools.registers.layout import RegisterLayout
from stats_tools.registry import Registry
from stats_tools.schema import LARGEST_VALUE, SCALE
from stats_tools.spelling import spelling_key
from stats_tools.units import UnitTable

LONGEST_TEXT = 200
"""Characters of a text in a register."""
_SMALLEST = 1 / SCALE
_MOST_DIGITS = 30
_DAY = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?:[年\-/.](?:(?P<month>\d{1,2})(?:[月\-/.](?:(?P<day>\d{1,2})日?)?)?)?)?"
    r"(?:00:00:00)?"
)
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})?")
_QUARTER = re.compile(r"(?P<year>(?:19|20)\d{2})年?(?:第?(?P<word>[一二三四1-4])季度|q(?P<digit>[1-4]))末?")
_YEAR_END = re.compile(r"(?P<year>(?:19|20)\d{2})年?(?:底|末|年底|年末)")
_ORDINALS = "一二三四"
_FIRST_YEAR, _LAST_YEAR = 1900, 2099


class CellReader:
    """Reads the cells of one sheet.

    Args:
        grid: the sheet.
        registry: the clusters and cities.
        units: for amounts with a unit of their own.
        layout: of registers.
        reports: words that all reports share.
        log: takes findings.
    """

    def __init__(
        self,
        grid: Grid,
        registry: Registry,
        units: UnitTable,
        layout: RegisterLayout,
        reports: ReportLayout,
        log: IssueLog,
    ) -> None:
        self._grid = grid
        self._registry = registry
        self._units = units
        self._layout = layout
        self._reports = reports
        self._log = log
        self._days = DayNumbers(grid, log)
        self._cities = {
            spelling_key(name): city.name for city in registry.dimensions.cities for name in (city.name, *city.aliases)
        }

    def read(self, row: int, column: ReadColumn) -> Value | None:
        """The value; None for a blank cell or (logged) one that cannot be read."""
        if (flaw := self._grid.flaws.get((row, column.index))) is not None:
            code = IssueCode.ERROR_VALUE if flaw.error else IssueCode.FORMULA_WITHOUT_VALUE
            self._fault(code, row, column, flaw.error)
            return None
        cell = self._grid.spread(row, column.index)
        text = tidy(cell_text(cell))
        if not text or spelling_key(text) in self._reports.no_value:
            return None
        match column.column.kind:
            case Kind.AMOUNT:
                return self._amount(row, column, cell)
            case Kind.DATE:
                return self._date(row, column, cell)
            case Kind.CHOICE:
                return self._choice(row, column, text)
            case Kind.CHOICES:
                return self._choices(row, column, text)
            case Kind.CLUSTER:
                return self._cluster(row, column, text)
            case Kind.CITY:
                return self._city(row, column, text)
            case _:
                return self._text(row, column, text)

    def _text(self, row: int, column: ReadColumn, text: str) -> str | None:
        if len(text) > LONGEST_TEXT:
            facts = {"count": str(len(text)), "limit": str(LONGEST_TEXT)}
            self._fault(IssueCode.TEXT_TOO_LONG, row, column, text, **facts)
            return None
        return text

    def _choice(self, row: int, column: ReadColumn, text: str) -> str | None:
        found = column.column.choice(text)
        if found is None:
            accepted = "、".join(each.name for each in column.column.values)
            self._fault(IssueCode.CHOICE_UNKNOWN, row, column, text, accepted=accepted)
            return None
        return found.name

    def _choices(self, row: int, column: ReadColumn, text: str) -> Value | None:
        if (whole := column.column.choice(text)) is not None:
            return (whole.name,)
        read = [self._choice(row, column, part) for part in self._layout.separators.split(text) if part]
        order = [each.name for each in column.column.values]
        return tuple(sorted({each for each in read if each is not None}, key=order.index)) or None

    def _cluster(self, row: int, column: ReadColumn, text: str) -> str | None:
        match = self._registry.names.resolve(text)
        if match.cluster is not None:
            return match.cluster.code
        candidates = "、".join(cluster.short_name for cluster in match.candidates)
        code = IssueCode.CLUSTER_AMBIGUOUS if match.ambiguous else IssueCode.CLUSTER_UNKNOWN
        self._fault(code if candidates else IssueCode.CLUSTER_UNLIKE_ANY, row, column, text, candidates=candidates)
        return None

    def _city(self, row: int, column: ReadColumn, text: str) -> str | None:
        key = spelling_key(text).removeprefix("山东省").removeprefix("山东")
        found = self._cities.get(key)
        if found is None:
            self._fault(IssueCode.CITY_UNKNOWN, row, column, text)
        return found

    def _date(self, row: int, column: ReadColumn, cell: CellValue) -> str | None:
        place = Place(self._grid.name, row + 1, column.heading, address(row, column.index))
        found = read_date(self._days.read(cell, place))
        if found is None:
            self._fault(IssueCode.DATE_UNREADABLE, row, column, cell)
        return found

    def _amount(self, row: int, column: ReadColumn, cell: CellValue) -> Decimal | None:
        if self._grid.is_merged(row, column.index):
            self._fault(IssueCode.MERGED_VALUE, row, column, cell)
            return None
        reading = read_number(cell, self._reports.no_value)
        factor = self._units.factor(reading.unit, column.column.unit) if reading.unit else column.factor
        if reading.fault is not None or factor is None or reading.number is None:
            self._fault(reading.fault or IssueCode.NOT_A_NUMBER, row, column, cell)
            return None
        number = reading.number
        if abs(number.adjusted()) > _MOST_DIGITS or abs(number * factor) > LARGEST_VALUE:
            self._fault(IssueCode.TOO_LARGE, row, column, cell)
            return None
        if number < 0:
            self._fault(IssueCode.NEGATIVE, row, column, cell)
            return None
        return (number * factor).quantize(_SMALLEST).normalize()

    def _fault(self, code: IssueCode, row: int, column: ReadColumn, cell: object, **facts: str) -> None:
        known = {
            "column": column.column.header,
            "indicator": column.column.header,
            "unit": column.unit or column.column.unit,
            **facts,
        }
        place = Place(self._grid.name, row + 1, column.heading, address(row, column.index))
        self._log.report(lambda: ImportIssue(code, place, shown(cell), known))


def tidy(text: str) -> str:
    """A text on one line, without control and direction marks."""
    kept = (c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join("".join(kept).split())


def read_date(cell: CellValue) -> str | None:
    """The date in a cell, from 1900 to 2099 and as precise as it is written (``2021``, ``2021-06``, ``2021-06-30``)."""
    if isinstance(cell, date):
        return f"{cell:%Y-%m-%d}" if _FIRST_YEAR <= cell.year <= _LAST_YEAR else None
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return None
    text = spelling_key(cell_text(cell))
    if (quarter := _QUARTER.fullmatch(text)) is not None:
        number = int(quarter["digit"] or 0) or (
            _ORDINALS.index(quarter["word"]) + 1 if quarter["word"] in _ORDINALS else int(quarter["word"])
        )
        return f"{quarter['year']}-{number * 3:02d}"
    if (end := _YEAR_END.fullmatch(text)) is not None:
        return f"{end['year']}-12"
    written = _DAY.fullmatch(text) or _COMPACT.fullmatch(text)
    return _possible_date(written.groupdict()) if written is not None else None


def _possible_date(parts: dict[str, str | None]) -> str | None:
    year, month, day = (int(parts[name] or 0) for name in ("year", "month", "day"))
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    return f"{year}" + (f"-{month:02d}" if month else "") + (f"-{day:02d}" if day else "")
