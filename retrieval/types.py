"""What a search returns."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.types import Clause, Document


@dataclass(frozen=True, slots=True)
class Passage:
    """A clause that was found, with the scores that found it.

    Args:
        clause: the clause, with its exact span.
        document: the document it stands in.
        score: fused score, 0 to 1, higher is better; comparable within one search only.
        lexical: raw BM25 over character bigrams, 0 and up, comparable between searches of one index.
        dense: raw cosine of the embeddings, -1 to 1; with e5 models it crowds into 0.75 to 0.95.
    """

    clause: Clause
    document: Document
    score: float
    lexical: float
    dense: float


class Encoder(Protocol):
    """Turns text into unit-length vectors."""

    @property
    def name(self) -> str:
        """Identity of the model, stored with the index; a different name means a different index."""

    def query(self, text: str) -> NDArray[np.float32]:
        """Encode one question: float32, shape (dimensions,), length 1."""

    def passages(self, texts: list[str]) -> NDArray[np.float32]:
        """Encode passages: float32, shape (len(texts), dimensions), rows of length 1."""


@dataclass(frozen=True, slots=True, eq=False)
class QuestionVector:
    """A question as its encoder sees it: float32, shape (dimensions,), length 1; ``encoder`` is the encoder's name."""

    encoder: str
    values: NDArray[np.float32]


class PolicySearch(Protocol):
    """Finds clauses for a question."""

    def vector(self, query: str) -> QuestionVector:
        """The question as the encoder sees it; a question searched for a moment ago is not encoded again."""

    def search(self, query: str, k: int = 8, among: Collection[str] | None = None) -> list[Passage]:
        """The k best passages, best first; fewer when the index holds fewer, none when it is empty.

        Args:
            query: the question.
            k: how many at most, from 1.
            among: doc_ids to look in; None for all.
        """
