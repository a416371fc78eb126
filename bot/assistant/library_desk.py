"""The documents first, the cards where they are silent: one answer to a policy question out of the whole library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from bot.assistant.cards.desk import CardDesk
from bot.assistant.cards.findings import CardFinding
from bot.assistant.cards.reading import CardQuestion, plain
from bot.assistant.policy.answering import Found, PolicyDesk
from bot.assistant.policy.findings import PolicyFinding, Reason
from bot.assistant.policy.follow_up import asked_besides, names_matter
from bot.assistant.policy.standing_words import spoken
from bot.assistant.types import Evidence
from knowledge.cards import Card
from knowledge.folding import fold
from knowledge.types import Validity

_CLEARLY_MORE = 0.3
_BY_PROPER_NAMES = frozenset({"qualification", "financing"})
"""Kinds of cards whose terms documents use to the letter where they speak of the matter."""

_LEANING = frozenset({Reason.LACKING, Reason.NO_CONTENT})
"""Refusals of a question that may lean on the one before it."""

_SILENT = frozenset(
    {Reason.LACKING, Reason.PERIOD, Reason.NUMBER, Reason.NO_CONTENT, Reason.NO_DOCUMENTS, Reason.SMALL_TALK}
)
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

    def answer(self, question: str, on: date, carried: str = "") -> Found | CardFinding | Beside:
        """What the library says to a question on a day; where that is nothing, to the same about an earlier matter.

        Args:
            question: the question.
            on: the day on which validity is judged.
            carried: the question asked of what was talked of before, empty where nothing was. What cards know of that
                answers; a document does not, since words of the earlier matter alone may have found its clause, but the
                clause is the nearest thing where the question names no matter itself.

        Raises:
            retrieval.errors.RetrievalError: the index cannot be used.
        """
        found = self._answer(question, on)
        if isinstance(found, PolicyFinding) and found.answered and (unsaid := asked_besides(question, _said(found))):
            nearest = found.supports[:1]
            return replace(found, answered=False, reason=Reason.LACKING, missing=(unsaid,), supports=nearest)
        if not carried or not (isinstance(found, PolicyFinding) and found.reason in _LEANING):
            return found
        again = self._answer(carried, on)
        if isinstance(again, CardFinding) and (again.answered or again.knows_the_gap):
            return again
        near = again.documents if isinstance(again, Beside) else again
        if not isinstance(near, PolicyFinding) or not near.supports or names_matter(question):
            return found
        return replace(found, reason=Reason.LACKING, supports=near.supports[:1], related=near.related)

    def _answer(self, question: str, on: date) -> Found | CardFinding | Beside:
        """What the library says to a question on a day.

        The documents answer what they can. Cards are asked about matters they have a term for: where the documents are
        silent, where no document has any of its terms, where a card holds what is asked and the clauses found do not,
        and where two such matters are to be compared. What cards state in more than one way, and what they know of
        today where the documents have run out, stands beside the answer of the documents.

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
        known = self._cards.answer(asked, on)
        if not known.answered:
            known = self._cards.clause_by_clause(asked, on) or known
        strange = not any(self._speak_of(entry.card.card, on) for entry in asked.named)
        compares = asked.comparing and len(asked.named) > 1
        if known.answered and (silent or strange or compares or self._says_more(known, asked, found)):
            return known
        besides = known.asks_a_particular and _is_besides(found, asked)
        if (strange and silent) or (known.knows_the_gap and (strange or besides)):
            return known
        return Beside(found, known) if _stands_beside(known, asked, silent, _binds(found, on)) else found

    def _says_more(self, known: CardFinding, asked: CardQuestion, found: Found) -> bool:
        """Whether the cards hold clearly more of what is asked, or a particular of it that the clauses found do not."""
        if not isinstance(found, PolicyFinding):
            return False
        facts = " ".join(entry.fact.text for part in known.parts for entry in part.facts)
        return self._cards.share(asked, facts) - self._cards.share(asked, _said(found)) > _CLEARLY_MORE

    def _speak_of(self, card: Card, on: date) -> bool:
        """Whether any document has a term of the card."""
        return any(self._documents.mentions(fold(term), on) for term in card.terms)


def _said(found: PolicyFinding) -> str:
    """The sentences found, under their headings."""
    return " ".join(" ".join((*support.clause.path, support.words(support.sentence))) for support in found.supports)


def _is_besides(found: Found, asked: CardQuestion) -> bool:
    """Whether clauses were found that do not have the proper name of what is asked about."""
    if not isinstance(found, PolicyFinding) or asked.named[0].card.card.kind not in _BY_PROPER_NAMES:
        return False
    said = plain(_said(found))
    return not any(plain(term) in said for entry in asked.named for term in entry.card.card.terms)


def _stands_beside(known: CardFinding, asked: CardQuestion, silent: bool, binds: bool) -> bool:
    """Whether what the cards know belongs under what the documents say.

    A clause of a plan that has run out does not tell today's particular: neither one that a card knows, nor one that
    the card says nobody could verify.
    """
    open_ = known.knows_the_gap and (silent or (known.asks_a_particular and not binds))
    return bool(known.disputed) or open_ or (asked.definite and bool(known.adds) and not binds)


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
