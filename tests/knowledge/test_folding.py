"""Folding: what a person types meets what a document prints."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from knowledge.folding import fold, folded


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("優先納入哪些項目名單？", "优先纳入哪些项目名单?"),
        ("風險補償資金池", "风险补偿资金池"),
        ("乾隆年間的乾燥技術", "乾隆年间的干燥技术"),
        ("之後", "之后"),
        ("２０２１年Ｑ２", "2021年q2"),
        ("主营业务收入（亿元）", "主营业务收入(亿元)"),
        ("鲁发改高技〔2020〕194号", "鲁发改高技[2020]194号"),
        ("鲁发改高技【2020】194号", "鲁发改高技[2020]194号"),
        ("鲁发改高技（2020）194号", "鲁发改高技[2020]194号"),
        ("方案（2020）一号", "方案(2020)一号"),
        ("  营收\t\n 排名　", "营收 排名"),
        ("营\x00收\u200b\ufeff", "营收"),
        ("「一企一策」", "“一企一策”"),
        ("", ""),
        ("\u0007", ""),
    ],
)
def test_spellings_of_one_thing_fold_to_one_text(typed: str, meant: str) -> None:
    assert fold(typed) == fold(meant) == meant


def test_chinese_stops_and_title_marks_survive() -> None:
    assert fold("《通知》。一、总则；") == "《通知》。一、总则;"


def test_simplified_text_does_not_load_the_conversion_tables_and_yet_loses_nothing_by_it() -> None:
    """Every character the shortcut lets through unconverted is one that OpenCC leaves alone too."""
    table = OpenCC("t2s")
    simplified = [chr(code) for code in range(0x4E00, 0xA000) if fold(chr(code)) == chr(code)]
    assert len(simplified) > 10_000
    assert [character for character in simplified if table.convert(character) != character] == []


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=12))
def test_folding_chinese_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_every_folded_character_points_into_the_original(text: str) -> None:
    result = folded(text)
    assert len(result.origins) == len(result.text)
    assert list(result.origins) == sorted(result.origins)
    assert all(0 <= origin < len(text) for origin in result.origins)


def test_a_match_in_folded_text_leads_back_to_the_printed_words() -> None:
    printed = "设立 產業投資基金（１００亿元）。"
    result = folded(printed)
    start = result.text.index("产业投资基金(100")
    assert printed[slice(*result.original_span(start, start + len("产业投资基金(100")))] == "產業投資基金（１００"


def test_a_span_outside_the_folded_text_is_refused() -> None:
    with pytest.raises(IndexError):
        folded("集群").original_span(0, 3)
