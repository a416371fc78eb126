"""What every chart has in common: a phone's width, light or dark colours, Chinese letters, title, source and mark."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

WIDTH_INCHES = 7.2
DPI = 150
"""Together 1080 pixels, the width of a phone's screen."""
SMALL, MEDIUM, LARGE = 14.0, 16.0, 20.0
"""Sizes of letters, points; the small one is a fortieth of the width, which a phone shows like its own small print."""
TEXT_POINTS = 0.94 * WIDTH_INCHES * 72
"""Width of a line of text, points; a Chinese letter is as wide as its size, a Latin one about half of it."""
_HALF = 0.56
_HANDLE_POINTS = 52.0
"""Room of a line's or a bar's sign beside its label in a legend, with the space to the next one; points."""
_NEVER_LAST = frozenset("（《“")
_NEVER_FIRST = frozenset("，。、；：！？）】》”%")
_MOST_SOURCE_LINES = 2
_LINE_INCHES = 0.36
_MARGIN_INCHES = 0.2


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a picture: ground, letters, faint lines, the track behind a bar, the mark, and the figures."""

    ground: str
    letters: str
    faint: str
    track: str
    mark: str
    figures: tuple[str, ...]
    loss: str


LIGHT = Theme(
    ground="#ffffff",
    letters="#1c2430",
    faint="#d7dce2",
    track="#e8edf3",
    mark="#6b7480",
    figures=("#1f5fa8", "#c8442f", "#2e8b57", "#a06a00", "#6a4c93", "#0f7c7e", "#8d5524"),
    loss="#c8442f",
)
DARK = Theme(
    ground="#14181f",
    letters="#edf1f6",
    faint="#3a424e",
    track="#2a313c",
    mark="#aab4c0",
    figures=("#6fb1ff", "#ff8d7a", "#6fd39a", "#f2bf5a", "#c3a6f0", "#5fd0d2", "#d8a679"),
    loss="#ff8d7a",
)


@dataclass(frozen=True, slots=True)
class Caption:
    """The words around a chart.

    Args:
        title: above it.
        source: below it, where the figures come from; empty for none.
        mark: below the title and across the picture, such as that the figures are synthetic; empty for none.
    """

    title: str
    source: str = ""
    mark: str = ""


def draw(
    folder: Path,
    content: object,
    caption: Caption,
    theme: Theme,
    height: float,
    plot: Callable[[Axes], None],
    legend: Sequence[str] = (),
) -> Path:
    """The path of a PNG, 1080 pixels wide; the same content, caption and theme give the same file.

    Args:
        folder: where the file goes; made where it does not exist.
        content: what is drawn; its ``repr`` tells one picture from another.
        caption: the words around it.
        theme: its colours.
        height: of the plot without caption, inches.
        plot: draws on the axes.
        legend: labels of what is drawn, told between the caption and the plot; none for no legend.
    """
    name = hashlib.sha256(repr((content, caption, theme)).encode()).hexdigest()[:16]
    path = folder / f"{name}.png"
    if path.exists():
        return path
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    title = wrapped(caption.title, LARGE)
    source = _shortened(wrapped(caption.source, SMALL))
    columns = _legend_columns(legend)
    legend_top = _LINE_INCHES * (len(title) + bool(caption.mark)) + _MARGIN_INCHES
    above = legend_top + (_LINE_INCHES * -(-len(legend) // columns) + _MARGIN_INCHES if legend else 0)
    below = _LINE_INCHES * len(source) + _MARGIN_INCHES
    total = above + height + below
    inner = ConstrainedLayoutEngine(rect=(0.02, below / total, 0.96, height / total))
    figure = Figure(figsize=(WIDTH_INCHES, total), dpi=DPI, layout=inner, facecolor=theme.ground)
    axes = figure.add_subplot(facecolor=theme.ground)
    plot(axes)
    _frame(axes, theme)
    if legend:
        place: dict[str, Any] = {
            "loc": "upper left",
            "bbox_to_anchor": (0.015, 1 - legend_top / total),
            "ncols": columns,
        }
        figure.legend(prop=font(SMALL), frameon=False, labelcolor=theme.letters, borderpad=0, **place)
    _write(figure, caption, theme, title, source)
    folder.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    figure.savefig(partial, format="png", facecolor=theme.ground)
    partial.replace(path)
    return path


def _legend_columns(labels: Sequence[str]) -> int:
    """So many labels of the widest one's width stand beside each other; at least one."""
    widest = max((text_points(label, SMALL) for label in labels), default=0.0)
    return max(1, min(len(labels), int(TEXT_POINTS / (widest + _HANDLE_POINTS))))


def text_points(text: str, size: float) -> float:
    """About how wide a text is in a size; both in points."""
    return sum(_step(letter, size) for letter in text)


def cut(text: str, size: float, points: float) -> str:
    """As much of a text in a size, points, as fits into a width, points, with a mark where some is left out."""
    if text_points(text, size) <= points:
        return text
    kept, room = "", points - size
    for letter in text:
        room -= _step(letter, size)
        if room < 0:
            break
        kept += letter
    return f"{kept}…"


def _step(letter: str, size: float) -> float:
    wide = unicodedata.east_asian_width(letter) in "WF" or letter in _NEVER_FIRST
    return size * (1 if wide else _HALF)


def wrapped(text: str, size: float) -> list[str]:
    """The lines that a text fills across the picture in a size, points; marks stay with what they open or close."""
    lines: list[str] = []
    width = 0.0
    for letter in text:
        step = _step(letter, size)
        if not lines or (width + step > TEXT_POINTS and letter not in _NEVER_FIRST):
            begun = lines[-1][-1] if lines and lines[-1][-1] in _NEVER_LAST and len(lines[-1]) > 1 else ""
            if begun:
                lines[-1] = lines[-1][:-1]
            lines.append(begun)
            width = size * len(begun)
        lines[-1] += letter
        width += step
    return lines


def row_words(axes: Axes, words: Sequence[tuple[str, str]], above: float, theme: Theme) -> None:
    """A name at the left and a figure at the right, above each bar, the first row on top; a long name is cut.

    Args:
        axes: with a bar a row, at 0, 1, 2 and so on.
        words: name and figure of each row.
        above: how far above the middle of the bar they stand; rows are 1 apart.
        theme: the colours.
    """
    across = axes.get_yaxis_transform()
    look: dict[str, Any] = {"font": font(MEDIUM), "color": theme.letters, "va": "bottom", "parse_math": False}
    for place, (name, figure) in enumerate(words):
        room = TEXT_POINTS - text_points(figure, MEDIUM) - MEDIUM
        axes.text(0, place - above, cut(name, MEDIUM, room), transform=across, **look)
        axes.text(1, place - above, figure, transform=across, ha="right", **look)
    axes.set_yticks([])
    axes.set_ylim(len(words) - 0.6, -0.8)


def _shortened(lines: list[str]) -> list[str]:
    kept = lines[:_MOST_SOURCE_LINES]
    return [*kept[:-1], kept[-1][:-1] + "…"] if len(lines) > len(kept) else kept


def _frame(axes: Axes, theme: Theme) -> None:
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(font(SMALL))
    axes.tick_params(colors=theme.letters, length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(theme.faint)


def _write(figure: Figure, caption: Caption, theme: Theme, title: list[str], source: list[str]) -> None:
    """The title and the mark from the top, the source from the bottom, the mark once more across the picture."""
    total = figure.get_figheight()
    for number, line in enumerate(title):
        height = 1 - (_MARGIN_INCHES * 0.7 + number * _LINE_INCHES) / total
        figure.text(0.03, height, line, font=font(LARGE), color=theme.letters, va="top")
    for number, line in enumerate(reversed(source)):
        height = (_MARGIN_INCHES * 0.6 + number * _LINE_INCHES) / total
        figure.text(0.03, height, line, font=font(SMALL), color=theme.mark, va="bottom")
    if caption.mark:
        height = 1 - (_MARGIN_INCHES * 0.7 + len(title) * _LINE_INCHES) / total
        figure.text(0.03, height, caption.mark, font=font(MEDIUM), color=theme.loss, va="top")
        across: dict[str, Any] = {"ha": "center", "va": "center", "rotation": 24, "alpha": 0.16}
        figure.text(0.5, 0.5, caption.mark, font=font(LARGE * 2.4), color=theme.mark, **across)


@cache
def font(size: float) -> FontProperties:
    """Noto Sans SC in a size, points."""
    from matplotlib.font_manager import FontProperties
    from pylopdf_fonts_zh_cn import sans_path

    return FontProperties(fname=sans_path(), size=size)
