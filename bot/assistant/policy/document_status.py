"""Questions about a paper itself: still in force, since when, by whom, under which number, where."""

from __future__ import annotations

import re
from datetime import date

from bot.assistant.policy.clause_index import ClauseIndex
from bot.assistant.policy.findings import DocumentStatus, Span
from bot.assistant.policy.reading import Reader, Reading
from bot.assistant.policy.scope import Scope
from knowledge.folding import fold
from knowledge.types import Document

_DAY = re.compile(r"((?:19|20)\d{2})\s*[年./-]\s*(1[0-2]|0?[1-9])(?:\s*[月./-]\s*(3[01]|[12]\d|0?[1-9]))?")
_YEAR = re.compile(r"((?:19|20)\d{2})年?")
_SAYS_SOMETHING = 0.4


def document_status(
    reading: Reading, index: ClauseIndex, scope: Scope, reader: Reader, on: date
) -> DocumentStatus | None:
    """The standing of the paper a question asks about; None where it asks about something else.

    Words that are neither about the paper's standing nor in a title belong to another matter (the validity of a bond is
    not that of the plan).
    """
    aspects = scope.aspects(reading.text)
    if not aspects or not index.documents:
        return None
    rest = [u for u in reader.units(scope.without_status_words(reading.text), index) if u.weight > _SAYS_SOMETHING]
    rest = [unit for unit in rest if unit.kind != "number"]
    if any(not unit.within(title) for unit in rest for title in [" ".join(index.titles)]):
        return None
    words = [unit.text for unit in rest] + [paper for paper in scope.papers if paper in reading.text]
    document = max(index.documents, key=lambda document: _named(document, reading, words))
    return standing(document, aspects, day_meant(reading.text) or on, index)


def standing(document: Document, aspects: tuple[str, ...], on: date, index: ClauseIndex) -> DocumentStatus:
    """What is on record about a document on a day."""
    start = document.text.find(document.title)
    title = Span(document.doc_id, start, start + len(document.title)) if start >= 0 else None
    return DocumentStatus(document, aspects, document.validity(on), on, title, index.successor(document))


def day_meant(question: str) -> date | None:
    """The first day of the day, month or year a folded question names; None where it names none."""
    found = _DAY.search(question)
    if found:
        try:
            return date(int(found[1]), int(found[2]), int(found[3] or 1))
        except ValueError:
            return None
    year = _YEAR.search(question)
    return date(int(year[1]), 1, 1) if year else None


def _named(document: Document, reading: Reading, words: list[str]) -> tuple[int, bool]:
    """How well a question names a document: by number or full title, by words of the title; originals before cards."""
    title, number = fold(document.title), fold(document.number)
    whole = title in reading.text or bool(number and number in reading.text)
    return (len(words) + 1 if whole else sum(word in title for word in words), document.kind == "original")
