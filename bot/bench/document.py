"""Adding a PDF of 200 pages: its time beside that of embedding its passages alone, and what answers meanwhile."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.bench.long_pdf import long_pdf
from bot.bench.measured import Measured
from knowledge.catalogue import FolderLibrary
from knowledge.readers import read_content
from knowledge.sentences import sentences
from retrieval.chunking import windows
from retrieval.hybrid import HybridSearch
from retrieval.types import Encoder

PAGES, LINES, CHARACTERS = 200, 28, 36
MOST_TIMES_EMBEDDING_PASSAGES = 1.3
LEAST_PROGRESS_REPORTS = 10
QUESTION = "骨干企业可以发行哪些债券？"
_BETWEEN_QUESTIONS = 1.0
"""Seconds between two questions asked while the document is added."""


@dataclass
class _Watch:
    """Asks the old index again and again until it is told to stop."""

    search: HybridSearch
    answered: int = 0
    asked: int = 0
    done: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.done.wait(_BETWEEN_QUESTIONS):
            self.asked += 1
            self.answered += bool(self.search.search(QUESTION))


def document_added(encoder: Encoder) -> Iterator[Measured]:
    """Read, store and index the document as ``knowledge add`` does, then embed its passages alone."""
    with tempfile.TemporaryDirectory() as folder:
        library = FolderLibrary(added=Path(folder) / "documents")
        content = long_pdf(list(_pages(library)))
        before = HybridSearch(FolderLibrary(), Path(folder) / "index", encoder)
        before.ensure_current()
        reports: list[tuple[int, int]] = []

        def note(done: int, total: int) -> None:
            reports.append((done, total))

        watch = _Watch(before)
        watching = threading.Thread(target=watch.run)
        watching.start()
        started = time.perf_counter()
        try:
            reading = read_content("long.pdf", content, note)
            grown = HybridSearch(library, Path(folder) / "index", encoder)
            document = library.add(
                "long.pdf",
                reading.text,
                {"title": "长文件", "region": "山东省"},
                before=lambda _, clauses: grown.embed_ahead(clauses, note),
            )
            grown.ensure_current(note)
        finally:
            added = time.perf_counter() - started
            watch.done.set()
            watching.join()
        texts = [window.text for window in windows(library.clauses(document.doc_id))]
        started = time.perf_counter()
        encoder.passages(texts)
        embedding = time.perf_counter() - started
        for search in (before, grown):
            search.close()
    yield Measured("document.passages", len(texts), "")
    yield Measured("document.embedding", embedding, "s")
    yield Measured("document.adding", added, "s")
    yield Measured("document.add", added / embedding, "x", MOST_TIMES_EMBEDDING_PASSAGES)
    yield Measured("document.progress", len(reports), "", LEAST_PROGRESS_REPORTS, at_least=True)
    yield Measured("document.answering", watch.answered / max(watch.asked, 1), "", 1.0, at_least=True)


def _pages(library: FolderLibrary) -> Iterator[list[str]]:
    """Pages of numbered articles, no two alike, in the words of the shipped documents."""
    words = [span.of(document.text) for document in library.documents() for span in sentences(document.text)]
    text = "".join(f"第{number}条 {number}号事项：{words[number * 7 % len(words)]}\n" for number in range(1, 4000))
    lines = [line[at : at + CHARACTERS] for line in text.split("\n") for at in range(0, len(line), CHARACTERS)]
    for page in range(PAGES):
        yield lines[page * LINES : (page + 1) * LINES]
