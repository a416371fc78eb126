"""Tokens, windows and fusion: the small rules the search is made of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from knowledge.types import Clause
from retrieval import lexical
from retrieval.chunking import LONGEST, window_spans, windows
from retrieval.errors import IndexCorruptError
from retrieval.fusion import fused, stretched


def test_chinese_is_cut_into_bigrams_and_the_rest_into_words() -> None:
    assert lexical.tokens("产业集群2021年Q2，R&D 3.5%") == ["产业", "业集", "集群", "2021", "年", "q2", "r", "d", "3.5"]


def test_tokens_are_folded() -> None:
    assert lexical.tokens("產業鏈２０２１") == lexical.tokens("产业链2021")


@given(st.text())
def test_any_text_can_be_indexed_and_asked(text: str) -> None:
    assert all(token and not token.isspace() for token in lexical.tokens(text))


def test_scores_name_positions_and_leave_out_what_shares_nothing(tmp_path: Path) -> None:
    lexical.build(tmp_path / "index", ["企业债券", "统计季报", "债券市场的债券", "2021年"])
    index = lexical.LexicalIndex(tmp_path / "index")
    assert set(index.scores("债券")) == {0, 2}
    assert set(index.scores("2021")) == {3}
    assert index.scores("没有") == index.scores("，") == {}
    assert all(score > 0 for score in index.scores("统计债券").values())
    index.close()


@given(st.text(min_size=1, max_size=40))
def test_no_question_is_taken_for_query_syntax(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        lexical.build(path, [text, "企业债券"])
        index = lexical.LexicalIndex(path)
        assert set(index.scores(text)) >= ({0} if lexical.tokens(text) else set())
        index.close()


def test_a_file_that_is_no_index_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index").write_bytes(b"x" * 5000)
    with pytest.raises(IndexCorruptError):
        lexical.LexicalIndex(tmp_path / "index")
    with pytest.raises(IndexCorruptError):
        lexical.LexicalIndex(tmp_path / "missing")


def test_a_short_clause_is_one_window() -> None:
    clauses = [
        Clause(f"d#{n}", "d", ("一、总则",), "article", text, 0, len(text)) for n, text in enumerate(["短。", "更短"])
    ]
    assert [(window.clause, window.text) for window in windows(clauses)] == [(0, "短。"), (1, "更短")]


@given(st.lists(st.text("集群产业；，ab ", min_size=1, max_size=90).map(lambda s: s + "。"), min_size=1, max_size=12))
def test_windows_cover_the_text_in_whole_sentences(parts: list[str]) -> None:
    text = "".join(parts)
    spans = window_spans(text)
    covered = {position for span in spans for position in range(span.start, span.end)}
    assert all(character.isspace() for position, character in enumerate(text) if position not in covered)
    assert [span.start for span in spans] == sorted({span.start for span in spans})
    assert all(span.end - span.start <= LONGEST for span in spans)


def test_a_statement_too_long_for_a_window_stays_whole() -> None:
    text = "甲" * (LONGEST + 30) + "。乙。"
    assert window_spans(text)[0].of(text) == "甲" * (LONGEST + 30) + "。"


_scores = arrays(np.float32, st.integers(1, 8), elements=st.floats(-1, 50, width=32))


@given(_scores)
def test_stretched_scores_lie_between_0_and_1_and_keep_their_order(scores: np.ndarray) -> None:
    result = stretched(scores)
    assert result.min() >= 0
    assert result.max() <= 1
    assert all(result[a] <= result[b] for a in range(len(scores)) for b in range(len(scores)) if scores[a] <= scores[b])


def test_a_score_that_tells_nothing_apart_leaves_the_decision_to_the_other() -> None:
    dense = np.array([0.7, 0.9, 0.8], dtype=np.float32)
    assert np.argsort(-fused(np.zeros(3, dtype=np.float32), dense)).tolist() == [1, 2, 0]
    assert np.argsort(-fused(dense, np.full(3, 0.8, dtype=np.float32))).tolist() == [1, 2, 0]


def test_a_passage_both_ways_find_beats_one_that_only_one_way_finds() -> None:
    both = fused(np.array([5, 4, 0], dtype=np.float32), np.array([0.80, 0.89, 0.9], dtype=np.float32))
    assert both.argmax() == 1
