"""Printed lines put together again: running headers out, wrapped lines back into paragraphs, across pages too."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import median
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field

from knowledge.openings import grammar

FILE = Path(__file__).with_name("pdf_pages.yaml")
_Share = Annotated[float, Field(gt=0, le=1)]
_SENTENCE_ENDS = "。；：！？;:!?"


class PageRules(BaseModel):
    """What ``pdf_pages.yaml`` holds; see there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page_number: re.Pattern[str]
    header_zone: _Share
    footer_zone: _Share
    repeated_share: _Share
    repeated_pages: Annotated[int, Field(ge=2)]
    indent: Annotated[float, Field(gt=0)]
    short: Annotated[float, Field(gt=0)]
    title_larger: Annotated[float, Field(ge=1)]
    unreadable_share: _Share
    picture_share: _Share
    faintest: Annotated[int, Field(ge=1, le=255)]
    smallest: Annotated[float, Field(gt=0)]


@lru_cache(maxsize=1)
def page_rules() -> PageRules:
    """The shipped rules; ValueError where the file is wrong."""
    return PageRules.model_validate(yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line, or a whole table.

    Args:
        text: its words; table rows separated by line feeds.
        left: edges in points (1/72 inch) from the left and, for ``bottom`` and ``top``, from the foot of the page.
        bottom: lower edge.
        right: right edge.
        top: upper edge.
        is_table: whether ``text`` is the rows of a table, to be kept as they are.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    is_table: bool = False

    @property
    def height(self) -> float:
        """Points from the lower to the upper edge, at least one."""
        return max(self.top - self.bottom, 1.0)


@dataclass(frozen=True, slots=True)
class Page:
    """What is printed on one page, in reading order; width and height in points."""

    width: float
    height: float
    lines: tuple[Line, ...]


def without_furniture(pages: Sequence[Page]) -> list[Page]:
    """The pages without page numbers, running headers and running footers."""
    rules = page_rules()
    seen = Counter(place for page in pages for place in {_place(line) for line in _marginal(page)})
    needed = max(rules.repeated_pages, len(pages) * rules.repeated_share)
    repeated = {place for place, count in seen.items() if count >= needed}
    cleaned = []
    for page in pages:
        outermost = {max((line.top for line in page.lines), default=0), min((ln.top for ln in page.lines), default=0)}
        dropped = {
            id(line)
            for line in _marginal(page)
            if (_place(line) in repeated and not _opens(line))
            or (line.top in outermost and rules.page_number.fullmatch(line.text.strip()))
        }
        kept = tuple(line for line in page.lines if id(line) not in dropped)
        cleaned.append(Page(page.width, page.height, kept))
    return cleaned


def paragraphs(pages: Sequence[Page]) -> list[str]:
    """The text of the pages, one paragraph or one table row a string."""
    composed: list[str] = []
    previous: Line | None = None
    frame = _Frame(pages)
    for page in pages:
        for line in page.lines:
            if line.is_table:
                composed += line.text.split("\n")
            elif previous is not None and not previous.is_table and frame.continues(previous, line, page):
                composed[-1] = joined(composed[-1], line.text)
            else:
                composed.append(line.text.strip())
            previous = line
    return composed


def joined(before: str, after: str) -> str:
    """Two parts of one paragraph that a line end had separated; a space only where Latin words meet."""
    before, after = before.rstrip(), after.lstrip()
    if not before or not after:
        return before + after
    if re.search(r"[a-z]-$", before) and re.match(r"[a-z]", after):
        return before[:-1] + after
    latin = before[-1].isascii() and after[0].isascii() and before[-1].isalpha() and after[0].isalpha()
    return f"{before} {after}" if latin or (before[-1] in ",.;:" and after[0].isascii()) else before + after


class _Frame:
    """Where text begins and ends on pages of each width, and how high an ordinary line is."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._edges: dict[int, tuple[float, float]] = {}
        ordinary = [line for page in pages for line in page.lines if not line.is_table]
        self._height = median([line.height for line in ordinary]) if ordinary else 1.0
        for width in {round(page.width) for page in pages}:
            lines = [ln for page in pages if round(page.width) == width for ln in page.lines if not ln.is_table]
            self._edges[width] = _edges(lines)

    def continues(self, previous: Line, line: Line, page: Page) -> bool:
        rules = page_rules()
        left, right = self._edges[round(page.width)]
        if self._is_title(previous, left, right) and self._is_title(line, left, right):
            return abs(previous.height - line.height) < 1
        if abs(previous.height - line.height) > 0.5 * self._height:
            return False
        if _marker_only(previous) and not _opens(line):
            return True
        reaches = previous.right >= right - rules.short * self._height
        indented = line.left > left + rules.indent * self._height
        return reaches and not indented and not (_opens(line) and previous.text.rstrip()[-1:] in _SENTENCE_ENDS)

    def _is_title(self, line: Line, left: float, right: float) -> bool:
        centred = abs((line.left - left) - (right - line.right)) < 2 * self._height
        return centred and line.height > page_rules().title_larger * self._height


def _edges(lines: Sequence[Line]) -> tuple[float, float]:
    """The left edge most lines start at and the right edge that the longest ones reach."""
    if not lines:
        return 0.0, 0.0
    right = sorted(line.right for line in lines)[int(len(lines) * 0.95) if len(lines) > 20 else -1]
    widest = max(line.right - line.left for line in lines)
    starts = Counter(round(line.left) for line in lines if line.right - line.left > 0.5 * widest)
    common = [start for start, count in starts.items() if count >= 0.2 * max(starts.values())]
    return float(min(common)), right


def _marginal(page: Page) -> Iterator[Line]:
    rules = page_rules()
    for line in page.lines:
        high = line.bottom > page.height * (1 - rules.header_zone)
        if not line.is_table and (high or line.top < page.height * rules.footer_zone):
            yield line


def _opens(line: Line) -> bool:
    """Whether it opens as a numbered paragraph does; such a line is never taken for furniture."""
    return any(marker.match(line.text.strip()) for marker, _ in grammar().levels)


def _marker_only(line: Line) -> bool:
    """Whether it is a number and nothing behind it, as 第二条 before words that did not fit on its line."""
    return any(marker.fullmatch(line.text.strip()) for marker, level in grammar().levels if not level.headed)


def _place(line: Line) -> tuple[str, int]:
    """What a line says, numbers aside, and how high on the page; the same for a running header on all its pages."""
    return re.sub(r"\d+", "0", "".join(line.text.split())), round(line.top / 4)
