"""The text layer of a PDF: lines and tables of each page, put together into paragraphs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from io import BytesIO
from typing import TYPE_CHECKING, Any

from knowledge.errors import DocumentError, Flaw, Problem
from knowledge.pdf_lines import Line, Page, joined, page_rules, paragraphs, without_furniture
from knowledge.pdf_sheet import Box, Sheet
from knowledge.pdf_unseen import Unseen, take_off_unseen
from knowledge.reading import LONGEST_TEXT, Progress, Reading, no_progress
from knowledge.table_text import table_lines

if TYPE_CHECKING:
    from pdfplumber.pdf import PDF
    from pdfplumber.table import Table

MOST_PAGES = 2_000
"""Pages; the longest compilation a library of policies can use."""
_FEWEST_RULES = 4
"""A table drawn with lines takes at least so many of them."""
_MOST_RULES = 20_000
"""A page with more of them is a drawing; looking for tables in it would take minutes."""
_NOTHING = frozenset("\ufffd\u0000\u0001\u0002")


def read_pdf(file: str, content: bytes, progress: Progress = no_progress) -> Reading:
    """The text of a PDF, tables drawn with lines as table rows, page numbers and running headers left out.

    Raises:
        DocumentError: encrypted, damaged, without pages, with too many, or without a text layer (scanned).
    """
    import pypdfium2

    try:
        with closing(pypdfium2.PdfDocument(content)) as document:
            return _read(file, content, document, progress)
    except pypdfium2.PdfiumError as error:
        raise DocumentError(Problem(_why_unopened(content), file)) from error


def _why_unopened(content: bytes) -> Flaw:
    """What keeps a PDF from opening, by its second reader: pdfium repeats an earlier file's reason for an empty one."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    try:
        with pdfplumber.open(BytesIO(content)) as opened:
            return Flaw.DAMAGED if opened.pages else Flaw.NO_PAGES
    # What a broken file makes pdfminer raise has no common class.
    except Exception as error:
        return Flaw.ENCRYPTED if isinstance(error.args[:1] and error.args[0], PDFPasswordIncorrect) else Flaw.DAMAGED


def _read(file: str, content: bytes, document: Any, progress: Progress) -> Reading:
    count = len(document)
    if count == 0:
        raise DocumentError(Problem(Flaw.NO_PAGES, file))
    if count > MOST_PAGES:
        raise DocumentError(Problem(Flaw.TOO_MANY_PAGES, file, {"pages": str(count), "limit": str(MOST_PAGES)}))
    pages: list[Page] = []
    pictures: list[int] = []
    unseen: list[Unseen] = []
    length = 0
    with closing(_Tables(content)) as tables:
        for number in range(count):
            with closing(document[number]) as printed:
                unseen.append(_without_unseen(printed))
                with closing(printed.get_textpage()) as text:
                    sheet = Sheet.of(printed)
                    page = Page(sheet.width, sheet.height, tuple(_lines(printed, text, sheet, number, tables)))
                if not page.lines and _is_picture(printed, sheet):
                    pictures.append(number + 1)
            pages.append(page)
            length += sum(len(line.text) for line in page.lines)
            if length > LONGEST_TEXT:
                raise DocumentError(Problem(Flaw.TOO_LONG, file, {"limit": str(LONGEST_TEXT)}))
            progress(number + 1, count)
    text = "\n".join(paragraphs(without_furniture(pages)))
    _check_text_layer(file, text, pictures)
    return Reading(
        text,
        unread_pages=tuple(pictures),
        recognised_pages=tuple(number for number, page_words in enumerate(unseen, 1) if page_words.is_recognised),
        unseen=" ".join(page_words.words for page_words in unseen if page_words.words),
    )


def _without_unseen(printed: Any) -> Unseen:
    """Take what nobody sees off a page; a text layer shows this only when it is opened afterwards."""
    with closing(printed.get_textpage()) as text:
        return take_off_unseen(printed, text)


def _check_text_layer(file: str, text: str, pictures: Sequence[int]) -> None:
    """Refuse what a person would see as text and a program cannot read."""
    unreadable = sum(character in _NOTHING or "\ue000" <= character <= "\uf8ff" for character in text)
    if (not text.strip() and pictures) or unreadable > page_rules().unreadable_share * max(len(text), 1):
        raise DocumentError(Problem(Flaw.NO_TEXT_LAYER, file))


def _lines(printed: Any, text: Any, sheet: Sheet, number: int, tables: _Tables) -> Iterator[Line]:
    """Lines in the order they are printed in; a table stands where its first line does."""
    lines = _merged(_words(text, sheet))
    found = tables.on(number, text, sheet) if _rules(printed) in range(_FEWEST_RULES, _MOST_RULES) else []
    found = [table for table in found if _holds_all(table, lines)]
    placed: set[int] = set()
    for line in lines:
        table = next((t for t in found if _inside(line, t)), None)
        if table is None:
            yield line
        elif id(table) not in placed:
            placed.add(id(table))
            yield table


def _words(text: Any, sheet: Sheet) -> Iterator[Line]:
    """The runs of text the PDF library sees, without those that lie outside the page."""
    for index in range(text.count_rects()):
        stored = text.get_rect(index)
        shown = sheet.shown(stored)
        words = "".join(text.get_text_bounded(*stored).splitlines()).replace("\u00ad", "-")
        if words.strip() and sheet.shows(shown):
            yield Line(words, *shown)


def _merged(runs: Iterator[Line]) -> list[Line]:
    """Runs side by side on one line become that line."""
    lines: list[Line] = []
    for run in runs:
        before = lines[-1] if lines else None
        if before is not None and _beside(before, run):
            gap = " " if run.left - before.right > 0.3 * run.height else ""
            text = before.text.rstrip() + gap + run.text if gap else before.text + run.text
            lower, upper = min(before.bottom, run.bottom), max(before.top, run.top)
            lines[-1] = Line(text, before.left, lower, run.right, upper)
        else:
            lines.append(run)
    return lines


def _beside(before: Line, run: Line) -> bool:
    shared = min(before.top, run.top) - max(before.bottom, run.bottom)
    return shared > 0.5 * min(before.height, run.height) and run.left >= before.right - 0.5 * run.height


def _inside(line: Line, table: Line) -> bool:
    across, up = (line.left + line.right) / 2, (line.bottom + line.top) / 2
    return table.left <= across <= table.right and table.bottom <= up <= table.top


def _holds_all(table: Line, lines: Sequence[Line]) -> bool:
    """Whether the cells hold the words printed where they stand; on a turned page the two readers disagree."""
    words = sum(len("".join(line.text.split())) for line in lines if _inside(line, table))
    return 0 < words <= len("".join(table.text.split()))


def _rules(printed: Any) -> int:
    import pypdfium2

    return sum(1 for _ in printed.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_PATH]))


def _is_picture(printed: Any, sheet: Sheet) -> bool:
    import pypdfium2

    area = 0.0
    for picture in printed.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]):
        left, bottom, right, top = picture.get_bounds()
        area += abs(right - left) * abs(top - bottom)
    return bool(area >= page_rules().picture_share * sheet.width * sheet.height)


class _Tables:
    """Tables found by the lines drawn around their cells; opened only for a document that draws any."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._opened: PDF | None = None

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()

    def on(self, number: int, text: Any, sheet: Sheet) -> list[Line]:
        """The tables of a page with more than one row and column; none where they cannot be made out."""
        import pdfplumber

        if self._opened is None:
            self._opened = pdfplumber.open(BytesIO(self._content))
        page = self._opened.pages[number]
        try:
            found = page.find_tables()
        # pdfplumber is the second to read this page; what it cannot parse, the first has already given as plain lines.
        except Exception:
            return []
        finally:
            page.close()
        return [line for table in found if (line := _table(table, text, sheet)) is not None]


def _table(table: Table, text: Any, sheet: Sheet) -> Line | None:
    grid = [list(row.cells) for row in table.rows]
    if len(grid) < 2 or max(map(len, grid)) < 2:
        return None
    rows = [[_cell(box, text, sheet) for box in _filled(row, index, grid)] for index, row in enumerate(grid)]
    return Line("\n".join(table_lines(rows)), *_upright(table.bbox, sheet), is_table=True)


def _filled(row: list[Box | None], index: int, grid: list[list[Box | None]]) -> Iterator[Box]:
    """The cells of a row; where a cell from a row above reaches down into this one, that cell."""
    above = [box for earlier in grid[:index] for box in earlier if box is not None]
    present = [box for box in row if box is not None]
    middle = sum(box[1] + box[3] for box in present) / (2 * len(present)) if present else 0.0
    reaching = [box for box in above if box[1] < middle < box[3]]
    yield from sorted([*present, *reaching])


def _cell(box: Box, text: Any, sheet: Sheet) -> str:
    words = ""
    for part in text.get_text_bounded(*sheet.stored(_upright(box, sheet))).splitlines():
        words = joined(words, part)
    return words


def _upright(box: Box, sheet: Sheet) -> Box:
    """A box that counts from the head of the page, counted from its foot."""
    left, top, right, bottom = box
    return left, sheet.height - bottom, right, sheet.height - top
