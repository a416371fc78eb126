"""Text for Telegram: cut to size while it is still structure, and only then written as HTML or plain.

Sizes are UTF-16 code units after parsing, the units in which Telegram counts entities; a text never has fewer of them
than characters, so both ways of counting are kept.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import takewhile

MESSAGE_UNITS = 4096
"""Longest text of a message after entities parsing (Bot API, sendMessage)."""
CAPTION_UNITS = 1024
"""Longest caption of a photo or document after entities parsing (Bot API, sendPhoto)."""
MESSAGE_ENTITIES = 90
"""Most entities put into one message; Telegram honours 100 and silently drops the rest."""
_GAP = "\n\n"
_ENDS = re.compile(r"(?<=[。！？；!?;\n])|(?<=[，、,:：\s])")
_CONTROL, _SURROGATE = re.compile("[\x00-\x1f\x7f-\x9f]"), re.compile("[\ud800-\udfff]")
"""Control characters (category Cc), and half a character."""
_ZERO_WIDTH_JOINER = "\u200d"


class Kind(StrEnum):
    """How a section stands in the message."""

    TEXT = "text"
    QUOTE = "quote"
    GRID = "grid"


@dataclass(frozen=True, slots=True)
class Line:
    """One line; bold lines are headings."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that belong together.

    Args:
        kind: running text, a quotation that folds up (``blockquote expandable``), or a grid in fixed-width letters.
        lines: at least one.
        header: lines to repeat on top where the section has to be continued in a further message.
    """

    kind: Kind
    lines: tuple[Line, ...]
    header: tuple[Line, ...] = ()

    @property
    def plain(self) -> str:
        """The lines without markup."""
        return "\n".join(line.text for line in self.lines)

    @property
    def html(self) -> str:
        """The lines as Telegram HTML."""
        if self.kind is Kind.GRID:
            # Telegram knows nothing bold inside fixed-width text.
            return f"<pre>{html.escape(self.plain, quote=False)}</pre>"
        inner = "\n".join(_marked(line) for line in self.lines)
        return f"<blockquote expandable>{inner}</blockquote>" if self.kind is Kind.QUOTE else inner

    @property
    def entities(self) -> int:
        """How many entities Telegram will count."""
        return 1 if self.kind is Kind.GRID else (self.kind is Kind.QUOTE) + sum(line.bold for line in self.lines)


@dataclass(frozen=True, slots=True)
class MessageText:
    """The text of one message."""

    sections: tuple[Section, ...]

    @property
    def plain(self) -> str:
        """For a server that will not take the HTML, and for people who read without it."""
        return _GAP.join(section.plain for section in self.sections)

    @property
    def html(self) -> str:
        """For ``parse_mode=HTML``; parsed, it is exactly ``plain``."""
        return _GAP.join(section.html for section in self.sections)


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def paragraph(text: str) -> Section:
    """A section of running text; line breaks in it stay."""
    return Section(Kind.TEXT, tuple(Line(line) for line in text.split("\n")))


def messages(sections: Iterable[Section], limit: int = MESSAGE_UNITS) -> tuple[MessageText, ...]:
    """The sections as few messages as they fit into, in order; none where there is nothing to read.

    Args:
        sections: those without a visible character are left out.
        limit: UTF-16 code units of one message after parsing, 16 or more.
    """
    packed: list[list[Section]] = []
    room = entities = 0
    for section in (part for whole in sections for part in _cut(_clean(whole), limit)):
        needed = units(section.plain) + (len(_GAP) if packed else 0)
        if not packed or needed > room or entities + section.entities > MESSAGE_ENTITIES:
            packed.append([])
            room, entities, needed = limit, 0, units(section.plain)
        packed[-1].append(section)
        room, entities = room - needed, entities + section.entities
    return tuple(MessageText(tuple(parts)) for parts in packed)


def shortened(text: str, limit: int) -> str:
    """The text, or its beginning with an ellipsis, in at most ``limit`` UTF-16 code units."""
    if units(text) <= limit:
        return text
    return f"{next(_pieces(text, limit - 1)).rstrip()}…"


def _marked(line: Line) -> str:
    escaped = html.escape(line.text, quote=False)
    return f"<b>{escaped}</b>" if line.bold and line.text else escaped


def _clean(section: Section) -> Section:
    """Without characters no server takes, and without the blank edges that Telegram cuts off."""
    lines = [replace(line, text=_transmittable(line.text).rstrip()) for line in section.lines]
    while lines and not lines[-1].text:
        lines.pop()
    while lines and not lines[0].text:
        lines.pop(0)
    if section.kind is not Kind.GRID and lines:
        lines[0] = replace(lines[0], text=lines[0].text.lstrip())
    return replace(section, lines=tuple(lines))


def _transmittable(text: str) -> str:
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("", text))


def _cut(section: Section, limit: int) -> Iterator[Section]:
    """The section in parts within the limits, each line whole where that is possible; nothing for an empty section."""
    header = section.header if _size(section.header) <= limit // 2 else ()
    opening = _size(takewhile(lambda line: units(line.text) <= limit // 2, section.lines))
    # A long line is cut so that its beginning stays with the short lines above it.
    room = limit - max(_size(header), opening if opening <= limit // 2 else 0)
    taken: list[Line] = []
    size = 0
    for line in (part for whole in section.lines for part in _short_lines(whole, room)):
        needed = units(line.text) + 1
        full = size + needed > limit + 1 or sum(each.bold for each in taken) + line.bold >= MESSAGE_ENTITIES
        if taken and full:
            yield from _worth_sending(replace(section, lines=tuple(taken)))
            taken = list(header)
            size = _size(taken)
        taken.append(line)
        size += needed
    if taken:
        yield from _worth_sending(replace(section, lines=tuple(taken)))


def _size(lines: Iterable[Line]) -> int:
    """Units of lines with the line break after each."""
    return sum(units(line.text) + 1 for line in lines)


def _worth_sending(section: Section) -> Iterator[Section]:
    """The section if a person would see anything of it; Telegram refuses a message without a visible character."""
    if any(not c.isspace() and unicodedata.category(c) != "Cf" for c in section.plain):
        yield section


def _short_lines(line: Line, limit: int) -> Iterator[Line]:
    if units(line.text) <= limit:
        yield line
        return
    for piece in _pieces(line.text, limit):
        yield replace(line, text=piece.strip())


def _pieces(text: str, limit: int) -> Iterator[str]:
    """The text in pieces of at most ``limit`` units, cut after a sentence or phrase where there is one."""
    held = ""
    for part in (atom for phrase in _ENDS.split(text) for atom in _atoms(phrase, limit)):
        if held and units(held) + units(part) > limit:
            yield held
            held = ""
        held += part
    if held:
        yield held


def _atoms(phrase: str, limit: int) -> Iterator[str]:
    """The phrase itself, or, where it is too long, its letters, each with the marks that combine with it."""
    if units(phrase) <= limit:
        yield phrase
        return
    letter = ""
    for character in phrase:
        joins = unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf", "Sk")
        glued = joins or letter.endswith(_ZERO_WIDTH_JOINER)
        if letter and (not glued or units(letter) + units(character) > limit):
            yield letter
            letter = ""
        letter += character
    yield letter
