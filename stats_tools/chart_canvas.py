"""What every chart has in common: a phone's width, light or dark colours, Chinese letters, title, source and mark."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable
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
_TEXT_POINTS = 0.94 * WIDTH_INCHES * 72
"""Width of a line of text, points; a Chinese letter is as wide as its size, a Latin one about half of it."""
_HALF = 0.56
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
    folder: Path, content: object, caption: Caption, theme: Theme, height: float, plot: Callable[[Axes], None]
) -> Path:
    """The path of a PNG, 1080 pixels wide; the same content, caption and theme give the same file.

    Args:
        folder: where the file goes; made where it does not exist.
        content: what is drawn; its ``repr`` tells one picture from another.
        caption: the words around it.
        theme: its colours.
        height: of the plot without caption, inches.
        plot: draws on the axes.
    """
    name = hashlib.sha256(repr((content, caption, theme)).encode()).hexdigest()[:16]
    path = folder / f"{name}.png"
    if path.exists():
        return path
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    title = wrapped(caption.title, LARGE)
    source = _shortened(wrapped(caption.source, SMALL))
    above = _LINE_INCHES * (len(title) + bool(caption.mark)) + _MARGIN_INCHES
    below = _LINE_INCHES * len(source) + _MARGIN_INCHES
    total = above + height + below
    inner = ConstrainedLayoutEngine(rect=(0.02, below / total, 0.96, height / total))
    figure = Figure(figsize=(WIDTH_INCHES, total), dpi=DPI, layout=inner, facecolor=theme.ground)
    axes = figure.add_subplot(facecolor=theme.ground)
    plot(axes)
    _frame(axes, theme)
    _write(figure, caption, theme, title, source)
    folder.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    figure.savefig(partial, format="png", facecolor=theme.ground)
    partial.replace(path)
    return path


def wrapped(text: str, size: float) -> list[str]:
    """The lines that a text fills across the picture in a size, points; marks stay with what they open or close."""
    lines: list[str] = []
    width = 0.0
    for letter in text:
        wide = unicodedata.east_asian_width(letter) in "WF" or letter in _NEVER_FIRST
        step = size * (1 if wide else _HALF)
        if not lines or (width + step > _TEXT_POINTS and letter not in _NEVER_FIRST):
            begun = lines[-1][-1] if lines and lines[-1][-1] in _NEVER_LAST and len(lines[-1]) > 1 else ""
            if begun:
                lines[-1] = lines[-1][:-1]
            lines.append(begun)
            width = size * len(begun)
        lines[-1] += letter
        width += step
    return lines


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
