"""The stacked chart: every part as long as its number, in light and dark, with real glyphs and the sample mark."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from stats_tools.chart_canvas import DARK, LIGHT, Caption, Theme
from stats_tools.pipeline_chart import MOST_ROWS, draw_stack
from stats_tools.registers.query import Stack

STAGES = ("竣工", "开工", "储备", "谋划")
STACK = Stack("个", STAGES, (("烟台生物医药", (2, 4, 6, 8)), ("临沂生物医药", (0, 0, 0, 0))))


def widths(path: Path, theme: Theme) -> list[int]:
    """The most pixels in a row that each of the first four colours has."""
    picture = imread(path)[:, :, :3]
    near = (np.abs(picture - np.array(to_rgb(colour))).max(axis=2) < 0.02 for colour in theme.figures[:4])
    return [int(np.sort(each.sum(axis=1))[-8]) for each in near]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_parts_are_as_long_as_their_numbers(tmp_path: Path, theme: Theme) -> None:
    path = draw_stack(STACK, tmp_path, Caption("重大项目储备库", "来源：登记册"), theme)
    found = widths(path, theme)
    assert imread(path).shape[1] == 1080
    for width, number in zip(found, (2, 4, 6, 8), strict=True):
        assert width == pytest.approx(number * found[3] / 8, rel=0.12)


def test_the_mark_changes_the_picture_and_the_same_content_is_one_file(tmp_path: Path) -> None:
    plain = draw_stack(STACK, tmp_path, Caption("重大项目储备库"))
    marked = draw_stack(STACK, tmp_path, Caption("重大项目储备库", mark="示例数据"))
    assert plain != marked
    assert draw_stack(STACK, tmp_path, Caption("重大项目储备库")) == plain


def test_a_register_of_many_clusters_is_cut_to_what_a_phone_shows(tmp_path: Path) -> None:
    rows = tuple((f"集群{n}", (1, 1, 1, 1)) for n in range(MOST_ROWS + 9))
    full = draw_stack(Stack("个", STAGES, rows[:MOST_ROWS]), tmp_path, Caption("满"))
    assert imread(draw_stack(Stack("个", STAGES, rows), tmp_path, Caption("满"))).shape == imread(full).shape
