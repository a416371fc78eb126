"""What a cell of an indicator's column says: a number, no value, or something that is neither."""

from __future__ import annotations

import math
import re
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from knowledge.folding import fold
from stats_tools.importing.grid import CellValue
from stats_tools.importing.issues import IssueCode
from stats_tools.importing.layout import Words
from stats_tools.spelling import spelling_key

_MINUS = str.maketrans({"−": "-", "﹣": "-", "–": "-", "—": "-", "＋": "+", "、": ","})
_NUMBER = re.compile(
    r"(?P<number>[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:e[+-]?\d{1,4})?)(?P<unit>[^\d,.+-][^\d]*)?"
)
_PLAIN = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,12})?")
_APART = re.compile(r"\d \d")
_SPACED_THOUSANDS = re.compile(r"[+-]?\d{1,3}( \d{3})+(\.\d+)?")
_ACCOUNTING = re.compile(r"\((?P<number>[\d,.]+)\)")


class Reading(NamedTuple):
    """What a cell says; a tuple, since a large report makes more than a million.

    Args:
        number: as written, before any unit; None for no value.
        unit: unit written in the cell itself, empty for none.
        fault: why it is no number, None where it is one or the cell has no value.
    """

    number: Decimal | None = None
    unit: str = ""
    fault: IssueCode | None = None


def is_number(value: CellValue) -> bool:
    """Whether a cell holds a number, be it as text."""
    if isinstance(value, str):
        return spelling_key(value).replace(",", "").replace(".", "", 1).lstrip("+-").isdecimal()
    return isinstance(value, int | float)


def read_number(value: CellValue, no_value: Words) -> Reading:
    """The number in a cell; numbers of a workbook are read to the 15 significant digits that Excel shows."""
    match value:
        case float():
            return Reading(Decimal(f"{value:.15g}")) if math.isfinite(value) else Reading(fault=IssueCode.NOT_FINITE)
        case None:
            return Reading()
        case bool():
            return Reading(fault=IssueCode.TRUTH_VALUE)
        case int():
            return Reading(Decimal(value))
        case date() | time() | timedelta():
            return Reading(fault=IssueCode.DATE_VALUE)
        case str():
            return _from_text(value, no_value)


def _from_text(value: str, no_value: Words) -> Reading:
    # Nearly every cell of a CSV file; folding each would take most of the time of reading one.
    if _PLAIN.fullmatch(value):
        return Reading(Decimal(value))
    text = spelling_key(value)
    if not text or text in no_value:
        return Reading()
    if text.lstrip("+-") in ("nan", "inf", "infinity"):
        return Reading(fault=IssueCode.NOT_FINITE)
    spaced = fold(value)
    if _APART.search(spaced) and not _SPACED_THOUSANDS.fullmatch(spaced):
        return Reading(fault=IssueCode.NOT_A_NUMBER)
    text = text.translate(_MINUS)
    if (accounting := _ACCOUNTING.fullmatch(text)) is not None:
        text = "-" + accounting["number"]
    written = _NUMBER.fullmatch(text)
    if written is None or not any(character.isdigit() for character in written["number"]):
        return Reading(fault=IssueCode.NOT_A_NUMBER)
    unit = written["unit"] or ""
    if unit in ("%", "‰"):
        return Reading(fault=IssueCode.PERCENTAGE)
    try:
        return Reading(Decimal(written["number"].replace(",", "")), unit)
    except InvalidOperation:
        return Reading(fault=IssueCode.NOT_A_NUMBER)
