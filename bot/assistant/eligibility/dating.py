"""Amounts told for several years: which year each is of, and which of them is the one that is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class YearWords:
    """The words that date an amount.

    Calendar years are none of them: 2023年1亿，2024年1.3亿 does not say which is the last one.

    Args:
        relative: such as 去年, with how many years from this one it is; this one, 0, is not over yet.
    """

    relative: Mapping[str, int]

    @cached_property
    def _words(self) -> re.Pattern[str]:
        return re.compile("|".join(sorted(map(re.escape, self.relative), key=len, reverse=True)))

    def of(self, text: str) -> int | None:
        """The last year a folded piece of text names, as its distance from this one; None where it names none."""
        found = self._words.findall(text)
        return self.relative[found[-1]] if found else None

    def supersedes(self, year: int | None, other: int | None) -> bool | None:
        """Whether the amount of one year counts rather than that of another; None where they cannot be told apart.

        The newest year that is over counts: 去年 before 前年, and both before 今年.
        """
        if year is None or other is None or year == other:
            return None
        return year != 0 and (other == 0 or year > other)
