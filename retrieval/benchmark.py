"""How well and how fast clauses are found, measured through the product's own classes."""

from __future__ import annotations

import hashlib
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.types import Clause, Document, Library
from retrieval.chunking import windows
from retrieval.hybrid import HybridSearch
from retrieval.types import Encoder, Passage
from retrieval.vector_cache import Progress


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares of questions, 0 to 1: right passage first, among the first five; and mean reciprocal rank to place 10."""

    r1: float
    r5: float
    mrr10: float


@dataclass(frozen=True, slots=True)
class RetrievalQuality:
    """The same questions answered three ways over one index."""

    questions: int
    passages: int
    fused: Quality
    dense: Quality
    lexical: Quality


@dataclass(frozen=True, slots=True)
class RetrievalSpeed:
    """Medians.

    Args:
        embed_ms: embedding a question alone.
        search_ms: a whole search for the same question, embedding included.
        embed_passages_s: embedding the index's passages alone.
        build_s: building the index with an empty cache, embedding included, libraries already imported.
    """

    embed_ms: float
    search_ms: float
    embed_passages_s: float
    build_s: float

    @property
    def search_ratio(self) -> float:
        """Search over embedding alone."""
        return self.search_ms / self.embed_ms

    @property
    def build_ratio(self) -> float:
        """Building over embedding alone."""
        return self.build_s / self.embed_passages_s


class BenchmarkError(ValueError):
    """The benchmark file is not of the expected layout."""


class ParagraphLibrary:
    """Paragraphs as documents of one clause each; implements ``knowledge.types.Library``."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self._documents = tuple(_paragraph_document(number, text) for number, text in enumerate(paragraphs))
        self._by_id = {document.doc_id: document for document in self._documents}

    def documents(self) -> tuple[Document, ...]:
        """All paragraphs, in order."""
        return self._documents

    def document(self, doc_id: str) -> Document | None:
        """One paragraph, by its number as text."""
        return self._by_id.get(doc_id)

    def clauses(self, doc_id: str) -> tuple[Clause, ...]:
        """The paragraph as its only clause."""
        document = self._by_id.get(doc_id)
        if document is None:
            return ()
        return (Clause(f"{doc_id}#1", doc_id, (), "paragraph", document.text, 0, len(document.text)),)


def measure_quality(path: Path, encoder: Encoder, progress: Progress) -> RetrievalQuality:
    """Find the paragraph of every question of a SQuAD-like file, such as CMRC 2018.

    Args:
        path: the file; read, never copied.
        encoder: what the index is made with.
        progress: told while paragraphs are embedded.

    Raises:
        BenchmarkError: the file cannot be read or has another layout.
    """
    paragraphs, questions = _squad(path)
    with tempfile.TemporaryDirectory() as folder:
        search = HybridSearch(ParagraphLibrary(paragraphs), Path(folder), encoder)
        try:
            search.ensure_current(progress)
            found = [(search.search(question, len(paragraphs)), str(right)) for question, right in questions]
        finally:
            search.close()
    return RetrievalQuality(
        questions=len(questions),
        passages=len(paragraphs),
        fused=_quality(found, lambda passage: passage.score),
        dense=_quality(found, lambda passage: passage.dense),
        lexical=_quality(found, lambda passage: passage.lexical),
    )


def measure_speed(library: Library, encoder: Encoder, questions: Sequence[str], rounds: int = 3) -> RetrievalSpeed:
    """Time searching and index building against embedding alone, in turns within one run.

    Args:
        library: what is indexed, several times over, in temporary folders.
        encoder: used for everything; loaded before anything is timed.
        questions: asked one after the other, after a first round that is not timed.
        rounds: how often the index is built.
    """
    clauses = [clause for document in library.documents() for clause in library.clauses(document.doc_id)]
    texts = [window.text for window in windows(clauses)]
    embedding: list[float] = []
    building: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        search = HybridSearch(library, Path(folder) / "warm", encoder)
        search.ensure_current()
        for number in range(rounds):
            fresh = HybridSearch(library, Path(folder) / str(number), encoder)
            building.append(_seconds(fresh.ensure_current))
            embedding.append(_seconds(lambda: encoder.passages(texts)))
        for question in questions:
            search.search(question)
        asked = [(_seconds(partial(encoder.query, q)), _seconds(partial(search.search, q))) for q in questions]
        search.close()
    return RetrievalSpeed(
        embed_ms=statistics.median(embed for embed, _ in asked) * 1000,
        search_ms=statistics.median(whole for _, whole in asked) * 1000,
        embed_passages_s=statistics.median(embedding),
        build_s=statistics.median(building),
    )


def _quality(found: Sequence[tuple[list[Passage], str]], key: Callable[[Passage], float]) -> Quality:
    ranks = np.array([_rank(passages, right, key) for passages, right in found], dtype=np.int64)
    return Quality(
        r1=_share(ranks < 1), r5=_share(ranks < 5), mrr10=float(np.mean(np.where(ranks < 10, 1 / (ranks + 1), 0)))
    )


def _rank(passages: list[Passage], right: str, key: Callable[[Passage], float]) -> int:
    """How many passages stand before the right one, all of them where it is not there; ties count against it."""
    score = next((key(passage) for passage in passages if passage.document.doc_id == right), None)
    if score is None:
        return 1_000_000
    return sum(key(passage) >= score for passage in passages if passage.document.doc_id != right)


def _share(hits: NDArray[np.bool_]) -> float:
    return float(np.mean(hits))


def _squad(path: Path) -> tuple[list[str], list[tuple[str, int]]]:
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
        paragraphs = [paragraph for article in content["data"] for paragraph in article["paragraphs"]]
        texts = [str(paragraph["context"]) for paragraph in paragraphs]
        questions = [(str(qa["question"]), i) for i, paragraph in enumerate(paragraphs) for qa in paragraph["qas"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BenchmarkError(f"{path} cannot be used: {error!r}; give a file in the layout of SQuAD") from error
    if not questions:
        raise BenchmarkError(f"{path} holds no questions; give a file in the layout of SQuAD")
    return texts, questions


def _paragraph_document(number: int, text: str) -> Document:
    return Document(
        doc_id=str(number),
        title="",
        number="",
        issuer="",
        issued=None,
        effective=None,
        expires=None,
        region="",
        status="",
        kind="original",
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
