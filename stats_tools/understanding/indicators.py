"""Which indicators a question names: by name or alias, the longest first, or with one character mistyped."""

from __future__ import annotations

import re

from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.understanding.entities import EntityLanguage
from stats_tools.understanding.passage import Kind, NameIndex, Passage, normal

_SHORTEST_TYPO = 4
_CHINESE_RUN = re.compile(r"[\u4e00-\u9fff]+")


class IndicatorReader:
    """Marks indicators of the catalogue, and names of indicators that no report carries.

    Args:
        catalogue: the indicators there are.
        language: names of indicators there are not, and words that mean nothing.
    """

    def __init__(self, catalogue: IndicatorCatalogue, language: EntityLanguage) -> None:
        self._codes = {normal(name): each.code for each in catalogue.everything for name in (each.code, *each.names)}
        self._language = language
        foreign = {name: None for name in map(normal, language.foreign_indicators) if name not in self._codes}
        self._index = NameIndex({**foreign, **self._codes})
        self._spread = {code: re.compile(pattern) for code, pattern in language.spread_indicators.items()}
        self._typed = [name for name in self._codes if len(name) >= _SHORTEST_TYPO and not name.isascii()]

    def mark(self, passage: Passage) -> None:
        """Mark exact names, and names spread over the question."""
        for code, pattern in self._spread.items():
            for match in passage.find(pattern):
                passage.mark(Kind.INDICATOR, *match.span(), code)
        self._index.mark(passage, lambda code: Kind.FOREIGN if code is None else Kind.INDICATOR)

    def mark_mistyped(self, passage: Passage) -> None:
        """Mark a name with one character wrong, missing or too many, where it can mean one indicator only."""
        for run in _CHINESE_RUN.finditer(passage.text):
            position = run.start()
            while position < run.end():
                position = self._mark_at(passage, position, run.end()) or position + 1

    def _mark_at(self, passage: Passage, start: int, end: int) -> int | None:
        """Where a mistyped name that begins here ends, after marking it."""
        from rapidfuzz.distance import Levenshtein  # 15 ms to import, needed only for names not found otherwise

        for length in range(min(end - start, 12), _SHORTEST_TYPO - 2, -1):
            text = passage.text[start : start + length]
            if not passage.free(start, start + length):
                continue
            near = (n for n in self._typed if abs(len(n) - length) <= 1)
            codes = {self._codes[n] for n in near if Levenshtein.distance(text, n, score_cutoff=1) == 1}
            if len(codes) == 1:
                passage.mark(Kind.INDICATOR, start, start + length, codes.pop())
                return start + length
        return None
