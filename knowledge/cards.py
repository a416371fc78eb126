"""Policy cards: what is known of a matter that no document at hand regulates, in our own words, each fact sourced."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from knowledge.folding import fold

FOLDER = Path(__file__).with_name("documents") / "cards"
"""The cards that come with the program, one file each."""

SEED = "种子"
"""Source and confidence of what stands in the plan that the program ships."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]
Confidence = Literal["种子", "见A", "见B"]
"""Where a fact was seen: in the plan, on a page of an authority or its press, on another page."""

Kind = Literal["qualification", "financing", "national_document", "cluster_label", "batch", "project", "standing"]


class CardError(ValueError):
    """A card cannot be used; the message names the file, the place in it and what is wrong."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Period(_Row):
    """From when to when something holds.

    Args:
        start: first day; None when unknown.
        until: last day; None when unknown.
    """

    start: date | None = None
    until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start and self.until and self.start > self.until:
            raise ValueError("ends before it starts")
        return self


class Basis(Period):
    """A document that a card rests on, as far as it is known.

    Args:
        title: full title without book-title marks.
        number: 文号, empty when none was seen in a source.
        issued: date of issue, None when unknown.
    """

    title: Text
    number: str = ""
    issued: date | None = None


class Fact(Period):
    """One sentence that a source bears out.

    Args:
        id: unique in the card, never changed once released: rules and answers cite it.
        topic: which part of the matter it speaks of, a key of ``topics`` in ``cards.yaml``.
        text: a whole sentence in our own words.
        source: address of the page it was seen on, or ``种子``.
        seen: the day it was seen.
        confidence: what kind of source that is.
        terms: the term of the card that it speaks of, where a card answers to several; empty for all of them.
        matter: facts with the same words here, of whatever card, state one thing differently and are shown together.
    """

    id: Name
    topic: Text
    text: Text
    source: Text
    seen: date
    confidence: Confidence
    terms: tuple[Text, ...] = ()
    matter: str = ""

    @model_validator(mode="after")
    def _seed_is_its_own_source(self) -> Self:
        if (self.source == SEED) != (self.confidence == SEED):
            raise ValueError(f"source and confidence are both {SEED} or neither is")
        return self

    @model_validator(mode="after")
    def _is_a_sentence(self) -> Self:
        if not self.text.endswith("。") or "\n" in self.text:
            raise ValueError("text is one paragraph that ends with 。")
        return self


class Unverified(_Row):
    """A particular people ask for and no source was found to bear out.

    Args:
        topic: as of a fact.
        text: what it is, as a noun phrase without a full stop.
        terms: as of a fact.
    """

    topic: Text
    text: Text
    terms: tuple[Text, ...] = ()


class Card(_Row):
    """A card as written in its file.

    Args:
        id: the file stem.
        title: what the card is about.
        terms: words people use for it, the usual one first; each belongs to one card only.
        kind: what sort of matter it is.
        authority: whom to ask.
        region: where it applies.
        caution: what has to be said first with every fact of the card, a whole sentence; empty where nothing has.
        basis: documents it rests on.
        facts: what sources bear out.
        unverified: what they do not.
    """

    id: Name
    title: Text
    terms: tuple[Text, ...] = Field(min_length=1)
    kind: Kind
    authority: Text
    region: Text
    caution: str = ""
    basis: tuple[Basis, ...] = ()
    facts: tuple[Fact, ...] = ()
    unverified: tuple[Unverified, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.facts and not self.unverified:
            raise ValueError("a card needs a fact or says what is not known")
        ids = [fact.id for fact in self.facts]
        if len(set(ids)) < len(ids):
            raise ValueError("two facts carry one id")
        entries: tuple[Fact | Unverified, ...] = (*self.facts, *self.unverified)
        if unknown := {entry.topic for entry in entries} - set(card_words().topics):
            raise ValueError(f"unknown topics {sorted(unknown)}")
        if unknown := {term for entry in entries for term in entry.terms} - set(self.terms):
            raise ValueError(f"facts speak of {sorted(unknown)}, which are no terms of the card")
        return self

    def fact(self, fact_id: str) -> Fact:
        """The fact with this id; LookupError where the card has none."""
        for fact in self.facts:
            if fact.id == fact_id:
                return fact
        raise LookupError(f"{self.id} has no fact {fact_id}")


class CardWords(_Row):
    """The words around the facts of a card; see the file."""

    title: Text
    notice: Text
    basics: Text
    authority: Text
    basis: Text
    facts: Text
    unverified: Text
    missing: Text
    source: Text
    seed: Text
    validity: dict[str, str]
    topics: dict[str, str]


@lru_cache(maxsize=1)
def card_words() -> CardWords:
    """The shipped words; ValueError where their file is malformed."""
    file = Path(__file__).with_suffix(".yaml")
    return CardWords.model_validate(yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


@lru_cache(maxsize=4)
def load_cards(folder: Path = FOLDER) -> tuple[Card, ...]:
    """The cards of a folder, ordered by identifier; none where there is no folder.

    Raises:
        CardError: a file does not have the shape of a card (a confidence other than the three, a fact without a
            source …), or two cards answer to one term.
    """
    cards = tuple(_card(path) for path in sorted(folder.glob("*.yaml")))
    holders: dict[str, str] = {}
    for card in cards:
        for term in card.terms:
            if holders.setdefault(fold(term), card.id) != card.id:
                raise CardError(f"{card.id}.yaml: terms: {term} belongs to {holders[fold(term)]} already")
    return cards


def _card(path: Path) -> Card:
    try:
        rows = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        return Card.model_validate({**rows, "id": path.stem})
    except (yaml.YAMLError, TypeError, UnicodeDecodeError) as error:
        raise CardError(f"{path.name}: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise CardError(f"{path.name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
