"""Tables as pictures: as wide as a phone, a line a row, and nothing outside its column."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from stats_tools.chart_canvas import SMALL, TEXT_POINTS, Caption, cut, text_points
from stats_tools.table_picture import PictureTable, draw_table


def table(*rows: tuple[str, str, str]) -> PictureTable:
    return PictureTable(("集群", "原值", "新值"), rows, (0.6, 0.2, 0.2))


def test_a_picture_is_as_wide_as_a_phone_and_grows_with_its_rows(tmp_path: Path) -> None:
    short = draw_table(table(("烟台生物医药", "12.5", "13")), tmp_path, Caption("更正"))
    long = draw_table(table(*[("烟台生物医药", "12.5", "13")] * 9), tmp_path, Caption("更正"))
    with Image.open(short) as one, Image.open(long) as nine:
        assert one.width == nine.width == 1080
        assert nine.height > one.height


def test_the_same_table_gives_the_same_file_and_another_value_another(tmp_path: Path) -> None:
    first = draw_table(table(("烟台", "1", "2")), tmp_path, Caption("更正"))
    assert draw_table(table(("烟台", "1", "2")), tmp_path, Caption("更正")) == first
    assert draw_table(table(("烟台", "1", "3")), tmp_path, Caption("更正")) != first


def test_a_cell_too_long_for_its_column_says_that_it_goes_on() -> None:
    assert cut("烟台生物医药", SMALL, 0.4 * TEXT_POINTS) == "烟台生物医药"
    shortened = cut("烟台" * 30, SMALL, 0.2 * TEXT_POINTS)
    assert shortened.endswith("…")
    assert len(shortened) <= 7


@given(st.text("烟台a1（）", max_size=60), st.floats(2 * SMALL, TEXT_POINTS))
def test_what_is_shown_of_a_cell_begins_like_it_and_fits(text: str, width: float) -> None:
    shown = cut(text, SMALL, width)
    assert text.startswith(shown.removesuffix("…"))
    assert text_points(shown, SMALL) <= width


def test_what_looks_like_a_formula_is_drawn_as_it_is(tmp_path: Path) -> None:
    assert draw_table(table((r"$\frac$", "$1$", "2")), tmp_path, Caption("更正")).is_file()
