"""Answers laid out for a phone: what is said, its quotations folded up, tables as wide as the screen."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from bot.assistant.policy.standing_words import spoken
from bot.assistant.types import Answer, Block, Citation, Code, Paragraph, Quote, Table
from bot.channels.telegram_text import Kind, Line, Section, paragraph
from knowledge.types import Validity
from prompts import Wording

GRID_COLUMNS = 34
"""Widest grid in half-width columns: what a phone of usual width shows of fixed-width letters without wrapping."""
LINE_COLUMNS = 40
"""Widest values in half-width columns that stand behind an entry without their names: two lines of a phone at most."""
_WIDE_SPACE = "\u3000"
_SEPARATOR, _NOTHING = "\u00a0· ", "—"
# The space before the dot breaks no line: none begins with the dot.


class AnswerLayout:
    """Lays answers out in sections.

    Args:
        wording: where labels come from.
    """

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def sections(self, answer: Answer) -> tuple[Section, ...]:
        """The blocks in their order, then the citations no block quotes."""
        cited = {citation.n: citation for citation in answer.citations}
        quoted = {block.n for block in answer.blocks if isinstance(block, Quote)}
        shown = [self._block(block, cited) for block in answer.blocks]
        shown += [self.citation(citation) for n, citation in cited.items() if n not in quoted]
        return tuple(shown)

    def citation(self, citation: Citation, quote: str | None = None) -> Section:
        """One citation as a folded quotation; ``quote`` is shown in place of its whole words."""
        text = citation.quote if quote is None else quote
        say = self._wording.say
        number = say("telegram.citation_number", number=citation.doc_number) if citation.doc_number else ""
        heading = say("telegram.citation", n=citation.n, title=citation.title, number=number)
        place = " › ".join(level.rstrip("。") for level in citation.section)
        standing = _SEPARATOR.join(part for part in (place, self._validity(citation)) if part)
        return Section(
            Kind.QUOTE,
            (Line(heading, bold=True), Line(standing), *(Line(line) for line in f"“{text}”".split("\n"))),
            header=(Line(say("telegram.citation_continued", n=citation.n), bold=True),),
        )

    def _block(self, block: Block, cited: dict[int, Citation]) -> Section:
        match block:
            case Paragraph(text):
                return paragraph(text)
            case Quote(n, text):
                citation = cited.get(n)
                return self.citation(citation, text) if citation else Section(Kind.QUOTE, (Line(f"[{n}] “{text}”"),))
            case Code():
                return code_section(block)
            case Table():
                return table_section(block)

    def _validity(self, citation: Citation) -> str:
        if citation.in_force:
            return self._wording.say("telegram.in_force")
        if citation.expires is not None:
            return self._wording.say("telegram.expired", expires=spoken(citation.expires))
        unknown = citation.validity is Validity.UNKNOWN
        return self._wording.say(f"telegram.{'validity_unknown' if unknown else 'not_in_force'}")


def code_section(code: Code) -> Section:
    """What a machine was told, folded up under its caption."""
    heading = Line(code.caption, bold=True)
    return Section(Kind.QUOTE, (heading, *(Line(line) for line in code.text.split("\n"))), header=(heading,))


def table_section(table: Table) -> Section:
    """The table as a grid where a phone is wide enough for it, and otherwise as a list, one entry a row."""
    caption = (Line(table.caption, bold=True),) if table.caption else ()
    cells = [[_cell(text) for text in row] for row in (table.headers, *table.rows)]
    widths = [max(map(_columns, column)) for column in zip(*cells, strict=True)]
    if sum(widths) + 2 * len(widths) <= GRID_COLUMNS:
        head, *rows = (Line(_aligned(row, widths)) for row in cells)
        return Section(Kind.GRID, (*caption, head, *rows), header=(head,))
    return Section(Kind.TEXT, (*caption, *_listed(cells[0], cells[1:])))


def _listed(headers: list[str], rows: list[list[str]]) -> Iterator[Line]:
    """One entry a row: numbered where the first column counts, and on one line where there is little to tell.

    Then the names of the columns stand above, once; otherwise each value has its name.
    """
    counted = len(headers) > 1 and all(row[0].isdecimal() for row in rows)
    names = headers[counted:]
    brief = len(names) == 2 or all(_columns(_SEPARATOR.join(row[counted + 1 :])) <= LINE_COLUMNS for row in rows)
    if brief and len(names) > 1:
        yield Line(f"{names[0]}：{_SEPARATOR.join(names[1:])}", bold=True)
    for row in rows:
        first, *rest = row[counted:]
        mark = f"{row[0]}." if counted else "•"
        if brief:
            values = _SEPARATOR.join(cell or _NOTHING for cell in rest)
            yield Line(f"{mark} {first}：{values}" if rest else f"{mark} {first}")
            continue
        yield Line(f"{mark} {first}", bold=True)
        values = "；".join(f"{name}：{cell}" for name, cell in zip(names[1:], rest, strict=True) if cell)
        yield Line(f"   {values}")


def _cell(text: str) -> str:
    return " ".join(text.split())


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _aligned(row: list[str], widths: list[int]) -> str:
    """The cells padded to the columns' widths.

    Padding uses full-width spaces as far as they go: on many phones a Chinese letter of the fixed-width font is not
    exactly two half-width columns wide, and only a space of its own width keeps columns of Chinese text straight.
    """
    return "  ".join(cell + _padding(width - _columns(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()


def _padding(columns: int) -> str:
    return _WIDE_SPACE * (columns // 2) + " " * (columns % 2)
