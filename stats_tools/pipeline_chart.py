"""Bars divided into parts, such as the projects of each cluster by stage, as a PNG for a phone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from stats_tools.chart_canvas import LIGHT, MEDIUM, SMALL, Caption, Theme, draw, font, row_words
from stats_tools.registers.query import Stack

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS = 16
"""Bars drawn; a taller picture would have to be scrolled."""
_BAR_INCHES = 0.66
_AXIS_INCHES = 0.9
_BAR_HEIGHT = 0.38
_NAME_ABOVE = 0.26
_LABEL_ROOM = 0.035
"""Least share of the widest bar that a part must have to carry its number."""


def draw_stack(stack: Stack, folder: Path, caption: Caption, theme: Theme = LIGHT) -> Path:
    """The path of a PNG with one horizontal bar a row, divided into its parts, its name and total above it.

    Args:
        stack: what to draw, at most :data:`MOST_ROWS` rows of it.
        folder: where the file goes.
        caption: the words around it.
        theme: its colours.
    """
    rows = stack.rows[:MOST_ROWS]

    def plot(axes: Axes) -> None:
        _parts(axes, stack, rows, theme)
        _words(axes, rows, theme)
        axes.set_xlabel(stack.unit, font=font(MEDIUM), color=theme.letters)
        axes.locator_params(axis="x", integer=True)
        axes.grid(axis="x", color=theme.faint, linewidth=0.8)
        axes.set_axisbelow(True)

    return draw(folder, stack, caption, theme, _BAR_INCHES * len(rows) + _AXIS_INCHES, plot, stack.parts)


def _parts(axes: Axes, stack: Stack, rows: tuple[tuple[str, tuple[int, ...]], ...], theme: Theme) -> None:
    widest = max((sum(numbers) for _, numbers in rows), default=0) or 1
    begun = [0] * len(rows)
    for index, part in enumerate(stack.parts):
        colour = theme.figures[index % len(theme.figures)]
        numbers = [each[index] for _, each in rows]
        axes.barh(range(len(rows)), numbers, left=begun, height=_BAR_HEIGHT, color=colour, label=part)
        for place, (start, number) in enumerate(zip(begun, numbers, strict=True)):
            if number >= widest * _LABEL_ROOM:
                look: dict[str, Any] = {"ha": "center", "va": "center", "font": font(SMALL), "color": theme.ground}
                axes.text(start + number / 2, place, str(number), **look)
        begun = [start + number for start, number in zip(begun, numbers, strict=True)]


def _words(axes: Axes, rows: tuple[tuple[str, tuple[int, ...]], ...], theme: Theme) -> None:
    """A name at the left and the total at the right, above each bar; the first row on top."""
    row_words(axes, [(name, str(sum(numbers))) for name, numbers in rows], _NAME_ABOVE, theme)
