"""Long answers: what a phone shows at once, and the rest for those who want more."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from bot.channels.telegram_text import Kind, Line, Section

SHORT = 900
"""Characters of an answer that are shown unasked."""
_REMARK = 150
"""Characters up to which a text is a remark, such as validity or what to do next, that belongs to any answer."""
_CONTINUES = " "
"""How a line begins that belongs to the one above it."""


def brief(sections: Sequence[Section], limit: int = SHORT) -> tuple[tuple[Section, ...], tuple[Section, ...]]:
    """What is shown at once and what is left for later, both in order; nothing is left where all fits.

    Remarks stay first of all, then running text and tables as far as they go, line by line, then whole quotations, each
    kind up to where it no longer fits.

    Args:
        sections: the answer.
        limit: characters shown at once; only a first line that is longer by itself is shown all the same.
    """
    if sum(map(_size, sections)) <= limit:
        return tuple(sections), ()
    shown: dict[int, Section] = {}
    left = dict(enumerate(sections))
    room = limit
    for chosen in (_is_remark, _is_text, _is_quote):
        for position, section in enumerate(sections):
            if not chosen(section):
                continue
            now, later = (section, None) if _size(section) <= room else _cut(section, room)
            if now is not None:
                shown[position], room = now, room - _size(now)
                left.pop(position)
            if later is not None:
                # What comes after a gap would read as if it followed what is before it.
                left[position] = later
                break
    if not shown:
        return tuple(sections[:1]), tuple(sections[1:])
    return _in_order(shown), _in_order(left)


def kept_sections(sections: Sequence[Section]) -> str:
    """Sections as text that a button can hold."""
    return json.dumps([asdict(section) for section in sections], ensure_ascii=False)


def unkept_sections(text: str) -> tuple[Section, ...]:
    """The sections that :func:`kept_sections` made a text of."""
    return tuple(
        Section(Kind(each["kind"]), _lines(each["lines"]), _lines(each["header"])) for each in json.loads(text)
    )


def _in_order(sections: Mapping[int, Section]) -> tuple[Section, ...]:
    return tuple(sections[position] for position in sorted(sections))


def _lines(records: Sequence[dict[str, object]]) -> tuple[Line, ...]:
    return tuple(Line(str(record["text"]), bool(record["bold"])) for record in records)


def _size(section: Section) -> int:
    return len(section.plain)


def _is_remark(section: Section) -> bool:
    return section.kind is Kind.TEXT and _size(section) <= _REMARK


def _is_text(section: Section) -> bool:
    return section.kind is not Kind.QUOTE and not _is_remark(section)


def _is_quote(section: Section) -> bool:
    return section.kind is Kind.QUOTE


def _cut(section: Section, room: int) -> tuple[Section | None, Section | None]:
    """The lines that fit and the others, entries of a list whole; quotations are not cut."""
    if section.kind is Kind.QUOTE:
        return None, section
    count = size = 0
    for position, line in enumerate(section.lines, 1):
        size += len(line.text) + 1
        following = section.lines[position].text if position < len(section.lines) else ""
        if size <= room + 1 and not following.startswith(_CONTINUES):
            count = position
    if count <= len(section.header):
        return None, section
    rest = (*section.header, *section.lines[count:])
    return replace(section, lines=section.lines[:count]), replace(section, lines=rest)
