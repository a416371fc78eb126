"""The documents at hand: those shipped with the program and those added to this installation."""

from __future__ import annotations

import logging
import os
import re
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from knowledge.errors import DocumentError, Flaw, Problem
from knowledge.folding import fold
from knowledge.front_matter import FrontMatter, body_digest, read_document, validated, write_document
from knowledge.structure import Structure, parse
from knowledge.types import Clause, Document

SHIPPED = Path(__file__).with_name("documents")
"""The documents that come with the program."""

_NOT_IN_IDS = re.compile(r"[^\w.-]+")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A stored file as last read; ``stamp`` changes whenever the file does."""

    stamp: tuple[int, int, int]
    document: Document | None
    front: FrontMatter | None
    problem: Problem | None


class FolderLibrary:
    """Documents as files in two folders; implements ``knowledge.types.Library``.

    Files are read once and again only when they change, so every method may be called for each question. A file that
    cannot be used is left out, logged, and named by ``check``. Safe to use from several threads.

    Args:
        shipped: folder of the documents that come with the program; never written to.
        added: folder of the documents of this installation; need not exist yet.
    """

    def __init__(self, shipped: Path = SHIPPED, added: Path | None = None) -> None:
        self._shipped = shipped
        self._added = added
        self._lock = threading.Lock()
        self._entries: dict[Path, _Entry] = {}
        self._structures: dict[tuple[str, str], Structure] = {}

    def documents(self) -> tuple[Document, ...]:
        """All usable documents, ordered by identifier; of two with one identifier the shipped one."""
        found: dict[str, Document] = {}
        for entry in self._current().values():
            if entry.document is not None:
                found.setdefault(entry.document.doc_id, entry.document)
        return tuple(found[doc_id] for doc_id in sorted(found))

    def document(self, doc_id: str) -> Document | None:
        """One document, None when the library does not hold it."""
        if doc_id != Path(doc_id).name:
            return None
        folders = [folder for folder in (self._shipped, self._added) if folder is not None]
        entries = (self._entry(folder / f"{doc_id}.md") for folder in folders)
        return next((entry.document for entry in entries if entry is not None and entry.document is not None), None)

    def clauses(self, doc_id: str) -> tuple[Clause, ...]:
        """The document's clauses in reading order; empty for an unknown document."""
        document = self.document(doc_id)
        return self._structure(document).clauses if document else ()

    def check(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the stored documents; empty when all is well."""
        entries = self._current()
        return tuple(chain(_file_problems(entries), _duplicates(entries), self._span_problems()))

    def add(self, source: str, text: str, metadata: Mapping[str, object]) -> Document:
        """Store a text as a document of this installation and return it.

        The file appears whole or not at all, whatever interrupts; an added document of the same identifier is replaced.

        Args:
            source: file name the identifier is made from, e.g. ``通知.html``.
            text: the body, see ``knowledge.readers.read``.
            metadata: front matter keys; title, issuer and region are required.

        Raises:
            DocumentError: metadata is incomplete or wrong, the text is empty, the identifier belongs to a shipped
                document, another document has the same 文号, or the folder cannot be written.
        """
        front = validated(source, dict(metadata))
        if not text.strip():
            raise DocumentError(Problem(Flaw.EMPTY_BODY, source))
        doc_id = _identifier(source)
        if self._shipped_path(doc_id).exists():
            raise DocumentError(Problem(Flaw.SHIPPED_DOCUMENT, source, {"doc_id": doc_id}))
        for other in self.documents():
            if front.number and other.doc_id != doc_id and fold(other.number) == fold(front.number):
                facts = {"number": front.number, "other": other.doc_id}
                raise DocumentError(Problem(Flaw.DUPLICATE_NUMBER, source, facts))
        content = write_document(front, text)
        document, _ = read_document(doc_id, source, content)
        _write_atomically(self._added_folder() / f"{doc_id}.md", content)
        return document

    def remove(self, doc_id: str) -> None:
        """Take an added document out of the library.

        Raises:
            DocumentError: there is no such document, or it came with the program.
        """
        if self._shipped_path(doc_id).exists():
            raise DocumentError(Problem(Flaw.SHIPPED_DOCUMENT, doc_id, {"doc_id": doc_id}))
        known = {path.stem: path for path in _files(self._added)}
        if doc_id not in known:
            raise DocumentError(Problem(Flaw.UNKNOWN_DOCUMENT, doc_id, {"doc_id": doc_id}))
        known[doc_id].unlink(missing_ok=True)

    def _added_folder(self) -> Path:
        if self._added is None:
            raise ValueError("this library was opened without a folder for added documents")
        self._added.mkdir(parents=True, exist_ok=True)
        return self._added

    def _shipped_path(self, doc_id: str) -> Path:
        return self._shipped / f"{doc_id}.md"

    def _current(self) -> dict[Path, _Entry]:
        """All stored files, the shipped ones first; files that changed are read again."""
        paths = [*_files(self._shipped), *_files(self._added)]
        return {path: entry for path in paths if (entry := self._entry(path)) is not None}

    def _entry(self, path: Path) -> _Entry | None:
        """The file as it is now, None when there is none."""
        with self._lock:
            entry = _read(path, self._entries.get(path))
            if entry is None:
                self._entries.pop(path, None)
            else:
                self._entries[path] = entry
            return entry

    def _structure(self, document: Document) -> Structure:
        key = (document.doc_id, document.sha256)
        with self._lock:
            known = self._structures.get(key)
        if known is None:
            known = parse(document.doc_id, document.text)
            with self._lock:
                self._structures = {k: v for k, v in self._structures.items() if k[0] != document.doc_id}
                self._structures[key] = known
        return known

    def _span_problems(self) -> Iterator[Problem]:
        for document in self.documents():
            for clause in self._structure(document).clauses:
                if document.text[clause.start : clause.end] != clause.text:
                    yield Problem(Flaw.NOT_VERBATIM, document.doc_id, {"clause_id": clause.clause_id})


def _files(folder: Path | None) -> list[Path]:
    return sorted(folder.glob("*.md")) if folder is not None else []


def _read(path: Path, known: _Entry | None) -> _Entry | None:
    """The file as it is now, from what is known of it where it has not changed; None when there is none."""
    try:
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        if known is not None and known.stamp == stamp:
            return known
        document, front = read_document(path.stem, path.name, path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        return _Entry((0, 0, 0), None, None, Problem(Flaw.UNREADABLE, path.name, {"reason": str(error.strerror)}))
    except DocumentError as error:
        _log.warning("document left out: %s", error)
        return _Entry(stamp, None, None, error.problem)
    return _Entry(stamp, document, front, None)


def _file_problems(entries: Mapping[Path, _Entry]) -> Iterator[Problem]:
    for path, entry in entries.items():
        if entry.problem is not None:
            yield entry.problem
        elif entry.document is not None and entry.front is not None and entry.front.body_sha256:
            actual = body_digest(entry.document.text)
            if actual != entry.front.body_sha256:
                facts = {"recorded": entry.front.body_sha256, "actual": actual}
                yield Problem(Flaw.BODY_CHANGED, path.name, facts)


def _duplicates(entries: Mapping[Path, _Entry]) -> Iterator[Problem]:
    ids: dict[str, Path] = {}
    numbers: dict[str, Path] = {}
    for path, entry in entries.items():
        if entry.document is None:
            continue
        doc_id, number = entry.document.doc_id, fold(entry.document.number)
        if doc_id in ids:
            yield Problem(Flaw.DUPLICATE_ID, path.name, {"doc_id": doc_id, "other": str(ids[doc_id])})
        elif number and number in numbers:
            facts = {"number": entry.document.number, "other": numbers[number].name}
            yield Problem(Flaw.DUPLICATE_NUMBER, path.name, facts)
        ids.setdefault(doc_id, path)
        numbers.setdefault(number, path)


def _identifier(source: str) -> str:
    """A file stem that is safe on every file system, from the name of the source."""
    stem = _NOT_IN_IDS.sub("-", fold(Path(source).stem)).strip("-._")
    return stem[:80] or body_digest(source)[:12]


def _write_atomically(path: Path, content: bytes) -> None:
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".tmp", delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(file.name, path)
    except OSError as error:
        raise DocumentError(Problem(Flaw.UNREADABLE, path.name, {"reason": str(error.strerror)})) from error
