"""What the policy tools find: typed, and with spans instead of sentences of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from knowledge.table_text import labelled_cells
from knowledge.types import Clause, Document, Validity

STATED = "stated"
"""The shape of a question whether something is written."""


class Reason(StrEnum):
    """Why a question is not answered from the documents."""

    ORDER = "order"
    GREETING = "greeting"
    SMALL_TALK = "small_talk"
    NO_CONTENT = "no_content"
    PLACE = "place"
    PERIOD = "period"
    NUMBER = "number"
    LACKING = "lacking"
    NO_DOCUMENTS = "no_documents"


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` of a document's text."""

    doc_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Support:
    """A sentence that carries the question, or part of it.

    Args:
        document: where it stands.
        clause: the clause it belongs to.
        sentence: the whole sentence.
        claim: the part of it that answers; inside ``sentence``.
        items: entries of an enumeration in the sentence that the question picks out; empty where it picks none.
        actor: who acts in the claim, as written; empty where the question does not ask or the claim does not say.
        carries: words of the question it holds.
        listed: whether it is an entry of a list that the support before it opens.
        successor: the document that replaces its document, None where none is known.
        header: the header row above it, where it is a row of a table; None anywhere else.
        answers: shape of the further part of the question that it answers directly; empty for any other support.
    """

    document: Document
    clause: Clause
    sentence: Span
    claim: Span
    items: tuple[str, ...] = ()
    actor: str = ""
    carries: tuple[str, ...] = ()
    listed: bool = False
    successor: Document | None = None
    header: Span | None = None
    answers: str = ""

    @property
    def said(self) -> str:
        """The claim as words: verbatim, or a row of a table with the header of each cell."""
        if self.header is None:
            return self.words(self.claim)
        return labelled_cells(self.words(self.header), self.words(self.sentence))

    def words(self, span: Span) -> str:
        """The verbatim text of a span of its document."""
        return self.document.text[span.start : span.end]


@dataclass(frozen=True, slots=True)
class PolicyFinding:
    """An answer out of the clauses, or the reason there is none.

    Args:
        question: as asked, folded.
        answered: whether the supports answer it.
        shape: how to phrase it: ``list``, ``who``, ``yes_no`` … or ``plain``.
        supports: best first, one to a few; for a refusal at most the nearest one.
        reason: why it is refused, None when answered.
        demand: the particular that was asked for (``money``, ``deadline`` …), empty where none was.
        missing: words of the question nothing at hand speaks of.
        personal: whether the person asks for their own case.
        confidence: that the documents answer it, 0 to 1.
        on: the day on which validity is judged.
        related: headings close by, for what to ask next.
        of_several: whether there were several documents to answer from, so that an answer has to name its own.
        unsaid: further matters that were asked about in the same breath, of which the documents say nothing.
        silent: what else was asked and the clauses found leave unsaid: ``way`` in, ``actor``.
        differs: whether the supports are what several documents, one each, state differently of one thing.
    """

    question: str
    answered: bool
    shape: str
    on: date
    supports: tuple[Support, ...] = ()
    reason: Reason | None = None
    demand: str = ""
    missing: tuple[str, ...] = ()
    personal: bool = False
    confidence: float = 0.0
    related: tuple[str, ...] = ()
    of_several: bool = False
    differs: bool = False
    unsaid: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WholeClauses:
    """The clauses behind an answer, whole: what 'more' asks for.

    Args:
        question: that they belong to, folded.
        clauses: each as the support of its whole text, in order of relevance.
        on: the day on which validity is judged.
    """

    question: str
    clauses: tuple[Support, ...]
    on: date


@dataclass(frozen=True, slots=True)
class OutlinePart:
    """A heading under the heading asked about, at its place in the document."""

    label: str
    span: Span


@dataclass(frozen=True, slots=True)
class Outline:
    """The headings under a heading: what 'which principles, tasks, measures' asks for.

    ``successor`` is the document that replaces the document, None where none is known.
    """

    document: Document
    heading: str
    parts: tuple[OutlinePart, ...]
    on: date
    successor: Document | None = None


@dataclass(frozen=True, slots=True)
class DocumentStatus:
    """What is on record about a document itself.

    Args:
        document: the document.
        aspects: what was asked: ``validity``, ``effective``, ``issuer``, ``number``, ``issued``, ``region`` …
        validity: on the day ``on``.
        on: the day.
        title: where the document's own title stands in its text, None where it does not.
        successor: the document that replaces it, None where none is known.
        others: the same of the other documents that the question names as well as this one.
    """

    document: Document
    aspects: tuple[str, ...]
    validity: Validity
    on: date
    title: Span | None
    successor: Document | None
    others: tuple[DocumentStatus, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether anything that was asked is on record; the standing always is."""
        facts = [aspect for aspect in self.aspects if hasattr(self.document, aspect)]
        return len(facts) < len(self.aspects) or not facts or any(getattr(self.document, fact) for fact in facts)
