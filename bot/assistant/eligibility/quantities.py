"""Quantities as people say them: 一亿二, 1.2亿, 12000万元, 百分之六, 六个点, 五千多万, 超过3年; exact, as intervals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict

from stats_tools.amounts import plain
from stats_tools.understanding.bounds import numeral
from stats_tools.understanding.passage import normal

_FILE = Path(__file__).with_name("quantities.yaml")
_DIGIT = r"\d〇零一二两三四五六七八九十百千点半"
_DIGITS = rf"(?:[{_DIGIT}万亿.]|(?<=\d),(?=\d{{3}})|个(?=半?亿))"
_NUMBER = (
    rf"(?<![几数\d.])(?P<percent>百分之)?(?P<sign>(?<![\d年月日千百万亿元%])-|负)?"
    rf"(?P<digits>(?:(?=[{_DIGIT}]){_DIGITS}*[{_DIGIT}万亿]))(?!几)"
)
_YEAR = re.compile(r"(?:19|20)\d\d(?=[年—~/qh-]|$)")
_DATED = re.compile("[月季日]|号(?!人)")
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
"""Numerals as cheques and contracts write them."""
_LONE_DIGIT = re.compile(r"[1-9一二两三四五六七八九]")
_LONGEST_NUMBER = 20
"""Characters of a number without separators; what is longer is no figure of a firm."""
_SCALES = (("亿", Decimal(10**8)), ("万", Decimal(10**4)))

Operator = Literal["ge", "gt", "le", "lt"]


@dataclass(frozen=True, slots=True)
class Interval:
    """What is known of a number: a single one, or bounds; an open end does not include its bound.

    Args:
        low: least value, None without one.
        high: greatest value, None without one.
    """

    low: Decimal | None
    high: Decimal | None
    low_open: bool = False
    high_open: bool = False

    @classmethod
    def exactly(cls, value: Decimal) -> Self:
        """A known number."""
        return cls(value, value)

    @property
    def value(self) -> Decimal | None:
        """The number where it is known exactly."""
        return self.low if self.low == self.high else None

    def satisfies(self, op: Operator, bound: Decimal) -> bool | None:
        """Whether every possible value stands so to the bound (True), none (False), or some (None)."""
        if op in ("lt", "le"):
            opposite = self.satisfies("ge" if op == "lt" else "gt", bound)
            return None if opposite is None else not opposite
        above = self.low is not None and (self.low > bound or (self.low == bound and (op == "ge" or self.low_open)))
        if above:
            return True
        below = self.high is not None and (self.high < bound or (self.high == bound and (op == "gt" or self.high_open)))
        return False if below else None

    def overlaps(self, other: Interval) -> bool:
        """Whether some number may be in both."""
        lows = [end for end in (self.low, other.low) if end is not None]
        highs = [end for end in (self.high, other.high) if end is not None]
        return not lows or not highs or max(lows) <= min(highs)

    def times(self, factor: Decimal) -> Interval:
        """The interval with both ends multiplied by a positive factor."""
        low = None if self.low is None else self.low * factor
        high = None if self.high is None else self.high * factor
        return Interval(low, high, self.low_open, self.high_open)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity in a text.

    Args:
        interval: in the base unit of its dimension; in ones where it has no unit.
        dimension: ``money``, ``share`` …; empty where no unit was written.
        scaled: whether 万 or 亿 was written, so that it is money where money is told of.
        start: of the quantity in the folded text, with the words around that bound it.
        end: one past its last character.
        is_near: whether the number itself was only near (八十来人).
    """

    interval: Interval
    dimension: str
    scaled: bool
    start: int
    end: int
    is_near: bool = False


class _Unit(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    base: str
    words: dict[str, Decimal]


class QuantityLanguage(BaseModel):
    """How quantities are written; see ``quantities.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    units: dict[str, _Unit]
    scale_words: dict[str, Decimal]
    told_in: dict[str, dict[str, Decimal]]
    before: dict[Operator, tuple[str, ...]]
    after: dict[Operator, tuple[str, ...]]
    more: tuple[str, ...]
    near: tuple[str, ...]
    rough: dict[str, str]
    to: tuple[str, ...]
    vague: str

    @classmethod
    def load(cls, path: Path = _FILE) -> Self:
        """Read the file; pydantic.ValidationError names a wrong entry."""
        return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))

    @cached_property
    def _words(self) -> dict[str, tuple[str, Decimal]]:
        return {
            word: (dimension, factor) for dimension, unit in self.units.items() for word, factor in unit.words.items()
        }

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        before = _any(word for words in self.before.values() for word in words)
        after = _any(word for words in self.after.values() for word in words)
        return re.compile(
            f"(?P<before>{before})? ?{_NUMBER}(?:个(?=.[万亿]))?"
            f"(?P<more>{_any((*self.more, *self.near))})?(?P<scale>[万亿]*)"
            f"(?: ?(?P<english>{_any(self.scale_words)}))? ?(?P<unit>{_any(self._words)})?(?P<half>(?<=年)半)?"
            f"(?P<after>{after})?"
        )

    @cached_property
    def vagueness(self) -> re.Pattern[str]:
        """Finds words such as 几千万 that give no number."""
        return re.compile(self.vague)

    def find(self, text: str) -> Iterator[Quantity]:
        """The quantities of a folded text, in order; of a range the whole, of years and dates nothing."""
        held: Quantity | None = None
        text = text.translate(_FORMAL)
        for match in self._pattern.finditer(text):
            is_date = _YEAR.match(text, match.start("digits")) or _DATED.match(text, match.end("digits"))
            quantity = None if is_date else self._quantity(match)
            if quantity is None:
                continue
            if held is not None and text[held.end : quantity.start] in self.to:
                held = _range(held, quantity)
                continue
            if held is not None:
                yield held
            held = quantity
        if held is not None:
            yield held

    @cached_property
    def _rough(self) -> re.Pattern[str]:
        units = _any(self.units["persons"].words)
        return re.compile(rf"(?<![{_DIGIT}万亿])(?P<number>{_any(self.rough)})(?=个?(?:{units}))")

    @cached_property
    def _headed(self) -> re.Pattern[str]:
        unit = _any(scale + word for scale in ("", "万", "亿") for word in self._words)
        return re.compile(rf"\((?P<unit>{unit})\)(?P<colon>[:：]?) ?(?P<number>-?\d(?:[\d,.]*\d)?)(?![\d万亿元%])")

    def plainly(self, text: str) -> str:
        """A folded text with its quantities as ``find`` reads them.

        A unit in brackets before its number is put behind it (营收(万元):1200 as 营收:1200万元), and a round number of
        people becomes the figure it is near (百十号人 as 100来号人).
        """
        text = self._rough.sub(lambda match: self.rough[match["number"]], text)
        return self._headed.sub(lambda match: f"{match['colon']}{match['number']}{match['unit']}", text)

    def read(self, text: str) -> Quantity | None:
        """The quantity that a text is, as a rule or a person writes it; None where it is none or more than one."""
        folded = normal(text)
        found = [each for each in self.find(folded) if each.end - each.start == len(folded)]
        return found[0] if len(found) == 1 else None

    def told_near(self, interval: Interval, dimension: str) -> str:
        """An interval around a number that is only near, as ``read`` understands it: ``80来人``."""
        ends = [end for end in (interval.low, interval.high) if end is not None]
        return self._amount(sum(ends, Decimal(0)) / len(ends), dimension, self.near[0])

    def told(self, interval: Interval, dimension: str) -> str:
        """The interval in the words ``read`` understands, exact: ``1.2亿元``, ``超过3年``, ``5年至6年``."""
        low, high = interval.low, interval.high
        if low is not None and low == high:
            return self._amount(low, dimension)
        if low is not None and high is not None:
            return f"{self._amount(low, dimension)}至{self._amount(high, dimension)}"
        if low is not None:
            return f"{self.before['gt' if interval.low_open else 'ge'][0]}{self._amount(low, dimension)}"
        if high is not None:
            return f"{self.before['lt' if interval.high_open else 'le'][0]}{self._amount(high, dimension)}"
        return ""

    def _amount(self, value: Decimal, dimension: str, near: str = "") -> str:
        for unit, factor in self.told_in.get(dimension, {}).items():
            if abs(value) >= factor:
                return f"{_exact(value / factor)}{near}{unit}"
        return f"{_exact(value)}{near}{self.units[dimension].base}"

    def _quantity(self, match: re.Match[str]) -> Quantity | None:
        digits = match["digits"] + match["scale"]
        value = spoken_number(digits)
        if value is None:
            return None
        value *= self.scale_words.get(match["english"] or "", Decimal(1))
        dimension, factor = self._words.get(match["unit"] or "", ("", Decimal(1)))
        if match["percent"]:
            dimension, factor = "share", Decimal(1)
        value = (value + (Decimal("0.5") if match["half"] else 0)) * factor * (-1 if match["sign"] else 1)
        comparison = _comparison(match["before"], self.before) or _comparison(match["after"], self.after)
        is_near = match["more"] in self.near
        if match["more"] and not is_near:
            comparison = "gt"
        interval = _around(value) if is_near else _interval(value, comparison)
        scaled = any(scale in digits for scale in "万亿") or match["english"] is not None
        return Quantity(interval, dimension, scaled, match.start(), match.end(), is_near)


def spoken_number(text: str) -> Decimal | None:
    """The value of a number said with scales, in digits, characters or both; None where it is none.

    After 亿 or 万 a lone last digit counts tenths of the scale: 一亿二 is 120 million, 3万5 is 35 thousand.
    """
    rest = text.replace("个", "").replace(",", "")
    if len(rest) > _LONGEST_NUMBER:
        return None
    total, last = Decimal(0), Decimal(1)
    for scale, factor in _SCALES:
        head, found, tail = rest.partition(scale)
        if not found:
            continue
        part = spoken_number(head) if "万" in head else _part(head)
        if part is None:
            return None
        total, rest, last = total + part * factor, tail, factor
    if not rest and last != 1:
        return total
    if last != 1 and _LONE_DIGIT.fullmatch(rest):
        return total + numeral(rest) * last / 10
    part = _part(rest)
    return None if part is None else total + part


def _part(text: str) -> Decimal | None:
    """The value of a number below 万; 半 after it is a half, 零 before it fills a gap."""
    if text == "半":
        return Decimal("0.5")
    written = text.removesuffix("半")
    if any(scale in written for scale, _ in _SCALES):
        return None
    try:
        value = numeral(written if written[1:2] in ("", "点") else written.removeprefix("零"))
    except (ValueError, KeyError, InvalidOperation):
        return None
    return value if written == text else value + Decimal("0.5")


def _comparison(word: str | None, words: dict[Operator, tuple[str, ...]]) -> Operator | None:
    return next((op for op, known in words.items() if word in known), None) if word else None


def _range(low: Quantity, high: Quantity) -> Quantity:
    """A range out of its ends; the lower end takes unit and scale from the upper one where it has none of its own."""
    least, most = low.interval, high.interval
    if not low.scaled and not low.dimension and high.scaled and most.low is not None:
        least = least.times(next((factor for _, factor in _SCALES if most.low >= factor), Decimal(1)))
    ends = Interval(least.low, most.high, high_open=most.high_open)
    return Quantity(ends, high.dimension, high.scaled, low.start, high.end)


def _around(value: Decimal) -> Interval:
    """What a number that is only near may be: a tenth less or more."""
    tenth = abs(value) / 10
    return Interval(value - tenth, value + tenth)


def _interval(value: Decimal, comparison: Operator | None) -> Interval:
    match comparison:
        case "gt" | "ge":
            return Interval(value, None, low_open=comparison == "gt")
        case "lt" | "le":
            return Interval(None, value, high_open=comparison == "lt")
    return Interval.exactly(value)


def _exact(value: Decimal) -> str:
    exponent = value.normalize().as_tuple().exponent
    return plain(value, max(0, -exponent) if isinstance(exponent, int) else 0)


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))
