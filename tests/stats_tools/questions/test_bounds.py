"""Bounds and numerals as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stats_tools.metric_query import Threshold
from stats_tools.understanding.bounds import Bound, BoundReader, numeral
from stats_tools.understanding.passage import Kind, Passage
from stats_tools.units import UnitTable

READER, UNITS = BoundReader(), UnitTable.load()


def threshold(text: str, unit: str) -> Threshold | None:
    passage = Passage(text)
    READER.mark(passage)
    bounds = [token.value for token in passage.tokens(Kind.BOUND)]
    assert len(bounds) == 1
    assert isinstance(bounds[0], Bound)
    return bounds[0].threshold(unit, UNITS, falling=READER.is_falling(passage))


@pytest.mark.parametrize(
    ("text", "unit", "comparison", "value"),
    [
        ("超过1000亿", "亿元", "gt", "1000"),
        ("过两千亿元", "亿元", "gt", "2000"),
        ("过千亿", "亿元", "gt", "1000"),
        ("突破1,200亿元", "亿元", "gt", "1200"),
        ("高于15000000万元", "亿元", "gt", "1500"),
        ("不低于1.5万人", "人", "ge", "15000"),
        ("超过十万", "人", "gt", "100000"),
        ("什么时候过的20万", "人", "gt", "200000"),
        ("破千亿", "亿元", "gt", "1000"),
        ("500亿以下", "亿元", "lt", "500"),
        ("1000亿元及以上", "亿元", "ge", "1000"),
        ("不超过5%", "%", "le", "5"),
        ("高于百分之十", "%", "gt", "10"),
        ("下降超过5%", "%", "lt", "-5"),
        ("超过20", "个", "gt", "20"),
        ("over 100 billion yuan", "亿元", "gt", "1000"),
    ],
)
def test_a_bound_is_read_in_the_unit_of_its_figures(text: str, unit: str, comparison: str, value: str) -> None:
    read = threshold(text, unit)
    assert read is not None
    assert (read.comparison, read.value, read.unit) == (comparison, Decimal(value), unit)


def test_a_unit_of_another_kind_does_not_convert() -> None:
    assert threshold("超过1000人", "亿元") is None


@pytest.mark.parametrize("text", ["超过2021年", "低于三季度", "拿不到环境容量指标"])
def test_dates_and_words_are_no_bounds(text: str) -> None:
    passage = Passage(text)
    READER.mark(passage)
    assert not passage.tokens(Kind.BOUND)


@given(st.integers(1, 9999))
def test_numerals_in_digits_and_with_scales_agree(number: int) -> None:
    assert numeral(f"{number}亿") == numeral(f"{number:,}") * 10**8 == number * 10**8


@pytest.mark.parametrize("text", ["十零", "亿五", "亿零"])
def test_what_only_looks_like_a_numeral_is_none_and_no_bound(text: str) -> None:
    with pytest.raises(ValueError, match="no numeral"):
        numeral(text)
    passage = Passage(f"营收超过{text}的集群")
    READER.mark(passage)
    assert not passage.tokens(Kind.BOUND)
