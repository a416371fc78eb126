"""Question text to typed queries: the reader that puts the parts of the language together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from stats_tools.catalogue import IndicatorCatalogue, Nature, Ratio
from stats_tools.metric_query import Assumption, MetricQuery
from stats_tools.periods import Basis, Period
from stats_tools.targets import Targets
from stats_tools.understanding.bounds import Bound, BoundReader
from stats_tools.understanding.cues import Asked, CueReader
from stats_tools.understanding.drafting import Drafting
from stats_tools.understanding.entities import EntityReader
from stats_tools.understanding.follow_up import FollowUp
from stats_tools.understanding.indicators import IndicatorReader
from stats_tools.understanding.parts import Parts
from stats_tools.understanding.passage import Kind, Passage, expanded, normal
from stats_tools.understanding.periods import PeriodReader, PeriodReading
from stats_tools.understanding.problems import Problem, ProblemKind, UnreadableError
from stats_tools.understanding.record_days import moment_notes
from stats_tools.understanding.references import NOBODY, Mentioned, ReferenceReader
from stats_tools.understanding.scope import ScopeReader
from stats_tools.understanding.subjects import asks_among, set_against
from stats_tools.understanding.target_names import TargetNames
from stats_tools.units import UnitTable

_MOST_CHARACTERS = 400
_SURE = 0.5
_LAST_QUARTER = 4
_WITHOUT_INDICATOR = ("reporting", "target_progress")
_NAMED = (Kind.CLUSTER, Kind.COMPONENT)
_SYLLABLE = re.compile(r"[a-z]+|[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question comes to.

    Args:
        queries: to be run in order; several for a compound question.
        problem: why it (or a part of it) cannot be run; None where all is well.
        partial: what was understood of a question that cannot be run yet, for the next one to complete.
        strength: how surely it is a question about figures, 0 to 1; half or more means it is.
        notes: what was taken for granted, as the queries carry it.
    """

    queries: tuple[MetricQuery, ...] = ()
    problem: Problem | None = None
    partial: MetricQuery | None = None
    strength: float = 0.0
    notes: tuple[Assumption, ...] = ()


class MetricReader:
    """Reads statistics questions by rules.

    Args:
        catalogue: the indicators.
        entities: finds the clusters, cities and fields.
        targets: the targets of the plan.
        units: the units of bounds.
        reporting: clusters that have any figures, asked anew for every question; all registered ones without it.
    """

    def __init__(
        self,
        catalogue: IndicatorCatalogue,
        entities: EntityReader,
        targets: Targets,
        units: UnitTable,
        reporting: Callable[[], frozenset[str]] | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._registry = registry = entities.registry
        self._units = units
        self._reporting = reporting or (lambda: frozenset(each.code for each in registry.clusters))
        self._entities = entities
        self._indicators = IndicatorReader(catalogue, self._entities.language)
        self._periods = PeriodReader()
        self._references = ReferenceReader(registry)
        self._bounds = BoundReader()
        self._cues = CueReader()
        self._follow_up = FollowUp(self._cues.language.follow_up)
        self._scope = ScopeReader(registry, self._entities, self._cues.language)
        self._targets = TargetNames(targets)
        self._bare = re.compile(expanded(self._cues.language.bare_indicator))
        self._firms_bound = re.compile(expanded(self._cues.language.firms_bound))
        self._drafting = Drafting(catalogue, units, self._cues.language, self._bounds, self._follow_up)

    def read(
        self,
        text: str,
        *,
        previous: MetricQuery | None,
        latest: Period | None,
        today: date,
        mentioned: Mentioned = NOBODY,
    ) -> Reading:
        """The queries a question comes to.

        Args:
            text: one question, as typed.
            previous: the query before it in the conversation, None for a question by itself.
            latest: the newest quarter with figures; without any the last quarter before ``today``.
            today: the day of the question.
            mentioned: whom the answers before named.
        """
        newest = latest or Period.of(today).shift(-1)
        passage = Passage(text[:_MOST_CHARACTERS])
        try:
            leans = self._mark(passage, today, previous, mentioned)
        except UnreadableError as error:
            return Reading(problem=error.problem, strength=self._strength_of_problem(passage))
        asked = self._cues.read(passage)
        unexplained = self._unexplained_syllables(passage, asked)
        leaning = leans or asks_among(previous, asked)
        follows = previous is not None and self._follow_up.applies(passage, asked, unexplained, leans=leaning)
        if not follows and self._bare.search(passage.skeleton().text):
            partial = MetricQuery(indicators=(str(passage.tokens(Kind.INDICATOR)[0].value),))
            return Reading(problem=self._bare_indicator(passage, newest), partial=partial, strength=1.0)
        strength = self._cues.strength(passage, asked, follows=follows or leans, unexplained=unexplained)
        if strength < _SURE:
            return Reading(strength=strength)
        if follows and previous is not None and not previous.clusters:
            previous = _of_named(previous, mentioned, asked)
        if leans and not asked.text("operation"):
            # Of what an answer named its figure is wanted, not the same search among them once more.
            asked = replace(asked, slots={**asked.slots, "operation": "value"})
        try:
            reading = self._reading(passage, asked, previous if follows else None, newest, today)
            strength = strength if reading.queries or reading.problem else 0.0
        except UnreadableError as error:
            reading = Reading(problem=error.problem)
        return replace(reading, strength=strength)

    def stands_for(self, text: str) -> bool:
        """Whether a word of the text, such as 它, stands for a cluster named before it."""
        return self._references.stands_for(normal(text))

    def _reading(
        self, passage: Passage, asked: Asked, previous: MetricQuery | None, newest: Period, today: date
    ) -> Reading:
        periods = self._periods_said(passage, asked, previous, newest, today)
        operation = asked.text("operation") or _carried(passage, previous)
        if previous is not None and previous.targets and self._targets.find(passage.text, ()):
            operation = "target_progress"
        if operation == "target_progress" and "distance" in asked.operations and passage.tokens(*_NAMED):
            # How far one cluster is from the bound of a target is no question about the target.
            asked = replace(asked, slots={**asked.slots, "operation": "distance"})
            operation = "distance"
        if operation == "target_progress" or self._counts_from_baseline(passage, asked):
            return self._target_reading(passage, periods, previous)
        if operation == "reporting":
            return _single(MetricQuery(operation=operation, **_when(periods), **_known_on(passage)))
        self._reject_single_firms(passage)
        reporting = self._reporting()
        context = previous.clusters if previous else ()
        scope = self._scope.read(passage, asked, reporting, context)
        scope = set_against(scope, asked, context)
        if asked.flag("except"):
            scope = self._scope.others(scope, reporting)
        indicators, problem, notes = self._named_indicators(passage, asked, previous)
        if not indicators:
            return Reading(problem=problem)
        parts = Parts(passage, asked, previous, newest, scope, periods, indicators, notes)
        queries = self._drafting.queries(parts)
        return Reading(queries, problem, notes=tuple(a for query in queries for a in query.assumptions))

    def _periods_said(
        self, passage: Passage, asked: Asked, previous: MetricQuery | None, newest: Period, today: date
    ) -> PeriodReading:
        """The periods of the question; its days are those of record, ends of quarters, or left aside and said so."""
        default_year = previous.quarters[-1].year if previous and previous.periods else None
        reading = self._periods.read(passage, newest, default_year)
        if not _is_record_day(passage, asked):
            reading = _with_days(passage, reading)
        notes = moment_notes(passage.tokens(Kind.MOMENT), today)
        return replace(reading, assumptions=(*reading.assumptions, *notes))

    def _reject_single_firms(self, passage: Passage) -> None:
        """Raise where a bound is set to single firms: the clusters that satisfy it would be another answer."""
        if self._firms_bound.search(passage.skeleton().text):
            tokens = (*passage.tokens(Kind.INDICATOR)[:1], *passage.tokens(Kind.BOUND)[:1])
            said = (" " if passage.text.isascii() else "").join(token.text for token in tokens)
            raise UnreadableError(Problem(ProblemKind.SINGLE_FIRMS, {"said": said}))

    def _counts_from_baseline(self, passage: Passage, asked: Asked) -> bool:
        """Whether an increase is asked for that a target measures, of no period but now and of no single cluster."""
        current = all(getattr(token.value, "word", "") == "current" for token in passage.tokens(Kind.PERIOD))
        alone = not passage.tokens(Kind.CLUSTER, Kind.COMPONENT, Kind.CITY, Kind.SECTOR, Kind.BOUND, Kind.DAY)
        measured = asked.flag("added") or "change" in asked.measures
        return measured and current and alone and self._targets.names_increase(passage.text)

    def _target_reading(self, passage: Passage, periods: PeriodReading, previous: MetricQuery | None) -> Reading:
        indicators = [str(token.value) for token in passage.tokens(Kind.INDICATOR)]
        targets = self._targets.find(passage.text, indicators)
        if not targets and previous is not None and previous.targets:
            levels = [token.text for token in passage.tokens(Kind.LEVEL)]
            targets = self._targets.akin(previous.targets, levels) or previous.targets
        return _single(MetricQuery(operation="target_progress", targets=targets, **_when(periods)))

    def _named_indicators(
        self, passage: Passage, asked: Asked, previous: MetricQuery | None
    ) -> tuple[tuple[str, ...], Problem | None, tuple[Assumption, ...]]:
        """The indicators said, implied or carried over; a problem for those that there are not."""
        said = tuple(dict.fromkeys(str(token.value) for token in passage.tokens(Kind.INDICATOR)))
        foreign = passage.tokens(Kind.FOREIGN)
        if foreign:
            unknown = self._no_such_indicator(foreign[0].text)
            touching = any(f.end == i.start for f in foreign for i in passage.tokens(Kind.INDICATOR))
            return (() if touching else said), unknown, ()
        if said and previous is not None and asked.flag("of_before"):
            return tuple(dict.fromkeys((*previous.indicators[:1], *said))), None, ()
        if said:
            return said, None, ()
        language = self._cues.language
        if asked.text("about"):
            return language.phrase_indicators[asked.text("about")], None, ()
        if asked.text("sign") == "loss":
            return (language.loss_indicator,), None, ()
        if asked.text("operation") == "overview":
            return language.overview_indicators, None, ()
        if previous is not None and previous.indicators:
            return self._per_head(previous.indicators, asked) or previous.indicators, None, ()
        implied = self._implied_by_bound(passage) or language.implied_indicators.get(asked.text("operation"))
        if implied:
            name = self._catalogue.get(implied).name
            return (implied,), None, (Assumption(kind="default_indicator", meaning=name),)
        return (), self._unnamed_indicator(asked), ()

    def _per_head(self, indicators: tuple[str, ...], asked: Asked) -> tuple[str, ...]:
        """The indicators a head of those asked about before, where 人均 is all that is said (人均呢)."""
        if not asked.flag("per_head"):
            return ()
        heads = self._cues.language.heads
        ratios = [each for each in self._catalogue.derived if isinstance(each.formula, Ratio)]
        told = {each.formula.inputs[0]: each.code for each in ratios if each.formula.inputs[1] in heads}
        return tuple(told[each] for each in indicators if each in told)

    def _bare_indicator(self, passage: Passage, newest: Period) -> Problem:
        """An indicator alone leaves open whose figure is wanted; the facts are those of questions that can be asked."""
        token = passage.tokens(Kind.INDICATOR)[0]
        stock = self._catalogue.nature(str(token.value)) is Nature.STOCK
        basis = Basis.POINT if stock else Basis.YEAR if newest.quarter == _LAST_QUARTER else Basis.YTD
        reporting = self._reporting()
        named = next((each for each in self._registry.clusters if each.code in reporting), self._registry.clusters[0])
        name = self._catalogue.get(str(token.value)).name
        facts = {"indicator": name, "period": newest.label(basis), "subject": named.short_name}
        return Problem(ProblemKind.BARE_INDICATOR, facts)

    def _implied_by_bound(self, passage: Passage) -> str | None:
        for token in passage.tokens(Kind.BOUND):
            if isinstance(token.value, Bound):
                for code in self._cues.language.default_indicators.values():
                    if token.value.fits(self._catalogue.get(code).unit, self._units):
                        return code
        return None

    def _unnamed_indicator(self, asked: Asked) -> Problem:
        said = max(self._unexplained(asked), key=len, default="")
        if len(said) > 1:
            return self._no_such_indicator(said)
        return Problem(ProblemKind.NO_INDICATOR, {"names": self._indicator_names})

    def _unexplained(self, asked: Asked) -> tuple[str, ...]:
        """The words with content that nothing was made of."""
        rest = "".join(c if c < "\ue000" or c > "\uf8ff" else " " for c in asked.rest)
        kind = self._entities.language.kind
        return tuple(self._entities.language.content(kind.sub("", part)) for part in rest.split())

    def _unexplained_syllables(self, passage: Passage, asked: Asked) -> int:
        """How much of the question is unexplained; the unknown name of a cluster, asked figures of, explains itself."""
        count = _syllables(self._unexplained(asked))
        if not (passage.tokens(Kind.PERIOD) and passage.tokens(Kind.INDICATOR)):
            return count
        name = self._scope.unknown.name(passage, asked.rest)
        return max(0, count - _syllables([self._entities.language.content(name)]))

    def _no_such_indicator(self, said: str) -> Problem:
        return Problem(ProblemKind.UNKNOWN_INDICATOR, {"said": said, "names": self._indicator_names})

    @property
    def _indicator_names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self._catalogue.everything)

    def _mark(self, passage: Passage, today: date, previous: MetricQuery | None, mentioned: Mentioned) -> bool:
        """Recognise the entities; what can be exact goes first, so that nothing is bent to fit.

        Returns:
            Whether a word stands for what the answers before named.
        """
        leans = self._references.mark(passage, mentioned)
        self._entities.mark_names(passage)
        self._bounds.mark(passage)
        self._periods.mark(passage)
        self._periods.mark_half_said(passage, today)
        self._indicators.mark(passage)
        if passage.tokens(Kind.INDICATOR) or previous is None or previous.operation != "rank":
            leans |= self._references.mark_place(passage, mentioned)
        self._entities.mark(passage)
        if not passage.tokens(Kind.INDICATOR, Kind.FOREIGN):
            self._indicators.mark_mistyped(passage)
        return leans

    def _strength_of_problem(self, passage: Passage) -> float:
        self._indicators.mark(passage)
        self._entities.mark(passage)
        period = self._cues.language.strength.period
        return self._cues.strength(passage, self._cues.read(passage), follows=False, extra=period)


def _of_named(previous: MetricQuery, mentioned: Mentioned, asked: Asked) -> MetricQuery:
    """The query before, of the one cluster its answer named where its place or a gap is asked for (比临沂高多少)."""
    lone = len(mentioned.named) == 1 and previous.by == "cluster"
    if not lone or asked.text("operation") not in ("position", "compare"):
        return previous
    return previous.model_copy(update={"clusters": mentioned.named})


def _carried(passage: Passage, previous: MetricQuery | None) -> str:
    """Operations without an indicator go on for another period or target, not for an indicator that is then named."""
    named = passage.tokens(Kind.INDICATOR, Kind.FOREIGN)
    return previous.operation if previous is not None and previous.operation in _WITHOUT_INDICATOR and not named else ""


def _syllables(words: Iterable[str]) -> int:
    """How much the words say: one a Chinese character, two an English word."""
    return sum(2 if part.isascii() else 1 for word in words for part in _SYLLABLE.findall(word))


def _when(reading: PeriodReading) -> dict[str, Any]:
    """The period of a question that no basis matters to."""
    notes = tuple(each for each in reading.assumptions if each.kind != "quarter_as_ytd")
    return {"periods": tuple(map(str, reading.periods[-1:])), "assumptions": notes}


def _known_on(passage: Passage) -> dict[str, Any]:
    """The day of record that is said."""
    days = passage.tokens(Kind.DAY)
    return {"as_known_on": days[-1].value} if days else {}


def _single(query: MetricQuery) -> Reading:
    return Reading((query,), notes=query.assumptions)


def _is_record_day(passage: Passage, asked: Asked) -> bool:
    """Whether a day said is the day on which the figures were on record, rather than the end of their period."""
    days = [token.value for token in passage.tokens(Kind.DAY) if isinstance(token.value, date)]
    ends = all(_quarter_end(day) is not None for day in days)
    return bool(days) and (asked.flag("known_on") or bool(passage.tokens(Kind.PERIOD)) or not ends)


def _quarter_end(day: date) -> Period | None:
    following = day + timedelta(days=1)
    return Period(day.year, day.month // 3) if following.day == 1 and day.month % 3 == 0 else None


def _with_days(passage: Passage, reading: PeriodReading) -> PeriodReading:
    """The reading with days that end a quarter taken for that quarter; such days are then no longer record days."""
    days = passage.tokens(Kind.DAY)
    ends = [_quarter_end(token.value) for token in days if isinstance(token.value, date)]
    passage.drop(days)
    return replace(reading, periods=(*reading.periods, *(end for end in ends if end is not None)))
