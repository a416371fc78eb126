"""A question about a matter that cards know something of, from its words to a finding."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from bot.assistant.cards.findings import CardFact, CardFinding, CardPart
from bot.assistant.cards.reading import CardQuestion, CardReading, Named, plain
from bot.assistant.policy.clause_index import ClauseIndex
from bot.assistant.policy.reading import Reader, Unit
from bot.assistant.policy.scope import load_scope
from knowledge.card_library import CardLibrary, WrittenCard
from knowledge.cards import Fact, Unverified, card_words
from knowledge.folding import fold
from knowledge.sentences import Span

_SAYS_SOMETHING, _ENOUGH, _NEARLY, _NEAR = 0.3, 0.6, 0.85, 0.2
_MEANT = 0.85
"""From here a word that is found means what the question says; below it is only near it (认定, 名单)."""
_MOST_IN_OVERVIEW, _MOST_COMPARED = 6, 3
_CLAUSES = re.compile("[,;?。]")
_CONCEPT = "concept"
_RULES = frozenset({"condition", "procedure", "authority", "duration", "exit"})
"""Topics of which a card tells the rule for the whole province; a number of the province is none of a city's."""
AUTHORITY = "authority"
"""The topic that the authority named on a card answers where no fact does."""


class CardDesk:
    """Answers from the cards.

    Args:
        library: the cards.
        reading: how questions about cards are read.
        reader: cuts what is left of a question into words.
    """

    def __init__(self, library: CardLibrary, reading: CardReading, reader: Reader) -> None:
        self._cards = library.cards
        self._reading = reading
        self._reader = reader
        self._index = ClauseIndex((entry.document, entry.clauses) for entry in library.cards)

    def clause_by_clause(self, question: CardQuestion, on: date) -> CardFinding | None:
        """What the one card named says to each clause of a question; None where a clause asks for nothing of it.

        None also where it answers no clause; those it does not answer are told so, each by itself.
        """
        clauses = [clause for clause in _CLAUSES.split(question.text) if clause]
        if len(clauses) < 2 or len(question.named) != 1:
            return None
        term = plain(question.named[0].term)
        asked = [self.read(clause if term in clause else term + clause) for clause in clauses]
        found = [self.answer(each, on) for each in asked]
        if not all(each.topics for each in asked) or not any(each.answered for each in found):
            return None
        parts = tuple(part for each in found for part in each.parts)
        return CardFinding(question.text, on, parts, disputed=tuple(self._disputed(parts)))

    def read(self, question: str) -> CardQuestion:
        """The question as understood; ``named`` is empty where it is about no card."""
        return self._reading.read(question, self._cards)

    def answer(self, question: CardQuestion, on: date) -> CardFinding:
        """What the cards named in a question say to it."""
        parts = tuple(self._of_place(question, named) for named in question.named[:_MOST_COMPARED])
        comparing = question.comparing and len(parts) > 1
        if comparing and not any(part.answered for part in parts):
            # Where what is compared is named by words no fact has, all that is known stands side by side.
            parts = tuple(self._whole(named) for named in question.named[:_MOST_COMPARED])
        disputed = tuple(self._disputed(parts))
        return CardFinding(question.text, on, parts, comparing, disputed, comparing and question.preferring)

    def share(self, question: CardQuestion, text: str) -> float:
        """How much of what a question says beyond the terms a text holds, 0 to 1; 0 without the particular it asks."""
        units, folded = self._content(question), fold(text)
        if not all(need.search(folded) for need in question.needs):
            return 0.0
        total = sum(unit.weight for unit in units)
        return sum(unit.weight * unit.within(folded) for unit in units) / total if total else 1.0

    def _of_place(self, question: CardQuestion, named: Named) -> CardPart:
        """What a card says to a question; of a rule asked for one city, what holds in the whole province."""
        part = self._part(question, named)
        places = load_scope().home_places
        place = next((each for each in places if each in question.rest), "")
        if part.answered or not place or not question.topics or not _RULES.issuperset(question.topics):
            return part
        wider = self._part(replace(question, rest=question.rest.replace(place, " ")), named)
        is_local = any(each in fold(entry.fact.text) for entry in wider.facts for each in places)
        return part if is_local or not wider.answered else replace(wider, unplaced=place)

    def _part(self, question: CardQuestion, named: Named) -> CardPart:
        units = self._content(question)
        if question.topics in ((), (_CONCEPT,)) and not (units or question.needs or question.years):
            return self._whole(named)
        card = named.card
        pool = [fact for fact in card.card.facts if _speaks_of(fact, named)]
        asked = [fact for fact in pool if not question.topics or fact.topic in question.topics]
        answers = [fact for fact in self._closest(asked, units) if _gives(question, fact, card)]
        part = CardPart(card, question.topics, tuple(CardFact(card, fact) for fact in answers))
        gaps = tuple(_gaps(card, named, question, units))
        if answers:
            return replace(part, gaps=gaps if _mentions(gaps, units, card) else ())
        if question.topics == (AUTHORITY,) and not gaps and not units:
            return replace(part, authority=_authority_line(card))
        near = (
            self._closest(asked if question.definite else pool, units, 0.0)
            if asked
            else self._closest(pool, units, _NEAR)
            if units
            else []
        )
        nearest = next(iter(near or (pool if len(pool) == 1 else ())), None)
        return replace(part, gaps=gaps, nearest=CardFact(card, nearest) if nearest else None)

    def _whole(self, named: Named) -> CardPart:
        """All that a card knows, a little of each topic where it knows much."""
        card = named.card
        facts = [fact for fact in card.card.facts if _speaks_of(fact, named)]
        order = list(card_words().topics)
        facts.sort(key=lambda fact: order.index(fact.topic))
        if len(facts) > _MOST_IN_OVERVIEW:
            firsts = {fact.topic: fact for fact in reversed(facts)}
            rest = [fact for fact in facts if fact is not firsts[fact.topic]]
            kept = [*firsts.values(), *rest][:_MOST_IN_OVERVIEW]
            facts = [fact for fact in facts if fact in kept]
        gaps = () if len(facts) > 1 else card.unverified
        return CardPart(card, (), tuple(CardFact(card, fact) for fact in facts), gaps=gaps)

    def _content(self, question: CardQuestion) -> list[Unit]:
        units = self._reader.units(question.rest, self._index)
        return [unit for unit in units if unit.weight > _SAYS_SOMETHING and unit.kind != "number"]

    def _closest(self, facts: Sequence[Fact], units: Sequence[Unit], enough: float = _ENOUGH) -> list[Fact]:
        """The facts that hold enough of the words, and nearly as much as the best; all where there are no words."""
        total = sum(unit.weight for unit in units)
        if not facts or total == 0:
            return list(facts)
        held = [sum(unit.weight * unit.within(fold(fact.text)) for unit in units) / total for fact in facts]
        least = max(enough, _NEARLY * max(held))
        return [fact for fact, share in zip(facts, held, strict=True) if share >= least]

    def _disputed(self, parts: Iterable[CardPart]) -> Iterator[tuple[str, tuple[CardFact, ...]]]:
        """The matters of the facts found that are stated differently, each with all that is stated of it."""
        matters = dict.fromkeys(entry.fact.matter for part in parts for entry in part.facts if entry.fact.matter)
        for matter in matters:
            stated = (CardFact(card, fact) for card in self._cards for fact in card.card.facts)
            yield matter, tuple(entry for entry in stated if entry.fact.matter == matter)


def _speaks_of(entry: Fact | Unverified, named: Named) -> bool:
    return not entry.terms or named.term in entry.terms


def _gives(question: CardQuestion, fact: Fact, card: WrittenCard) -> bool:
    """Whether a fact states the number asked for, of a year asked for."""
    text = fold(fact.text)
    around = fold(" ".join((card.card.title, *(basis.title + basis.number for basis in card.card.basis))))
    return all(need.search(text) for need in question.needs) and all(y in text or y in around for y in question.years)


def _gaps(card: WrittenCard, named: Named, question: CardQuestion, units: Sequence[Unit]) -> Iterator[Span]:
    """What the card does not know of the topics asked for, or of everything the question says."""
    for entry, span in zip(card.card.unverified, card.unverified, strict=True):
        held = [unit.within(fold(entry.text)) >= _MEANT for unit in units]
        # Where a question fits several parts (多少), what it names tells which of them is meant.
        asked = entry.topic in question.topics and (question.definite or not units or any(held))
        if _speaks_of(entry, named) and (asked or (units and all(held))):
            yield span


def _mentions(gaps: Sequence[Span], units: Sequence[Unit], card: WrittenCard) -> bool:
    """Whether what is not known belongs into the answer: nothing narrower was asked, or just this."""
    return not units or any(unit.within(fold(span.of(card.document.text))) > 0 for span in gaps for unit in units)


def _authority_line(card: WrittenCard) -> Span:
    start = card.document.text.index(line := card_words().authority.format(authority=card.card.authority))
    return Span(start, start + len(line))
