"""Charts as PNG files for a phone: lines over time, bars of a ranking, progress towards targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import inf, nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stats_tools.amounts import Amount
from stats_tools.chart_canvas import LIGHT, MEDIUM, SMALL, Caption, Theme, draw, font, row_words
from stats_tools.operations.results import Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Points = tuple[Amount | None, ...]
MOST_BARS = 20
"""A ranking is drawn down to so many rows; a taller picture would have to be scrolled."""
MOST_LINES = 7
"""Lines drawn; of more than there are colours none could be told from another."""
_LINES_INCHES = 4.6
_BAR_INCHES = 0.62
_AXIS_INCHES = 0.9
_MOST_LABELLED = 2
"""Lines whose points carry their values; more would overlap."""
_MOST_POINTS = 6
"""Points of a line that carry their values; of more the first, the last and the extremes do."""
_CROWDED = 5
"""Labels on the time axis from which on they are written aslant."""
_MOST_TICKS = 12
_MOST_NUMBERS = 5
"""Numbers on the axis below bars; each may have seven digits and more."""
_BAR_HEIGHT = 0.34
_NAME_ABOVE = 0.24
_WHOLE = 100.0
_TRACK_ROOM = 1.02


@dataclass(frozen=True, slots=True)
class Bars:
    """Rows to draw as bars, from top to bottom; names and figures in one unit."""

    unit: str
    rows: tuple[tuple[str, Amount], ...]


@dataclass(frozen=True, slots=True)
class Goal:
    """A target and how far it is reached: percent of it, at least 0, and the words for both."""

    name: str
    percent: Decimal
    words: str


def draw_lines(series: Series, folder: Path, caption: Caption, theme: Theme = LIGHT) -> Path:
    """The path of a PNG with one line a name over time, broken where a figure is missing.

    Args:
        series: what to draw.
        folder: where the file goes.
        caption: the words around it.
        theme: its colours.
    """
    drawn = leading(series)
    names = [name for name, _ in drawn.lines] if len(drawn.lines) > 1 else []

    def plot(axes: Axes) -> None:
        _lines(axes, drawn, theme)
        _time_axis(axes, drawn, theme)

    return draw(folder, drawn, caption, theme, _LINES_INCHES, plot, names)


def leading(series: Series) -> Series:
    """The lines of a series that are drawn, in its order: of more than :data:`MOST_LINES` those that end highest."""
    if len(series.lines) <= MOST_LINES:
        return series
    ends = {name: next((float(each.value) for each in reversed(held) if each), -inf) for name, held in series.lines}
    kept = sorted(ends, key=lambda name: -ends[name])[:MOST_LINES]
    return replace(series, lines=tuple(line for line in series.lines if line[0] in kept))


def _lines(axes: Axes, series: Series, theme: Theme) -> None:
    from matplotlib.patheffects import withStroke

    for index, (name, points) in enumerate(series.lines):
        held = [(position, point) for position, point in enumerate(points) if point is not None]
        values = [nan if point is None else float(point.value) for point in points]
        colour = theme.figures[index % len(theme.figures)]
        axes.plot(range(len(values)), values, color=colour, marker="o", markersize=7, linewidth=3, label=name)
        others = [points for place, (_, points) in enumerate(series.lines) if place != index]
        for position, point in _labelled(held) if len(series.lines) <= _MOST_LABELLED else ():
            place = (position, float(point.value))
            above = _is_label_above(position, points, others)
            offset, side = ((0, 10), "bottom") if above else ((0, -10), "top")
            look: dict[str, Any] = {"ha": "center", "va": side, "font": font(SMALL), "color": colour}
            halo = [withStroke(linewidth=4, foreground=theme.ground)]
            axes.annotate(point.number, place, xytext=offset, textcoords="offset points", path_effects=halo, **look)


def _is_label_above(position: int, points: Points, others: Sequence[Points]) -> bool:
    """Whether a point's value is written above it: away from the other line, or else from its own."""
    own = points[position]
    beside = [line[position] for line in others]
    if not any(beside):
        beside = [points[place] for place in (position - 1, position + 1) if 0 <= place < len(points)]
        return not all(each is None or (own is not None and own.value < each.value) for each in beside) or not any(
            beside
        )
    return all(each is None or (own is not None and own.value >= each.value) for each in beside)


def _labelled(held: list[tuple[int, Amount]]) -> list[tuple[int, Amount]]:
    """The points that carry their values."""
    if len(held) <= _MOST_POINTS:
        return held
    high, low = max(held, key=lambda each: each[1].value), min(held, key=lambda each: each[1].value)
    return list(dict.fromkeys((held[0], high, low, held[-1])))


def _time_axis(axes: Axes, series: Series, theme: Theme) -> None:
    step = -(-len(series.labels) // _MOST_TICKS)
    places = range(0, len(series.labels), step)
    slanted: dict[str, Any] = {"rotation": 40, "ha": "right", "rotation_mode": "anchor"}
    labels = [series.labels[place] for place in places]
    axes.set_xticks(places, labels, **(slanted if len(places) > _CROWDED else {}))
    axes.set_ylabel(series.unit, font=font(MEDIUM), color=theme.letters, rotation=0, y=1.02, ha="right")
    axes.margins(x=0.08, y=0.2)
    axes.ticklabel_format(axis="y", style="plain", useOffset=False)
    axes.grid(axis="y", color=theme.faint, linewidth=0.8)
    axes.set_axisbelow(True)


def draw_bars(bars: Bars, folder: Path, caption: Caption, theme: Theme = LIGHT) -> Path:
    """The path of a PNG with one horizontal bar a row, its name and figure above it; losses go to the left.

    Args:
        bars: what to draw, at most :data:`MOST_BARS` rows of it.
        folder: where the file goes.
        caption: the words around it.
        theme: its colours.
    """
    rows = bars.rows[:MOST_BARS]

    def plot(axes: Axes) -> None:
        values = [float(amount.value) for _, amount in rows]
        colours = [theme.loss if value < 0 else theme.figures[0] for value in values]
        axes.barh(range(len(rows)), values, height=_BAR_HEIGHT, color=colours)
        axes.axvline(0, color=theme.faint, linewidth=1.2)
        row_words(axes, [(name, amount.number) for name, amount in rows], _NAME_ABOVE, theme)
        axes.set_xlabel(bars.unit, font=font(MEDIUM), color=theme.letters)
        axes.locator_params(axis="x", nbins=_MOST_NUMBERS)
        axes.ticklabel_format(axis="x", style="plain", useOffset=False)
        axes.grid(axis="x", color=theme.faint, linewidth=0.8)
        axes.set_axisbelow(True)

    return draw(folder, bars, caption, theme, _BAR_INCHES * len(rows) + _AXIS_INCHES, plot)


def draw_progress(goals: tuple[Goal, ...], folder: Path, caption: Caption, axis: str, theme: Theme = LIGHT) -> Path:
    """The path of a PNG with one bar a target, filled as far as it is reached.

    Args:
        goals: the targets.
        folder: where the file goes.
        caption: the words around it.
        axis: what the axis measures, with its unit.
        theme: its colours.
    """

    def plot(axes: Axes) -> None:
        reached = [float(goal.percent) for goal in goals]
        places = range(len(goals))
        axes.barh(places, [_WHOLE] * len(goals), height=_BAR_HEIGHT, color=theme.track)
        colours = [theme.figures[2] if value >= _WHOLE else theme.figures[0] for value in reached]
        axes.barh(places, reached, height=_BAR_HEIGHT * 0.8, color=colours)
        ends = [place - _BAR_HEIGHT / 2 for place in places], [place + _BAR_HEIGHT / 2 for place in places]
        axes.vlines([_WHOLE] * len(goals), *ends, color=theme.letters, linewidth=2.5)
        row_words(axes, [(goal.name, goal.words) for goal in goals], _NAME_ABOVE, theme)
        axes.set_xlim(0, max(_WHOLE, *reached) * _TRACK_ROOM)
        axes.set_xlabel(axis, font=font(MEDIUM), color=theme.letters)

    return draw(folder, (goals, axis), caption, theme, _BAR_INCHES * 1.2 * len(goals) + _AXIS_INCHES, plot)
