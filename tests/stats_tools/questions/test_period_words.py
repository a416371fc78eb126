"""How periods are written, and what they come to when the newest figures are those of 2021年三季度."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stats_tools.periods import Basis, Period
from stats_tools.understanding.passage import Passage
from stats_tools.understanding.periods import PeriodReader, PeriodReading
from stats_tools.understanding.problems import ProblemKind, UnreadableError

READER = PeriodReader()
NEWEST = Period(2021, 3)


def read(text: str, default_year: int | None = None) -> PeriodReading:
    passage = Passage(text)
    READER.mark(passage)
    return READER.read(passage, NEWEST, default_year)


def codes(text: str) -> list[str]:
    return [str(period) for period in read(text).periods]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021Q2", ["2021Q2"]),
        ("2021年二季度", ["2021Q2"]),
        ("２０２１年第２季度", ["2021Q2"]),
        ("二零二一年上半年", ["2021Q2"]),
        ("21年上半年", ["2021Q2"]),
        ("2021年1-6月", ["2021Q2"]),
        ("2021年一至九月", ["2021Q3"]),
        ("2021-06", ["2021Q2"]),
        ("2021年9月底", ["2021Q3"]),
        ("前三季度", ["2021Q3"]),
        ("2020年末", ["2020Q4"]),
        ("2020年度", ["2020Q4"]),
        ("去年", ["2020Q4"]),
        ("去年上半年", ["2020Q2"]),
        ("今年", ["2021Q3"]),
        ("上季度", ["2021Q2"]),
        ("去年同期", ["2020Q3"]),
        ("最近四个季度", ["2020Q4", "2021Q1", "2021Q2", "2021Q3"]),
        ("近三年", ["2018Q4", "2019Q4", "2020Q4"]),
        ("2019到2021年", ["2019Q4", "2020Q4", "2021Q4"]),
        ("2019年以来", ["2019Q4", "2020Q4"]),
        ("2020年四季度至2021年二季度", ["2020Q4", "2021Q1", "2021Q2"]),
        ("2020和2021年上半年", ["2020Q2", "2021Q2"]),
        ("2021年一季度和二季度", ["2021Q1", "2021Q2"]),
        ("2020年各季度", ["2020Q1", "2020Q2", "2020Q3", "2020Q4"]),
        ("2021年下半年", ["2021Q3", "2021Q4"]),
        ("the first half of 2021", ["2021Q2"]),
        ("Q3 2020", ["2020Q3"]),
        ("end 2020", ["2020Q4"]),
        ("两千零二十年", ["2020Q4"]),
        ("二千零一十九年上半年", ["2019Q2"]),
        ("2020年末季", ["2020Q4"]),
        ("首季度", ["2021Q1"]),
        ("营收20比19少了多少", ["2020Q4", "2019Q4"]),
        ("at the end of 2020", ["2020Q4"]),
        ("营收过2000亿元", []),
        ("前三名", []),
    ],
)
def test_a_period_is_read_as_officials_mean_it(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    "text", ["2021年五季度", "2021年第九季度", "2021Q7", "2021年13月", "2021年2月末", "2021年2月30日"]
)
def test_a_period_that_does_not_exist_is_told(text: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(text)
    assert caught.value.problem.kind is ProblemKind.BAD_PERIOD


def test_a_range_that_runs_backwards_is_told() -> None:
    with pytest.raises(UnreadableError) as caught:
        read("2021年到2019年")
    assert caught.value.problem.kind is ProblemKind.REVERSED_RANGE


def test_words_relative_to_the_newest_figures_are_said() -> None:
    assert [(each.kind, each.said, each.meaning) for each in read("去年").assumptions] == [
        ("relative_period", "去年", "2020")
    ]


def test_a_quarter_by_its_number_leaves_open_whether_it_is_cumulative() -> None:
    assert [each.kind for each in read("2021年二季度").assumptions] == ["quarter_as_ytd"]
    assert not read("2021年二季度末").assumptions


def test_a_part_without_a_year_takes_the_year_of_the_conversation() -> None:
    assert [str(period) for period in read("上半年呢", default_year=2019).periods] == ["2019Q2"]
    assert [each.kind for each in read("上半年").assumptions] == ["assumed_year"]


def test_successive_single_quarters_are_meant_by_the_last_n_quarters() -> None:
    assert read("最近四个季度").basis is Basis.QUARTER


FORMS = [
    "{y}Q{q}",
    "{y}年{c}季度",
    "{y}年第{q}季度",
    "{y}年{c}季度末",
    "{y}年{m}月末",
    "{y}年1-{m}月",
    "{y}-{m:02d}",
]


@given(st.integers(2000, 2099), st.integers(1, 4), st.sampled_from(FORMS))
def test_every_way_to_write_a_quarter_is_read_back(year: int, quarter: int, form: str) -> None:
    text = form.format(y=year, q=quarter, c="一二三四"[quarter - 1], m=quarter * 3)
    assert codes(text) == [f"{year}Q{quarter}"]


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_told(text: str) -> None:
    with suppress(UnreadableError):
        assert all(1990 <= period.year <= 2100 for period in read(text).periods)


@pytest.mark.parametrize(
    ("text", "quarter"),
    [
        ("2021年4到6月", "2021Q2"),
        ("21年4-6月份", "2021Q2"),
        ("去年四至六月", "2020Q2"),
        ("2020年7月到9月", "2020Q3"),
        ("2020年10—12月", "2020Q4"),
        ("2020年十月至十二月", "2020Q4"),
    ],
)
def test_months_that_are_exactly_a_quarter_are_that_quarter_by_itself(text: str, quarter: str) -> None:
    reading = read(text)
    assert ([str(period) for period in reading.periods], reading.basis) == ([quarter], Basis.QUARTER)


@pytest.mark.parametrize(("text", "quarter"), [("2021年1到6月", "2021Q2"), ("2010-12月", "2010Q4")])
def test_months_from_january_and_a_month_after_a_year_are_no_single_quarter(text: str, quarter: str) -> None:
    reading = read(text)
    assert ([str(period) for period in reading.periods], reading.basis) == ([quarter], None)


def half_said(text: str) -> list[str]:
    passage = Passage(text)
    READER.mark(passage)
    READER.mark_half_said(passage, date(2021, 11, 1))
    reading = READER.read(passage, NEWEST, None)
    assert all(each.kind == "short_year" for each in reading.assumptions)
    return [str(period) for period in reading.periods]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("利润21", ["2021Q4"]),
        ("济南营收20呢", ["2020Q4"]),
        ("21济南营收", ["2021Q4"]),
        ("挣钱 19、20", ["2019Q4", "2020Q4"]),
    ],
)
def test_a_year_of_two_digits_is_one_where_no_other_period_is_said(text: str, expected: list[str]) -> None:
    assert half_said(text) == expected


@pytest.mark.parametrize(
    "text", ["营收前20", "利润超20", "20家企业", "营收20亿", "增长20%", "第21名", "20.5", "120", "top 20", "20人"]
)
def test_a_number_that_counts_something_is_no_year(text: str) -> None:
    assert half_said(text) == []
