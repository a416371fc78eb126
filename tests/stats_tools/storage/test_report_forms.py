from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stats_tools.cell_addresses import address, position
from stats_tools.importing.issues import IssueCode
from stats_tools.importing.layout import ReportLayout
from stats_tools.importing.numbers import read_number
from stats_tools.importing.report_period import read_period
from stats_tools.periods import Period
from stats_tools.units import UnitTable

LAYOUT = ReportLayout.load()
UNITS = UnitTable.load()

FORMS = [
    "{y}Q{q}",
    "{y}q{q}",
    "{y} Q{q}",
    "{y}-Q{q}",
    "Q{q} {y}",
    "{y}年Q{q}",
    "{y}年{c}季度",
    "{y}年第{c}季度",
    "{y}年第{q}季度",
    "{y}年{q}季度末",
    "{y}年{c}季度（累计）",
    "{y}{c}季度",
    "{y}年1-{m}月",
    "{y}年1—{m}月份",
    "{y}年1至{m}月",
    "{y}年一月到{m}月",
    "截至{y}年{m}月末",
    "{y}-{m:02}",
    "{y}/{m}",
    "{y}.{m:02}",
    "{y}年{m}月",
    "{y}{m:02}",
    "{y}-{m:02}-30",
    "{y}/{m}/30",
    "{y}年{m}月30日",
]
NAMED = {
    1: ["{y}年一季度"],
    2: ["{y}年上半年", "{y}上半年", "{y}H1", "{y}年半年度"],
    3: ["{y}年前三季度", "{y}年前3季度", "{y}年1-3季度", "{y}年一至三季度"],
    4: ["{y}年", "{y}", "{y}年度", "{y}年全年", "{y}全年", "{y}年末", "{y}年底"],
}


@given(
    period=st.builds(Period, st.integers(1990, 2100), st.integers(1, 4)),
    form=st.integers(0, len(FORMS) + 6),
    wide=st.booleans(),
    chinese=st.booleans(),
)
def test_every_way_to_write_a_period_is_read_as_that_period(
    period: Period, form: int, wide: bool, chinese: bool
) -> None:
    named = NAMED[period.quarter]
    text = (FORMS + named)[form % (len(FORMS) + len(named))].format(
        y=period.year, q=period.quarter, c="一二三四"[period.quarter - 1], m=period.quarter * 3
    )
    if chinese and text.startswith(f"{period.year}年"):
        text = "".join("〇一二三四五六七八九"[int(digit)] for digit in text[:4]) + text[4:]
    if wide:
        text = "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text)
    assert read_period(f" {text} ", LAYOUT).period == period


@given(st.text(max_size=30))
def test_any_text_is_either_a_period_or_a_named_fault(text: str) -> None:
    reading = read_period(text, LAYOUT)
    assert (reading.period is None) == (reading.fault is not None)


@given(st.integers(1990, 2100), st.integers(1, 12).filter(lambda month: month % 3 != 0))
def test_a_month_inside_a_quarter_is_never_rounded_to_its_end(year: int, month: int) -> None:
    assert read_period(f"{year}年{month}月", LAYOUT).fault is IssueCode.PERIOD_NOT_QUARTER_END


@given(
    st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False),
    st.sampled_from(["{:f}", "{:,f}", " {:f} ", "{:+,f}", "{:.3E}"]),
    st.booleans(),
)
def test_a_number_is_read_exactly_however_it_is_grouped_spaced_or_widened(
    number: Decimal, form: str, wide: bool
) -> None:
    written = form.format(number)
    expected = Decimal(written.replace(",", "").strip())
    if wide:
        written = "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in written)
    assert read_number(written, LAYOUT.no_value).number == expected


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9))
def test_a_workbook_number_is_read_as_the_fifteen_digits_excel_shows(number: float) -> None:
    assert read_number(number, LAYOUT.no_value).number == Decimal(f"{number:.15g}")


def test_binary_noise_of_a_spreadsheet_does_not_reach_the_statistics() -> None:
    assert read_number(0.1 + 0.2, LAYOUT.no_value).number == Decimal("0.3")


@given(st.text(max_size=20))
def test_any_text_is_a_number_no_value_or_a_named_fault(text: str) -> None:
    reading = read_number(text, LAYOUT.no_value)
    assert reading.fault is None or reading.number is None


@pytest.mark.parametrize("text", ["(12.5)", "（12.5）", "-12.5", "－12.5", "−12.5"])
def test_a_negative_number_may_be_written_as_accountants_do(text: str) -> None:
    assert read_number(text, LAYOUT.no_value).number == Decimal("-12.5")


@given(
    st.sampled_from([unit.name for dimension in UNITS.dimensions for unit in dimension.units]),
    st.sampled_from([unit.name for dimension in UNITS.dimensions for unit in dimension.units]),
)
def test_units_convert_there_and_back_exactly(one: str, other: str) -> None:
    there, back = UNITS.factor(one, other), UNITS.factor(other, one)
    assert (there is None) == (back is None) == (other not in UNITS.alike(one))
    if there is not None and back is not None:
        assert there * back == 1


@given(st.integers(0, 1_048_575), st.integers(0, 16_383))
def test_a_cell_address_names_one_cell(row: int, column: int) -> None:
    assert position(address(row, column)) == (row, column)
