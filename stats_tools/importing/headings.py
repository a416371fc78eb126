"""What one column heading means: the cluster, the period, an indicator in a unit, or something to pass over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from stats_tools.catalogue import Indicator, IndicatorCatalogue
from stats_tools.importing.layout import ReportLayout
from stats_tools.spelling import spelling_key
from stats_tools.units import UnitTable

_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_NUMBERING = re.compile(r"^(?:[0-9]+|[一二三四五六七八九十]+)[.、)]")
_SEPARATORS = re.compile(r"[,、;:]")
_LAST_WORD = re.compile(r"^(?P<rest>.+?)[/:_|-](?P<word>[^/:_|-]+(?:/人)?)$")


class Role(StrEnum):
    """What a column is for."""

    CLUSTER = "cluster"
    PERIOD = "period"
    YEAR = "year"
    ITEM = "item"
    VALUE = "value"
    UNIT = "unit"
    INDICATOR = "indicator"
    SINGLE_QUARTER = "single_quarter"
    COMPARISON = "comparison"
    CITY = "city"
    ANNOTATION = "annotation"
    UNKNOWN = "unknown"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading, understood.

    Args:
        role: what its column is for.
        text: as a person reads it.
        indicator: of an indicator's column.
        unit: the unit's own name where one is written beside an indicator, a value or nothing else; else empty.
        strange: what stands in brackets and is neither a unit nor a known addition; empty for nothing.
        title: of a heading nobody knows, folded and without brackets and units.
    """

    role: Role
    text: str
    indicator: Indicator | None = None
    unit: str = ""
    strange: str = ""
    title: str = ""


class HeadingReader:
    """Reads headings with the names of one catalogue."""

    def __init__(self, catalogue: IndicatorCatalogue, units: UnitTable, layout: ReportLayout) -> None:
        self._catalogue = catalogue
        self._units = units
        self._layout = layout
        self._key_words = (
            (Role.CLUSTER, layout.cluster_headers),
            (Role.PERIOD, layout.period_headers),
            (Role.YEAR, layout.year_headers),
            (Role.ITEM, layout.item_headers),
            (Role.VALUE, layout.value_headers),
            (Role.UNIT, layout.unit_words),
            (Role.CITY, layout.city_headers),
            (Role.ANNOTATION, layout.annotation_headers),
        )

    def read(self, parts: Sequence[str]) -> Heading:
        """Understand a heading of one or several rows, outermost first."""
        lines = [line.strip() for part in parts for line in part.splitlines() if line.strip()]
        text = " ".join(dict.fromkeys(lines))
        if not text:
            return Heading(Role.BLANK, "")
        titles, unit, additions = self._taken_apart(lines)
        role = self.key_role("".join(titles))
        if role is not None:
            return Heading(role, text, unit=unit if role is Role.VALUE else "")
        words = "".join((*titles, *additions))
        if any(word in words for word in self._layout.comparison_words):
            return Heading(Role.COMPARISON, text)
        indicator = next(filter(None, map(self._catalogue.find_reported, self._readings_of(titles))), None)
        if indicator is None:
            return Heading(Role.UNKNOWN, text, unit="" if titles else unit, title="".join(titles))
        if any(word in words for word in self._layout.single_quarter_words):
            return Heading(Role.SINGLE_QUARTER, text, indicator)
        strange = next((each for each in additions if not self._is_known_addition(each, indicator)), "")
        return Heading(Role.INDICATOR, text, indicator, unit, strange)

    def key_role(self, title: str) -> Role | None:
        """The role of a column that holds no indicator by its folded title; None for any other title."""
        return next((role for role, words in self._key_words if title in words), None)

    def unit_in(self, text: str) -> str:
        """The unit written in a text as in a heading; empty for none."""
        return self._taken_apart([text])[1]

    def _taken_apart(self, lines: Sequence[str]) -> tuple[list[str], str, list[str]]:
        """The titles of the lines without brackets and units, the unit found, and what else stood in brackets."""
        titles: list[str] = []
        additions: list[str] = []
        unit = ""
        for line in lines:
            key = spelling_key(line)
            for content in _BRACKETS.findall(key):
                found, others = self._unit_in(content)
                unit = found or unit
                additions += others
            title = _NUMBERING.sub("", _BRACKETS.sub("", key)).strip(":/_-|*、,")
            if (own := self._units.find(title)) is not None:
                unit = own
                continue
            title, found = self._without_last_unit(title)
            unit = found or unit
            if title and title not in titles:
                titles.append(title)
        return titles, unit, additions

    def _unit_in(self, content: str) -> tuple[str, list[str]]:
        if (whole := self._units.find(content)) is not None:
            return whole, []
        pieces = [piece for piece in _SEPARATORS.split(content) if piece and piece not in self._layout.unit_words]
        units = [unit for piece in pieces if (unit := self._units.find(piece)) is not None]
        return (units[0] if units else ""), [piece for piece in pieces if self._units.find(piece) is None]

    def _without_last_unit(self, title: str) -> tuple[str, str]:
        """``主营业务收入/亿元`` is a title and a unit; so is ``主营业务收入亿元``, whose title is an indicator."""
        if (split := _LAST_WORD.match(title)) is not None and (unit := self._units.find(split["word"])) is not None:
            return split["rest"], unit
        for length in range(len(title) - 1, 1, -1):
            unit = self._units.find(title[length:])
            if unit is not None and self._catalogue.find_reported(title[:length]) is not None:
                return title[:length], unit
        return title, ""

    def _readings_of(self, titles: Sequence[str]) -> Iterator[str]:
        """What several lines may say: all in order, all in reverse (科技平台数量 over 省级), or one of them alone."""
        candidates = ("".join(titles), "".join(reversed(titles)), *reversed(titles))
        for candidate in dict.fromkeys(candidates):
            yield candidate
            yield self._without_noise(candidate)

    def _without_noise(self, title: str) -> str:
        changed = True
        while changed:
            changed = False
            for word in (*self._layout.heading_noise, *self._layout.single_quarter_words, "-", ":", "的"):
                shorter = title.removeprefix(word).removesuffix(word)
                if shorter and shorter != title:
                    title, changed = shorter, True
        return title

    def _is_known_addition(self, addition: str, indicator: Indicator) -> bool:
        return addition in self._layout.heading_noise or self._catalogue.find_reported(addition) is indicator
