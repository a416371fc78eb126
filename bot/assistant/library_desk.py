"""The documents first, the cards where they are silent: one answer to a policy question out of the whole library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.assistant.cards.desk import CardDesk
from bot.assistant.cards.findings import CardFinding
from bot.assistant.policy.answering import Found, PolicyDesk
from bot.assistant.policy.findings import PolicyFinding, Reason
from bot.assistant.policy.standing_words import spoken
from bot.assistant.types import Evidence
from knowledge.cards import Card
from knowledge.folding import fold
from knowledge.types import Validity

_SILENT = frozenset({Reason.LACKING, Reason.PERIOD, Reason.NO_CONTENT, Reason.NO_DOCUMENTS, Reason.SMALL_TALK})
"""Refusals that leave a question to the cards; orders and other places are no matter for them either."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What the documents say, with what the cards add without answering: statements that differ, what is not known."""

    documents: Found
    cards: CardFinding


class LibraryDesk:
    """Answers policy questions from documents and cards.

    Args:
        documents: answers from the texts as published.
        cards: answers from the summaries.
    """

    def __init__(self, documents: PolicyDesk, cards: CardDesk) -> None:
        self._documents = documents
        self._cards = cards

    def answer(self, question: str, on: date) -> Found | CardFinding | Beside:
        """What the library says to a question on a day.

        The documents answer what they can. Cards are asked about matters they have a term for: where the documents are
        silent, where no document has any of its terms, and where two such matters are to be compared. What cards state
        in more than one way stands beside the answer of the documents.

        Raises:
            retrieval.errors.RetrievalError: the index cannot be used.
        """
        found = self._documents.answer(question, on)
        asked = self._cards.read(question)
        if not asked.named:
            return found
        silent = isinstance(found, PolicyFinding) and found.reason in _SILENT
        if isinstance(found, PolicyFinding) and not found.answered and not silent:
            return found
        strange = not any(self._speak_of(entry.card.card, on) for entry in asked.named)
        compares = asked.comparing and len(asked.named) > 1
        known = self._cards.answer(asked, on)
        if (silent or strange or compares) and known.answered:
            return known
        if strange and (silent or known.knows_the_gap):
            return known
        # A clause of a plan that has run out does not tell today's particular that the card says nobody could verify.
        open_ = known.knows_the_gap and (silent or (known.asks_a_particular and not _binds(found, on)))
        return Beside(found, known) if known.disputed or open_ else found

    def _speak_of(self, card: Card, on: date) -> bool:
        """Whether any document has a term of the card."""
        return any(self._documents.mentions(fold(term), on) for term in card.terms)


def _binds(found: Found, on: date) -> bool:
    """Whether what is found stands in a document in force."""
    supports = found.supports if isinstance(found, PolicyFinding) else ()
    return any(support.document.validity(on) is Validity.IN_FORCE for support in supports)


def card_evidence(found: CardFinding) -> Iterable[Evidence]:
    """All that may be said on the strength of the cards named."""
    yield Evidence("question", f"{found.question} {found.on.isoformat()} {spoken(found.on)}")
    yield from (Evidence("registry", text) for text in _texts(found))


def _texts(found: CardFinding) -> Iterator[str]:
    cards = [part.card for part in found.parts]
    cards += [entry.card for _, entries in found.disputed for entry in entries]
    for card in dict.fromkeys(cards):
        days = (day for fact in card.card.facts for day in (fact.start, fact.until) if day)
        yield " ".join((card.document.text, *map(spoken, days)))
