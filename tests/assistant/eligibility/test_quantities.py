"""Quantities as people say them: read exactly, told back in words that read the same."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.assistant.eligibility.quantities import Interval, QuantityLanguage, spoken_number
from stats_tools.understanding.passage import normal

LANGUAGE = QuantityLanguage.load()
TENS_OF_THOUSANDS = st.integers(min_value=1, max_value=99_999_999)
DIMENSIONS = st.sampled_from(sorted(LANGUAGE.units))


@pytest.mark.parametrize(
    ("said", "value", "dimension"),
    [
        ("一亿二", "120000000", ""),
        ("1亿2", "120000000", ""),
        ("1.2亿", "120000000", ""),
        ("12000万元", "120000000", "money"),
        ("一亿二千万元", "120000000", "money"),
        ("1亿2000万", "120000000", ""),
        ("一亿零五百万", "105000000", ""),
        ("两个亿", "200000000", ""),
        ("半个亿", "50000000", ""),
        ("两个半亿", "250000000", ""),
        ("零点五亿", "50000000", ""),
        ("三万五", "35000", ""),
        ("1,200万元", "12000000", "money"),
        ("１．２亿元", "120000000", "money"),
        ("壹亿贰仟万元", "120000000", "money"),
        ("百分之六", "6", "share"),
        ("六个点", "6", "share"),
        ("6.5%", "6.5", "share"),
        ("八成", "80", "share"),
        ("三年半", "3.5", "years"),
        ("60名", "60", "persons"),
        ("2000㎡", "2000", "area"),
        ("-500万元", "-5000000", "money"),
        ("负五百万元", "-5000000", "money"),
        ("120 million yuan", "120000000", "money"),
        ("1.2 billion yuan", "1200000000", "money"),
        ("6 percent", "6", "share"),
    ],
)
def test_a_quantity_is_read_exactly(said: str, value: str, dimension: str) -> None:
    quantity = LANGUAGE.read(said)
    assert quantity is not None
    assert (quantity.interval.value, quantity.dimension) == (Decimal(value), dimension)


@pytest.mark.parametrize("said", ["", "亿", "万", "几千万", "十几个", "1亿2亿", "2020年", "2020—2021年", "营收", "点"])
def test_what_is_no_quantity_is_not_read(said: str) -> None:
    assert LANGUAGE.read(said) is None


@given(TENS_OF_THOUSANDS)
@example(12_000)
def test_every_spelling_of_an_amount_means_the_same(thousands: int) -> None:
    value = Decimal(thousands) * 10_000
    spellings = (f"{thousands}万元", f"{value}元", f"{Decimal(thousands) / 10_000}亿元", f"{thousands:,}万元")
    read = [LANGUAGE.read(spelling) for spelling in spellings]
    assert {quantity and quantity.interval.value for quantity in read} == {value}


@example(Decimal("1000000000000.01"), "money")
@given(st.decimals(min_value=0, max_value=10**13, places=2), DIMENSIONS)
def test_what_is_told_reads_the_same(value: Decimal, dimension: str) -> None:
    assume(dimension != "years" or value < 1900)  # 2019年 is a year, not so many years
    told = LANGUAGE.told(Interval.exactly(value), dimension)
    quantity = LANGUAGE.read(told)
    assert quantity is not None, told
    assert (quantity.interval.value, quantity.dimension) == (value, dimension)


@given(st.decimals(min_value=0, max_value=1899, places=1), st.sampled_from(["ge", "gt", "le", "lt"]))
def test_a_bound_reads_the_same(value: Decimal, comparison: str) -> None:
    low, high = (value, None) if comparison in ("ge", "gt") else (None, value)
    interval = Interval(low, high, comparison == "gt", comparison == "lt")
    quantity = LANGUAGE.read(LANGUAGE.told(interval, "years"))
    assert quantity is not None
    assert quantity.interval == interval


@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 100))
def test_a_bound_decides_only_what_holds_for_every_value(low: int, width: int, bound: int) -> None:
    interval = Interval(Decimal(low), Decimal(low + width))
    truths = {value >= bound for value in range(low, low + width + 1)}
    assert interval.satisfies("ge", Decimal(bound)) == (truths.pop() if len(truths) == 1 else None)
    opposite = interval.satisfies("lt", Decimal(bound))
    assert opposite is (
        None if interval.satisfies("ge", Decimal(bound)) is None else not interval.satisfies("ge", Decimal(bound))
    )


@pytest.mark.parametrize(
    ("said", "op", "bound", "decided"),
    [
        ("超过3年", "gt", 3, True),
        ("超过3年", "ge", 4, None),
        ("不到3年", "ge", 3, False),
        ("不到3年", "lt", 3, True),
        ("不超过3年", "gt", 3, False),
        ("不超过3年", "ge", 3, None),
        ("3年以上", "ge", 3, True),
        ("2年至4年", "ge", 3, None),
        ("五十多年", "gt", 50, True),
    ],
)
def test_a_bound_is_kept_as_a_bound(said: str, op: str, bound: int, decided: bool | None) -> None:
    quantity = LANGUAGE.read(said)
    assert quantity is not None
    assert quantity.interval.satisfies(op, Decimal(bound)) is decided


@example("0到0万")
@given(st.text(alphabet="0123456789.,一二三十百千万亿点半零个元%年-负至 到几多", max_size=14))
def test_any_text_can_be_searched(text: str) -> None:
    folded = normal(text)
    for quantity in LANGUAGE.find(folded):
        assert 0 <= quantity.start < quantity.end <= len(folded)
    spoken_number(folded)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("80来人", "80来人"),
        ("八十来号人", "80来人"),
        ("百十号人", "100来人"),
        ("百把人", "100来人"),
        ("千把人", "1000来人"),
    ],
)
def test_a_number_of_people_that_is_only_near_stays_so(text: str, told: str) -> None:
    (quantity,) = LANGUAGE.find(LANGUAGE.plainly(text))
    assert quantity.is_near
    assert LANGUAGE.told_near(quantity.interval, quantity.dimension) == told
    again = LANGUAGE.read(told)
    assert again is not None
    assert again.interval == quantity.interval


def test_a_number_that_is_only_near_decides_nothing_within_a_tenth() -> None:
    (quantity,) = LANGUAGE.find("80来人")
    verdicts = [quantity.interval.satisfies("ge", Decimal(bound)) for bound in (60, 80, 100)]
    assert verdicts == [True, None, False]
