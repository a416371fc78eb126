"""What can be checked in a text: numbers with units, document names and numbers, quotations and clause marks."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from stats_tools.understanding.bounds import numeral

_SCALES = {"千": 10**3, "万": 10**4, "亿": 10**8}
_UNIT = (
    "亿元|万元|千元|元|亿|万人|万家|万户|万|%|个百分点|百分点|个|家|人|年|个月|月|日|号|项|倍|季度|位|条|名|档|批|次|种|类|款|岁"
    "|天|小时|㎡|平方米"
)
_ARABIC = re.compile(rf"(?<![\d.])(\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*({_UNIT})?")
_CHINESE = re.compile(rf"(?<![\d.])([〇零一二两三四五六七八九十][〇零一二两三四五六七八九十百千万亿]{{0,11}})({_UNIT})")
_PERCENT = re.compile(r"百分之([〇零一二两三四五六七八九十百]{1,4}|\d+(?:\.\d+)?)%?")
_NUMBER_OF_DOCUMENT = re.compile(r"[一-鿿]{2,14}[〔\[［]\d{4}[〕\]］]\s*\d+\s*号")
_TITLE = re.compile(r"《([^《》]{2,80})》")
_QUOTED = re.compile(r"[“「『]([^“”「」『』]{2,400})[”」』]")
_CLAUSE = re.compile(
    r"第[〇零一二三四五六七八九十百\d]{1,6}[章节条款项]|[一二三四五六七八九十]{1,3}（[一二三四五六七八九十]{1,3}）"
)
_MARK = re.compile(r"\[(\d{1,3})\]")
_BRACKETS = str.maketrans("〔〕", "[]")
_ORDINAL = re.compile(r"(?m)^\s*\d{1,4}[.、．](?!\d)\s*")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number: its value in the plain unit behind it (1000亿元 is 1e11 元), the unit or "", and as written."""

    value: Decimal
    unit: str
    written: Decimal = field(compare=False)


@dataclass(frozen=True, slots=True)
class Statements:
    """All that can be checked in a text.

    Args:
        amounts: numbers outside citation marks, list ordinals and document numbers.
        names: document numbers and titles.
        quotes: text between quotation marks.
        clauses: clause references such as ``三（四）`` or ``第五条``.
        marks: citation marks, ``[n]``.
    """

    amounts: tuple[Amount, ...]
    names: frozenset[str]
    quotes: frozenset[str]
    clauses: frozenset[str]
    marks: frozenset[int]


def normal(text: str) -> str:
    """The text in NFKC without white space, 〔〕 as [], the form in which names and quotes are compared."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_BRACKETS).split())


def statements(text: str) -> Statements:
    """Read the checkable statements out of a text."""
    marks = frozenset(int(match) for match in _MARK.findall(text))
    bare = _ORDINAL.sub("", _MARK.sub("", text))
    names = {normal(match) for match in _NUMBER_OF_DOCUMENT.findall(bare)}
    names |= {normal(match) for match in _TITLE.findall(bare)}
    return Statements(
        amounts=amounts(_CLAUSE.sub("", _NUMBER_OF_DOCUMENT.sub("", bare))),
        names=frozenset(names),
        quotes=frozenset(normal(match) for match in _QUOTED.findall(bare)),
        clauses=frozenset(normal(match) for match in _CLAUSE.findall(bare)),
        marks=marks,
    )


def amounts(text: str) -> tuple[Amount, ...]:
    """Every number of the text, Arabic or Chinese; a Chinese numeral counts only with a unit, and 一 never does.

    "一家" and "一个" are grammar rather than figures, so a lone 一 is no statement.
    """
    folded = _PERCENT.sub(_as_percent, unicodedata.normalize("NFKC", text))
    arabic = ((Decimal(digits.replace(",", "")), unit) for digits, unit in _ARABIC.findall(folded))
    chinese = ((_value(digits), unit) for digits, unit in _CHINESE.findall(folded) if digits != "一")
    found = [*arabic, *((value, unit) for value, unit in chinese if value is not None)]
    return tuple(_amount(value, unit) for value, unit in found)


def _as_percent(match: re.Match[str]) -> str:
    return f"{_value(match[1]) or match[1]}%"


@lru_cache(maxsize=4096)
def _value(digits: str) -> Decimal | None:
    """The value of a numeral; None for characters that only look like one, such as 十十.

    Remembered, because evidence and answer say the same numerals, in the names of clusters too.
    """
    try:
        return numeral(digits)
    except ValueError:
        return None


def _amount(value: Decimal, unit: str) -> Amount:
    scale = _SCALES.get(unit[:1], 1)
    return Amount(value * scale, unit[1:] if scale > 1 else unit, value)
