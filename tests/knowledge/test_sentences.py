"""Sentences, statements and sub-claims keep their exact places."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.sentences import Span, sentences, statements, subclaims

CUTS = (sentences, statements, subclaims)
_chinese = st.text(alphabet="集群发展，。；：、“”（）《》！？\n 3.,;abc…")


def words(cut: Callable[[str], tuple[Span, ...]], text: str) -> list[str]:
    return [span.of(text) for span in cut(text)]


def test_a_sentence_ends_at_its_mark_and_keeps_it() -> None:
    text = "设立产业投资基金。推动纳入“白名单”。\n鼓励社会资本投入"
    assert words(sentences, text) == ["设立产业投资基金。", "推动纳入“白名单”。", "鼓励社会资本投入"]


def test_a_closing_quotation_mark_stays_with_the_sentence_it_closes() -> None:
    assert words(sentences, "他说：“可以。”然后走了。") == ["他说：“可以。”", "然后走了。"]


def test_decimal_points_and_thousands_commas_cut_nothing() -> None:
    assert words(subclaims, "增长3.5%，达到1,000亿元。") == ["增长3.5%，", "达到1,000亿元。"]


def test_statements_end_at_semicolons_but_not_inside_brackets() -> None:
    text = "提升两个集群；推动五个集群（烟台；临沂）。"
    assert words(statements, text) == ["提升两个集群；", "推动五个集群（烟台；临沂）。"]


def test_subclaims_end_at_commas_but_lists_stay_together() -> None:
    text = "对管理不善、产业松散的集群予以退出，对成效显著的集群推广。"
    assert words(subclaims, text) == ["对管理不善、产业松散的集群予以退出，", "对成效显著的集群推广。"]


def test_quoted_commas_cut_nothing() -> None:
    assert words(subclaims, "实行“一企，一策”，解决困难。") == ["实行“一企，一策”，", "解决困难。"]


def test_english_sentences_are_cut_at_full_stops_before_white_space() -> None:
    assert words(sentences, "See example.com first. Then ask!") == ["See example.com first.", "Then ask!"]


@pytest.mark.parametrize("cut", CUTS)
@given(text=_chinese | st.text())
def test_spans_are_in_order_apart_trimmed_and_leave_nothing_visible_out(
    cut: Callable[[str], tuple[Span, ...]], text: str
) -> None:
    spans = cut(text)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(span.start < span.end and span.of(text) == span.of(text).strip() for span in spans)
    covered = {position for span in spans for position in range(span.start, span.end)}
    assert all(character.isspace() for position, character in enumerate(text) if position not in covered)
