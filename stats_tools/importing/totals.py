"""Holding a 合计 or a 小计 against the sum of the values it totals."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from functools import cache

from stats_tools.cell_addresses import address
from stats_tools.importing.columns import ValueColumn
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Place
from stats_tools.importing.layout import ReportLayout
from stats_tools.observation_table import ObservationTable
from stats_tools.periods import Period

_NUMBERS = 12
"""So many rows are named one by one."""


class SumOf(Enum):
    """Which rows a total adds up."""

    ALL = auto()
    SECTION = auto()
    """Those between it and the subtotal before it, or, where the first subtotal leads its rows, the one after it."""
    CITY = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Summed:
    """What the name of a total says that it adds up; ``city`` with :attr:`SumOf.CITY`."""

    of: SumOf
    city: str = ""


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A row that says what others add up to: row from 0; period None where it names none."""

    row: int
    summed: Summed
    period: Period | None
    values: tuple[tuple[ValueColumn, Decimal], ...]


class Added:
    """What values add up to, by ``Period.index`` and indicator, and the rows they stand in."""

    def __init__(self, observations: ObservationTable, positions: Iterable[int]) -> None:
        self._sums: dict[tuple[int, str], tuple[Decimal, array[int]]] = {}
        for position in positions:
            each = observations[position]
            key = each.period.index, each.indicator
            summed, rows = self._sums.get(key, (Decimal(0), array("i")))
            rows.append(observations.place(position)[1])
            self._sums[key] = summed + each.value, rows

    def only_period(self) -> int | None:
        """The one period that all values are of; None for several, or no values."""
        periods = {index for index, _ in self._sums}
        return periods.pop() if len(periods) == 1 else None

    def sum(self, period: int, indicator: str) -> tuple[Decimal, Sequence[int]]:
        """The sum of an indicator in a period, and the rows of its values, from 0."""
        return self._sums.get((period, indicator), (Decimal(0), array("i")))


class TotalsCheck:
    """Questions every total that is not the sum of the reported values of its period, rounding aside.

    A total that names no period is held against all values it adds up where these are of one period; where it cannot
    be known which rows it adds up, that is noted.

    Args:
        sheet: its name.
        observations: the values read.
        first: position of the first of the sheet's own values among them; their rows ascend.
        city: the city of a cluster, by its code.
        layout: how much rounding explains.
        log: takes findings.
    """

    def __init__(
        self,
        sheet: str,
        observations: ObservationTable,
        first: int,
        city: Callable[[str], str],
        layout: ReportLayout,
        log: IssueLog,
    ) -> None:
        self._sheet = sheet
        self._observations = observations
        self._own = range(first, len(observations))
        self._layout = layout
        self._log = log
        self._city = city
        self._everything = cache(lambda: Added(observations, self._own))
        self._of_city = cache(self._added_of_city)

    def check(self, totals: Sequence[TotalRow]) -> None:
        """Hold the totals of the sheet against its values."""
        sections = Sections(totals, self._row(self._own[0]) if self._own else 0)
        for total in totals:
            added = self._added(total, sections)
            period = total.period.index if total.period else added.only_period() if added else None
            if added is None or period is None:
                self._log.add(ImportIssue(IssueCode.TOTAL_UNCHECKED, Place(self._sheet, total.row + 1)))
                continue
            for column, written in total.values:
                summed, rows = added.sum(period, column.indicator.code)
                if abs(summed - written) > self._layout.total_tolerance_per_row * column.factor * max(len(rows), 1):
                    self._log.add(self._difference(total, column, (written, summed), rows))

    def _added(self, total: TotalRow, sections: Sections) -> Added | None:
        match total.summed.of:
            case SumOf.ALL:
                return self._everything()
            case SumOf.CITY:
                return self._of_city(total.summed.city)
            case SumOf.SECTION:
                within = sections.of_total(total.row)
                ends = (bisect_left(self._own, row, key=self._row) for row in (within.start, within.stop))
                return Added(self._observations, self._own[slice(*ends)])
            case SumOf.UNKNOWN:
                return None

    def _added_of_city(self, city: str) -> Added:
        own = (each for each in self._own if self._city(self._observations[each].cluster) == city)
        return Added(self._observations, own)

    def _row(self, position: int) -> int:
        return self._observations.place(position)[1]

    def _difference(
        self, total: TotalRow, column: ValueColumn, sums: tuple[Decimal, Decimal], rows: Sequence[int]
    ) -> ImportIssue:
        """The finding, in the unit of the sheet."""
        place = Place(self._sheet, total.row + 1, column.text, address(total.row, column.index))
        written, summed = (f"{(each / column.factor).normalize():f}" for each in sums)
        facts = {"written": written, "summed": summed, "unit": column.unit}
        if total.summed.of is SumOf.ALL or not rows:
            return ImportIssue(IssueCode.TOTAL_DIFFERS, place, facts=facts)
        return ImportIssue(IssueCode.SUBTOTAL_DIFFERS, place, facts={**facts, "rows": _numbers(rows)})


class Sections:
    """The rows between the subtotals of a sheet.

    Args:
        totals: of the sheet, from above.
        first: the first row that reports; a subtotal above it leads the rows it adds up, and so do the others.
    """

    def __init__(self, totals: Sequence[TotalRow], first: int) -> None:
        self._subtotals = [each.row for each in totals if each.summed.of in (SumOf.SECTION, SumOf.CITY)]
        self._lead = bool(self._subtotals) and self._subtotals[0] < first

    def of_total(self, row: int) -> range:
        """The rows that the subtotal in a row adds up."""
        if self._lead:
            return range(row + 1, min((each for each in self._subtotals if each > row), default=sys.maxsize))
        return range(max((each for each in self._subtotals if each < row), default=-1) + 1, row)


def _numbers(rows: Sequence[int]) -> str:
    """Row numbers as a message tells them: ``4–7`` where they follow one another, otherwise ``4、9``."""
    if len(rows) > 1 and rows[-1] - rows[0] == len(rows) - 1:
        return f"{rows[0] + 1}–{rows[-1] + 1}"
    return "、".join(str(row + 1) for row in rows[:_NUMBERS]) + "…" * (len(rows) > _NUMBERS)
