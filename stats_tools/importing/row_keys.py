"""What the key cells of a row say: of which cluster and period it reports, or that it is a total or a note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

from stats_tools.cell_addresses import address
from stats_tools.cluster_names import NameMatch
from stats_tools.importing.day_numbers import DayNumbers
from stats_tools.importing.grid import CellValue, Grid
from stats_tools.importing.header import Column
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Place, shown
from stats_tools.importing.layout import Words
from stats_tools.importing.reference import Reference
from stats_tools.importing.report_period import PeriodReading, quarter_of, read_period
from stats_tools.importing.totals import Summed, SumOf
from stats_tools.periods import Period
from stats_tools.spelling import spelling_key
from stats_tools.types import Cluster

_CANDIDATES = 5
_NUMBER_DIGITS = 4
"""Columns have numbers of fewer digits."""


@dataclass(frozen=True, slots=True)
class KeyColumns:
    """The columns that say of which cluster, city and period a row reports; None for what the rows do not say.

    ``year_above`` is the year that the title names, for rows that name a quarter alone; empty for none.
    """

    cluster: Column | None
    period: Column | None
    year: Column | None = None
    city: Column | None = None
    year_above: str = ""


class RowKeys:
    """Reads the key cells of one sheet's rows and logs what is wrong with them.

    Args:
        grid: the sheet.
        columns: that hold the keys.
        reference: what the rows are read against.
        log: takes findings.
        today: periods that end after it are questioned.
    """

    def __init__(self, grid: Grid, columns: KeyColumns, reference: Reference, log: IssueLog, today: date) -> None:
        self._grid = grid
        self._columns = columns
        self._names = reference.registry.names
        self._layout = reference.layout
        self._log = log
        self._days = DayNumbers(grid, log)
        self._latest = Period.of(today).shift(-1)
        self._year_questioned = False
        self._matches: dict[str, NameMatch] = {}
        self._periods: dict[tuple[CellValue, str], PeriodReading] = {}
        # Names come again with every quarter: what one is is found out once.
        self.total = cache(self._total)
        self._city = cache(self._names.city)
        self._compares = cache(self._says_comparison)

    def is_blank(self, row: int) -> bool:
        """Whether nothing stands in the row, or only the numbers of the columns."""
        held = (cell for cell in self._grid.rows[row] if cell not in (None, ""))
        # Every row of a report comes by; most are known by their first cell, which names a cluster.
        first = next(held, None)
        return first is None or (_word(first) in self._layout.numbering_words and self._numbers_columns([first, *held]))

    def _numbers_columns(self, held: Sequence[CellValue]) -> bool:
        """Whether cells number the columns, as printed forms do below their header: 甲, 乙, 1, 2."""
        words = [_word(cell) for cell in held]
        numbers = [int(word) for word in words if word.isdecimal() and len(word) < _NUMBER_DIGITS]
        marks = [word for word in words if word in self._layout.numbering_words]
        if not numbers or len(numbers) + len(marks) < len(words):
            return False
        return numbers == list(range(numbers[0], numbers[0] + len(numbers)))

    def text(self, row: int, column: int) -> str:
        """A cell (or the merged block it belongs to) as text; empty for a blank one."""
        value = self._grid.spread(row, column)
        return "" if value is None else shown(value) if not isinstance(value, str) else value.strip()

    def name(self, row: int) -> str:
        """What stands in the cluster's cell, or else a total word elsewhere in the row; empty for neither."""
        written = self.text(row, self._columns.cluster.index) if self._columns.cluster else ""
        return written or self._label(row)

    def _label(self, row: int) -> str:
        """What says beside an empty cluster cell that the row adds up or compares others; empty for nothing.

        A total word anywhere (as in a column of numbers), or a name that ends in one and opens the row (烟台市小计).
        """
        texts = (spelling_key(cell) for cell in self._grid.rows[row] if isinstance(cell, str))
        layout, opening = self._layout, self.opening(row)
        words = layout.total_words | layout.subtotal_words | layout.excerpt_words | layout.comparison_words
        if any(opening.endswith(word) for word in words if not word.isascii()):
            return opening
        return next((text for text in texts if text in layout.total_words | layout.subtotal_words), "")

    def _total(self, key: str) -> Summed | None:
        """Which rows a folded name says that its row adds up; None where it says nothing of the kind."""
        whole, parts = self._layout.total_words, self._layout.subtotal_words
        if key in whole:
            return Summed(SumOf.ALL)
        found = _around(key, parts) or _ending(key, whole)
        if not found:
            return None
        if city := self._city(key.replace(found, "")):
            return Summed(SumOf.CITY, city)
        return Summed(SumOf.SECTION if found in parts else SumOf.UNKNOWN)

    def is_other(self, row: int, name: str) -> bool:
        """Whether a row is none of a cluster though it is no total of others; logged."""
        key = spelling_key(name)
        if _around(key, self._layout.excerpt_words):
            code = IssueCode.TOTAL_UNCHECKED
        elif self._is_city_of_others(name):
            code = IssueCode.CITY_TOTAL
        elif self._compares(key):
            code = IssueCode.COLUMN_COMPARISON
        else:
            return False
        self._log.add(ImportIssue(code, Place(self._grid.name, row + 1), shown(name)))
        return True

    def _says_comparison(self, key: str) -> bool:
        """Whether a folded name is no cluster's and begins or ends like that of a row of growth or plans."""
        words = self._layout.comparison_words
        return any(key.startswith(word) or key.endswith(word) for word in words) and self.match(key).cluster is None

    def _is_city_of_others(self, name: str) -> bool:
        """Whether a name is that of a city, of which other rows name clusters."""
        city = self._city(name)
        return bool(city) and city in self._cities_of_clusters

    @cached_property
    def _cities_of_clusters(self) -> frozenset[str]:
        """The cities of the clusters that the column of clusters names."""
        column = self._columns.cluster
        if column is None:
            return frozenset()
        written = {self.text(row, column.index) for row in range(len(self._grid.rows))}
        named = (self.match(name).cluster for name in written if name and not self._city(name))
        return frozenset(cluster.city for cluster in named if cluster)

    def opens_note(self, text: str) -> bool:
        """Whether a folded text begins as notes below a table do."""
        return any(text.startswith(word) for word in self._layout.note_words)

    def opening(self, row: int) -> str:
        """The first content of a row, folded."""
        return spelling_key(str(next((cell for cell in self._grid.rows[row] if cell not in (None, "")), "")))

    def period_cell(self, row: int) -> CellValue:
        """What stands in the period's cell; None without such a column."""
        return None if self._columns.period is None else self._grid.spread(row, self._columns.period.index)

    def match(self, name: str) -> NameMatch:
        """What a name means; looked up once a name."""
        if name not in self._matches:
            plain = self._layout.name_marks.sub("", name.strip())
            whole = self._names.resolve(name, candidates=False)
            # Only a name that means nothing as it stands may be one with a number before it or a mark behind it.
            self._matches[name] = whole if whole.cluster else self._names.resolve(plain, candidates=False)
        return self._matches[name]

    def cluster(self, row: int, column: Column, name: str) -> Cluster | None:
        """The cluster that a row names in a column, or None (logged)."""
        if not name:
            self._log.add(ImportIssue(IssueCode.CLUSTER_MISSING, self._place(row, column)))
            return None
        if self._city(name):
            self._log.add(ImportIssue(IssueCode.CLUSTER_IS_CITY, self._place(row, column), shown(name)))
            return None
        match = self.match(name)
        if match.cluster is None:
            self._log.report(lambda: self._unresolved(self._place(row, column), name))
        else:
            self._compare_city(row, match.cluster, name)
        return match.cluster

    def _compare_city(self, row: int, cluster: Cluster, name: str) -> None:
        """Refuse a row that names a city other than its cluster's: one of the two is not the one meant."""
        column = self._columns.city
        written = self.text(row, column.index) if column else ""
        city = self._city(written) if written else ""
        if column is not None and city and city != cluster.city:
            facts = {"name": shown(name), "cluster": cluster.short_name, "city": cluster.city}
            self._log.add(ImportIssue(IssueCode.CLUSTER_CITY_DIFFERS, self._place(row, column), shown(written), facts))

    def _unresolved(self, place: Place, name: str) -> ImportIssue:
        """The finding for a name that means no cluster, with the clusters that may have been meant."""
        match = self._names.resolve(name)
        if not match.candidates:
            return ImportIssue(IssueCode.CLUSTER_UNLIKE_ANY, place, shown(name))
        code = IssueCode.CLUSTER_AMBIGUOUS if match.ambiguous else IssueCode.CLUSTER_UNKNOWN
        candidates = "、".join(cluster.name for cluster in match.candidates[:_CANDIDATES])
        return ImportIssue(code, place, shown(name), {"candidates": candidates})

    def period(self, row: int, column: Column) -> Period | None:
        """The period that a row names, or None (logged)."""
        reading = self.read_period(row)
        if reading.fault is None and reading.period is not None and reading.period.index <= self._latest.index:
            return reading.period
        return self.accepted(reading, self._place(row, column), self.period_cell(row))

    def accepted(self, reading: PeriodReading, place: Place, written: CellValue) -> Period | None:
        """The period that was read; a fault and a period that has not ended are logged."""
        if reading.fault is not None:
            self._log.add(ImportIssue(reading.fault, place, shown(written or "")))
        elif reading.period is not None and reading.period > self._latest:
            facts = {"latest": str(self._latest)}
            self._log.add(ImportIssue(IssueCode.PERIOD_FUTURE, place, shown(written), facts))
        return reading.period

    def read_period(self, row: int) -> PeriodReading:
        """The period that a row names or why it names none; logged is only what must be confirmed of how it is read."""
        year = "" if self._columns.year is None else shown(self._grid.spread(row, self._columns.year.index) or "")
        key = self.period_cell(row), year
        if key not in self._periods:
            column = self._columns.period
            cell = self._days.read(key[0], self._place(row, column)) if column else key[0]
            reading = read_period(cell, self._layout, year)
            if column and isinstance(cell, str) and reading.fault is IssueCode.PERIOD_UNREADABLE and not year:
                reading = self._in_year_above(cell, self._place(row, column)) or reading
            self._periods[key] = reading
        return self._periods[key]

    def _in_year_above(self, written: str, place: Place) -> PeriodReading | None:
        """The quarter of the year that the title names, to be confirmed once; None for what is no quarter."""
        above = self._columns.year_above
        quarter = quarter_of(written, self._layout, above) if above else None
        if quarter is None:
            return None
        if not self._year_questioned:
            self._year_questioned = True
            facts = {"heading": written, "period": str(quarter)}
            self._log.add(ImportIssue(IssueCode.YEAR_FROM_TITLE, place, facts=facts))
        return PeriodReading(quarter)

    def _place(self, row: int, column: Column) -> Place:
        return Place(self._grid.name, row + 1, column.heading.text, address(row, column.index))


def _word(cell: CellValue) -> str:
    """A cell's content, folded and without brackets around it."""
    return spelling_key(shown(cell)).strip("()")


def _around(key: str, words: Words) -> str:
    """The word that a folded name begins or ends with; empty for none."""
    return next((word for word in words if key.startswith(word) or key.endswith(word)), "")


def _ending(key: str, words: Words) -> str:
    """The longest Chinese word that a folded name ends with; empty for none."""
    return max((word for word in words if key.endswith(word) and not word.isascii()), key=len, default="")
