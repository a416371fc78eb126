"""Questions about a paper itself: still in force, since when, by whom, under which number, where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.assistant.policy.clause_index import ClauseIndex
from bot.assistant.policy.findings import DocumentStatus, Span
from bot.assistant.policy.reading import Reader, Reading
from bot.assistant.policy.scope import Scope
from knowledge.folding import fold
from knowledge.types import Document, Validity

_DAY = re.compile(r"((?:19|20)\d{2})\s*[年./-]\s*(1[0-2]|0?[1-9])(?!\d)(?:\s*[月./-]\s*(3[01]|[12]\d|0?[1-9])(?!\d))?")
_YEAR = re.compile(r"((?:19|20)\d{2})年?")
# A span of years is part of a name (方案（2020—2021年）), no day to judge by.
_YEARS = re.compile(r"(?:19|20)\d{2}年?\s*[—–~至到-]+\s*(?:19|20)\d{2}年?")
_SAYS_SOMETHING = 0.4


def document_status(
    reading: Reading, index: ClauseIndex, scope: Scope, reader: Reader, on: date
) -> DocumentStatus | None:
    """The standing of the paper a question asks about; None where it asks about something else.

    Several papers may carry the title asked about: each has its own standing, and none is picked for the asker.
    Words that are neither about the paper's standing nor in a title belong to another matter (the validity of a bond is
    not that of the plan).
    """
    aspects = scope.aspects(reading.text)
    if not aspects or not index.documents or scope.numbers.unknown(reading.text, index.documents):
        return None
    rest = [u for u in reader.units(scope.without_status_words(reading.text), index) if u.weight > _SAYS_SOMETHING]
    rest = [unit for unit in rest if unit.kind != "number"]
    if any(not unit.within(title) for unit in rest for title in [" ".join(index.titles)]):
        return None
    words = [unit.text for unit in rest] + [paper for paper in scope.papers if paper in reading.text]
    named = _best_named(index.documents, reading, words)
    is_of_today = scope.today.search(reading.text) is not None
    day = on if is_of_today else day_meant(_without_titles(reading.text, named)) or on
    first, *others = (standing(each, aspects, day, index) for each in _binding_first(named, day))
    return replace(first, others=tuple(others))


def standing(document: Document, aspects: tuple[str, ...], on: date, index: ClauseIndex) -> DocumentStatus:
    """What is on record about a document on a day."""
    start = document.text.find(document.title)
    title = Span(document.doc_id, start, start + len(document.title)) if start >= 0 else None
    return DocumentStatus(document, aspects, document.validity(on), on, title, index.successor(document))


def day_meant(question: str) -> date | None:
    """The first day of the day, month or year a folded question names; None where it names none."""
    question = _YEARS.sub(" ", question)
    found = _DAY.search(question)
    if found:
        try:
            return date(int(found[1]), int(found[2]), int(found[3] or 1))
        except ValueError:
            return None
    year = _YEAR.search(question)
    return date(int(year[1]), 1, 1) if year else None


def _without_titles(text: str, documents: Sequence[Document]) -> str:
    for document in documents:
        text = text.replace(fold(document.title), " ")
    return text


def _best_named(documents: Sequence[Document], reading: Reading, words: list[str]) -> list[Document]:
    known = {document.doc_id: _named(document, reading, words) for document in documents}
    return [document for document in documents if known[document.doc_id] == max(known.values())]


def _binding_first(documents: Sequence[Document], on: date) -> list[Document]:
    """What binds on the day before what does not, the newest of them first."""
    newest = sorted(documents, key=lambda document: document.issued or document.effective or date.min, reverse=True)
    return sorted(newest, key=lambda document: document.validity(on) is not Validity.IN_FORCE)


def _named(document: Document, reading: Reading, words: list[str]) -> tuple[int, int, bool]:
    """How well a question names a document: by full title, the longest best; by words of it; originals before cards."""
    title = fold(document.title)
    whole = len(title) if title in reading.text else 0
    return (whole, sum(word in title for word in words), document.kind == "original")
