"""The text of a Word document: headings, numbers, paragraphs and tables in order, without what a reader cannot see."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from knowledge.errors import DocumentError, Flaw, Problem
from knowledge.openings import grammar
from knowledge.packages import check_word_package
from knowledge.reading import LONGEST_TEXT, Progress, Reading, no_progress
from knowledge.table_text import table_lines
from knowledge.word_numbering import WordNumbering
from knowledge.word_unseen import Look, WordLooks

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _TABLE, _ROW, _CELL = (f"{_WORDS}{name}" for name in ("p", "tbl", "tr", "tc"))
_WRAPPERS = frozenset(f"{_WORDS}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"))
_REMOVED = frozenset(f"{_WORDS}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "sdtPr"))
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PIECES = {f"{_WORDS}tab": " ", f"{_WORDS}br": " ", f"{_WORDS}cr": " ", f"{_WORDS}noBreakHyphen": "-"}
_BOX = f"{_WORDS}txbxContent"
_NUMBERING = "/word/numbering.xml"
# A package may be broken in more ways than python-docx and lxml have names for.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    SyntaxError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    RecursionError,
)
_HEADING_STYLE = re.compile(r"heading (?P<depth>[1-6])", re.IGNORECASE)
_LONGEST_HEADING = 60
_REPORT_EVERY = 200


def read_word(file: str, content: bytes, progress: Progress = no_progress) -> Reading:
    """The text of a ``.docx``; a heading that carries no number gets the mark ``#`` of its depth.

    Deleted text and text that is not seen are left out, inserted text is kept, as in print. Headers, footers and
    footnotes are not read.

    Raises:
        DocumentError: encrypted, damaged, with macros, no Word document, or unpacking to too much.
    """
    check_word_package(file, content)
    import docx

    try:
        document = docx.Document(io.BytesIO(content))
        text = _WordText(document)
        lines = list(_within(file, text.lines(progress)))
    except DocumentError:
        raise
    except _BROKEN as error:
        raise DocumentError(Problem(Flaw.DAMAGED, file)) from error
    return Reading("\n".join(lines), unseen=" ".join(text.unseen))


def _within(file: str, lines: Iterator[str]) -> Iterator[str]:
    length = 0
    for line in lines:
        length += len(line) + 1
        if length > LONGEST_TEXT:
            raise DocumentError(Problem(Flaw.TOO_LONG, file, {"limit": str(LONGEST_TEXT)}))
        yield line


class _WordText:
    def __init__(self, document: WordDocument) -> None:
        self._body: Any = document.element.body
        styles: Any = document.styles.element
        parts: Iterator[Any] = document.part.package.iter_parts()
        definitions = next((part.element for part in parts if part.partname == _NUMBERING), None)
        self._numbering = WordNumbering(definitions, styles)
        self._looks = WordLooks(styles, document.element)
        self._depths = dict(_heading_depths(styles))
        self.unseen: list[str] = []

    def lines(self, progress: Progress) -> Iterator[str]:
        blocks = list(_blocks(self._body))
        for done, block in enumerate(blocks):
            if done % _REPORT_EVERY == 0:
                progress(done, len(blocks))
            yield from self._block(block, self._looks.page)
        progress(len(blocks), len(blocks))

    def _block(self, block: Any, around: Look) -> Iterator[str]:
        yield from table_lines(self._rows(block, around)) if block.tag == _TABLE else self._paragraph(block, around)

    def _paragraph(self, paragraph: Any, around: Look) -> Iterator[str]:
        boxes: list[Any] = []
        look = self._looks.of_paragraph(paragraph, around)
        words = " ".join("".join(self._pieces(paragraph, boxes, look)).split())
        if words:
            label = self._numbering.label(paragraph)
            gap = " " if label[-1:] in (".", ")") or label[-1:].isalnum() else ""
            yield self._mark(paragraph, label + gap + words) + label + gap + words
        for box in boxes:
            within = self._looks.of_box(box, around)
            for block in _blocks(box):
                yield from self._block(block, within)

    def _mark(self, paragraph: Any, line: str) -> str:
        """``#`` marks for a heading that nothing else shows to be one."""
        style = paragraph.find(f"{_WORDS}pPr/{_WORDS}pStyle")
        depth = self._depths.get(style.get(f"{_WORDS}val"), 0) if style is not None else 0
        numbered = any(marker.match(line) for marker, _ in grammar().levels)
        return "" if not depth or numbered or len(line) > _LONGEST_HEADING or line[-1] in "。；" else "#" * depth + " "

    def _pieces(self, element: Any, boxes: list[Any], look: Look) -> Iterator[str]:
        for child in element:
            if child.tag in _REMOVED or child.tag == _FALLBACK:
                continue
            if child.tag == _BOX:
                boxes.append(child)
            elif child.tag == f"{_WORDS}t":
                yield from self._seen(child.text or "", look)
            elif child.tag in _PIECES:
                yield _PIECES[child.tag]
            else:
                own = self._looks.of_run(child, look) if child.tag == f"{_WORDS}r" else look
                yield from self._pieces(child, boxes, own)

    def _seen(self, words: str, look: Look) -> Iterator[str]:
        if look.is_unseen:
            self.unseen.append(words)
        else:
            yield words

    def _rows(self, table: Any, around: Look) -> Iterator[list[str]]:
        above: dict[int, str] = {}
        look = self._looks.of_table(table, around)
        for row in _children(table, _ROW):
            cells: list[str] = []
            column = 0
            for cell in _children(row, _CELL):
                width = cell.find(f"{_WORDS}tcPr/{_WORDS}gridSpan")
                merged = cell.find(f"{_WORDS}tcPr/{_WORDS}vMerge")
                continues = merged is not None and merged.get(f"{_WORDS}val") != "restart"
                # A cell that spans rows belongs to each of them: its text is repeated where print shows it once.
                text = above.get(column, "") if continues else self._cell(cell, look)
                above[column] = text
                cells.append(text)
                column += int(width.get(f"{_WORDS}val") or 1) if width is not None else 1
            yield cells

    def _cell(self, cell: Any, around: Look) -> str:
        lines: list[str] = []
        look = self._looks.of_cell(cell, around)
        for block in _blocks(cell):
            if block.tag == _TABLE:
                lines += (" ".join(row) for row in self._rows(block, look))
            else:
                lines += self._paragraph(block, look)
        return " ".join(line.lstrip("# ") for line in lines)


def _blocks(container: Any) -> Iterator[Any]:
    return _children(container, _PARAGRAPH, _TABLE)


def _children(container: Any, *tags: str) -> Iterator[Any]:
    """Children with one of the tags, seen through content controls and tracked insertions."""
    for child in container:
        if child.tag in tags:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _children(child, *tags)


def _heading_depths(styles: Any) -> Iterator[tuple[str, int]]:
    for style in styles.iter(f"{_WORDS}style"):
        name = style.find(f"{_WORDS}name")
        match = _HEADING_STYLE.fullmatch(name.get(f"{_WORDS}val") or "") if name is not None else None
        if match:
            yield style.get(f"{_WORDS}styleId"), int(match["depth"])
