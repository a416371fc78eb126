"""Charts as PNG files: drawn with a Simplified Chinese font that comes as a package, readable on a phone."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from stats_tools.operations.results import Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

_SIZE_INCHES = (8.0, 4.8)
_DPI = 150
_COLOURS = ("#1f5fa8", "#d1495b", "#2e8b57", "#b07d12", "#6a4c93", "#0f8b8d", "#8d5524")
_MOST_LABELLED = 2
"""Lines whose points carry their values; more would overlap."""
_LEGEND_COLUMNS = 4
_CROWDED = 8
"""Labels on the time axis from which on they are written aslant."""


def draw_lines(series: Series, folder: Path, *, title: str, mark: str = "") -> Path:
    """The path of a PNG (1200 × 720 pixels) with one line a name; the same series gives the same file.

    Args:
        series: what to draw.
        folder: where the file goes; made where it does not exist.
        title: above the picture.
        mark: words across the picture, such as that the figures are synthetic; empty for none.
    """
    path = folder / f"{hashlib.sha256(repr((series, title, mark)).encode()).hexdigest()[:16]}.png"
    if path.exists():
        return path
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE_INCHES, dpi=_DPI, layout="constrained", facecolor="white")
    axes = figure.add_subplot()
    _lines(axes, series)
    _frame(axes, series, title)
    if len(series.lines) > 1:
        figure.legend(prop=font(10), frameon=False, loc="outside lower center", ncols=_LEGEND_COLUMNS)
    if mark:
        figure.text(0.5, 0.5, mark, font=font(30), color="#999999", alpha=0.35, ha="center", va="center", rotation=18)
    folder.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    figure.savefig(partial, format="png")
    partial.replace(path)
    return path


def _lines(axes: Axes, series: Series) -> None:
    for index, (name, points) in enumerate(series.lines):
        held = [(position, point) for position, point in enumerate(points) if point is not None]
        places, values = [position for position, _ in held], [float(point.value) for _, point in held]
        axes.plot(places, values, color=_COLOURS[index % len(_COLOURS)], marker="o", linewidth=2.2, label=name)
        for position, point in held if len(series.lines) <= _MOST_LABELLED else ():
            place = (position, float(point.value))
            axes.annotate(point.number, place, xytext=(0, 8), textcoords="offset points", ha="center", font=font(10))


def _frame(axes: Axes, series: Series, title: str) -> None:
    slant = 45 if len(series.labels) > _CROWDED else 0
    axes.set_xticks(range(len(series.labels)), series.labels, font=font(11), rotation=slant)
    for label in axes.get_yticklabels():
        label.set_fontproperties(font(11))
    axes.set_ylabel(series.unit, font=font(12))
    axes.set_title(title, font=font(15), pad=12)
    axes.margins(y=0.18)
    axes.grid(axis="y", color="#dddddd", linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)


@cache
def font(size: float) -> FontProperties:
    """Noto Sans SC in a size, points."""
    from matplotlib.font_manager import FontProperties
    from pylopdf_fonts_zh_cn import sans_path

    return FontProperties(fname=sans_path(), size=size)
