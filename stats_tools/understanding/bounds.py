"""Bounds in a question: "超过1000亿", "不低于百分之十", "1万人以上"; numerals in any script."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from stats_tools.definition_files import read_definition
from stats_tools.metric_query import Threshold
from stats_tools.understanding.passage import Kind, Passage
from stats_tools.units import UnitTable

FOLDER = Path(__file__).parent

Comparison = Literal["gt", "ge", "lt", "le"]
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_PER_PERSON = "/人"
_TRAILING_SCALE = re.compile(r"[十百千万亿]+$")
_TURNED: dict[Comparison, Comparison] = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}


class BoundLanguage(BaseModel):
    """How bounds are written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str
    scale: str
    unit: str
    not_before: str
    english_scale: dict[str, int]
    between: str
    between_end: str
    before: dict[Comparison, tuple[str, ...]]
    after: dict[Comparison, tuple[str, ...]]
    bare: str
    falling: tuple[str, ...]

    @classmethod
    def load(cls, path: Path = FOLDER / "bounds.yaml") -> Self:
        """Read the file; raises DefinitionError where it is wrong."""
        return read_definition(path, cls)


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound as written.

    Args:
        number: with its scale (1000亿 is 1e11).
        scaled: whether a scale of 万 or more was written, so that the number is in single 元 or 人.
        unit: as written, may be empty.
        upper: the end of a range, with its scale; None for a bound on one side.
    """

    comparison: Comparison
    number: Decimal
    scaled: bool
    unit: str
    upper: Decimal | None = None

    @property
    def is_rate(self) -> bool:
        """Whether it was written in percent."""
        return self.unit in ("%", "个百分点", "百分点", "percent", "per cent")

    def threshold(self, unit: str, units: UnitTable, *, falling: bool) -> Threshold | None:
        """The bound in the unit of the figures it is compared with; None where the two do not convert.

        Args:
            unit: of the figures.
            units: the table of units.
            falling: whether the growth was worded as a fall.
        """
        rate = unit == "%" or unit.endswith("百分点")
        written = "%" if self.is_rate or (rate and not self.unit) else self.unit
        factor = self._factor(written, "%" if rate else unit, units)
        if factor is None and written and unit.endswith(_PER_PERSON):
            factor = units.factor(f"{written}{_PER_PERSON}", unit)
        if factor is None:
            return None
        value = self.number * factor
        if falling:
            return Threshold(comparison=_TURNED[self.comparison], value=-value, unit=unit)
        upper = None if self.upper is None else self.upper * factor
        return Threshold(comparison=self.comparison, value=value, upper=upper, unit=unit)

    def fits(self, unit: str, units: UnitTable) -> bool:
        """Whether the bound was plainly written in this dimension: by its unit, or by 亿 for money."""
        if self.unit:
            return units.factor(self.unit, unit) is not None
        return self.scaled and self.number >= _SCALES["亿"] and units.factor("元", unit) is not None

    def _factor(self, written: str, unit: str, units: UnitTable) -> Decimal | None:
        if written:
            return units.factor(written, unit)
        if not self.scaled:
            return Decimal(1)
        smallest = [each for each in units.alike(unit) if units.factor(each, unit) is not None]
        base = min(smallest, key=lambda each: units.factor(each, unit) or 0, default=unit)
        return units.factor(base, unit)


class BoundReader:
    """Finds bounds in a passage."""

    def __init__(self, language: BoundLanguage | None = None) -> None:
        self._language = language or BoundLanguage.load()
        held = self._language
        english = "|".join(held.english_scale)
        amount = (
            f"(?P<number>{held.number})(?P<scale>{held.scale})(?: ?(?P<english>{english}))? ?"
            f"(?P<unit>{held.unit})?{held.not_before}"
        )
        self._before = [(key, re.compile(f"(?:{_any(said)}) ?{amount}")) for key, said in held.before.items()]
        self._after = [(key, re.compile(f"{amount}(?:{_any(said)})")) for key, said in held.after.items()]
        self._between = re.compile(_named(amount, "low") + held.between + _named(amount, "high") + held.between_end)
        self._bare = re.compile(amount + held.bare)
        self._falling = re.compile(_any(held.falling))

    def mark(self, passage: Passage) -> None:
        """Mark the bounds in the passage, ranges first."""
        for match in passage.find(self._between):
            low, high = self._bound("ge", match, "_low"), self._bound("ge", match, "_high")
            if low is not None and high is not None:
                low = _as_written_like(low, high)
                passage.mark(Kind.BOUND, *match.span(), replace(high, number=low.number, upper=high.number))
        for comparison, pattern in (*self._before, *self._after):
            for match in passage.find(pattern):
                bound = self._bound(comparison, match)
                if bound is not None:
                    passage.mark(Kind.BOUND, *match.span(), bound)
        for match in passage.find(self._bare):
            bound = self._bound("ge", match)
            # Without a scale it counts the clusters: 七个集群.
            if bound is not None and bound.scaled:
                passage.mark(Kind.BOUND, *match.span(), bound)

    def is_falling(self, passage: Passage) -> bool:
        """Whether the passage speaks of a fall."""
        return self._falling.search(passage.text) is not None

    def _bound(self, comparison: Comparison, match: re.Match[str], end: str = "") -> Bound | None:
        digits, scale = match[f"number{end}"], match[f"scale{end}"]
        try:
            number = numeral(digits + scale)
        except (ValueError, InvalidOperation):
            return None
        large = any(each in digits + scale for each in "万亿")
        english = match[f"english{end}"]
        if english:
            number, large = number * self._language.english_scale[english], True
        unit = match[f"unit{end}"] or ("%" if digits.startswith("百分之") else "")
        return Bound(comparison, number, large, unit)


def _as_written_like(low: Bound, high: Bound) -> Bound:
    """The lower end with the scale of the upper one where it has none of its own ("500到1000亿")."""
    if low.scaled or low.unit or not high.scaled:
        return low
    scale = 10**8 if high.number >= 10**8 else 10**4
    return replace(low, number=low.number * scale)


def _named(amount: str, end: str) -> str:
    """The pattern of an amount with its groups named after one end of a range."""
    return re.sub(r"\(\?P<(\w+)>", rf"(?P<\1_{end}>", amount)


def numeral(text: str) -> Decimal:
    """The value of a numeral in digits, Chinese or both: ``1,000``, ``1.5万``, ``两千亿``, ``百分之十`` (10).

    Raises:
        ValueError: it is no numeral.
    """
    plain = text.replace(",", "").removeprefix("百分之")
    if plain[:1].isdigit():
        scale = _TRAILING_SCALE.search(plain)
        value = Decimal(plain[: scale.start()] if scale else plain)
        for each in scale[0] if scale else "":
            value *= _SCALES[each]
        return value
    if plain[:1] in _SCALES:
        plain = f"一{plain}"
    import cn2an  # 90 ms to import, needed only for numerals in characters

    try:
        return Decimal(str(cn2an.cn2an(plain, "smart")))
    except KeyError as error:  # what it raises for 十零 and 亿五
        raise ValueError(f"{text} is no numeral") from error


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))
