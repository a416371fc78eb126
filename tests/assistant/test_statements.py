"""What a sentence states: numbers in any spelling, names, quotes, clauses."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.statements import Amount, statements


def amount(value: str, unit: str) -> Amount:
    return Amount(Decimal(value), unit, Decimal(0))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("过2000亿元", "过两千亿元"),
        ("新增70家", "新增七十家"),
        ("1.2亿元", "12000万元"),
        ("5%", "百分之五"),
        ("2021年", "二〇二一年"),
        ("1.2亿元", "一亿二千万元"),
        ("305人", "三百零五人"),
        ("１０家", "10家"),
        ("1,234.5亿元", "1234.5亿元"),
    ],
)
def test_two_spellings_of_one_amount_state_the_same(one: str, other: str) -> None:
    assert set(statements(one).amounts) == set(statements(other).amounts)


@pytest.mark.parametrize(("text", "unit"), [("4个", "个"), ("4家", "家"), ("4%", "%"), ("4个百分点", "个百分点")])
def test_the_unit_is_part_of_the_statement(text: str, unit: str) -> None:
    assert statements(text).amounts == (amount("4", unit),)


def test_names_quotes_clauses_and_marks_are_told_apart() -> None:
    found = statements("按《实施方案》（鲁发改高技〔2020〕194号）三（四），实行“一企一策”[2]，第五条。")
    assert found.names == {"实施方案", "鲁发改高技[2020]194号"}
    assert found.quotes == {"一企一策"}
    assert found.clauses == {"三(四)", "第五条"}
    assert found.marks == {2}
    assert found.amounts == ()


def test_list_ordinals_and_a_lone_one_are_no_statements() -> None:
    assert statements("1. 济南\n2. 青岛\n实行一企一策，每家一个台账").amounts == ()


@given(st.integers(min_value=0, max_value=10**9), st.sampled_from(["亿元", "万元", "家", "个", "人", "%"]))
def test_every_written_number_is_found(value: int, unit: str) -> None:
    assert Decimal(value) in {found.written for found in statements(f"合计为{value}{unit}。").amounts}


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    statements(text)
