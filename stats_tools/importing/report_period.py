"""Reading a 报告期 in any of the forms officials write it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from stats_tools.importing.grid import CellValue
from stats_tools.importing.issues import IssueCode
from stats_tools.importing.layout import PeriodPattern, ReportLayout
from stats_tools.periods import Period
from stats_tools.spelling import spelling_key

_DASHES = re.compile(r"[—–－~～至到]+")
_CHINESE_YEAR = re.compile(r"[^\d年\s]{4}(?=年)")
_CHINESE_MONTH = re.compile(r"[^\d年月-]{1,2}(?=月)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_MONTHS_PER_QUARTER = 3
_CENTURY = "20"


@dataclass(frozen=True, slots=True)
class PeriodReading:
    """The quarter a cell names, or why it names none."""

    period: Period | None = None
    fault: IssueCode | None = None


def read_period(value: CellValue, layout: ReportLayout, year: str = "") -> PeriodReading:
    """The quarter that a cell names.

    Args:
        value: of the cell; a real date counts by its month.
        layout: the forms that are known.
        year: content of a year column beside it, empty for none.
    """
    if value is None or isinstance(value, bool):
        return PeriodReading(fault=IssueCode.PERIOD_MISSING if value is None else IssueCode.PERIOD_UNREADABLE)
    if isinstance(value, date):
        return _of_month(value.year, value.month)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = _normal(str(value), layout)
    if year and not re.match(r"\d{4}", text):
        text = (
            f"{_normal(year, layout).rstrip('年')}年{text}" if not text.isdigit() else f"{_normal(year, layout)}q{text}"
        )
    if any(word in text for word in layout.period_single_words):
        return PeriodReading(fault=IssueCode.PERIOD_SINGLE_QUARTER)
    for pattern in layout.period_patterns:
        if (found := pattern.expression.fullmatch(text)) is not None:
            return _from_match(found, pattern, layout)
    return PeriodReading(fault=IssueCode.PERIOD_UNREADABLE)


def period_in_title(texts: list[str], layout: ReportLayout) -> Period | None:
    """The one quarter that the titles above a table name; None where they name none or several."""
    expression = re.compile(layout.title_period)
    found = {read_period(hit.group(), layout).period for text in texts for hit in expression.finditer(text)} - {None}
    if not found:
        found = _told_apart(texts, layout)
    return found.pop() if len(found) == 1 else None


def _told_apart(texts: list[str], layout: ReportLayout) -> set[Period | None]:
    """What a year in one text and a quarter that is the whole of another (the sheet's name 二季度) make together."""
    year = year_in(texts)
    return {quarter_of(text, layout, year) for text in texts} - {None} if year else set()


def year_above(titles: Iterable[str], layout: ReportLayout) -> str:
    """The one year that titles name for quarters below them; empty for none, several, or where they name a quarter."""
    texts = list(titles)
    return "" if period_in_title(texts, layout) else year_in(texts)


def year_in(texts: Iterable[str]) -> str:
    """The one year that texts name, in four digits; empty where they name none or several."""
    years = {year for text in texts for year in _YEAR.findall(spelling_key(text))}
    return years.pop() if len(years) == 1 else ""


def quarter_of(text: str, layout: ReportLayout, year: str) -> Period | None:
    """The quarter of a year that a text without one is the whole name of (二季度); None for any other text."""
    if _YEAR.search(text) or text.strip().isdecimal():
        return None
    return read_period(text, layout, year).period


def _normal(text: str, layout: ReportLayout) -> str:
    key = spelling_key(text)
    for prefix in layout.period_prefixes:
        key = key.removeprefix(prefix)
    key = layout.short_year.sub(_CENTURY, key)
    key = _DASHES.sub("-", key)
    key = _CHINESE_YEAR.sub(lambda hit: "".join(str(layout.digit_words.get(c, c)) for c in hit.group()), key)
    key = _CHINESE_MONTH.sub(lambda hit: str(layout.month_words.get(hit.group(), hit.group())), key)
    for suffix in layout.period_suffixes:
        key = key.removesuffix(suffix)
    return key


def _from_match(found: re.Match[str], pattern: PeriodPattern, layout: ReportLayout) -> PeriodReading:
    if pattern.fault is not None:
        return PeriodReading(fault=IssueCode.PERIOD_SINGLE_QUARTER)
    named = found.groupdict()
    year = int(named["year"])
    if (month := named.get("month")) is not None:
        return _of_month(year, int(month))
    word = named.get("quarter")
    quarter = (
        pattern.quarter if word is None else layout.quarter_words.get(word) or (int(word) if word.isdigit() else 0)
    )
    return _quarter(year, quarter or 0)


def _of_month(year: int, month: int) -> PeriodReading:
    if not 1 <= month <= 12:
        return PeriodReading(fault=IssueCode.PERIOD_UNREADABLE)
    if month % _MONTHS_PER_QUARTER:
        return PeriodReading(fault=IssueCode.PERIOD_NOT_QUARTER_END)
    return _quarter(year, month // _MONTHS_PER_QUARTER)


def _quarter(year: int, quarter: int) -> PeriodReading:
    try:
        return PeriodReading(Period(year, quarter))
    except ValueError:
        fault = IssueCode.PERIOD_NO_SUCH_QUARTER if not 1 <= quarter <= 4 else IssueCode.PERIOD_UNREADABLE
        return PeriodReading(fault=fault)
