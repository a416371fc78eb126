"""The structured catalogue of support measures, qualifications and financing channels, read from ``measures/*.yaml``.

A measure says what it gives and on which conditions, each with the words of a stored document that it rests on.  A
condition the documents name without saying how to tell whether it is met carries no test, but the words for what is
not set; nothing is filled in from elsewhere.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from knowledge.cards import load_cards

FOLDER = Path(__file__).with_name("measures")

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Operator = Literal["ge", "gt", "le", "lt"]


class MeasureError(ValueError):
    """A measure file is not valid, or two of them contradict each other."""


class _Definition(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Definition):
    """Words of a stored document or card.

    Args:
        document: its ``doc_id``.
        quote: verbatim from its text; empty where a fact is named.
        fact: id of a fact of a card; empty where words are quoted.
    """

    document: str
    quote: str = ""
    fact: str = ""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if bool(self.quote) is bool(self.fact):
            raise ValueError(f"a source in {self.document} quotes words or names a fact, one of them")
        return self

    @property
    def words(self) -> str:
        """The words themselves; LookupError where no card at hand has the fact."""
        return self.quote or _fact(self.document, self.fact)


@lru_cache(maxsize=1024)
def _fact(card_id: str, fact_id: str) -> str:
    card = next((each for each in load_cards() if each.id == card_id), None)
    if card is None:
        raise LookupError(f"no card {card_id}")
    return card.fact(fact_id).text


class Comparison(_Definition):
    """A fact against a bound; the bound is written as people write it, ``1000万元``, ``2.5%``, ``3年``."""

    fact: Code
    op: Operator
    bound: str


class Choice(_Definition):
    """A fact that has to have one of these values."""

    fact: Code
    among: tuple[str, ...] = Field(min_length=1)


class Band(_Definition):
    """What holds from ``least`` on up to, but not including, ``below``; an open end has no bound."""

    least: str = ""
    below: str = ""
    test: Requirement


class Bands(_Definition):
    """A test that depends on the band a fact falls in; outside all bands it fails."""

    by: Code
    steps: tuple[Band, ...] = Field(min_length=1)


class Requirement(_Definition):
    """Exactly one of: a comparison, a choice, any of several tests, all of several tests, a test by bands."""

    compare: Comparison | None = None
    choice: Choice | None = None
    any: tuple[Requirement, ...] = ()
    all: tuple[Requirement, ...] = ()
    bands: Bands | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = [part for part in (self.compare, self.choice, self.any, self.all, self.bands) if part]
        if len(given) != 1:
            raise ValueError("a test is one of compare, choice, any, all and bands")
        return self

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts it looks at, in order of first mention."""
        found: list[str] = []
        if self.compare:
            found.append(self.compare.fact)
        if self.choice:
            found.append(self.choice.fact)
        if self.bands:
            found.append(self.bands.by)
            found += [fact for step in self.bands.steps for fact in step.test.facts]
        found += [fact for test in (*self.any, *self.all) for fact in test.facts]
        return tuple(dict.fromkeys(found))


class Condition(_Definition):
    """One condition.

    Args:
        id: unique within its measure.
        name: two to twelve characters for a table.
        says: the requirement in words that the source bears out.
        test: how to tell; None where the documents set no threshold.
        unset: what the documents do not say, where there is no test.
        unsourced: whether that is because no source was found rather than because a document at hand is silent.
        source: where the requirement stands.
    """

    id: Code
    name: str
    says: str
    test: Requirement | None = None
    unset: str = ""
    unsourced: bool = False
    source: Source

    @model_validator(mode="after")
    def _test_or_silence(self) -> Self:
        if (self.test is None) is not bool(self.unset):
            raise ValueError(f"condition {self.id}: either a test, or words for what is not set")
        return self


class Authority(_Definition):
    """Who decides or takes applications, where a source says so."""

    name: str
    source: Source


class Measure(_Definition):
    """A support measure, a qualification or a financing channel.

    Args:
        id: unique, never changed once released.
        name: as its source calls it.
        kind: ``support`` of the plan, ``qualification`` a firm can be recognised with, ``financing`` channel.
        aliases: further words for it in questions.
        gives: what it gives, in words the source bears out.
        whom: who may, for the comparison of financing channels.
        where: how or where to register or apply, as far as a source says; empty where none does.
        where_source: the words behind ``where``.
        validity: words that say until when it holds, where the document as a whole does not say so.
        authority: who decides; None where no source says so.
        needs: the financing needs it serves, by the names in the needs file; empty for what is no financing.
        source: the words it rests on.
        conditions: at least one; a measure without any condition in its source has one that says so.
    """

    id: Code
    name: str
    kind: Literal["support", "qualification", "financing"]
    aliases: tuple[str, ...] = ()
    gives: str
    whom: str = ""
    where: str = ""
    where_source: Source | None = None
    validity: Source | None = None
    authority: Authority | None = None
    needs: tuple[str, ...] = ()
    source: Source
    conditions: tuple[Condition, ...] = Field(min_length=1)

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts its conditions look at, in order."""
        return tuple(dict.fromkeys(fact for each in self.conditions if each.test for fact in each.test.facts))

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every source it rests on."""
        further = [
            each for each in (self.where_source, self.validity, self.authority and self.authority.source) if each
        ]
        return (self.source, *(condition.source for condition in self.conditions), *further)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [condition.id for condition in self.conditions]
        if len(set(names)) != len(names):
            raise ValueError(f"measure {self.id}: a condition is named twice")
        if bool(self.where) is not (self.where_source is not None):
            raise ValueError(f"measure {self.id}: where to apply needs a source, and a source something to bear out")
        return self


class Tier(_Definition):
    """A size of firm that a document counts, e.g. 100—500亿元: a target for how many there should be, no threshold."""

    name: str
    test: Requirement


class _File(_Definition):
    measures: tuple[Measure, ...] = ()
    tiers: tuple[Tier, ...] = ()
    tiers_source: Source | None = None


class MeasureCatalogue:
    """Every measure, and the sizes of firm the plan counts.

    Args:
        measures: in the order in which they are told.
        tiers: from the largest down.
        tiers_source: where the plan counts them.
    """

    def __init__(self, measures: tuple[Measure, ...], tiers: tuple[Tier, ...], tiers_source: Source) -> None:
        self.measures = measures
        self.tiers = tiers
        self.tiers_source = tiers_source
        self._by_id = {measure.id: measure for measure in measures}
        if len(self._by_id) != len(measures):
            raise MeasureError("a measure is defined twice")

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Self:
        """Read every ``*.yaml`` of the folder in order of name.

        Raises:
            MeasureError: a file cannot be read or does not match the schema, or a measure is defined twice.
        """
        try:
            files = [_File.model_validate(_content(path)) for path in sorted(folder.glob("*.yaml"))]
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise MeasureError(f"{folder}: {error}") from error
        sources = [each.tiers_source for each in files if each.tiers_source is not None]
        if len(sources) != 1:
            raise MeasureError(f"{folder}: exactly one file says where the tiers stand")
        measures = tuple(measure for each in files for measure in each.measures)
        return cls(measures, tuple(tier for each in files for tier in each.tiers), sources[0])

    def measure(self, measure_id: str) -> Measure | None:
        """One measure, None for an unknown one."""
        return self._by_id.get(measure_id)

    def serving(self, need: str) -> tuple[Measure, ...]:
        """What serves a financing need, whatever its kind; every financing channel for an empty one."""
        if not need:
            return tuple(measure for measure in self.measures if measure.kind == "financing")
        return tuple(measure for measure in self.measures if need in measure.needs)


@lru_cache(maxsize=1)
def shipped_measures() -> MeasureCatalogue:
    """The catalogue that comes with the program, read once a process."""
    return MeasureCatalogue.load()


def _content(path: Path) -> object:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
