"""Charts for a phone: real glyphs, true lengths, gaps left open, the sample mark, one file for one content."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb
from matplotlib.ft2font import FT2Font
from matplotlib.image import imread
from pylopdf_fonts_zh_cn import sans_path

from prompts import Wording
from stats_tools.amounts import Amount
from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.chart_canvas import DARK, LARGE, LIGHT, SMALL, Caption, Theme, wrapped
from stats_tools.charts import MOST_BARS, MOST_LINES, Bars, Goal, draw_bars, draw_lines, draw_progress, leading
from stats_tools.operations.results import Finding, Series
from stats_tools.registry import Registry

CAPTION = Caption("青岛节能环保主营业务收入", "来源：季报.xlsx（导入#3，首次填报）。")
WORDING = Wording.load()


def _amounts(*values: str | None) -> tuple[Amount | None, ...]:
    return tuple(None if value is None else Amount(Decimal(value), "亿元") for value in values)


def _series(*values: str | None) -> Series:
    labels = tuple(str(2010 + number) for number in range(len(values)))
    return Series(Finding("chart_title"), "亿元", labels, (("青岛节能环保", _amounts(*values)),))


def _bars(*values: str) -> Bars:
    return Bars("亿元", tuple((f"第{n}个", Amount(Decimal(value), "亿元")) for n, value in enumerate(values)))


GOALS = (Goal("过1000亿元的集群", Decimal(75), "3 / 4"), Goal("新增平台", Decimal(120), "36 / 30"))
Draw = Callable[[Path, Caption, Theme], Path]
KINDS: dict[str, Draw] = {
    "lines": lambda folder, caption, theme: draw_lines(_series("1", None, "3"), folder, caption, theme),
    "bars": lambda folder, caption, theme: draw_bars(_bars("3", "2", "-1"), folder, caption, theme),
    "progress": lambda folder, caption, theme: draw_progress(GOALS, folder, caption, "完成率（%）", theme),
}


def _longest_runs(path: Path, colour: str) -> list[int]:
    """For each run of pixel rows with a colour the greatest number of its pixels in a row, from top to bottom."""
    near = np.abs(imread(path)[:, :, :3] - np.array(to_rgb(colour))).max(axis=2) < 0.02
    counts = [*near.sum(axis=1).tolist(), 0]
    runs, current = [], 0
    for count in counts:
        if count == 0 and current:
            runs.append(current)
        current = max(current, count) if count else 0
    return runs


@pytest.mark.parametrize("draw", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_a_chart_is_as_wide_as_a_phone_and_light_or_dark(tmp_path: Path, draw: Draw, theme: Theme) -> None:
    picture = imread(draw(tmp_path / "charts", CAPTION, theme))
    assert picture.shape[1] == 1080
    assert picture[0, 0, :3] == pytest.approx(np.array(to_rgb(theme.ground)), abs=0.01)


@pytest.mark.parametrize("draw", KINDS.values(), ids=KINDS)
def test_the_same_content_is_the_same_file_and_the_sample_mark_another(tmp_path: Path, draw: Draw) -> None:
    marked = Caption(CAPTION.title, CAPTION.source, "示例数据")
    paths = [draw(tmp_path, *each) for each in ((CAPTION, LIGHT), (CAPTION, LIGHT), (marked, LIGHT), (CAPTION, DARK))]
    assert paths[0] == paths[1]
    assert len(set(paths)) == 3
    assert imread(paths[0]).shape != imread(paths[2]).shape, "the mark has a line of its own"


def test_bars_are_as_long_as_their_figures_and_losses_have_their_own_colour(tmp_path: Path) -> None:
    path = draw_bars(_bars("800", "400", "-200"), tmp_path, CAPTION)
    first, second = _longest_runs(path, LIGHT.figures[0])
    (loss,) = _longest_runs(path, LIGHT.loss)
    assert first / second == pytest.approx(2, rel=0.02)
    assert second / loss == pytest.approx(2, rel=0.02)


def test_a_long_ranking_is_drawn_down_to_a_height_that_need_not_be_scrolled_far(tmp_path: Path) -> None:
    path = draw_bars(_bars(*map(str, range(200, 0, -1))), tmp_path, CAPTION)
    assert len(_longest_runs(path, LIGHT.figures[0])) == MOST_BARS


def test_a_target_is_filled_as_far_as_it_is_reached(tmp_path: Path) -> None:
    path = draw_progress(GOALS, tmp_path, CAPTION, "完成率（%）")
    (open_,), (met,) = _longest_runs(path, LIGHT.figures[0]), _longest_runs(path, LIGHT.figures[2])
    assert met / open_ == pytest.approx(120 / 75, rel=0.02)


def test_a_line_is_broken_where_a_figure_is_missing(tmp_path: Path) -> None:
    whole = _longest_runs(draw_lines(_series("5", "5", "5", "5"), tmp_path, CAPTION), LIGHT.figures[0])
    broken = _longest_runs(draw_lines(_series("5", None, None, "5"), tmp_path, CAPTION), LIGHT.figures[0])
    assert max(whole) > 700
    assert max(broken) < 100


def _named_series(*lines: tuple[str, tuple[str, ...]]) -> Series:
    labels = tuple(str(2010 + number) for number in range(len(lines[0][1])))
    return Series(Finding("chart_title"), "亿元", labels, tuple((name, _amounts(*values)) for name, values in lines))


def _plot_width(path: Path) -> int:
    """From the first to the last of the pixels that have the colour of the first line."""
    near = np.abs(imread(path)[:, :, :3] - np.array(to_rgb(LIGHT.figures[0]))).max(axis=2) < 0.02
    drawn = np.flatnonzero(near[near.shape[0] // 2 :].any(axis=0))
    return int(drawn[-1] - drawn[0])


def test_long_names_make_a_picture_taller_and_never_the_plot_narrower(tmp_path: Path) -> None:
    values = ("5", "5", "5", "5")
    short = draw_lines(_named_series(("甲", values), ("乙", ("9", "9", "9", "9"))), tmp_path, CAPTION)
    name = "聊城市智能装备关键基础零部件产业集群"
    long = draw_lines(_named_series((name, values), (name + "二", ("9", "9", "9", "9"))), tmp_path, CAPTION)
    assert _plot_width(long) == _plot_width(short)
    assert imread(long).shape[0] > imread(short).shape[0]
    bars = Bars("亿元", ((name * 3, Amount(Decimal(400), "亿元")), ("甲", Amount(Decimal(200), "亿元"))))
    assert max(_longest_runs(draw_bars(bars, tmp_path, CAPTION), LIGHT.figures[0])) > 900


def test_of_more_lines_than_colours_those_that_end_highest_are_drawn_in_their_order() -> None:
    lines = [(f"第{number}个", ("1", str(number))) for number in range(1, 12)]
    drawn = [name for name, _ in leading(_named_series(*lines)).lines]
    assert drawn == [f"第{number}个" for number in range(5, 12)]
    assert len(drawn) == MOST_LINES == len(LIGHT.figures) == len(DARK.figures)


def _drawn_characters() -> set[str]:
    characters = {character for cluster in Registry.load().clusters for character in cluster.short_name + cluster.city}
    characters |= {character for each in IndicatorCatalogue.load().everything for character in each.name + each.unit}
    said = [
        key for key in WORDING.keys if key.startswith(("chart.", "metric.chart_", "metric.source", "metric.revision"))
    ]
    for key in said:
        characters |= set(WORDING.say(key, **dict.fromkeys(WORDING.variables(key), "1")))
    return characters | set("单季全年累计期末同比增速走势（）0123456789.-%…/年上半前三季度、，；：！#QH")


def _picture_of(text: str) -> bytes:
    """The pixels of a text in the font of the charts."""
    font = FT2Font(str(sans_path()))
    font.set_size(LARGE, 72)
    font.set_text(text)
    font.draw_glyphs_to_bitmap()
    return font.get_image().tobytes()


def test_every_character_that_is_drawn_has_a_glyph_and_no_two_names_are_the_same_boxes() -> None:
    known = FT2Font(str(sans_path())).get_charmap()
    assert {character for character in _drawn_characters() if not known.get(ord(character))} == set()
    names = {cluster.short_name for cluster in Registry.load().clusters}
    assert len({_picture_of(name) for name in names}) == len(names)


@pytest.mark.filterwarnings("ignore:Glyph:UserWarning")
def test_no_character_is_drawn_as_a_missing_one_is() -> None:
    missing = _picture_of("\ue000")
    assert _picture_of("\ue001") == missing
    assert all(_picture_of(character) != missing for character in _drawn_characters() if character.strip())


@given(st.text(alphabet="烟台AB12，。）（、 .", max_size=200), st.sampled_from([SMALL, LARGE]))
def test_words_are_broken_into_lines_without_loss_and_never_before_a_closing_mark(text: str, size: float) -> None:
    lines = wrapped(text, size)
    assert "".join(lines) == text
    assert not any(line[0] in "，。）、" for line in lines[1:])


def test_a_bracket_moves_to_the_next_line_with_what_it_holds() -> None:
    assert wrapped("青岛轨道交通装备、青岛节能环保主营业务收入走势（单季）", LARGE)[1] == "（单季）"
