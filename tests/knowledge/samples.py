"""Documents made for the tests: an invented measure as Word and as PDF, and files that mean harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from fpdf import FPDF
from fpdf.enums import EncryptionMethod
from pylopdf_fonts_zh_cn import sans_path

TITLE = "山海省蓝湾产业集群奖补办法"
PARAGRAPHS = (
    TITLE,
    "鲁测试〔2023〕7号",
    "一、适用范围。本办法适用于在山海省注册、从事海洋装备制造的企业，兼顾为其提供检验检测、设计和软件服务的单位。",
    "二、奖补标准。对首次认定的蓝湾集群给予一次性奖补480万元，由省级财政和所在市按照1:1的比例分担，分两年拨付到位。",
    "三、附则。本办法自2023年3月1日起施行，有效期至2026年2月28日。",
)
TABLE = (("档次", "营业收入", "奖补"), ("甲", "10亿元以上", "480万元"), ("乙", "5亿元以上", "200万元"))
SIGNATURE = ("山海省测试厅", "2023年2月6日")
FIRST, LAST = "一、标准。对首次认定的集群给予奖补。", "二、程序。由所在市统一申报。"
_WORDS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word_file(paragraphs: Sequence[str] = (*PARAGRAPHS, *SIGNATURE), table: Sequence[Sequence[str]] = TABLE) -> bytes:
    """A ``.docx`` with these paragraphs and, before the last three, the table."""
    document = docx.Document()
    for number, paragraph in enumerate(paragraphs):
        if table and number == max(len(paragraphs) - 3, 0):
            grid = document.add_table(rows=0, cols=len(table[0]))
            for row in table:
                for cell, words in zip(grid.add_row().cells, row, strict=True):
                    cell.text = words
        document.add_paragraph(paragraph)
    return _saved(document)


def word_with_body(xml: str, numbering: str = "", styles: str = "", background: str = "") -> bytes:
    """A ``.docx`` whose body is this WordprocessingML.

    ``numbering`` are definitions for its numbering part, ``styles`` further ones of its style sheet, ``background`` is
    the colour of its pages.
    """
    document = docx.Document()
    document.styles.element.extend(list(parse_xml(f"<w:styles {_WORDS}>{styles}</w:styles>")))
    if background:
        document.element.insert(0, parse_xml(f"<w:background {_WORDS} w:color='{background}'/>"))
    body = document.element.body
    for child in list(body):
        if child.tag != qn("w:sectPr"):
            body.remove(child)
    for child in list(parse_xml(f"<w:body {_WORDS}>{xml}</w:body>")):
        body.insert(len(body) - 1, child)
    if numbering:
        root = document.part.numbering_part.element
        for child in list(root):
            root.remove(child)
        root.extend(list(parse_xml(f"<w:numbering {_WORDS}>{numbering}</w:numbering>")))
    return _saved(document)


def package(**parts: bytes) -> bytes:
    """A zipped file of the named parts, ``__`` standing for ``/`` and ``_dot_`` for a full stop."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(_path(name), content)
    return stream.getvalue()


def repacked(content: bytes, **parts: bytes) -> bytes:
    """The package with parts added or replaced; ``TYPES`` names its list of content types."""
    stream = io.BytesIO()
    names = {"[Content_Types].xml" if name == "TYPES" else _path(name): part for name, part in parts.items()}
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in names:
                new.writestr(name, old.read(name))
        for name, part in names.items():
            new.writestr(name, part)
    return stream.getvalue()


class _Printed(FPDF):
    header_words = ""

    def header(self) -> None:
        if self.header_words:
            self.set_font("cjk", size=9)
            self.set_y(8)
            self.cell(0, 6, self.header_words, align="C")
        self.set_y(25)
        self.set_font("cjk", size=14)

    def footer(self) -> None:
        self.set_font("cjk", size=9)
        self.set_y(-15)
        self.cell(0, 6, f"— {self.page_no()} —", align="C")


def pdf_file(
    pages: Sequence[Sequence[str]] = ((*PARAGRAPHS, *SIGNATURE),),
    table: Sequence[Sequence[str]] = TABLE,
    *,
    header: str = "",
    password: str = "",
) -> bytes:
    """A PDF with these paragraphs on each page, page numbers, and the table at the end of the last page."""
    printed = _Printed(format="A4")
    printed.header_words = header
    printed.add_font("cjk", "", str(sans_path()))
    printed.set_auto_page_break(True, 25)
    for paragraphs in pages:
        printed.add_page()
        for words in paragraphs:
            indented = words if len(words) < 24 else f"　　{words}"
            printed.multi_cell(0, 9, indented, new_x="LMARGIN", new_y="NEXT")
    if table:
        with printed.table(first_row_as_headings=False) as grid:
            for row in table:
                cells = grid.row()
                for words in row:
                    cells.cell(words)
    if password:
        printed.set_encryption("owner", user_password=password, encryption_method=EncryptionMethod.RC4)
    return bytes(printed.output())


def scanned_pdf(pages: int = 1, *, text_on_first: str = "") -> bytes:
    """A PDF whose pages are pictures, the first one with a line of real text where that is given."""
    from PIL import Image

    printed = FPDF(format="A4")
    printed.add_font("cjk", "", str(sans_path()))
    for number in range(pages):
        printed.add_page()
        if number == 0 and text_on_first:
            printed.set_font("cjk", size=14)
            printed.multi_cell(0, 9, text_on_first)
        else:
            printed.image(Image.new("L", (60, 80), 200), x=0, y=0, w=210, h=297)
    return bytes(printed.output())


class Printed(FPDF):
    """A page on which words are put at a height, in millimetres from the head."""

    def __init__(self) -> None:
        super().__init__(format="A4")
        self.add_font("cjk", "", str(sans_path()))
        self.set_margins(20, 20)

    def put(self, high: float, words: str, size: float = 12, colour: int = 0, left: float = 20) -> None:
        """Words on a line of their own."""
        self.set_font("cjk", size=size)
        self.set_text_color(colour)
        self.set_xy(left, high)
        self.cell(0, 6, words)


Draw = Callable[[Printed], None]


def page(*drawings: Draw) -> Printed:
    """A page with two lines, and what is drawn between them."""
    printed = Printed()
    printed.add_page()
    printed.put(30, FIRST)
    for draw in drawings:
        draw(printed)
    printed.set_draw_color(0)
    printed.put(90, LAST)
    return printed


def _path(name: str) -> str:
    return name.replace("__", "/").replace("_dot_", ".")


def _saved(document: WordDocument) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
