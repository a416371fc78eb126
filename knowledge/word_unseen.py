"""Which words of a Word document nobody who looks at it sees: hidden, tiny, or in the colour of what is behind them.

How words look is set by themselves, their character style, the style of their paragraph, that of the table around them
or the document's defaults, each of which may build upon another; the nearest that says anything decides.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from knowledge.pdf_lines import page_rules

_WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_EFFECTS = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_FILLS = (f"{_DRAWING}solidFill", f"{_DRAWING}gradFill", f"{_DRAWING}pattFill", f"{_DRAWING}blipFill")
_OFF = ("0", "false", "off")
_SMALLEST = 2
"""Half points; type this small is there to be hidden."""
_WHITE = "ffffff"
_PAGE_COLOURS = ("background1", "light1")
_UNKNOWN = ""
"""A ground of which nothing is known but that it is there: words on it count as seen."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one place says about the look of words; None where it says nothing.

    Args:
        hidden: whether they are not printed.
        half_points: their size.
        colour: theirs, as six hexadecimal digits, empty for one that shows on any ground.
        ground: what is behind them, as six hexadecimal digits, empty for one that is not known.
    """

    hidden: bool | None = None
    half_points: int | None = None
    colour: str | None = None
    ground: str | None = None

    def over(self, other: Look) -> Look:
        """This look where it says something, else the other one."""
        mine = {each.name: getattr(self, each.name) for each in fields(self)}
        return Look(**{name: getattr(other, name) if said is None else said for name, said in mine.items()})

    @property
    def is_unseen(self) -> bool:
        """Whether words that look so are not seen."""
        tiny = self.half_points is not None and self.half_points <= _SMALLEST
        return bool(self.hidden) or tiny or _alike(self.colour or _UNKNOWN, self.ground or _UNKNOWN)


class WordLooks:
    """The looks that the styles of a document give.

    Args:
        styles: the root of its style sheet.
        page: the root of its main part, which says what colour the page has.
    """

    def __init__(self, styles: Any, page: Any) -> None:
        self._styles = {style.get(f"{_WORDS}styleId"): style for style in styles.iter(f"{_WORDS}style")}
        defaults = styles.find(f"{_WORDS}docDefaults/{_WORDS}rPrDefault")
        self._paragraph = next(
            (name for name, s in self._styles.items() if _is_default(s) and s.get(f"{_WORDS}type") == "paragraph"), ""
        )
        background = page.find(f"{_WORDS}background")
        colour = background.get(f"{_WORDS}color") if background is not None else None
        self.page = _look(defaults).over(Look(ground=_plain(colour) or _WHITE))
        self._known: dict[str, Look] = {}

    def of_table(self, table: Any, around: Look) -> Look:
        """What the words of a table look like before their paragraphs have a say."""
        name = _value(table.find(f"{_WORDS}tblPr/{_WORDS}tblStyle"))
        style = self._style(name)
        chain = self._chain(name)
        if any(True for each in chain for _ in each.iter(f"{_WORDS}shd")):
            style = Look(ground=_UNKNOWN).over(style)
        return _ground(table.find(f"{_WORDS}tblPr/{_WORDS}shd")).over(style).over(around)

    def of_cell(self, cell: Any, around: Look) -> Look:
        """What the words of a cell look like before their paragraphs have a say."""
        return _ground(cell.find(f"{_WORDS}tcPr/{_WORDS}shd")).over(around)

    def of_box(self, box: Any, around: Look) -> Look:
        """What the words of a text box look like before their paragraphs have a say; one that is filled is a ground."""
        shape = next((holder for holder in box.iterancestors() if holder.tag == f"{_WORDS}r"), box)
        filled = any(each.get("fillcolor") for each in shape.iter()) or any(True for _ in shape.iter(*_FILLS))
        return Look(ground=_UNKNOWN).over(around) if filled else around

    def of_paragraph(self, paragraph: Any, around: Look) -> Look:
        """What the words of a paragraph look like before they have a say themselves."""
        style = self._style(_value(paragraph.find(f"{_WORDS}pPr/{_WORDS}pStyle")) or self._paragraph)
        return _ground(paragraph.find(f"{_WORDS}pPr/{_WORDS}shd")).over(style).over(around)

    def of_run(self, run: Any, around: Look) -> Look:
        """What the words of a run look like."""
        style = self._style(_value(run.find(f"{_WORDS}rPr/{_WORDS}rStyle")))
        return _look(run).over(style).over(around)

    def _style(self, name: str) -> Look:
        if name not in self._known:
            look = Look()
            for style in self._chain(name):
                look = look.over(_look(style)).over(_ground(style.find(f"{_WORDS}pPr/{_WORDS}shd")))
            self._known[name] = look
        return self._known[name]

    def _chain(self, name: str) -> list[Any]:
        """The style of a name and those it builds upon, the nearest first."""
        found: dict[str, Any] = {}
        while name in self._styles and name not in found:
            found[name] = self._styles[name]
            name = _value(found[name].find(f"{_WORDS}basedOn"))
        return list(found.values())


def _look(holder: Any) -> Look:
    """What the run properties of an element say."""
    properties = holder.find(f"{_WORDS}rPr") if holder is not None else None
    if properties is None:
        return Look()
    vanish = properties.find(f"{_WORDS}vanish")
    size = _value(properties.find(f"{_WORDS}sz"))
    highlight = _value(properties.find(f"{_WORDS}highlight"))
    ground = _ground(properties.find(f"{_WORDS}shd"))
    return Look(
        hidden=vanish.get(f"{_WORDS}val") not in _OFF if vanish is not None else _filled_with_nothing(properties),
        half_points=int(size) if size.isdigit() else None,
        colour=_colour(properties.find(f"{_WORDS}color")),
        # Highlights are named colours that text is meant to be read on; white and none are no ground of their own.
        ground=_UNKNOWN if highlight not in ("", "none", "white") else ground.ground,
    )


def _filled_with_nothing(properties: Any) -> bool | None:
    return True if properties.find(f"{_EFFECTS}textFill/{_EFFECTS}noFill") is not None else None


def _colour(element: Any) -> str | None:
    if element is None:
        return None
    if element.get(f"{_WORDS}themeColor") in _PAGE_COLOURS and element.get(f"{_WORDS}themeShade") is None:
        return _WHITE
    return _plain(element.get(f"{_WORDS}val")) or _UNKNOWN


def _ground(shading: Any) -> Look:
    fill = _plain(shading.get(f"{_WORDS}fill")) if shading is not None else ""
    return Look(ground=fill or None)


def _plain(colour: str | None) -> str:
    """Six hexadecimal digits in lower case; empty for anything else, such as ``auto``."""
    plain = (colour or "").lower()
    return plain if len(plain) == 6 and not plain.strip("0123456789abcdef") else ""


def _alike(colour: str, ground: str) -> bool:
    """Whether nobody can tell a colour from its ground."""
    if not colour or not ground:
        return False
    pairs = ((int(colour[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (0, 2, 4))
    return max(abs(one - other) for one, other in pairs) < page_rules().faintest


def _value(element: Any) -> str:
    return (element.get(f"{_WORDS}val") or "") if element is not None else ""


def _is_default(style: Any) -> bool:
    return (style.get(f"{_WORDS}default") or "0") not in _OFF
