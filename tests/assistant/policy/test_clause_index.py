"""The index says of every row exactly what the row's text says."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.policy.clause_index import ClauseIndex, DatedIndex
from knowledge.catalogue import FolderLibrary
from knowledge.folding import fold

_LIBRARY = FolderLibrary()
_INDEX = ClauseIndex((document, _LIBRARY.clauses(document.doc_id)) for document in _LIBRARY.documents())
_PIECES = st.sampled_from(_INDEX.texts).flatmap(
    lambda text: st.integers(0, max(len(text) - 1, 0)).map(lambda at: text[at : at + 5] or "集群")
)


@given(words=_PIECES | st.text(alphabet="集群产业企业园区发展改革委银行", min_size=1, max_size=6))
def test_containing_is_what_reading_every_row_would_find(words: str) -> None:
    assert _INDEX.containing(words).tolist() == [words in text for text in _INDEX.texts]
    assert _INDEX.holds(words) or not any(words in text for text in _INDEX.texts)


def test_spans_are_those_of_the_document() -> None:
    for sentence in _INDEX.sentences:
        clause = _INDEX.clauses[sentence.clause]
        document = _INDEX.documents[_INDEX.document_of[sentence.clause]]
        assert fold(document.text[sentence.start : sentence.end]) == sentence.text
        assert clause.start <= sentence.start < sentence.end <= clause.end


def test_values_are_found_with_and_without_their_scale() -> None:
    plain, scaled = _INDEX.with_value(Decimal(1000)), _INDEX.with_value(Decimal(10) ** 11)
    assert any("1000亿元" in _INDEX.texts[row] for row in np.flatnonzero(plain))
    assert np.array_equal(scaled & plain, scaled)


def test_a_document_number_is_no_year_the_papers_speak_of() -> None:
    assert frozenset({2020, 2021}) <= _INDEX.years
    assert 2019 not in _INDEX.years


def test_an_empty_library_has_an_empty_index() -> None:
    empty = ClauseIndex(())
    assert not empty.sentences
    assert not empty.holds("集群")
    assert empty.containing("集群").tolist() == []


def test_the_index_follows_the_library(tmp_path: Path) -> None:
    library = FolderLibrary(added=tmp_path)
    current = DatedIndex(library)
    before = current.get()
    assert current.get() is before
    front = {"title": "海州市办法", "issuer": "海州市", "region": "海州市"}
    library.add("new.txt", "海州市办法\n第一条 支持鲲鹏企业。\n", front)
    assert current.get().mentions("鲲鹏")
