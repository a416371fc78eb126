"""Holding a 合计 row against the sum of the rows it totals."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from stats_tools.importing.columns import ValueColumn
from stats_tools.importing.grid import address
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Place
from stats_tools.importing.layout import ReportLayout
from stats_tools.importing.rows import ReportRow, TotalRow, values_by_indicator


def check_totals(
    sheet: str, reports: Sequence[ReportRow], totals: Sequence[TotalRow], layout: ReportLayout, log: IssueLog
) -> None:
    """Question every total that is not the sum of the reports of its period, rounding aside.

    A total that names no period is held against all reports where these are of one period; a total of a part
    (烟台市合计) is only noted, because which rows it totals is not written.
    """
    periods = {report.period for report in reports}
    for total in totals:
        period = total.period or (next(iter(periods)) if len(periods) == 1 else None)
        if period is None or total.text:
            place = Place(sheet, total.row + 1)
            log.add(ImportIssue(IssueCode.TOTAL_UNCHECKED, place, total.text))
            continue
        totalled = [report for report in reports if report.period == period]
        for column, written in total.values:
            _check(sheet, total.row, column, written, totalled, layout, log)


def _check(
    sheet: str,
    row: int,
    column: ValueColumn,
    written: Decimal,
    totalled: Sequence[ReportRow],
    layout: ReportLayout,
    log: IssueLog,
) -> None:
    parts = [values_by_indicator(report).get(column.indicator.code) for report in totalled]
    values = [part for part in parts if part is not None]
    summed = sum(values, Decimal(0))
    tolerance = layout.total_tolerance_per_row * column.factor * max(len(values), 1)
    if abs(summed - written) > tolerance:
        place = Place(sheet, row + 1, column.text, address(row, column.index))
        facts = {"written": f"{written:f}", "summed": f"{summed:f}", "unit": column.indicator.unit}
        log.add(ImportIssue(IssueCode.TOTAL_DIFFERS, place, facts=facts))
