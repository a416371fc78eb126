"""BM25 over character bigrams, in an immutable SQLite FTS5 file."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from knowledge.folding import fold
from retrieval.errors import REBUILD, IndexCorruptError

VERSION = "bigrams-1"
"""Changes whenever the same text gives other tokens."""

_IDEOGRAPHS = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_IDEOGRAPHS}]+|[^\W_{_IDEOGRAPHS}]+(?:[.\-][^\W_{_IDEOGRAPHS}]+)*")
_IS_CHINESE = re.compile(rf"[{_IDEOGRAPHS}]")
# White space separates tokens; the tokenizer must neither cut at . and - nor fold what has been folded already.
_SCHEMA = """
CREATE VIRTUAL TABLE passages USING fts5(tokens, content='', tokenize="unicode61 remove_diacritics 0 tokenchars '.-'")
"""


def tokens(text: str) -> list[str]:
    """The tokens of a text, folded: every two neighbouring Chinese characters, and words and numbers whole.

    A Chinese character that stands alone is a token of its own.
    """
    found: list[str] = []
    for match in _RUN.finditer(fold(text)):
        run = match.group()
        if len(run) > 1 and _IS_CHINESE.match(run):
            found.extend(run[i : i + 2] for i in range(len(run) - 1))
        else:
            found.append(run)
    return found


def build(path: Path, texts: Sequence[str]) -> None:
    """Write the index of the texts; their positions are the row numbers ``LexicalIndex.scores`` speaks of."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute(_SCHEMA)
        rows = ((number + 1, " ".join(tokens(text))) for number, text in enumerate(texts))
        connection.executemany("INSERT INTO passages(rowid, tokens) VALUES (?, ?)", rows)
        connection.execute("INSERT INTO passages(passages) VALUES ('optimize')")


class LexicalIndex:
    """An index written by ``build``, opened for reading; may be used from several threads and processes.

    Raises:
        IndexCorruptError: the file is not such an index.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        try:
            self._connection = _opened(path)
        except sqlite3.Error as error:
            raise IndexCorruptError(f"the lexical index {path} cannot be read: {error}", REBUILD) from error

    def scores(self, query: str) -> dict[int, float]:
        """BM25 (k1 1.2, b 0.75) of every text that shares a token with the query: position to score above 0."""
        asked = list(dict.fromkeys(tokens(query)))
        if not asked:
            return {}
        expression = " OR ".join(f'"{token}"' for token in asked)
        statement = "SELECT rowid - 1, -bm25(passages) FROM passages WHERE passages MATCH ?"
        try:
            with self._lock:
                return dict(self._connection.execute(statement, (expression,)).fetchall())
        except sqlite3.Error as error:
            raise IndexCorruptError(f"the lexical index cannot be read: {error}", REBUILD) from error

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()


def _opened(path: Path) -> sqlite3.Connection:
    """A connection that has read from the index once; sqlite3.Error where that fails."""
    location = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(location, uri=True, check_same_thread=False)
    try:
        connection.execute("SELECT rowid FROM passages WHERE passages MATCH 'x' LIMIT 1").fetchall()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
