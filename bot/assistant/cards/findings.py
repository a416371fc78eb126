"""What the cards say to a question: facts, what they do not know, and facts that contradict each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from knowledge.card_library import WrittenCard
from knowledge.cards import SEED, Fact
from knowledge.sentences import Span


@dataclass(frozen=True, slots=True)
class CardFact:
    """A fact at its place on its card."""

    card: WrittenCard
    fact: Fact

    @property
    def span(self) -> Span:
        """Where its sentence stands in the text of the card."""
        return self.card.facts[self.fact.id]

    @property
    def sourced(self) -> Span:
        """The same with the words behind it that say where it was seen, when, and how sure that is."""
        start = self.span.start
        return Span(start, next(clause.end for clause in self.card.clauses if clause.start == start))


@dataclass(frozen=True, slots=True)
class CardPart:
    """What one card says to a question.

    Args:
        card: the card.
        topics: the parts of the matter that were asked for; empty for the matter as a whole.
        facts: what answers, in the order of the card; empty where the card does not know.
        authority: where the line that names the authority stands, where that line is the answer.
        gaps: where the card says that what was asked is not known.
        nearest: the fact closest to what was asked, where none answers.
        unplaced: the city it was asked for, where the card only has the rule for the whole province.
    """

    card: WrittenCard
    topics: tuple[str, ...]
    facts: tuple[CardFact, ...] = ()
    authority: Span | None = None
    gaps: tuple[Span, ...] = ()
    nearest: CardFact | None = None
    unplaced: str = ""

    @property
    def answered(self) -> bool:
        """Whether the card answers what was asked of it."""
        return bool(self.facts) or self.authority is not None


@dataclass(frozen=True, slots=True)
class CardFinding:
    """An answer out of cards, or the reason there is none.

    Args:
        question: as asked.
        on: the day on which validity is judged.
        parts: one a card named in the question, in its order.
        comparing: whether the cards are to be set side by side.
        disputed: facts that state one matter differently, by that matter; they are never merged.
        preferring: whether it was asked which of the cards set side by side is about the better one.
    """

    question: str
    on: date
    parts: tuple[CardPart, ...]
    comparing: bool = False
    disputed: tuple[tuple[str, tuple[CardFact, ...]], ...] = ()
    preferring: bool = False

    @property
    def answered(self) -> bool:
        """Whether any card answers."""
        return any(part.answered for part in self.parts)

    @property
    def adds(self) -> tuple[CardFact, ...]:
        """The facts that the shipped plan is not the source of, without those stated in several ways."""
        disputed = {entry.fact for _, entries in self.disputed for entry in entries}
        facts = (entry for part in self.parts for entry in part.facts)
        return tuple(entry for entry in facts if entry.fact.source != SEED and entry.fact not in disputed)

    @property
    def asks_a_particular(self) -> bool:
        """Whether something particular was asked, and no card tells it."""
        return not self.answered and any(part.topics for part in self.parts)

    @property
    def knows_the_gap(self) -> bool:
        """Whether a card says of what was asked that it is not known."""
        return any(part.gaps for part in self.parts)
