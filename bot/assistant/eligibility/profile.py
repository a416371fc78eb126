"""A firm's facts as told, kept as the words they are told back in, and what can be worked out from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bot.assistant.eligibility.belonging import Belonging, Membership
from bot.assistant.eligibility.facts import Fact, Facts
from bot.assistant.eligibility.quantities import Interval, QuantityLanguage
from stats_tools.understanding.passage import normal

CLUSTER, PROVINCE = "cluster", "province"
DERIVED = {CLUSTER: ("city", "sector"), PROVINCE: ("city",)}
"""Choices that follow from other facts: the level of the firm's cluster, and the province of its city."""
NO_CLUSTER = "无"
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a fact as told; ``key`` names the message, ``facts`` its variables."""

    key: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tongue:
    """What profiles are read with: the facts there are, how quantities are said, where firms belong."""

    facts: Facts
    quantities: QuantityLanguage
    belonging: Belonging


class Profile:
    """The facts of one firm.

    Args:
        told: fact code to its words, e.g. ``{"city": "烟台", "revenue": "1.2亿元"}``.
        tongue: what they are read with.
        today: the day on which years are counted.
    """

    def __init__(self, told: Mapping[str, str], tongue: Tongue, today: date) -> None:
        self.told = dict(told)
        self._tongue = tongue
        self._today = today

    def has(self, code: str) -> bool:
        """Whether the fact is known, told or worked out."""
        fact = self._tongue.facts.fact(code)
        return self.interval(code) is not None if fact.kind in ("quantity", "year") else bool(self.told.get(code))

    def interval(self, code: str) -> Interval | None:
        """A quantity in the base unit of its dimension; None where it is neither told nor follows from others."""
        fact = self._tongue.facts.fact(code)
        if code in self.told:
            quantity = self._tongue.quantities.read(self.told[code])
            return quantity.interval if quantity else self._year(code)
        if fact.ratio:
            return self.ratio(fact)
        return self._age(fact.instead) if fact.dimension == "years" else None

    def ratio(self, fact: Fact) -> Interval | None:
        """A share in percent, or a multiple, out of two exactly known amounts, the whole 1 元 or more; else None."""
        if fact.ratio is None or not set(fact.ratio) <= set(self.told):
            return None
        above, below = (self.interval(code) for code in fact.ratio)
        if above is None or below is None or above.value is None or below.value is None or below.value < 1:
            return None
        quotient = above.value * (_HUNDRED if fact.dimension == "share" else 1) / below.value
        return Interval.exactly(quotient.quantize(Decimal("0.000001"), ROUND_HALF_UP))

    def choice(self, code: str) -> str:
        """The value of a choice, empty where it is neither told nor follows from other facts."""
        if code == PROVINCE:
            return self._tongue.belonging.province if self.told.get("city") else ""
        if code != CLUSTER:
            return self.told.get(code, "")
        membership = self.membership
        if membership is None or membership.is_in is None:
            return ""
        return self._tongue.belonging.level_name(membership.clusters[0].level) if membership.is_in else NO_CLUSTER

    @property
    def membership(self) -> Membership | None:
        """The clusters of city and sector; None where one of them is not told."""
        city, sector = self.told.get("city", ""), self.told.get("sector", "")
        return self._tongue.belonging.membership(city, sector) if city and sector else None

    def shown(self, code: str) -> str:
        """The fact in words for a person, with its derivation where it was worked out; empty where it is unknown."""
        fact = self._tongue.facts.fact(code)
        if code in self.told:
            return self.told[code]
        interval = self.interval(code) if fact.kind == "quantity" else None
        if interval is None:
            return ""
        if interval.value is not None:
            interval = Interval.exactly(interval.value.quantize(Decimal("0.01"), ROUND_HALF_UP))
        return self._tongue.quantities.told(interval, fact.dimension)

    def flaw(self) -> Flaw | None:
        """The first thing that cannot be right about the facts; None where nothing speaks against them."""
        facts = self._tongue.facts
        unknown = next((code for code in self.told if code not in facts.codes), None)
        if unknown is not None:
            return Flaw("unknown_fact", {"code": unknown, "known": "、".join(facts.codes)})
        for code, words in self.told.items():
            if (flaw := self._flaw_of(facts.fact(code), words)) is not None:
                return flaw
        return self._contradiction()

    def _flaw_of(self, fact: Fact, words: str) -> Flaw | None:
        said = {"name": fact.name, "said": words}
        match fact.kind:
            case "place" if words not in self._tongue.belonging.city_names:
                return Flaw("no_such_city", said)
            case "sector" if words not in {*self._tongue.belonging.sectors, self._tongue.belonging.none_of_these}:
                return Flaw("no_such_sector", said)
            case "choice" if words not in fact.values:
                return Flaw("no_such_value", {**said, "values": "、".join(fact.values)})
            case "year" if self._year(fact.code) is None:
                return Flaw("unreadable", said)
            case "quantity":
                return self._implausible(fact, said)
        return None

    def _implausible(self, fact: Fact, said: Mapping[str, str]) -> Flaw | None:
        quantity = self._tongue.quantities.read(said["said"])
        if quantity is None or quantity.dimension != fact.dimension:
            return Flaw("unreadable", said)
        ends = [end for end in (quantity.interval.low, quantity.interval.high) if end is not None]
        if any(end < fact.least for end in ends):
            return Flaw("negative" if fact.least == 0 else "too_small", said)
        return Flaw("too_large", said) if any(end > fact.most for end in ends) else None

    def _contradiction(self) -> Flaw | None:
        facts = self._tongue.facts
        for part, whole in facts.not_above:
            less, more = self.interval(part), self.interval(whole)
            if less and more and less.low is not None and more.high is not None and less.low > more.high:
                names = {"part": facts.fact(part).name, "whole": facts.fact(whole).name}
                return Flaw("above", {**names, "less": self.told[part], "more": self.told[whole]})
        for fact in facts.facts:
            worked_out = self.ratio(fact) if fact.dimension == "share" and fact.code in self.told else None
            stated = self.interval(fact.code)
            if worked_out is None or worked_out.value is None or stated is None or stated.value is None:
                continue
            if abs(worked_out.value - stated.value) > facts.share_tolerance:
                rounded = worked_out.value.quantize(Decimal("0.01"), ROUND_HALF_UP)
                share = self._tongue.quantities.told(Interval.exactly(rounded), "share")
                return Flaw("share_differs", {"name": fact.name, "stated": self.told[fact.code], "share": share})
        return None

    def _year(self, code: str) -> Interval | None:
        """A year such as ``2019年``, from 1800 to this one."""
        digits = normal(self.told.get(code, "")).removesuffix("年")
        is_year = digits.isdecimal() and 1800 <= int(digits) <= self._today.year
        return Interval.exactly(Decimal(digits)) if is_year else None

    def _age(self, founded: str) -> Interval | None:
        """Full years since a year of foundation: one less where the day in that year is still to come."""
        year = self._year(founded) if founded in self.told else None
        if year is None or year.value is None:
            return None
        age = Decimal(self._today.year) - year.value
        return Interval(max(age - 1, Decimal(0)), age)
