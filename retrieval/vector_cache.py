"""Vectors already computed, so that a rebuilt index embeds only what changed."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.types import Encoder

BATCH = 64
"""Texts embedded between two progress reports; what was embedded before an interruption is kept."""

Progress = Callable[[int, int], None]
"""Takes how many texts are embedded and how many there are."""

_SCHEMA = "CREATE TABLE IF NOT EXISTS vectors (encoder TEXT, digest BLOB, vector BLOB, PRIMARY KEY (encoder, digest))"


class VectorCache:
    """Vectors of one encoder by the text they stand for, in a SQLite file; a damaged file is begun anew.

    Used under the build lock only, so by one process at a time.
    """

    def __init__(self, path: Path, encoder: Encoder) -> None:
        self._path = path
        self._encoder = encoder

    def vectors(self, texts: Sequence[str], progress: Progress) -> NDArray[np.float32]:
        """The texts' vectors, shape (len(texts), dimensions); only texts never seen before are encoded.

        Afterwards the cache holds for this encoder exactly these texts.
        """
        return self._vectors(texts, progress, alone=True)

    def add(self, texts: Sequence[str], progress: Progress) -> None:
        """Encode texts that will be asked for, beside those that the cache holds."""
        self._vectors(texts, progress, alone=False)

    def clear(self) -> None:
        """Forget everything."""
        self._path.unlink(missing_ok=True)

    def _vectors(self, texts: Sequence[str], progress: Progress, *, alone: bool) -> NDArray[np.float32]:
        try:
            return self._read_or_encoded(texts, progress, alone=alone)
        except sqlite3.DatabaseError:
            self.clear()
            return self._read_or_encoded(texts, progress, alone=alone)

    def _read_or_encoded(self, texts: Sequence[str], progress: Progress, *, alone: bool) -> NDArray[np.float32]:
        digests = [hashlib.sha256(text.encode("utf-8", errors="replace")).digest() for text in texts]
        with closing(sqlite3.connect(self._path)) as connection:
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute(_SCHEMA)
            known = self._known(connection, set(digests))
            missing = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in known}
            total = len(known) + len(missing)
            progress(len(known), total)
            for start in range(0, len(missing), BATCH):
                batch = list(missing.items())[start : start + BATCH]
                encoded = self._encoder.passages([text for _, text in batch])
                known.update(zip((digest for digest, _ in batch), encoded, strict=True))
                self._remember(connection, {digest: known[digest] for digest, _ in batch})
                progress(len(known), total)
            if alone:
                self._forget_all_but(connection, known)
        return np.array([known[digest] for digest in digests], dtype=np.float32).reshape(len(texts), -1 if texts else 0)

    def _known(self, connection: sqlite3.Connection, wanted: set[bytes]) -> dict[bytes, NDArray[np.float32]]:
        rows = connection.execute("SELECT digest, vector FROM vectors WHERE encoder = ?", (self._encoder.name,))
        return {digest: np.frombuffer(vector, dtype=np.float32) for digest, vector in rows if digest in wanted}

    def _remember(self, connection: sqlite3.Connection, found: dict[bytes, NDArray[np.float32]]) -> None:
        rows = [(self._encoder.name, digest, vector.tobytes()) for digest, vector in found.items()]
        with connection:
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    def _forget_all_but(self, connection: sqlite3.Connection, kept: dict[bytes, NDArray[np.float32]]) -> None:
        held = connection.execute("SELECT digest FROM vectors WHERE encoder = ?", (self._encoder.name,)).fetchall()
        gone = [(self._encoder.name, digest) for (digest,) in held if digest not in kept]
        if gone:
            with connection:
                connection.executemany("DELETE FROM vectors WHERE encoder = ? AND digest = ?", gone)
