"""The search and the encoder as LangChain's ``BaseRetriever`` and ``Embeddings``, for whoever builds on LangChain."""

from __future__ import annotations

from typing import Any

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from retrieval.types import Encoder, Passage, PolicySearch


class PolicyRetriever(BaseRetriever):
    """Clauses as LangChain documents, best first.

    ``page_content`` is the clause verbatim; ``metadata`` names its document, section path, span and dates.

    Args:
        policy_search: where clauses are found.
        k: how many documents a question gets at most; ``invoke(question, k=3)`` overrides it.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    policy_search: Any = Field(description="a retrieval.types.PolicySearch")
    k: int = Field(default=8, ge=1)

    def _get_relevant_documents(self, query: str, *, k: int | None = None, **_: object) -> list[Document]:
        search: PolicySearch = self.policy_search
        return [_document(passage) for passage in search.search(query, self.k if k is None else k)]


class EncoderEmbeddings(Embeddings):
    """An encoder as LangChain embeddings: vectors of length 1 as lists of floats."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a passage."""
        return [[float(x) for x in vector] for vector in self._encoder.passages(texts)] if texts else []

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return [float(x) for x in self._encoder.query(text)]


def _document(passage: Passage) -> Document:
    clause, document = passage.clause, passage.document
    metadata = {
        "doc_id": document.doc_id,
        "title": document.title,
        "doc_number": document.number,
        "issuer": document.issuer,
        "section": list(clause.path),
        "start": clause.start,
        "end": clause.end,
        "effective": document.effective.isoformat() if document.effective else None,
        "expires": document.expires.isoformat() if document.expires else None,
        "score": passage.score,
    }
    return Document(id=clause.clause_id, page_content=clause.text, metadata=metadata)
