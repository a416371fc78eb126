"""Words of a PDF page that nobody sees are taken off it before it is read.

Whether words are seen is looked up in the drawn page: they are, where it differs from the page drawn without them. So
it does not matter why they are not: the colour of the ground, a picture above them, a clip, a layer that is switched
off. Words of a font that the file does not carry and this machine does not have leave no ink either; they are judged by
their colour, size and place alone.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from knowledge.pdf_lines import page_rules
from knowledge.pdf_sheet import Box, Sheet

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

_MOST_PIXELS = 4_000_000
"""A larger page is drawn smaller."""
_MOST_LAYERS = 8
"""Words under so many others cannot be made out."""
_UNUSUAL = (90, 200, 1, 255)
"""A ground (red, green, blue, opacity) on which words of any usual colour show."""
_OUTLINE = 1
"""The rendering mode in which letters have the colour of their outlines."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """What was found out about the words of a page.

    Args:
        words: those taken off the page.
        is_recognised: whether the page is a picture and its words, themselves unseen, are what a program recognised in
            it; such words stay.
    """

    words: str = ""
    is_recognised: bool = False


def take_off_unseen(printed: Any, text: Any) -> Unseen:
    """Take the words that nobody sees off an opened page; a text layer opened before (``text``) still holds them.

    Words that lie on a picture and say more than what is seen on the page are what a program recognised in a scan.
    """
    import pypdfium2

    sheet = Sheet.of(printed)
    found = printed.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT], textpage=text)
    texts = [_Text(each, sheet) for each in found]
    if not texts:
        return Unseen()
    drawn = [each for each in texts if not each.is_plainly_unseen(sheet)]
    inked = set(drawn) - set(_without_ink(printed, sheet, drawn))
    unseen = [each for each in texts if each not in inked and each.words.strip()]
    if not unseen:
        return Unseen()
    recognised = _recognised(printed, sheet, sum(len(each.words.strip()) for each in inked), unseen)
    gone = [each for each in unseen if each not in recognised]
    for each in gone:
        each.show(False)
    return Unseen(" ".join(each.words.strip() for each in gone), bool(recognised))


class _Text:
    """Words that the page draws in one go."""

    def __init__(self, drawn: Any, sheet: Sheet) -> None:
        self._drawn = drawn
        self.box: Box = sheet.shown(_bounds(drawn))

    @property
    def words(self) -> str:
        return str(self._drawn.extract())

    @property
    def is_drawable(self) -> bool:
        """Whether the font of the words is at hand: in the file, or one that every reader of PDF brings."""
        font = self._drawn.get_font()
        return bool(font.is_embedded or font.get_base_name() in font.STANDARD_FONTS)

    def show(self, visible: bool) -> None:
        import pypdfium2

        pypdfium2.raw.FPDFPageObj_SetIsActive(self._drawn.raw, visible)

    def is_plainly_unseen(self, sheet: Sheet) -> bool:
        """Whether the page says so: invisible, see-through, too small, or beside the sheet."""
        import pypdfium2

        raw = pypdfium2.raw
        mode = raw.FPDFTextObj_GetTextRenderMode(self._drawn.raw)
        if mode in (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP) or not sheet.shows(self.box):
            return True
        return self.colour[3] < page_rules().faintest or self._size() < page_rules().smallest

    @property
    def colour(self) -> tuple[int, ...]:
        """Red, green, blue and opacity, 0 to 255."""
        import pypdfium2

        raw = pypdfium2.raw
        mode = raw.FPDFTextObj_GetTextRenderMode(self._drawn.raw)
        read = raw.FPDFPageObj_GetStrokeColor if mode == _OUTLINE else raw.FPDFPageObj_GetFillColor
        parts = [ctypes.c_uint() for _ in range(4)]
        # Words filled with a pattern have no colour; they are as good as black.
        return tuple(part.value for part in parts) if read(self._drawn.raw, *parts) else (0, 0, 0, 255)

    def _size(self) -> float:
        """Points from line to line, or the width of a full letter where that is less."""
        a, b, c, d, *_ = _placed(self._drawn).get()
        return float(self._drawn.get_font_size() * min((a * a + b * b) ** 0.5, (c * c + d * d) ** 0.5))


def _placed(drawn: Any) -> Any:
    """The matrix that places an object on its page, through the forms it is part of."""
    matrix, holder = drawn.get_matrix(), drawn.container
    while holder is not None:
        matrix, holder = matrix.multiply(holder.get_matrix()), holder.container
    return matrix


def _bounds(drawn: Any) -> Box:
    box: Box = drawn.get_bounds()
    holder = drawn.container
    while holder is not None:
        box, holder = holder.get_matrix().on_rect(*box), holder.container
    return box


def _without_ink(printed: Any, sheet: Sheet, texts: Sequence[_Text]) -> Iterator[_Text]:
    """Of these words those that the drawn page does not show."""
    # A pixel around the words belongs to them: those beside them may not colour it.
    layers, buried = _layers(texts, 3 / _scale(sheet))
    yield from buried
    with _only(printed, ()):
        ground = _drawing(printed, sheet)
    missing: list[_Text] = []
    for layer in layers:
        with _only(printed, layer.texts):
            drawing = _drawing(printed, sheet)
        missing += (each for each in layer.texts if not _differs(ground, drawing, sheet, each.box))
    undrawable: list[_Text] = []
    for each in missing:
        if each.is_drawable or not _stands_out(ground, sheet, each):
            yield each
        else:
            undrawable.append(each)
    yield from _covered(printed, sheet, undrawable)


def _covered(printed: Any, sheet: Sheet, texts: Sequence[_Text]) -> Iterator[_Text]:
    """Of these words those that show as soon as pictures and shapes are gone."""
    import pypdfium2

    if not texts:
        return
    kept = (pypdfium2.raw.FPDF_PAGEOBJ_TEXT, pypdfium2.raw.FPDF_PAGEOBJ_FORM)
    others = [each for each in printed.get_objects() if each.type not in kept]
    for each in others:
        pypdfium2.raw.FPDFPageObj_SetIsActive(each.raw, False)
    with _only(printed, ()):
        ground = _drawing(printed, sheet, _UNUSUAL)
    with _only(printed, texts):
        drawing = _drawing(printed, sheet, _UNUSUAL)
    for each in others:
        pypdfium2.raw.FPDFPageObj_SetIsActive(each.raw, True)
    yield from (each for each in texts if _differs(ground, drawing, sheet, each.box))


@contextmanager
def _only(printed: Any, texts: Iterable[_Text]) -> Iterator[None]:
    """The page with these words alone, for as long as the block lasts."""
    import pypdfium2

    every = list(printed.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]))
    for each in every:
        pypdfium2.raw.FPDFPageObj_SetIsActive(each.raw, False)
    for text in texts:
        text.show(True)
    yield
    for each in every:
        pypdfium2.raw.FPDFPageObj_SetIsActive(each.raw, True)


def _layers(texts: Sequence[_Text], margin: float) -> tuple[list[_Layer], list[_Text]]:
    """The words dealt out so that those of a layer are apart from each other, and those under too many others."""
    layers: list[_Layer] = []
    buried: list[_Text] = []
    for each in texts:
        if any(layer.takes(each) for layer in layers):
            continue
        if len(layers) < _MOST_LAYERS:
            layers.append(_Layer(len(texts), margin))
            layers[-1].takes(each)
        else:
            buried.append(each)
    return layers, buried


class _Layer:
    """Words that stand apart, ``margin`` points at least; room for ``most`` of them."""

    def __init__(self, most: int, margin: float) -> None:
        import numpy as np

        self.texts: list[_Text] = []
        self._edges = np.zeros((most, 4))
        self._margin = np.array([-margin, -margin, margin, margin])

    def takes(self, text: _Text) -> bool:
        """Whether there is room for the words, which are then part of it."""
        import numpy as np

        left, bottom, right, top = np.array(text.box) + self._margin
        held = self._edges[: len(self.texts)]
        apart = (held[:, 0] >= right) | (held[:, 2] <= left) | (held[:, 1] >= top) | (held[:, 3] <= bottom)
        if apart.all():
            self._edges[len(self.texts)] = text.box
            self.texts.append(text)
        return bool(apart.all())


def _scale(sheet: Sheet) -> float:
    return min(1.0, math.sqrt(_MOST_PIXELS / max(sheet.width * sheet.height, 1.0)))


def _drawing(printed: Any, sheet: Sheet, ground: tuple[int, int, int, int] = (255, 255, 255, 255)) -> Pixels:
    import numpy as np

    pixels: Pixels = np.array(printed.render(scale=_scale(sheet), fill_color=ground).to_numpy()[:, :, :3])
    return pixels


def _part(pixels: Pixels, sheet: Sheet, box: Box) -> Pixels:
    """What a drawing shows in a box and a pixel around it."""
    scale = _scale(sheet)
    left, bottom, right, top = (round(edge * scale) for edge in box)
    high = pixels.shape[0]
    return pixels[max(high - top - 1, 0) : max(high - bottom + 1, 0), max(left - 1, 0) : max(right + 1, 0)]


def _differs(ground: Pixels, drawing: Pixels, sheet: Sheet, box: Box) -> bool:
    import numpy as np

    one, other = _part(ground, sheet, box), _part(drawing, sheet, box)
    return bool(one.size and (np.maximum(one, other) - np.minimum(one, other)).max() >= page_rules().faintest)


def _stands_out(ground: Pixels, sheet: Sheet, text: _Text) -> bool:
    """Whether the colour of the words is another than that of what is behind them."""
    import numpy as np

    red, green, blue, _ = text.colour
    behind = _part(ground, sheet, text.box).astype(np.int16)
    return bool(behind.size and np.abs(behind - np.array([blue, green, red])).max() >= page_rules().faintest)


def _recognised(printed: Any, sheet: Sheet, seen: int, unseen: Sequence[_Text]) -> set[_Text]:
    """The unseen words that lie on pictures as large as a scan, if they are more than the ``seen`` characters."""
    import pypdfium2

    found = printed.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
    pictures = [sheet.shown(_bounds(each)) for each in found]
    scans = [box for box in pictures if _area(box) >= page_rules().picture_share * sheet.width * sheet.height]
    lying = {each for each in unseen if any(_lies_on(each.box, scan) for scan in scans)}
    return lying if sum(len(each.words.strip()) for each in lying) > seen else set()


def _area(box: Box) -> float:
    left, bottom, right, top = box
    return abs(right - left) * abs(top - bottom)


def _lies_on(box: Box, picture: Box) -> bool:
    across, up = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return picture[0] <= across <= picture[2] and picture[1] <= up <= picture[3]
