"""Hybrid search: bigram BM25 and dense vectors over the same clauses, fused."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from knowledge.folding import fold
from knowledge.structure import version as parser_version
from knowledge.types import Clause, Document, Library
from retrieval import chunking, lexical
from retrieval.embedding import Reranker
from retrieval.errors import REBUILD, IndexMismatchError, IndexMissingError, RetrievalError
from retrieval.fusion import fused, stretched
from retrieval.generations import Generations, Pointer, Recipe, fingerprint
from retrieval.index import OpenIndex, build, passage_text
from retrieval.types import Encoder, Passage, QuestionVector
from retrieval.vector_cache import Progress, VectorCache
from retrieval.vector_index import ChromaServer

LONGEST_QUESTION = 500
"""Characters of a question that are searched for; what comes after them is not read."""

REMEMBERED = 16
"""Questions whose vectors are kept: whoever decides about a search needs them once more right after it."""

RERANKED = 20
"""Candidates a reranker looks at, at least."""

Entry = tuple[Clause, Document]


def _no_progress(done: int, total: int) -> None: ...


class HybridSearch:
    """Finds clauses for a question; implements ``retrieval.types.PolicySearch``.

    May be used from several threads, and from several processes on one folder: builds are made one at a time into
    folders of their own, and every search notices when another index has become the current one.

    Args:
        library: the documents.
        folder: where the index lives.
        encoder: turns text into vectors; called once a question.
        reranker: decides the order of the best candidates, where given.
        server: a Chroma server to keep the vectors in, in place of the embedded store.
    """

    def __init__(
        self,
        library: Library,
        folder: Path,
        encoder: Encoder,
        reranker: Reranker | None = None,
        server: ChromaServer | None = None,
    ) -> None:
        self._library = library
        self._encoder = encoder
        self._reranker = reranker
        self._server = server
        self._generations = Generations(folder)
        self._cache = VectorCache(folder / "vectors.sqlite", encoder)
        self._recipe = Recipe(
            encoder=encoder.name,
            chunking=chunking.VERSION,
            parsing=parser_version(),
            tokens=lexical.VERSION,
            store=f"chroma server {server.host}:{server.port}" if server else "chroma embedded",
        )
        self._query = lru_cache(maxsize=REMEMBERED)(encoder.query)
        self._lock = threading.RLock()
        self._stamp: tuple[int, int] | None = None
        self._open: OpenIndex | None = None
        self._retired: OpenIndex | None = None
        self._entries: tuple[object, dict[int, Entry]] = (None, {})

    def search(self, query: str, k: int = 8, among: Collection[str] | None = None) -> list[Passage]:
        """The k best passages, best first; none for a question without any visible character.

        Clauses of a document that was changed or removed since the index was built are left out, so that every
        passage is verbatim. An index is built first where there is none.

        Raises:
            RetrievalError: the index or the model cannot be used; ``remedy`` names the command that repairs it.
        """
        question = fold(query)[:LONGEST_QUESTION]
        if not question or k < 1:
            return []
        stamp = self._generations.stamp()
        try:
            return self._found(question, k, among)
        except RetrievalError:
            # The generation may have been replaced and removed between looking it up and reading it.
            if self._generations.stamp() == stamp:
                raise
            return self._found(question, k, among)

    def vector(self, query: str) -> QuestionVector:
        """The question as the encoder sees it; one searched for a moment ago is not encoded again.

        Raises:
            EncoderUnavailableError: the model cannot be used.
        """
        return QuestionVector(self._encoder.name, self._query(fold(query)[:LONGEST_QUESTION]))

    def is_current(self) -> bool:
        """Whether the index is one of the documents as they are now; reads no vectors and loads no model.

        Raises:
            IndexMismatchError: it was made with another encoder or another version of the program.
            IndexCorruptError: the pointer file cannot be read.
        """
        pointer = self._generations.current()
        if pointer is None:
            return False
        self._refuse_mismatch(pointer)
        documents = {document.doc_id: document.sha256 for document in self._library.documents()}
        return pointer.fingerprint == fingerprint(self._recipe, documents)

    def exists(self) -> bool:
        """Whether there is an index to answer from, current or not; as cheap as ``is_current`` and raises the same."""
        pointer = self._generations.current()
        if pointer is not None:
            self._refuse_mismatch(pointer)
        return pointer is not None

    def ensure_current(self, progress: Progress = _no_progress) -> bool:
        """Build the index if it is missing or documents have changed; True where that was done.

        Only text not embedded before is embedded. Until the new index is complete the old one answers.

        Raises:
            RetrievalError: as ``is_current``, or the encoder or the store does not work.
        """
        if self.is_current():
            return False
        with self._generations.building():
            if self.is_current():
                return False
            self._build(progress)
            return True

    def embed_ahead(self, clauses: Sequence[Clause], progress: Progress = _no_progress) -> None:
        """Embed clauses that are about to come into the library, so that the index is short in following it.

        What is embedded before an interruption is kept, and nothing else has changed.

        Raises:
            RetrievalError: the encoder does not work.
        """
        with self._generations.building():
            self._cache.add([window.text for window in chunking.windows(clauses)], progress)

    def rebuild(self, progress: Progress = _no_progress) -> None:
        """Build the index anew from the documents alone, whatever state the old one is in."""
        with self._generations.building():
            self._cache.clear()
            self._build(progress)

    def verify(self) -> None:
        """Open the index and compare its files with their digests.

        Raises:
            IndexMissingError: there is none yet.
            RetrievalError: it cannot be used; ``remedy`` names the command that repairs it.
        """
        pointer = self._generations.current()
        if pointer is None:
            raise IndexMissingError("there is no index yet", REBUILD)
        self._refuse_mismatch(pointer)
        OpenIndex(self._generations, pointer, self._server).close()

    def close(self) -> None:
        """Let go of files and connections; a later search opens them again."""
        with self._lock:
            for index in (self._open, self._retired):
                if index is not None:
                    index.close()
            self._open = self._retired = self._stamp = None

    def _build(self, progress: Progress) -> None:
        build(self._generations, self._library, self._recipe, self._cache, self._server, progress)

    def _refuse_mismatch(self, pointer: Pointer) -> None:
        for aspect in ("encoder", "chunking", "parsing", "tokens", "store"):
            made, used = getattr(pointer.recipe, aspect), getattr(self._recipe, aspect)
            if made != used:
                raise IndexMismatchError(f"the index was made with {aspect} {made!r}, in use is {used!r}", REBUILD)

    def _opened(self) -> OpenIndex:
        """The current generation, opened anew when the pointer has moved."""
        with self._lock:
            stamp = self._generations.stamp()
            if self._open is not None and stamp == self._stamp:
                return self._open
            pointer = self._generations.current()
            if pointer is None:
                self.ensure_current()
                return self._opened()
            self._refuse_mismatch(pointer)
            fresh = OpenIndex(self._generations, pointer, self._server)
            if self._retired is not None:
                self._retired.close()
            # Another thread may still be reading the one before; it is closed at the next change.
            self._retired, self._open, self._stamp = self._open, fresh, stamp
            return fresh

    def _found(self, question: str, k: int, among: Collection[str] | None) -> list[Passage]:
        # The index first: one of another encoder is refused before that encoder, which may not even load, is asked.
        index = self._opened()
        scores = index.scores(question, self._query(question))
        entries = self._live(index)
        wanted_here = (i for i, (_, document) in entries.items() if among is None or document.doc_id in among)
        live = np.array(sorted(wanted_here), dtype=np.int64)
        if live.size == 0:
            return []
        fusion = fused(scores.lexical[live], scores.dense[live])
        wanted = max(k, RERANKED) if self._reranker else k
        best = np.argsort(-fusion, kind="stable")[:wanted]
        passages = [
            Passage(
                *entries[position], float(fusion[i]), float(scores.lexical[position]), float(scores.dense[position])
            )
            for i, position in zip(best, live[best], strict=True)
        ]
        return self._reranked(question, passages)[:k]

    def _live(self, index: OpenIndex) -> dict[int, Entry]:
        """The clauses that stand in the library as they stood when the index was built, by position in the index."""
        unchanged = {
            document.doc_id: document
            for document in self._library.documents()
            if index.manifest.documents.get(document.doc_id) == document.sha256
        }
        key = (index.pointer.generation, tuple(unchanged))
        known, entries = self._entries
        if known != key:
            clauses = {
                clause.clause_id: (clause, document)
                for doc_id, document in unchanged.items()
                for clause in self._library.clauses(doc_id)
            }
            entries = {i: clauses[name] for i, name in enumerate(index.manifest.clauses) if name in clauses}
            self._entries = (key, entries)
        return entries

    def _reranked(self, question: str, passages: list[Passage]) -> list[Passage]:
        if self._reranker is None or not passages:
            return passages
        scores = stretched(self._reranker.scores(question, [passage_text(passage.clause) for passage in passages]))
        order = np.argsort(-scores, kind="stable")
        return [replace(passages[i], score=float(scores[i])) for i in order]
