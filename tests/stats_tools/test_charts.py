"""Charts that come with a trend: real glyphs, the sample mark, one file for one series."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from matplotlib.ft2font import FT2Font
from pylopdf_fonts_zh_cn import sans_path

from prompts import Wording
from stats_tools.amounts import Amount
from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.charts import draw_lines
from stats_tools.operations.results import Finding, Series
from stats_tools.registry import Registry

POINTS = (Amount(Decimal("652.58"), "亿元"), None, Amount(Decimal("781"), "亿元"))
SERIES = Series(Finding("chart_title"), "亿元", ("2019", "2020", "2021"), (("青岛节能环保", POINTS),))


def test_a_series_becomes_a_picture_of_a_phone_s_width(tmp_path: Path) -> None:
    picture = draw_lines(SERIES, tmp_path / "charts", title="青岛节能环保主营业务收入走势").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") == 1200


def test_the_same_series_is_the_same_file_and_the_sample_mark_another(tmp_path: Path) -> None:
    first = draw_lines(SERIES, tmp_path, title="走势")
    assert draw_lines(SERIES, tmp_path, title="走势") == first
    assert draw_lines(SERIES, tmp_path, title="走势", mark="示例数据") != first


def test_the_font_has_a_glyph_for_every_character_that_is_drawn() -> None:
    characters = {character for cluster in Registry.load().clusters for character in cluster.short_name}
    characters |= {character for each in IndicatorCatalogue.load().everything for character in each.name + each.unit}
    characters |= set(Wording.load().say("metric.chart_sample")) | set("单季全年累计期末同比增速走势（）0123456789.-%")
    known = FT2Font(str(sans_path())).get_charmap()
    assert {character for character in characters if ord(character) not in known} == set()
