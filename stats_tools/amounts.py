"""Numbers as people read them: rounded once, half up, with their unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

PERCENT = "%"


def plain(value: Decimal, decimals: int) -> str:
    """The value rounded half up to ``decimals`` places, without grouping and without trailing zeros."""
    rounded = value.quantize(_step(decimals), ROUND_HALF_UP)
    text = f"{rounded:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


@cache
def _step(decimals: int) -> Decimal:
    """One unit of the last of so many decimal places."""
    return Decimal(1).scaleb(-decimals)


@dataclass(frozen=True, slots=True)
class Amount:
    """An exact number with its unit.

    Args:
        value: exact; rounding happens in ``str``.
        unit: written behind the number.
        decimals: most decimals to show; shares and rates always show exactly so many.
        asked: the same in the unit it was asked for in, said first; None where that is its own.
    """

    value: Decimal
    unit: str
    decimals: int = 2
    asked: Amount | None = None

    def __str__(self) -> str:
        own = f"{self.number}{self.unit}"
        return own if self.asked is None else f"{self.asked}，即{own}"

    @property
    def number(self) -> str:
        """The number without its unit."""
        if self.unit != PERCENT:
            return plain(self.value, self.decimals)
        rounded = self.value.quantize(_step(self.decimals), ROUND_HALF_UP)
        return f"{rounded if rounded else abs(rounded):f}"

    @property
    def magnitude(self) -> Amount:
        """The same without its sign, for sentences that say 下降 or 减少."""
        asked = None if self.asked is None else self.asked.magnitude
        return Amount(abs(self.value), self.unit, self.decimals, asked)
