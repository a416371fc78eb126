"""One generation of the index: written from a library, opened for scoring."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.types import Clause, Library
from retrieval import lexical
from retrieval.chunking import windows
from retrieval.errors import REBUILD, IndexMismatchError
from retrieval.generations import Generations, Manifest, Pointer, Recipe, fingerprint
from retrieval.vector_cache import Progress, VectorCache
from retrieval.vector_index import DEEPEST, ChromaServer, VectorIndex

Scores = NDArray[np.float32]
_LEXICAL = "lexical.sqlite"
_VECTORS = "vectors"


@dataclass(frozen=True, slots=True)
class ClauseScores:
    """Raw scores of every clause of a generation, by position in its manifest; shapes (clauses,).

    Args:
        lexical: BM25, 0 where no token is shared.
        dense: best cosine over the clause's windows; where none is among the nearest, the lowest of those.
    """

    lexical: Scores
    dense: Scores


class OpenIndex:
    """A generation opened for reading; may be used from several threads.

    Raises:
        RetrievalError: its files are not as they were written, or the vector store does not answer.
    """

    def __init__(self, generations: Generations, pointer: Pointer, server: ChromaServer | None) -> None:
        self.pointer = pointer
        self.manifest: Manifest = generations.manifest(pointer)
        path = generations.path(pointer)
        self._window_clauses = np.array(self.manifest.windows, dtype=np.int64)
        with ExitStack() as opened:
            self._lexical = opened.enter_context(closing(lexical.LexicalIndex(path / _LEXICAL)))
            self._vectors = opened.enter_context(closing(VectorIndex(path / _VECTORS, server, pointer.generation)))
            self._vectors.open(len(self._window_clauses))
            # All went well: they stay open until ``close``.
            opened.pop_all()

    def scores(self, question: str, vector: Scores) -> ClauseScores:
        """Every clause's scores for a folded question and its vector.

        Raises:
            IndexMismatchError: the vector has other dimensions than those of the index.
            RetrievalError: the index can no longer be read.
        """
        if self._window_clauses.size and vector.shape != (self.manifest.dimensions,):
            reason = f"the index has {self.manifest.dimensions} dimensions, the encoder gives {vector.shape}"
            raise IndexMismatchError(reason, REBUILD)
        count = len(self.manifest.clauses)
        by_words = np.zeros(count, dtype=np.float32)
        for position, score in self._lexical.scores(question).items():
            by_words[position] = score
        found, cosines = self._vectors.nearest(vector, min(self._window_clauses.size, DEEPEST))
        by_meaning = np.full(count, cosines.min() if cosines.size else 0.0, dtype=np.float32)
        np.maximum.at(by_meaning, self._window_clauses[found], cosines)
        return ClauseScores(by_words, by_meaning)

    def close(self) -> None:
        """Let go of files and connections."""
        self._lexical.close()
        self._vectors.close()


def passage_text(clause: Clause) -> str:
    """What a clause is found by: its headings from the outermost in, then its words."""
    return "\n".join((*clause.path, clause.text))


def build(
    generations: Generations,
    library: Library,
    recipe: Recipe,
    cache: VectorCache,
    server: ChromaServer | None,
    progress: Progress,
) -> None:
    """Write a generation for all documents of the library and make it the current one; call under the build lock.

    Raises:
        RetrievalError: the encoder or the vector store does not work; the current generation stays.
    """
    documents = {document.doc_id: document.sha256 for document in library.documents()}
    clauses = [clause for doc_id in documents for clause in library.clauses(doc_id)]
    cut = windows(clauses)
    vectors = cache.vectors([window.text for window in cut], progress)
    mark = fingerprint(recipe, documents)
    path = generations.new_folder(mark)
    lexical.build(path / _LEXICAL, [passage_text(clause) for clause in clauses])
    _write_vectors(path, vectors, server)
    manifest = Manifest(
        recipe=recipe,
        documents=documents,
        clauses=[clause.clause_id for clause in clauses],
        windows=[window.clause for window in cut],
        dimensions=vectors.shape[1],
        files={},
    )
    for gone in generations.publish(path, mark, manifest):
        if server is not None:
            with closing(VectorIndex(path, server, gone)) as store:
                store.delete()


def _write_vectors(path: Path, vectors: Scores, server: ChromaServer | None) -> None:
    # Files are complete only when the store has let go of them.
    with closing(VectorIndex(path / _VECTORS, server, path.name)) as store:
        store.write(vectors)
