"""Every sentence of the library, indexed so that how far it covers a question is one pass of array arithmetic."""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import log

import numpy as np
from numpy.typing import NDArray

from bot.assistant.statements import amounts
from knowledge.folding import fold
from knowledge.relations import successor
from knowledge.sentences import Span, sentences
from knowledge.table_text import labelled_cells
from knowledge.types import Clause, DatedLibrary, Document

_YEAR = re.compile(r"(?<![\d\[])(?:19|20)\d{2}(?![\d\]])")

_LARGEST_SCANNED = 300_000
_STATES_KEPT = 3

Matches = NDArray[np.float32]
Rows = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a clause with its exact span in the document.

    Args:
        clause: number of the clause in the index.
        start: first character in the document text.
        end: one past the last character.
        text: the folded sentence, for matching only; a row of a table with the header of each cell.
        header: where the header row of its table stands, None for anything but a row below it.
    """

    clause: int
    start: int
    end: int
    text: str
    header: tuple[int, int] | None = None


class ClauseIndex:
    """The sentences, clauses and titles of one state of the library.

    Rows of all arrays are sentences first, then one a clause for its headings, then one a document for its title.
    """

    def __init__(self, documents: Iterable[tuple[Document, tuple[Clause, ...]]]) -> None:
        self.documents: list[Document] = []
        self._parts: dict[tuple[int, ...], ClauseIndex] = {}
        self.clauses: list[Clause] = []
        self.sentences: list[Sentence] = []
        clause_documents: list[int] = []
        for document, clauses in documents:
            self.documents.append(document)
            for clause in clauses:
                clause_documents.append(len(self.documents) - 1)
                self._take(clause)
        self.clause_numbers = {clause.clause_id: number for number, clause in enumerate(self.clauses)}
        self.clause_of: Rows = np.array([sentence.clause for sentence in self.sentences], dtype=np.int32)
        self.document_of: Rows = np.array(clause_documents, dtype=np.int32)
        self.headings = [fold(" ".join(clause.path)) for clause in self.clauses]
        self.titles = [fold(document.title) for document in self.documents]
        self._post()
        self.years = frozenset(_years(self.documents, self.texts))

    def _take(self, clause: Clause) -> None:
        number = len(self.clauses)
        self.clauses.append(clause)
        header: Span | None = None
        for span in sentences(clause.text):
            start, end = clause.start + span.start, clause.start + span.end
            words = span.of(clause.text)
            if header is None:
                self.sentences.append(Sentence(number, start, end, fold(words)))
                header = span if clause.kind == "table" else None
            else:
                under = labelled_cells(header.of(clause.text), words)
                printed = clause.start + header.start, clause.start + header.end
                self.sentences.append(Sentence(number, start, end, fold(under), printed))

    def _post(self) -> None:
        texts = [*(sentence.text for sentence in self.sentences), *self.headings, *self.titles]
        grams: dict[str, set[int]] = defaultdict(set)
        values: dict[Decimal, set[int]] = defaultdict(set)
        self.trigrams: set[str] = set()
        for row, text in enumerate(texts):
            for position, character in enumerate(text):
                grams[character].add(row)
                grams[text[position : position + 2]].add(row)
                self.trigrams.add(text[position : position + 3])
            for amount in amounts(text):
                values[amount.value].add(row)
                values[amount.written].add(row)
        self.rows = len(texts)
        self._joined = "\n".join(texts)
        self.texts = texts
        self._grams = {gram: np.fromiter(rows, np.int32) for gram, rows in grams.items()}
        self._values = {value: np.fromiter(rows, np.int32) for value, rows in values.items()}

    def same_document(self, row: int, other: int) -> bool:
        """Whether two sentences stand in one document."""
        first, second = (self.document_of[self.sentences[number].clause] for number in (row, other))
        return bool(first == second)

    def alone(self, number: int) -> ClauseIndex:
        """The index of one of the documents by itself."""
        return self.part((number,))

    def part(self, numbers: tuple[int, ...]) -> ClauseIndex:
        """The index of some of the documents, by their numbers in order; itself where these are all."""
        if len(numbers) == len(self.documents):
            return self
        if numbers not in self._parts:
            clauses: dict[int, list[Clause]] = {number: [] for number in numbers}
            for clause, number in zip(self.clauses, self.document_of.tolist(), strict=True):
                if number in clauses:
                    clauses[number].append(clause)
            chosen = ((self.documents[number], tuple(clauses[number])) for number in numbers)
            self._parts[numbers] = ClauseIndex(chosen)
        return self._parts[numbers]

    def successor(self, document: Document) -> Document | None:
        """The document at hand that is to be used in place of a document; None where none is on record and at hand."""
        return successor(document, self.documents)

    def holds(self, words: str) -> bool:
        """Whether the words occur somewhere; in a large library very likely: every triple of neighbouring ones does."""
        if len(words) < 3:
            return words in self._grams
        likely = all(words[i : i + 3] in self.trigrams for i in range(len(words) - 2))
        return likely and (len(words) == 3 or len(self._joined) > _LARGEST_SCANNED or words in self._joined)

    def mentions(self, name: str) -> bool:
        """Whether a sentence, heading or title, or the region of a document, has the name."""
        return any(name in document.region for document in self.documents) or bool(self.containing(name).any())

    def containing(self, words: str, unlike: frozenset[str] = frozenset()) -> NDArray[np.bool_]:
        """For each row whether it contains the words, not counting where they stand inside one of ``unlike``."""
        found = np.zeros(self.rows, dtype=np.bool_)
        pieces = [words] if len(words) < 3 else [words[i : i + 2] for i in range(len(words) - 1)]
        common: Rows | None = None
        for piece in pieces:
            rows = self._grams.get(piece)
            if rows is None:
                return found
            common = rows if common is None else np.intersect1d(common, rows, assume_unique=True)
        if common is not None and len(words) > 2:
            common = np.array([row for row in common if words in self.texts[row]], dtype=np.int32)
        longer = [word for word in unlike if words in word]
        if common is not None and longer:
            common = np.array([row for row in common if _apart(words, longer, self.texts[row])], dtype=np.int32)
        if common is not None:
            found[common] = True
        return found

    def under(self, row: int) -> list[Sentence]:
        """The sentences of the clauses below the one a sentence stands in, in order."""
        clause = self.clauses[self.sentences[row].clause]
        depth = len(clause.path)
        below = {
            number
            for number, other in enumerate(self.clauses)
            if other.doc_id == clause.doc_id and len(other.path) > depth and other.path[:depth] == clause.path
        }
        return [sentence for sentence in self.sentences if sentence.clause in below] if depth else []

    def resembling(self, pattern: str) -> tuple[str, ...]:
        """The words of the library that differ from the pattern only where it has a ``?``; empty in a large library.

        Above ``_LARGEST_SCANNED`` characters reading through everything would take longer than a typing error is worth.
        """
        if len(self._joined) > _LARGEST_SCANNED:
            return ()
        return tuple(sorted(set(re.findall(re.escape(pattern).replace(r"\?", "[一-鿿]"), self._joined))))

    def with_value(self, value: Decimal) -> NDArray[np.bool_]:
        """For each row whether it states the number, with or without its scale (1000亿 and 1000)."""
        found = np.zeros(self.rows, dtype=np.bool_)
        rows = self._values.get(value)
        if rows is not None:
            found[rows] = True
        return found

    def partly(self, words: str) -> Matches:
        """For each row the share of the words' neighbouring character pairs it contains, 0 to 1."""
        share = np.zeros(self.rows, dtype=np.float32)
        pairs = [words[i : i + 2] for i in range(len(words) - 1)]
        for pair in pairs:
            rows = self._grams.get(pair)
            if rows is not None:
                share[rows] += 1 / len(pairs)
        return share

    def rarity(self, matches: Matches) -> float:
        """How much a word that matches these rows says: 1 for one no clause has, near 0.2 for one in every clause."""
        clauses = len(self.clauses)
        if not clauses:
            return 1.0
        having = len(np.unique(self.clause_of[matches[: len(self.sentences)] > 0])) if len(self.sentences) else 0
        return log(1 + clauses / max(having, 1)) / log(1 + clauses) if having else 1.0

    def by_clause(self, matches: Matches) -> Matches:
        """For each clause the best match in its sentences or its headings."""
        count = len(self.sentences)
        best = matches[count : count + len(self.clauses)].copy()
        np.maximum.at(best, self.clause_of, matches[:count])
        return best

    def by_document(self, matches: Matches) -> Matches:
        """For each document the match of its title."""
        return matches[len(self.sentences) + len(self.clauses) :]


def _apart(words: str, longer: Iterable[str], text: str) -> bool:
    for word in longer:
        text = text.replace(word, " ")
    return words in text


def _years(documents: Iterable[Document], texts: Iterable[str]) -> Iterable[int]:
    """The years the documents speak of: those in their texts, but for document numbers, and those they are in force."""
    for text in texts:
        yield from map(int, _YEAR.findall(text))
    for document in documents:
        first, last = document.effective, document.expires
        if first and last:
            yield from range(first.year, last.year + 1)


class DatedIndex:
    """The index of the texts to go by on a day; built anew when a document was added, changed, related or removed."""

    def __init__(self, library: DatedLibrary) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._states: list[tuple[tuple[Document, ...], ClauseIndex]] = []

    def get(self, on: date = date.max) -> ClauseIndex:
        """The index on a day, by default of the newest texts; built on first use."""
        documents = self._library.as_of(on)
        with self._lock:
            for state in self._states:
                if state[0] == documents:
                    return state[1]
            index = ClauseIndex((document, self._library.clauses(document.doc_id)) for document in documents)
            self._states = [(documents, index), *self._states[: _STATES_KEPT - 1]]
            return index
