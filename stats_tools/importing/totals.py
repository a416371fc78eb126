"""Holding a 合计 against the sum of the values it totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from stats_tools.cell_addresses import address
from stats_tools.importing.columns import ValueColumn
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Place
from stats_tools.importing.layout import ReportLayout
from stats_tools.importing.rows import TotalRow
from stats_tools.observation_table import Observation

Sums = Mapping[tuple[int, str], tuple[Decimal, int]]
"""By ``Period.index`` and indicator: the sum of the values reported and how many they are."""


def check_totals(
    sheet: str, reported: Sequence[Observation], totals: Sequence[TotalRow], layout: ReportLayout, log: IssueLog
) -> None:
    """Question every total that is not the sum of the reported values of its period, rounding aside.

    A total that names no period is held against all values where these are of one period; a total of a part
    (烟台市合计) is only noted, because which rows it totals is not written.
    """
    if not totals:
        return
    sums = _sums(reported)
    periods = {index for index, _ in sums}
    for total in totals:
        period = total.period.index if total.period else next(iter(periods)) if len(periods) == 1 else None
        if period is None or total.text:
            place = Place(sheet, total.row + 1)
            log.add(ImportIssue(IssueCode.TOTAL_UNCHECKED, place, total.text))
            continue
        for column, written in total.values:
            summed, count = sums.get((period, column.indicator.code), (Decimal(0), 0))
            tolerance = layout.total_tolerance_per_row * column.factor * max(count, 1)
            if abs(summed - written) > tolerance:
                log.add(_difference(sheet, total.row, column, written, summed))


def _sums(reported: Sequence[Observation]) -> Sums:
    sums: dict[tuple[int, str], tuple[Decimal, int]] = {}
    for each in reported:
        key = each.period.index, each.indicator
        summed, count = sums.get(key, (Decimal(0), 0))
        sums[key] = summed + each.value, count + 1
    return sums


def _difference(sheet: str, row: int, column: ValueColumn, written: Decimal, summed: Decimal) -> ImportIssue:
    place = Place(sheet, row + 1, column.text, address(row, column.index))
    facts = {"written": f"{written:f}", "summed": f"{summed:f}", "unit": column.indicator.unit}
    return ImportIssue(IssueCode.TOTAL_DIFFERS, place, facts=facts)
