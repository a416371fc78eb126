"""Answers on a terminal: laid out with rich for a person at a screen, as plain lines for a pipe."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TextIO

from bot.assistant.policy.standing_words import spoken
from bot.assistant.rendering import plain_text
from bot.assistant.types import Answer, Block, Citation, Code, Paragraph, Quote, Table
from knowledge.types import Validity
from prompts import Wording

if TYPE_CHECKING:
    from rich.console import Console

_STYLES = {"citations": "dim"}
"""rich styles of the sections that support an answer; the others are to be acted on and stay plain."""


class TerminalView:
    """Writes answers and remarks to a stream; decides nothing about what they say.

    Args:
        wording: where labels come from.
        stream: where to write; standard output when left out.
        styled: whether the stream shows colours and boxes; found out from the stream when left out.
    """

    def __init__(self, wording: Wording, stream: TextIO | None = None, styled: bool | None = None) -> None:
        self._wording = wording
        self._stream = stream or sys.stdout
        self._styled = self._stream.isatty() if styled is None else styled

    def say(self, text: str) -> None:
        """Write a remark as a paragraph of its own."""
        self._stream.write(f"{_printable(text)}\n")
        self._stream.flush()

    def show(self, answer: Answer) -> None:
        """Write an answer with its citations, attachments and what to ask next."""
        if self._styled:
            self._show_styled(answer)
            return
        self.say(plain_text(answer.blocks))
        for name, lines in self._sections(answer):
            self.say("\n".join(("", self._label(name), *lines)))

    def choices(self, texts: Sequence[str]) -> tuple[str, ...]:
        """The texts as numbered lines, counting from 1."""
        return tuple(self._wording.say("terminal.choice", n=n, text=text) for n, text in enumerate(texts, 1))

    def _show_styled(self, answer: Answer) -> None:
        from rich.console import Console
        from rich.text import Text

        console = Console(file=self._stream, highlight=False, markup=False, emoji=False)
        for block in answer.blocks:
            _print_block(console, block)
        for name, lines in self._sections(answer):
            console.print()
            console.print(Text(self._label(name), style="bold cyan"))
            console.print(Text(_printable("\n".join(lines)), style=_STYLES.get(name, "")), soft_wrap=True)
        console.print()

    def _sections(self, answer: Answer) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Names and lines of the sections that follow the answer's own blocks; empty ones are left out."""
        quoted = {block.n for block in answer.blocks if isinstance(block, Quote)}
        sections = {
            "citations": tuple(line for citation in answer.citations for line in self._citation(citation, quoted)),
            "attachments": tuple(f"· {attachment.path}" for attachment in answer.attachments),
            "options": self.choices(answer.options),
            "suggestions": () if answer.options else self.choices(answer.suggestions),
        }
        yield from ((name, lines) for name, lines in sections.items() if lines)

    def _label(self, name: str) -> str:
        return self._wording.say(f"terminal.{name}")

    def _citation(self, citation: Citation, quoted: set[int]) -> Iterator[str]:
        say = self._wording.say
        section = " › ".join(_heading(level) for level in citation.section)
        yield say(
            "terminal.citation",
            n=citation.n,
            title=say("terminal.citation_title", title=citation.title),
            number=say("terminal.citation_number", number=citation.doc_number) if citation.doc_number else "",
            place=say("terminal.citation_place", section=section) if section else "",
            validity=self._validity(citation),
        )
        if citation.n not in quoted:
            yield f"    “{citation.quote}”"

    def _validity(self, citation: Citation) -> str:
        if citation.in_force:
            return self._label("in_force")
        if citation.expires is not None:
            return self._wording.say("terminal.expired", expires=spoken(citation.expires))
        return self._label("validity_unknown" if citation.validity is Validity.UNKNOWN else "not_in_force")


def _print_block(console: Console, block: Block) -> None:
    from rich.padding import Padding
    from rich.table import Table as Grid
    from rich.text import Text

    match block:
        case Paragraph(text):
            console.print(Text(_printable(text)), soft_wrap=True)
        case Quote(n, text):
            console.print(
                Padding(Text.assemble((f"[{n}] ", "cyan"), (f"“{_printable(text)}”", "italic")), (0, 0, 0, 2))
            )
        case Code(text, caption):
            console.print(Text(caption, style="bold"))
            console.print(Text(_printable(text), style="dim"), soft_wrap=True)
        case Table(headers, rows, caption):
            grid = Grid(title=caption or None, title_justify="left", header_style="bold")
            for position, header in enumerate(headers):
                figures = all(_is_figure(row[position]) for row in rows)
                grid.add_column(Text(header), justify="right" if figures else "left")
            for row in rows:
                grid.add_row(*(Text(_printable(cell)) for cell in row))
            console.print(grid)


def _is_figure(cell: str) -> bool:
    """Whether a cell is a number, and so belongs at the right of its column."""
    return cell.removeprefix("-").removesuffix("%").replace(".", "", 1).isdecimal()


def _heading(level: str) -> str:
    """A heading without its closing full stop, so that a path of headings reads as one line."""
    return level.rstrip("。")


def _printable(text: str) -> str:
    """The text without characters that could steer a terminal; line breaks stay."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
