"""The documents at hand: those shipped with the program and those added to this installation."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import chain
from pathlib import Path

from knowledge.atomic import write_atomically
from knowledge.errors import DocumentError, Flaw, Problem
from knowledge.front_matter import FrontMatter, body_digest, read_document, validated, write_document
from knowledge.identity import free, identifier, is_another, namesake, shared_number
from knowledge.relations import Relation, RelationShelf, check_relation, circular, resolved, stated
from knowledge.stored_files import Entry, duplicates, file_problems, files, reread
from knowledge.structure import Structure, parse
from knowledge.types import Clause, Document
from knowledge.versions import (
    FOLDER,
    VERSION_MARK,
    EarlierTexts,
    Removal,
    Version,
    as_of,
    earlier_documents,
    numbered,
    out_of_order,
)

_log = logging.getLogger(__name__)

SHIPPED = Path(__file__).with_name("documents")
"""The documents that come with the program."""

CARDS = "cards"
"""Below the shipped documents: the policy cards, see ``knowledge.cards``."""


def _nothing(document: Document, clauses: tuple[Clause, ...]) -> None:
    """What is done before a document is stored where nothing is to be."""


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
        self._entries: dict[Path, Entry] = {}
        self._structures: dict[tuple[str, str], Structure] = {}
        self._resolved: tuple[object, tuple[Document, ...]] = (None, ())

    def documents(self) -> tuple[Document, ...]:
        """All usable documents with what they do to one another, ordered by identifier.

        Of two with one identifier it is the shipped one.
        """
        found: dict[str, Document] = {}
        for entry in self._current().values():
            if entry.document is not None:
                found.setdefault(entry.document.doc_id, entry.document)
        return self._related(tuple(found[doc_id] for doc_id in sorted(found)))

    def document(self, doc_id: str) -> Document | None:
        """One document, None when the library does not hold it; ``id@2`` is its second text, also of a removed one."""
        doc_id, _, number = doc_id.partition(VERSION_MARK)
        if number:
            return next((d for n, d in earlier_documents(self.versions(doc_id)) if str(n) == number), None)
        return next((document for document in self.documents() if document.doc_id == doc_id), None)

    def as_of(self, on: date) -> tuple[Document, ...]:
        """The documents with the text to go by on a day; an earlier text has an identifier such as ``id@2``."""
        return tuple(self._text_of(document, on) for document in self.documents())

    def clauses(self, doc_id: str) -> tuple[Clause, ...]:
        """The document's clauses in reading order; empty for an unknown document."""
        document = self.document(doc_id)
        return self._structure(document).clauses if document else ()

    def check(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the stored documents; empty when all is well."""
        entries = self._current()
        return tuple(
            chain(file_problems(entries), duplicates(entries), self._span_problems(), self._shelf().problems())
        )

    def add(
        self,
        source: str,
        text: str,
        metadata: Mapping[str, object],
        replaces: str = "",
        before: Callable[[Document, tuple[Clause, ...]], None] = _nothing,
    ) -> Document:
        """Store a text as a document of this installation and return it.

        A text that revises a document (same 文号 and title, same file name, or ``replaces``) becomes its newest
        version; the text before it stays readable through ``versions``. The same text with other metadata corrects the
        document in place. The file appears whole or not at all, whatever interrupts.

        Args:
            source: file name the identifier is made from, e.g. ``通知.html``.
            text: the body, see ``knowledge.readers.read``.
            metadata: front matter keys; title, issuer and region are required.
            replaces: identifier of the added document that this one revises, empty to find it by itself.
            before: called with the document and its clauses when it is found to be in order and nothing is stored yet.

        Raises:
            DocumentError: metadata is incomplete or wrong, the text is empty, it would take the place of a shipped
                document, another document has the same 文号, a revision carries earlier dates than what it revises,
                a relation it states cannot be (see ``relate``), or the folder cannot be written.
        """
        front = validated(source, dict(metadata))
        if not text.strip():
            raise DocumentError(Problem(Flaw.EMPTY_BODY, source))
        doc_id = self._place(source, front, text, replaces)
        path = self._added_folder() / f"{doc_id}.md"
        self._check_stated(source, read_document(doc_id, source, write_document(front, text))[0])
        known = self._entry(path)
        is_revision = False
        if known is not None and known.document is not None:
            is_revision = body_digest(known.document.text) != body_digest(text)
            if is_revision:
                _check_order(source, front, known.document)
            elif known.front is not None:
                front = front.model_copy(update={"added": known.front.added})
        content = write_document(front, text)
        document, _ = read_document(doc_id, source, content)
        before(document, self._structure(document).clauses)
        if is_revision:
            self._shelf().keep(doc_id, path.read_bytes())
        write_atomically(path, content)
        return document

    def remove(self, doc_id: str, on: date | None = None) -> None:
        """Take an added document out of the library on a day; its texts stay readable through ``versions``.

        Raises:
            DocumentError: there is no such document, or it came with the program.
        """
        if self._is_shipped(doc_id):
            raise DocumentError(Problem(Flaw.SHIPPED_DOCUMENT, doc_id, {"doc_id": doc_id}))
        known = {path.stem: path for path in files(self._added)}
        if doc_id not in known:
            raise DocumentError(Problem(Flaw.UNKNOWN_DOCUMENT, doc_id, {"doc_id": doc_id}))
        self._shelf().keep(doc_id, known[doc_id].read_bytes())
        self._shelf().note_removal(doc_id, on)
        known[doc_id].unlink(missing_ok=True)

    def removal(self, doc_id: str) -> Removal | None:
        """When a document, or the one an earlier text belongs to, was removed; None for one at hand or never there.

        Raises:
            DocumentError: an earlier text has been damaged.
        """
        whole = doc_id.partition(VERSION_MARK)[0]
        return None if self.document(whole) is not None else self._shelf().removal(whole)

    def versions(self, doc_id: str) -> tuple[Version, ...]:
        """All texts a document has had, the oldest first; empty for one that never was there.

        Raises:
            DocumentError: an earlier text has been damaged.
        """
        entry = self._stored(doc_id)
        current = None
        if entry is not None and entry.document is not None:
            current = (entry.document, entry.front.added if entry.front else None)
        return numbered(self._shelf(), doc_id, current)

    def relate(self, relation: Relation) -> None:
        """Record that one document does something to another; at least one of the two is at hand.

        Raises:
            DocumentError: neither is at hand, they are one document, one would come after itself, or would end another
                before that one begins; or the file of relations cannot be read or written.
        """
        before = self.documents()
        check_relation(relation, before)
        after = resolved(self._unrelated(), [*self._relations().relations(), relation])
        for document in circular(after):
            raise DocumentError(Problem(Flaw.RELATION_IN_A_CIRCLE, relation.subject, {"doc_id": document.doc_id}))
        self._relations().record(relation)

    def unrelate(self, relation: Relation) -> bool:
        """Let go of a recorded relation; False where it was not recorded.

        Raises:
            DocumentError: the file of relations cannot be read or written.
        """
        return self._relations().forget(relation)

    def _check_stated(self, source: str, document: Document) -> None:
        """Hold the relations that a document to be stored states to what holds for recorded ones."""
        relations = tuple(stated(document))
        if not relations:
            return
        known = [*(other for other in self._unrelated() if other.doc_id != document.doc_id), document]
        for relation in relations:
            check_relation(relation, known)
        for each in circular(resolved(known, self._relations().relations())):
            if each.doc_id == document.doc_id:
                raise DocumentError(Problem(Flaw.RELATION_IN_A_CIRCLE, source, {"doc_id": relations[0].object}))

    def _relations(self) -> RelationShelf:
        return RelationShelf(self._added or self._shipped)

    def _unrelated(self) -> tuple[Document, ...]:
        """The documents as their own files state them."""
        known = {document.doc_id for document in self.documents()}
        stored = (self._stored(doc_id) for doc_id in sorted(known))
        return tuple(entry.document for entry in stored if entry is not None and entry.document is not None)

    def _related(self, documents: tuple[Document, ...]) -> tuple[Document, ...]:
        shelf = self._relations()
        key = (tuple(document.sha256 for document in documents), shelf.stamp)
        with self._lock:
            known_key, known = self._resolved
        if key == known_key:
            return known
        try:
            recorded = shelf.relations()
        except DocumentError as error:
            _log.warning("relations left out: %s", error)
            recorded = ()
        found = resolved(documents, recorded)
        with self._lock:
            self._resolved = (key, found)
        return found

    def _text_of(self, document: Document, on: date) -> Document:
        if not self._shelf().has(document.doc_id):
            return document
        versions = self.versions(document.doc_id)
        chosen = as_of(versions, on)
        if chosen is None or chosen.is_current:
            return document
        return next(text for number, text in earlier_documents(versions) if number == chosen.number)

    def _stored(self, doc_id: str) -> Entry | None:
        """The file of a usable document, the shipped one first."""
        if doc_id != Path(doc_id).name:
            return None
        folders = [folder for folder in (self._shipped, self._added) if folder is not None]
        entries = (self._entry(folder / f"{doc_id}.md") for folder in folders)
        return next((entry for entry in entries if entry is not None and entry.document is not None), None)

    def _place(self, source: str, front: FrontMatter, text: str, replaces: str) -> str:
        """The identifier under which a text belongs."""
        stem = replaces or identifier(source)
        if self._is_shipped(stem):
            raise DocumentError(Problem(Flaw.SHIPPED_DOCUMENT, source, {"doc_id": stem}))
        known = self.document(stem)
        if replaces and known is None:
            raise DocumentError(Problem(Flaw.UNKNOWN_DOCUMENT, source, {"doc_id": replaces}))
        is_correction = known is not None and body_digest(known.text) == body_digest(text)
        if replaces or is_correction:
            others = [document for document in self.documents() if document.doc_id != stem]
            if (other := namesake(source, front, others)) is not None:
                raise DocumentError(shared_number(source, front, other))
            return stem
        same = namesake(source, front, self.documents())
        if same is not None:
            if self._is_shipped(same.doc_id):
                raise DocumentError(Problem(Flaw.SHIPPED_DOCUMENT, source, {"doc_id": same.doc_id}))
            return same.doc_id
        earlier = self.versions(stem)
        if is_another(front, earlier[-1].document if earlier else None):
            return free(stem, lambda name: bool(self.versions(name)) or self._is_shipped(name))
        return stem

    def _shelf(self) -> EarlierTexts:
        return EarlierTexts((self._added or self._shipped) / FOLDER)

    def _added_folder(self) -> Path:
        if self._added is None:
            raise ValueError("this library was opened without a folder for added documents")
        self._added.mkdir(parents=True, exist_ok=True)
        return self._added

    def _is_shipped(self, doc_id: str) -> bool:
        """Whether the identifier belongs to a document or a card that came with the program."""
        return (self._shipped / f"{doc_id}.md").exists() or (self._shipped / CARDS / f"{doc_id}.yaml").exists()

    def _current(self) -> dict[Path, Entry]:
        """All stored files, the shipped ones first; files that changed are read again."""
        paths = [*files(self._shipped), *files(self._added)]
        return {path: entry for path in paths if (entry := self._entry(path)) is not None}

    def _entry(self, path: Path) -> Entry | None:
        """The file as it is now, None when there is none."""
        with self._lock:
            entry = reread(path, self._entries.get(path))
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


def _check_order(source: str, revised: FrontMatter, before: Document) -> None:
    for facts in out_of_order(revised, before):
        raise DocumentError(Problem(Flaw.VERSION_OUT_OF_ORDER, source, {"doc_id": before.doc_id, **facts}))
