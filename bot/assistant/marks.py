"""Numbered citations: each distinct span of a document gets one mark in an answer."""

from __future__ import annotations

from datetime import date

from bot.assistant.types import Citation
from knowledge.types import Library, Validity


class Marks:
    """Hands out citation numbers in order of first use.

    Args:
        library: where quotes are read from, so that a quote is verbatim by construction.
        today: the day on which ``in_force`` is judged.
    """

    def __init__(self, library: Library, today: date) -> None:
        self._library = library
        self._today = today
        self._citations: dict[tuple[str, int, int], Citation] = {}

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations so far, by number."""
        return tuple(self._citations.values())

    def cite(self, doc_id: str, start: int, end: int) -> Citation:
        """The citation of ``text[start:end]`` of a document; the same span gets the same mark.

        Raises:
            LookupError: no such document, or the span is empty or outside it.
        """
        key = (doc_id, start, end)
        if key not in self._citations:
            self._citations[key] = self._new(doc_id, start, end)
        return self._citations[key]

    def cite_words(self, doc_id: str, words: str) -> Citation:
        """The citation of the first place where the document has exactly these words; LookupError where it has not."""
        document = self._library.document(doc_id)
        start = document.text.find(words) if document and words else -1
        if start < 0:
            raise LookupError(f"{doc_id} does not contain {words!r}")
        return self.cite(doc_id, start, start + len(words))

    def _new(self, doc_id: str, start: int, end: int) -> Citation:
        document = self._library.document(doc_id)
        if document is None or not 0 <= start < end <= len(document.text):
            raise LookupError(f"no span {start}:{end} in document {doc_id}")
        containing = (c.path for c in self._library.clauses(doc_id) if c.start - c.lead <= start < c.end)
        return Citation(
            n=len(self._citations) + 1,
            doc_id=doc_id,
            title=document.title,
            doc_number=document.number,
            section=next(containing, ()),
            quote=document.text[start:end],
            start=start,
            end=end,
            effective=document.effective,
            expires=document.expires,
            in_force=(validity := document.validity(self._today)) is Validity.IN_FORCE,
            validity=validity,
        )
