"""What a published document is to the rest of the product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


class Validity(StrEnum):
    """Whether a document binds on a given day."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    REPEALED = "repealed"
    SUPERSEDED = "superseded"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document: front matter and the text exactly as stored.

    Args:
        doc_id: stable identifier, also the file stem.
        title: full title without book-title marks.
        number: 文号, empty when none is known.
        issuer: issuing authority.
        issued: date of issue, None when the source does not give it.
        effective: first day in force, None when unknown.
        expires: last day in force, None for open-ended or unknown.
        region: where it applies, e.g. ``山东省``.
        status: what the front matter states beyond the dates (``repealed``, ``superseded``), else empty.
        kind: ``original`` for a full text, ``card`` for a summary in our own words.
        text: the body; every span in the product counts characters of this string.
        sha256: hex digest of front matter and body as stored, for change detection.
        replaced_by: doc_id or number of the successor, empty when none is known.
        validity_basis: where the dates come from when the document does not state them itself, else empty.
        repealed_by: doc_id or number of the document that repeals it, empty when none is known.
        ended: first day on which ``status`` holds; None where it holds on every day.
        amends: doc_id or number of the documents it amends.
        replaces: of those it replaces.
        repeals: of those it repeals.
        implements: of those it carries out.
        amended_by: of those that amend it.
    """

    doc_id: str
    title: str
    number: str
    issuer: str
    issued: date | None
    effective: date | None
    expires: date | None
    region: str
    status: str
    kind: str
    text: str
    sha256: str
    replaced_by: str = ""
    validity_basis: str = ""
    repealed_by: str = ""
    ended: date | None = None
    amends: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    repeals: tuple[str, ...] = ()
    implements: tuple[str, ...] = ()
    amended_by: tuple[str, ...] = ()

    def validity(self, on: date) -> Validity:
        """The document's standing on a day: what has been done to it by then first, its own dates second."""
        if self._has_been_ended(on):
            return Validity(self.status)
        if self.effective is None and self.expires is None:
            return Validity.UNKNOWN
        if self.effective is not None and on < self.effective:
            return Validity.NOT_YET
        if self.expires is not None and on > self.expires:
            return Validity.EXPIRED
        return Validity.IN_FORCE

    def _has_been_ended(self, on: date) -> bool:
        """Whether it has been repealed or replaced by that day; one that had run out before simply has expired."""
        if self.status not in (Validity.REPEALED, Validity.SUPERSEDED):
            return False
        ran_out = self.expires is not None and self.ended is not None and self.expires < self.ended
        return (self.ended is None or on >= self.ended) and not ran_out


@dataclass(frozen=True, slots=True)
class Clause:
    """One node of a document's clause tree that carries text of its own.

    Args:
        clause_id: ``doc_id#ordinal``, unique and stable while the text is unchanged.
        doc_id: the document it stands in.
        path: headings from the outermost in, e.g. ``("三、推进措施", "（四）加大政策扶持力度")``; empty for the
            preamble.
        kind: ``preamble`` | ``section`` | ``article`` | ``principle`` | ``goal`` | ``paragraph`` | ``item`` |
            ``table``.
        text: exactly ``document.text[start:end]``.
        start: first character of the clause in the document text.
        end: one past the last character.
        lead: how many characters before ``start`` the clause's own heading begins (marker, words and mark), so that
            ``document.text[start - lead : end]`` is the clause with its heading; 0 where it has none of its own.
    """

    clause_id: str
    doc_id: str
    path: tuple[str, ...]
    kind: str
    text: str
    start: int
    end: int
    lead: int = 0


class Library(Protocol):
    """The documents at hand and their clause trees."""

    def documents(self) -> tuple[Document, ...]:
        """All documents, in a stable order."""

    def document(self, doc_id: str) -> Document | None:
        """One document, None when the library does not hold it."""

    def clauses(self, doc_id: str) -> tuple[Clause, ...]:
        """The document's clauses in reading order; empty for an unknown document."""


class DatedLibrary(Library, Protocol):
    """A library that remembers what its documents said before."""

    def as_of(self, on: date) -> tuple[Document, ...]:
        """The documents with the text to go by on a day; an earlier text carries an identifier of its own."""
