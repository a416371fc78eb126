"""Holding a 合计 against the sum of the values it totals."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from stats_tools.importing.columns import ValueColumn
from stats_tools.importing.grid import address
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Place
from stats_tools.importing.layout import ReportLayout
from stats_tools.importing.rows import ReportRow, TotalRow
from stats_tools.periods import Period

Sums = dict[tuple[Period, str], tuple[Decimal, int]]
"""By period and indicator: the sum of the values reported and how many they are."""


def check_totals(
    sheet: str, reports: Sequence[ReportRow], totals: Sequence[TotalRow], layout: ReportLayout, log: IssueLog
) -> None:
    """Question every total that is not the sum of the reports of its period, rounding aside.

    A total that names no period is held against all reports where these are of one period; a total of a part
    (烟台市合计) is only noted, because which rows it totals is not written.
    """
    if not totals:
        return
    sums = _sums(reports)
    periods = {report.period for report in reports}
    for total in totals:
        period = total.period or (next(iter(periods)) if len(periods) == 1 else None)
        if period is None or total.text:
            place = Place(sheet, total.row + 1)
            log.add(ImportIssue(IssueCode.TOTAL_UNCHECKED, place, total.text))
            continue
        for column, written in total.values:
            summed, count = sums.get((period, column.indicator.code), (Decimal(0), 0))
            tolerance = layout.total_tolerance_per_row * column.factor * max(count, 1)
            if abs(summed - written) > tolerance:
                log.add(_difference(sheet, total.row, column, written, summed))


def _sums(reports: Sequence[ReportRow]) -> Sums:
    sums: Sums = {}
    for report in reports:
        for column, value in report.values:
            key = report.period, column.indicator.code
            summed, count = sums.get(key, (Decimal(0), 0))
            sums[key] = summed + value, count + 1
    return sums


def _difference(sheet: str, row: int, column: ValueColumn, written: Decimal, summed: Decimal) -> ImportIssue:
    place = Place(sheet, row + 1, column.text, address(row, column.index))
    facts = {"written": f"{written:f}", "summed": f"{summed:f}", "unit": column.indicator.unit}
    return ImportIssue(IssueCode.TOTAL_DIFFERS, place, facts=facts)
