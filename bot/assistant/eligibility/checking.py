"""Conditions against facts: decimal, three-valued, with the facts that would decide what is still open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.assistant.eligibility.facts import Fact
from bot.assistant.eligibility.profile import CLUSTER, DERIVED, Profile, Tongue
from bot.assistant.eligibility.quantities import Interval
from bot.assistant.eligibility.results import Assessment, Firm, Inquiry, Judged, Verdict
from knowledge.support_measures import Bands, Comparison, Condition, Measure, MeasureCatalogue, Requirement, Tier

_MOST_OPTIONS = 6
"""Choices offered with a question; more than these are typed."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """A test's result: met, failed, or open with the facts that would decide it."""

    met: bool | None
    missing: tuple[str, ...] = ()


class Checker:
    """Checks firms against the catalogue.

    Args:
        catalogue: the measures.
        tongue: the facts, quantities and places to read profiles with.
    """

    def __init__(self, catalogue: MeasureCatalogue, tongue: Tongue) -> None:
        self.catalogue = catalogue
        self.tongue = tongue

    def assess(self, measure: Measure, profile: Profile) -> Assessment:
        """A measure with every condition judged."""
        return Assessment(measure, tuple(self._judged(condition, profile) for condition in measure.conditions))

    def firm(self, profile: Profile) -> Firm:
        """What is known of the firm."""
        facts = self.tongue.facts.facts
        known = tuple((fact.name, shown) for fact in facts if (shown := profile.shown(fact.code)))
        told = profile.told
        return Firm(
            known,
            told.get("city", ""),
            told.get("sector", ""),
            told.get("sector") == self.tongue.belonging.none_of_these,
            profile.membership,
            self._tier(profile),
            told.get("revenue", ""),
            self.tongue.belonging.levels,
        )

    def next(self, assessments: Sequence[Assessment], profile: Profile, skipped: Sequence[str]) -> Inquiry:
        """What to ask next: city and sector first, then what decides most, never what was skipped."""
        missing = Counter(fact for each in assessments for fact in each.missing if fact not in skipped)
        wanted = sorted(
            (fact for fact in self.tongue.facts.facts if fact.code in missing),
            key=lambda fact: (fact.kind not in ("place", "sector"), -missing[fact.code]),
        )
        if not wanted:
            return Inquiry()
        first = wanted[0]
        # Two numbers of different dimensions can be answered in one breath, and told apart.
        beside = [fact for fact in wanted[1:] if fact.kind == first.kind == "quantity"]
        second = next((fact for fact in beside if fact.dimension != first.dimension), None)
        facts = [first] if second is None else [first, second]
        return Inquiry(tuple(fact.code for fact in facts), self._options(first, profile))

    def _options(self, fact: Fact, profile: Profile) -> tuple[str, ...]:
        if fact.kind == "sector":
            choices = self.tongue.belonging.choices(profile.told.get("city", ""), profile.told.get("sector", ""))
            return choices if len(choices) <= _MOST_OPTIONS else ()
        return fact.values

    def _judged(self, condition: Condition, profile: Profile) -> Judged:
        if condition.test is None:
            return Judged(condition, Verdict.NO_THRESHOLD)
        outcome = self._run(condition.test, profile)
        verdict = Verdict.NEED if outcome.met is None else Verdict.MET if outcome.met else Verdict.NOT_MET
        return Judged(condition, verdict, outcome.missing, self._shown(condition.test, profile))

    def _shown(self, test: Requirement, profile: Profile) -> dict[str, str]:
        codes = [code for fact in test.facts for code in DERIVED.get(fact, (fact,))]
        facts = self.tongue.facts
        return {facts.fact(code).name: shown for code in codes if (shown := profile.shown(code))}

    def _run(self, test: Requirement, profile: Profile) -> _Outcome:
        if test.compare:
            return self._compared(test.compare, profile)
        if test.choice:
            value = profile.choice(test.choice.fact)
            if not value:
                return _Outcome(None, self._undecided(test.choice.fact, profile))
            return _Outcome(value in test.choice.among)
        if test.bands:
            return self._banded(test.bands, profile)
        parts = [self._run(part, profile) for part in test.any or test.all]
        decisive = bool(test.any)
        if any(part.met is decisive for part in parts):
            return _Outcome(decisive)
        missing = tuple(dict.fromkeys(fact for part in parts for fact in part.missing))
        return _Outcome(None if any(part.met is None for part in parts) else not decisive, missing)

    def _compared(self, comparison: Comparison, profile: Profile) -> _Outcome:
        known = profile.interval(comparison.fact)
        met = known.satisfies(comparison.op, self._bound(comparison.bound)) if known else None
        return _Outcome(met, (comparison.fact,) if met is None else ())

    def _banded(self, bands: Bands, profile: Profile) -> _Outcome:
        known = profile.interval(bands.by)
        if known is None:
            return _Outcome(None, (bands.by, *(fact for fact in bands.steps[0].test.facts if not profile.has(fact))))
        places = [(self._within(known, step.least, step.below), step.test) for step in bands.steps]
        for within, test in places:
            if within:
                return self._run(test, profile)
        return _Outcome(None, (bands.by,)) if any(within is None for within, _ in places) else _Outcome(False)

    def _within(self, known: Interval, least: str, below: str) -> bool | None:
        ends = [known.satisfies("ge", self._bound(least))] if least else []
        ends += [known.satisfies("lt", self._bound(below))] if below else []
        return False if False in ends else None if None in ends else True

    def _undecided(self, fact: str, profile: Profile) -> tuple[str, ...]:
        """The facts to ask for where a choice is open; none where city and sector are told and still say nothing."""
        membership = profile.membership
        if fact == CLUSTER and membership is not None:
            return ("sector",) if membership.unsettled else ()
        return tuple(code for code in DERIVED.get(fact, (fact,)) if not profile.told.get(code))

    def _bound(self, words: str) -> Decimal:
        quantity = self.tongue.quantities.read(words)
        if quantity is None or quantity.interval.value is None:
            raise ValueError(f"no bound: {words!r}")
        return quantity.interval.value

    def _tier(self, profile: Profile) -> Tier | None:
        return next((tier for tier in self.catalogue.tiers if self._run(tier.test, profile).met), None)
