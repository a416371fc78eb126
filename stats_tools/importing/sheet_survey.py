"""A first look at a sheet's XML: what the value reader does not tell, and whether the sheet is of a readable size."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO

from stats_tools.cell_addresses import Position, column_number, position
from stats_tools.importing.grid import CellFlaw, FileRefusedError
from stats_tools.importing.issues import ImportIssue, IssueCode

_CHUNK = 1 << 18
_UTF8 = re.compile(rb'\s*(?:\xef\xbb\xbf)?(?:<\?xml[^>]*?encoding=["\']utf-8["\'][^>]*>|\s*<[a-zA-Z])', re.IGNORECASE)
_PECULIAR = re.compile(rb"""<!|<f[\s/>]|</?\w+:|["']e["']|hidden""")
_MARKS = (b"<!", b"<f", b":", b'"e"', b"'e'", b"hidden")
"""Whatever is peculiar has one of these: looking for them takes a tenth of the time of the pattern."""
_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')


@dataclass
class SheetSurvey:
    """What was seen: flawed cells, numbers shown as percentages, hidden rows and columns (from 0), and the bounds."""

    flaws: dict[Position, CellFlaw] = field(default_factory=dict)
    percentages: set[Position] = field(default_factory=set)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    height: int = 0
    width: int = 0


def survey(part: IO[bytes], largest_area: int, percent_styles: frozenset[str]) -> SheetSurvey:
    """Look through one worksheet part, streaming.

    Args:
        part: of the archive.
        largest_area: the bounds of its cells may enclose so many cells.
        percent_styles: the styles, as cells refer to them, that show a number as a percentage.

    Raises:
        FileRefusedError: the bounds of its cells enclose more than ``largest_area`` cells.
        ParseError: not well-formed XML.
        ValueError: a cell has no proper address, or the XML declares entities.
    """
    if _is_plain(part, largest_area, _peculiar(percent_styles)):
        return SheetSurvey()
    part.seek(0)
    return _parsed(part, largest_area, percent_styles)


def _peculiar(percent_styles: frozenset[str]) -> re.Pattern[bytes]:
    """What a plain sheet has nowhere, a cell with one of the styles included."""
    if not percent_styles:
        return _PECULIAR
    styles = b"|".join(style.encode() for style in sorted(percent_styles))
    return re.compile(_PECULIAR.pattern + rb"""|<c [^>]*\bs=["'](?:""" + styles + rb""")["']""")


def _is_plain(part: IO[bytes], largest_area: int, peculiar: re.Pattern[bytes]) -> bool:
    """Whether a sheet surely has nothing that the value reader does not tell, and is small enough.

    Parsing a million cells takes ten seconds, searching their text one.  Whatever might be a formula, an error, a
    hidden row, an entity, a prefixed element or another encoding makes the sheet not plain.
    """
    height, letters = 0, set[bytes]()
    rest = part.read(_CHUNK)
    if not _UTF8.match(rest):
        return False
    while chunk := part.read(_CHUNK):
        # What is looked for lies within one tag: the text is cut before the last one that began.
        text, cut, begun = (rest + chunk).rpartition(b"<")
        rest = cut + begun
        if not (bounds := _plain_bounds(text, peculiar)):
            return False
        height, letters = max(height, bounds[0]), letters | bounds[1]
    # The value reader finds tags that do not match, but takes a sheet that breaks off for a complete one.
    if not rest.rstrip().endswith(b"</worksheet>") or not (bounds := _plain_bounds(rest, peculiar)):
        return False
    height, letters = max(height, bounds[0]), letters | bounds[1]
    width = max((column_number(each.decode()) + 1 for each in letters), default=0)
    return height * width <= largest_area


def _plain_bounds(text: bytes, peculiar: re.Pattern[bytes]) -> tuple[int, set[bytes]] | None:
    """The last row and the letters of the columns of the cells in a piece of a plain sheet; None where it is not."""
    # Where a style is a percentage the pattern looks for styles too, which any cell may have.
    suspect = peculiar is not _PECULIAR or any(mark in text for mark in _MARKS)
    if suspect and peculiar.search(text):
        return None
    cells = _CELL.findall(text)
    if len(cells) != text.count(b"<c ") + text.count(b"<c>") + text.count(b"<c/>"):
        return None
    return max((int(row) for _, row in cells), default=0), {letters for letters, _ in cells}


def _parsed(part: IO[bytes], largest_area: int, percent_styles: frozenset[str]) -> SheetSurvey:
    from defusedxml.ElementTree import DefusedXMLParser

    target = _Target(largest_area, percent_styles)
    parser = DefusedXMLParser(target=target)
    while chunk := part.read(_CHUNK):
        parser.feed(chunk)
    parser.close()
    found = target.found
    found.hidden_rows, found.hidden_columns = frozenset(target.hidden_rows), frozenset(target.hidden_columns)
    return found


class _Target:
    """Receives the parser's events; about two a cell, so it keeps to comparisons."""

    def __init__(self, largest_area: int, percent_styles: frozenset[str]) -> None:
        self.found = SheetSurvey()
        self._percent_styles = percent_styles
        self._percent = False
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self._largest_area = largest_area
        self._row = -1
        self._column = -1
        self._type = ""
        self._formula = self._cached = self._content = False
        self._value: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v":
            self._value = []
        elif name == "f":
            self._formula = True
        elif name == "is":
            self._content = True
        elif name == "row":
            self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
            self._column = -1
            if attributes.get("hidden") in ("1", "true"):
                self.hidden_rows.add(self._row)
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes["min"]) - 1, min(int(attributes["max"]), 16_384)
            self.hidden_columns.update(range(first, last))

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        if "r" in attributes:
            self._row, self._column = position(attributes["r"])
        else:
            self._column += 1
        self._type = attributes.get("t", "n")
        self._percent = self._type == "n" and attributes.get("s") in self._percent_styles
        self._formula = self._cached = self._content = False

    def data(self, text: str) -> None:
        if self._value is not None:
            self._value.append(text)

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        if name == "v":
            text, self._value = "".join(self._value or ()), None
            # A formula that yields an empty text has an empty value; one that was never calculated has none.
            self._cached = text != "" or self._type == "str"
            if self._type == "e":
                self.found.flaws[self._row, self._column] = CellFlaw(text or "#ERROR")
        elif name == "c" and (self._formula or self._cached or self._content):
            self._end_cell()

    def _end_cell(self) -> None:
        if self._percent and self._cached:
            self.found.percentages.add((self._row, self._column))
        if self._formula and not self._cached:
            self.found.flaws[self._row, self._column] = CellFlaw("")
        found = self.found
        found.height, found.width = max(found.height, self._row + 1), max(found.width, self._column + 1)
        if found.height * found.width > self._largest_area:
            facts = {"rows": str(found.height), "columns": str(found.width), "cells": str(self._largest_area)}
            raise FileRefusedError(ImportIssue(IssueCode.SHEET_TOO_LARGE, facts=facts))

    def close(self) -> None:
        """Nothing is left to do at the end of the part."""
