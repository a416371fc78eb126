"""Vectors in Chroma, embedded or on a server; the only place that knows Chroma.

Chroma's embedded store is safe for threads but not for processes, and changes its database file even when only read
from. So a store is written once, into a place of its own, and never written to again: see ``generations``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import REBUILD, IndexCorruptError, RetrievalError, VectorStoreUnavailableError

Result = TypeVar("Result")

DEEPEST = 1000
"""Nearest vectors asked for at most; the rest of a larger index counts as no nearer than the last of these."""

SERVER_TIMEOUT = 30.0
"""Seconds a Chroma server may take for one request; Chroma itself would wait for ever."""

_BATCH = 5000
_COLLECTION = "policy"


@dataclass(frozen=True, slots=True)
class ChromaServer:
    """Where a Chroma server listens."""

    host: str
    port: int = 8000
    ssl: bool = False


class VectorIndex:
    """One collection of unit vectors, addressed by position.

    Args:
        folder: where the embedded store lives; unused with a server.
        server: a Chroma server to use in place of the embedded store.
        collection: name of the collection on the server; the embedded store has one only.
    """

    def __init__(self, folder: Path, server: ChromaServer | None = None, collection: str = _COLLECTION) -> None:
        self._server = server
        self._name = collection if server else _COLLECTION
        self._client = self._translated(lambda: _client(folder, server))
        self._collection: Any = None

    def write(self, vectors: NDArray[np.float32]) -> None:
        """Store the vectors under their positions; writing the same again changes nothing.

        Raises:
            RetrievalError: the store does not take them.
        """
        settings = {"hnsw": {"space": "cosine"}}

        def store() -> None:
            collection = self._client.get_or_create_collection(
                self._name, embedding_function=None, configuration=settings
            )
            for start in range(0, len(vectors), _BATCH):
                batch = vectors[start : start + _BATCH]
                collection.upsert(ids=[str(start + i) for i in range(len(batch))], embeddings=batch)

        self._translated(store)

    def open(self, count: int) -> None:
        """Make ready for ``nearest``.

        Raises:
            IndexCorruptError: the collection is missing or does not hold ``count`` vectors.
        """
        if count == 0:
            return
        self._collection = self._translated(lambda: self._client.get_collection(self._name, embedding_function=None))
        held = self._translated(self._collection.count)
        if held != count:
            raise IndexCorruptError(f"the vector index holds {held} vectors instead of {count}", REBUILD)

    def nearest(self, vector: NDArray[np.float32], count: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Positions and cosines of the ``count`` nearest vectors, nearest first.

        Raises:
            RetrievalError: the store does not answer.
        """
        if self._collection is None or count == 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        found = self._translated(
            lambda: self._collection.query(query_embeddings=[vector], n_results=count, include=["distances"])
        )
        positions = np.array(found["ids"][0], dtype=np.int64)
        return positions, 1 - np.array(found["distances"][0], dtype=np.float32)

    def delete(self) -> None:
        """Remove the collection from a server; an embedded store goes with its folder."""
        if self._server is not None:
            self._translated(lambda: self._client.delete_collection(self._name))

    def close(self) -> None:
        """Let go of files and connections."""
        self._translated(self._client.close)
        # Chroma's HTTP clients forget to close their connections.
        for session in _sessions(self._client):
            session.close()

    def _translated(self, call: Callable[[], Result]) -> Result:
        """The call's result; what Chroma raises (its Rust core panics outside ``Exception``) becomes our own error."""
        try:
            return call()
        except (RetrievalError, KeyboardInterrupt, SystemExit, MemoryError):
            raise
        except BaseException as error:
            reason = " ".join(str(error).split())[:300] or type(error).__name__
            if self._server is not None and not type(error).__module__.startswith("chromadb.errors"):
                where = f"{self._server.host}:{self._server.port}"
                remedy = "start the Chroma server, or correct its host and port in the settings"
                raise VectorStoreUnavailableError(
                    f"the Chroma server at {where} does not answer: {reason}", remedy
                ) from error
            raise IndexCorruptError(f"the vector index cannot be read: {reason}", REBUILD) from error


def _client(folder: Path, server: ChromaServer | None) -> Any:
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    if server is not None:
        client = chromadb.HttpClient(host=server.host, port=server.port, ssl=server.ssl, settings=settings)
        for session in _sessions(client):
            session.timeout = SERVER_TIMEOUT
        return client
    return chromadb.PersistentClient(str(folder), settings=settings)


def _sessions(client: Any) -> list[Any]:
    """The HTTP sessions behind a client: its own and that of its administrative twin; none for an embedded store."""
    parts = (client, getattr(client, "_admin_client", None))
    sessions = (getattr(getattr(part, "_server", None), "_session", None) for part in parts)
    return [session for session in sessions if session is not None]
