"""Cards as documents: written out as text, so that a fact is quoted and cited like a clause of any document."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.cards import SEED, Basis, Card, Fact, Period, card_words, load_cards
from knowledge.sentences import Span
from knowledge.types import Clause, Document, Library


@dataclass(frozen=True, slots=True, eq=False)
class WrittenCard:
    """A card as a document.

    Args:
        card: the card.
        document: its text with what is on record about it; of kind ``card``.
        clauses: one a paragraph.
        facts: where each fact's sentence stands in the text, by its id.
        unverified: where each statement that something is not known stands, in the order of the card.
    """

    card: Card
    document: Document
    clauses: tuple[Clause, ...]
    facts: Mapping[str, Span]
    unverified: tuple[Span, ...]


class CardLibrary:
    """The cards at hand; implements ``knowledge.types.Library``."""

    def __init__(self, cards: Sequence[Card] | None = None) -> None:
        written = (write_card(card) for card in (load_cards() if cards is None else cards))
        self._cards = {entry.card.id: entry for entry in written}

    @property
    def cards(self) -> tuple[WrittenCard, ...]:
        """All cards, in order."""
        return tuple(self._cards.values())

    def card(self, card_id: str) -> WrittenCard | None:
        """One card, None when there is no such."""
        return self._cards.get(card_id)

    def fact_span(self, card_id: str, fact_id: str) -> Span:
        """Where a fact stands in the text of its card, for a citation; LookupError where there is no such fact."""
        card = self._cards.get(card_id)
        if card is None or fact_id not in card.facts:
            raise LookupError(f"no fact {fact_id} on card {card_id}")
        return card.facts[fact_id]

    def documents(self) -> tuple[Document, ...]:
        """All cards as documents."""
        return tuple(entry.document for entry in self._cards.values())

    def document(self, doc_id: str) -> Document | None:
        """One card as a document, None when there is no such."""
        entry = self._cards.get(doc_id)
        return entry.document if entry else None

    def clauses(self, doc_id: str) -> tuple[Clause, ...]:
        """The paragraphs of a card; empty for an unknown one."""
        entry = self._cards.get(doc_id)
        return entry.clauses if entry else ()


class JoinedLibrary:
    """Several libraries as one; of two documents with one identifier that of the first library counts."""

    def __init__(self, *libraries: Library) -> None:
        self._libraries = libraries

    def documents(self) -> tuple[Document, ...]:
        """All documents, library by library."""
        found: dict[str, Document] = {}
        for library in self._libraries:
            for document in library.documents():
                found.setdefault(document.doc_id, document)
        return tuple(found.values())

    def document(self, doc_id: str) -> Document | None:
        """One document, None when no library holds it."""
        return next((found for library in self._libraries if (found := library.document(doc_id))), None)

    def clauses(self, doc_id: str) -> tuple[Clause, ...]:
        """The document's clauses in reading order; empty for an unknown document."""
        return next((found for library in self._libraries if (found := library.clauses(doc_id))), ())


class _Pen:
    """Writes paragraphs and remembers where they stand."""

    def __init__(self, doc_id: str) -> None:
        self.doc_id = doc_id
        self.text = ""
        self.clauses: list[Clause] = []

    def heading(self, words: str) -> None:
        self.text += words + "\n"

    def paragraph(self, words: str, path: tuple[str, ...], after: str = "") -> Span:
        """The span of ``words``; what comes ``after`` them belongs to the clause as well."""
        start = len(self.text)
        self.text += words + after
        name = f"{self.doc_id}#{len(self.clauses)}"
        self.clauses.append(Clause(name, self.doc_id, path, "item", self.text[start:], start, len(self.text)))
        self.text += "\n"
        return Span(start, start + len(words))


def write_card(card: Card) -> WrittenCard:
    """The card written out: what it is, whom to ask, what is known and what is not."""
    words, pen = card_words(), _Pen(card.id)
    title = words.title.format(title=card.title)
    pen.heading(title)
    pen.paragraph(words.notice, ())
    if card.caution:
        pen.paragraph(card.caution, ())
    pen.heading(words.basics)
    pen.paragraph(words.authority.format(authority=card.authority), (words.basics,))
    for basis in card.basis:
        pen.paragraph(_basis(basis), (words.basics,))
    facts: dict[str, Span] = {}
    if card.facts:
        pen.heading(words.facts)
    for topic, label in words.topics.items():
        for fact in (fact for fact in card.facts if fact.topic == topic):
            facts[fact.id] = pen.paragraph(fact.text, (words.facts, label), source_line(fact))
    if card.unverified:
        pen.heading(words.unverified)
    missing = [pen.paragraph(words.missing.format(text=gap.text), (words.unverified,)) for gap in card.unverified]
    document = Document(
        doc_id=card.id,
        title=title,
        number="",
        issuer=card.authority,
        issued=None,
        effective=None,
        expires=None,
        region=card.region,
        status="",
        kind="card",
        text=pen.text,
        sha256=hashlib.sha256(pen.text.encode()).hexdigest(),
    )
    return WrittenCard(card, document, tuple(pen.clauses), facts, tuple(missing))


def source_line(fact: Fact) -> str:
    """Where a fact was seen, when, how sure that is, and how long it holds."""
    words = card_words()
    return words.source.format(
        source=words.seed if fact.source == SEED else fact.source,
        seen=fact.seen.isoformat(),
        confidence=fact.confidence,
        validity=period_words(fact),
    )


def period_words(period: Period) -> str:
    """The period as a card writes it; 未知 where no end of it is known."""
    ends = {"from": period.start, "until": period.until}
    known = [name for name, day in ends.items() if day]
    key = "both" if len(known) > 1 else known[0] if known else "unknown"
    return card_words().validity[key].format(**{name: day.isoformat() if day else "" for name, day in ends.items()})


def _basis(basis: Basis) -> str:
    dates: Iterable[str] = (
        f"{basis.issued.isoformat()}印发" if basis.issued else "",
        period_words(basis) if basis.start or basis.until else "",
    )
    stated = "，".join(filter(None, dates))
    number = f"（{basis.number}）" if basis.number else ""
    return card_words().basis.format(title=f"《{basis.title}》", number=number, dates=f"，{stated}" if stated else "")
