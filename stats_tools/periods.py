"""Reporting periods: quarters, and the basis on which a figure of a quarter is read.

The national habit is cumulative reporting: a flow (revenue, profit) is year-to-date at quarter end, a stock
(employment) is the level at quarter end.  Everything else is derived from those two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

_ORDINALS = "一二三四"
QUARTERS_A_YEAR = 4


class Basis(StrEnum):
    """How the figure of a quarter is to be read."""

    YTD = "ytd"
    """January to the end of the quarter, cumulative (flows)."""
    QUARTER = "quarter"
    """The single quarter: difference of two cumulatives (flows)."""
    POINT = "point"
    """The level at the end of the quarter (stocks)."""
    YEAR = "year"
    """The whole year: the cumulative of, or level at, the fourth quarter."""


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """One calendar quarter.

    Args:
        year: four-digit year, 1990 to 2100.
        quarter: 1 to 4.

    Raises:
        ValueError: either number is out of range.
    """

    year: int
    quarter: int

    def __post_init__(self) -> None:
        if not (1990 <= self.year <= 2100 and 1 <= self.quarter <= 4):
            raise ValueError(f"no such quarter: {self.year}Q{self.quarter}")

    def __hash__(self) -> int:
        """The generated one builds a tuple; quarters are looked up for every figure read."""
        return self.year * QUARTERS_A_YEAR + self.quarter

    @classmethod
    def parse(cls, code: str) -> Period:
        """Read the canonical code, e.g. ``2021Q2``; raises ValueError for anything else."""
        year, separator, quarter = code.partition("Q")
        if not separator or not (year.isascii() and year.isdigit() and quarter.isascii() and quarter.isdigit()):
            raise ValueError(f"not a period code: {code!r}")
        return cls(int(year), int(quarter))

    @classmethod
    def of(cls, day: date) -> Period:
        """The quarter in which a day lies; raises ValueError for a year out of range."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    @cache
    def from_index(cls, index: int) -> Period:
        """The quarter at a position on the running count of quarters (inverse of :attr:`index`)."""
        return cls(index // 4, index % 4 + 1)

    @property
    def index(self) -> int:
        """Running count of quarters, so that differences are in quarters."""
        return self.year * 4 + self.quarter - 1

    def shift(self, quarters: int) -> Period:
        """The quarter so many quarters later (negative: earlier)."""
        return Period.from_index(self.index + quarters)

    @property
    def year_ago(self) -> Period:
        """The same quarter one year earlier, the base of year-on-year growth."""
        return self.shift(-4)

    def __str__(self) -> str:
        return f"{self.year}Q{self.quarter}"

    def label(self, basis: Basis) -> str:
        """The period as an official writes it on the given basis, e.g. ``2021年上半年`` or ``2021年二季度末``."""
        quarter = f"{self.year}年{_ORDINALS[self.quarter - 1]}季度"
        match basis:
            case Basis.QUARTER:
                return f"{quarter}（单季）"
            case Basis.POINT:
                return f"{self.year}年末" if self.quarter == 4 else f"{quarter}末"
            case Basis.YEAR:
                return f"{self.year}年全年"
            case Basis.YTD:
                return (f"{self.year}年一季度", f"{self.year}年上半年", f"{self.year}年前三季度", f"{self.year}年全年")[
                    self.quarter - 1
                ]
