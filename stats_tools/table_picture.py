"""A table as a picture for a phone: for tables that would not fit on its screen as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stats_tools.chart_canvas import LIGHT, SMALL, TEXT_POINTS, Caption, Theme, cut, draw, font

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROW_INCHES = 0.36


@dataclass(frozen=True, slots=True)
class PictureTable:
    """What is drawn.

    Args:
        headers: of the columns.
        rows: of cells, as many as there are headers.
        widths: shares of the columns in the width; together 1.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


def draw_table(table: PictureTable, folder: Path, caption: Caption, theme: Theme = LIGHT) -> Path:
    """The path of a PNG with one line a row; the first columns stand left, the last two right, a long cell is cut.

    Args:
        table: at least one row.
        folder: where the file goes; made where it does not exist.
        caption: the words around it.
        theme: its colours.
    """
    lines = (table.headers, *table.rows)

    def plot(axes: Axes) -> None:
        axes.set_xlim(0, 1)
        axes.set_ylim(len(lines), 0)
        axes.set_xticks([])
        axes.set_yticks([])
        for number, cells in enumerate(lines):
            if number % 2 == 0:
                axes.axhspan(number, number + 1, color=theme.track if number else theme.faint, lw=0)
            _write_row(axes, number, cells, table.widths, theme)

    return draw(folder, table, caption, theme, _ROW_INCHES * len(lines), plot)


def _write_row(axes: Axes, number: int, cells: Sequence[str], widths: Sequence[float], theme: Theme) -> None:
    left = 0.0
    for column, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        right = column >= len(cells) - 2
        place = left + width - 0.01 if right else left + 0.01
        axes.text(
            place,
            number + 0.5,
            cut(cell, SMALL, width * TEXT_POINTS),
            font=font(SMALL),
            color=theme.letters,
            ha="right" if right else "left",
            va="center",
            parse_math=False,
        )
        left += width
