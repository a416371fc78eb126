"""A Chinese official document as a Word file: its page, its styles, and the parts it is put together from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from pydantic import BaseModel, ConfigDict

from bot.assistant.types import Table

STYLE_FILE = Path(__file__).with_name("official_style.yaml")
_INDENT = 2
"""Characters that a paragraph stands in."""
_TITLE_LINE = 1.3
"""Lines of text that a line of the title is high."""
_MOST_TOGETHER = 20
"""Rows of a table that are kept on one page; a longer one may break between any two."""
FontUse = Literal["title", "body", "heading_1", "heading_2", "table"]


class _Definition(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Page(_Definition):
    """Sheet and margins, millimetres."""

    width: float
    height: float
    top: float
    bottom: float
    left: float
    right: float
    footer: float


class Font(_Definition):
    """A font and what stands in for it, the closest first."""

    name: str
    otherwise: tuple[str, ...]


class Sizes(_Definition):
    """Sizes of letters, points."""

    title: float
    subtitle: float
    body: float
    table: float
    caption: float
    note: float
    footer: float


class OfficialStyle(_Definition):
    """How an official document looks; see the file for the meaning of its parts."""

    page: Page
    fonts: dict[FontUse, Font]
    latin: str
    sizes: Sizes
    line: float
    caption_line: float
    table_line: float
    mark_colour: str

    @classmethod
    def load(cls, path: Path = STYLE_FILE) -> Self:
        """Read the file; raises ValidationError where it is wrong."""
        return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


class OfficialDocument:
    """A document in the making.

    Args:
        style: how it looks.
        title: what it is called, also in the file's properties.
    """

    def __init__(self, style: OfficialStyle, title: str) -> None:
        self._style = style
        self._document = Document()
        self._tables = 0
        self._pictures = 0
        self._set_page()
        self._set_styles()
        self._name_fonts()
        self._document.core_properties.title = title.replace("\n", "")
        self._document.core_properties.author = ""
        self._document.add_paragraph(title, style="Title")

    def subtitle(self, text: str) -> None:
        """A centred line below the title."""
        self._document.add_paragraph(text, style="Subtitle")

    def heading(self, text: str, level: int) -> None:
        """A heading of level 1 (一、) or 2 (（一）)."""
        self._document.add_paragraph(text, style=f"Heading {level}")

    def paragraph(self, text: str) -> None:
        """Running text, one paragraph a line."""
        for line in text.splitlines():
            self._document.add_paragraph(line, style="Normal")

    def mark(self, text: str) -> None:
        """A warning below the title, and in the head of every page."""
        section = self._document.sections[0]
        for head in (section.header, section.even_page_header):
            head.is_linked_to_previous = False
            self._marked(head.paragraphs[0], text)
        self._marked(self._document.add_paragraph(style="Subtitle"), text)

    def table(self, caption: str, table: Table, shares: Sequence[int]) -> None:
        """A table under its numbered caption; its head is repeated on every page, the first column stands left.

        Args:
            caption: without number.
            table: heads and rows.
            shares: of each column in the width of the text, in any unit.
        """
        self._tables += 1
        self._caption(caption, self._tables, "table", keep=True)
        grid = self._document.add_table(rows=0, cols=len(table.headers), style="Table Grid")
        grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        page, last = self._style.page, len(table.rows)
        widths = [Mm((page.width - page.left - page.right) * share / sum(shares)) for share in shares]
        for column, width in zip(grid.columns, widths, strict=True):
            column.width = width
        for number, row in enumerate((table.headers, *table.rows)):
            line = grid.add_row()
            _set_flag(line._tr.get_or_add_trPr(), "w:cantSplit")
            if number == 0:
                _set_flag(line._tr.get_or_add_trPr(), "w:tblHeader")
            together = number < last <= _MOST_TOGETHER
            for column, (cell, text, width) in enumerate(zip(line.cells, row, widths, strict=True)):
                cell.width = width
                self._fill(cell, text, head=number == 0, left=column == 0, together=together)
        self._document.add_paragraph(style="Table Note")

    def picture(self, caption: str, path: Path) -> None:
        """A picture across the text above its numbered caption."""
        self._pictures += 1
        page = self._style.page
        holder = self._document.add_paragraph(style="Table Text")
        holder.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        holder.paragraph_format.keep_with_next = True
        holder.add_run().add_picture(str(path), width=Mm((page.width - page.left - page.right) * 0.82))
        self._caption(caption, self._pictures, "picture", keep=False)

    def note(self, text: str) -> None:
        """Small print."""
        for line in text.splitlines():
            self._document.add_paragraph(line, style="Table Note")

    def save(self, path: Path) -> None:
        """Write the file, whole or not at all; raises OSError where it cannot be written."""
        partial = path.with_name(f"{path.name}.partial")
        self._document.save(str(partial))
        partial.replace(path)

    def _marked(self, paragraph: Any, text: str) -> None:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(text)
        run.bold = True
        run.font.color.rgb = RGBColor.from_string(self._style.mark_colour)

    def _fill(self, cell: Any, text: str, *, head: bool, left: bool, together: bool) -> None:
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.keep_with_next = together
        # By its id, because looking a style up by name costs more than all the rest of a cell.
        paragraph._p.style = self._cell_style
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if left and not head else WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(text).bold = head

    def _caption(self, text: str, number: int, kind: Literal["table", "picture"], *, keep: bool) -> None:
        """表1 or 图1 with its text; the number is a field, so that a table put in by hand renumbers the rest."""
        word = {"table": "表", "picture": "图"}[kind]
        paragraph = self._document.add_paragraph(style="Caption")
        paragraph.paragraph_format.keep_with_next = keep
        paragraph.add_run(word)
        _add_field(paragraph, f"SEQ {word} \\* ARABIC", str(number))
        paragraph.add_run(f"  {text}")

    def _set_page(self) -> None:
        page, section = self._style.page, self._document.sections[0]
        section.orientation = WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(page.width), Mm(page.height)
        section.top_margin, section.bottom_margin = Mm(page.top), Mm(page.bottom)
        section.left_margin, section.right_margin = Mm(page.left), Mm(page.right)
        section.footer_distance = Mm(page.footer)
        self._document.settings.odd_and_even_pages_header_footer = True
        # Odd pages carry their number at the right, even ones at the left, each one character in from the edge.
        right, left = WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT
        for foot, side in ((section.footer, right), (section.even_page_footer, left)):
            foot.is_linked_to_previous = False
            paragraph = foot.paragraphs[0]
            paragraph.style = self._document.styles["Footer"]
            paragraph.alignment = side
            paragraph.add_run("— ")
            _add_field(paragraph, "PAGE", "1")
            paragraph.add_run(" —")

    def _set_styles(self) -> None:
        sizes, styles = self._style.sizes, self._document.styles
        _indent(self._dress("Normal", "body", sizes.body, self._style.line), _INDENT, sizes.body)
        self._dress("Title", "title", sizes.title, self._style.line * _TITLE_LINE, centred=True)
        self._dress("Subtitle", "heading_2", sizes.subtitle, self._style.line, centred=True)
        _indent(self._dress("Heading 1", "heading_1", sizes.body, self._style.line), _INDENT, sizes.body)
        _indent(self._dress("Heading 2", "heading_2", sizes.body, self._style.line), _INDENT, sizes.body)
        for name, size in (("Table Text", sizes.table), ("Table Note", sizes.note)):
            styles.add_style(name, 1)
            self._dress(name, "table", size, self._style.table_line, centred=name == "Table Text")
        self._cell_style = styles["Table Text"].style_id
        self._dress("Caption", "heading_1", sizes.caption, self._style.caption_line, centred=True)
        self._dress("Footer", "table", sizes.footer, self._style.line)
        self._dress("Header", "heading_1", sizes.note, self._style.table_line, centred=True)

    def _dress(self, name: str, use: FontUse, size: float, line: float, *, centred: bool = False) -> Any:
        """Set font, size and spacing of a style, in place of whatever theme and colour the template gives it."""
        style: Any = self._document.styles[name]
        style.font.size, style.font.bold, style.font.italic = Pt(size), False, False
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in list(fonts.attrib):
            del fonts.attrib[attribute]
        for attribute, font in (("ascii", self._style.latin), ("hAnsi", self._style.latin)):
            fonts.set(qn(f"w:{attribute}"), font)
        fonts.set(qn("w:eastAsia"), self._style.fonts[use].name)
        form = style.paragraph_format
        form.space_before = form.space_after = Pt(0)
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
        form.widow_control = True
        form.keep_with_next = name.startswith("Heading")
        _indent(style, 0, size)
        if centred:
            form.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for border in style.element.pPr.findall(qn("w:pBdr")):
            style.element.pPr.remove(border)
        return style

    def _name_fonts(self) -> None:
        """Write a font table that names, for every font, what a machine without it shows instead."""
        root: Any = OxmlElement("w:fonts")
        for font in self._style.fonts.values():
            entry = OxmlElement("w:font")
            entry.set(qn("w:name"), font.name)
            other = OxmlElement("w:altName")
            other.set(qn("w:val"), ",".join(font.otherwise))
            entry.append(other)
            root.append(entry)
        part, package = self._document.part, self._document.part.package
        old = next(rel for rel in part.rels.values() if rel.reltype == RELATIONSHIP_TYPE.FONT_TABLE)
        table = Part(PackURI("/word/fontTable.xml"), old.target_part.content_type, serialize_part_xml(root), package)
        del part.rels[old.rId]
        part.relate_to(table, RELATIONSHIP_TYPE.FONT_TABLE)


def _indent(style: Any, characters: int, size: float) -> None:
    """How far the first line of a paragraph stands in, in characters of a size, points."""
    indent = style.element.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), str(characters * 100))
    # Programs that do not count in characters take the length: twentieths of a point.
    indent.set(qn("w:firstLine"), str(round(characters * size * 20)))


def _set_flag(properties: Any, name: str) -> None:
    properties.append(OxmlElement(name))


def _add_field(paragraph: Any, instruction: str, shown: str) -> None:
    """A field that Word computes anew, with what it shows until then."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = shown
    run.append(text)
    field.append(run)
    paragraph._p.append(field)
