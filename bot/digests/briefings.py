"""Digests of figures: progress, one cluster, one city, the projects, each a briefing for the chat's level of access."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.assistant.briefings import Briefings
from bot.assistant.policy.standing_words import spoken
from bot.digests.duties import Duty, DutyCalendar
from bot.digests.types import Digest, DigestKind, DigestRequest, DigestScopeError
from prompts import Wording
from stats_tools.periods import Basis, Period
from stats_tools.registry import Registry
from stats_tools.reports.briefing import Scope

_MOST_DEADLINES = 3


class BriefingComposer:
    """Writes the digests of figures.

    Args:
        briefings: writes briefings.
        registry: the clusters and cities a digest may be about.
        wording: the messages.
    """

    def __init__(self, briefings: Briefings, registry: Registry, wording: Wording) -> None:
        self._briefings = briefings
        self._registry = registry
        self._wording = wording

    def scope(self, kind: DigestKind, words: str, /) -> str:
        """A cluster's code, a city, or nothing for what is about the whole province."""
        match kind:
            case DigestKind.CLUSTER:
                return self._cluster(words)
            case DigestKind.CITY:
                return self._city(words)
        if words:
            called = self._wording.say(f"digests.kind_{kind.value}")
            raise DigestScopeError(self._say("scope_none", kind=called, words=words))
        return ""

    def called(self, scope: str, /) -> str:
        """The cluster's name, or the city."""
        return next((each.short_name for each in self._registry.clusters if each.code == scope), scope)

    def compose(self, request: DigestRequest) -> Digest:
        """The digest, or one that says that there are no figures."""
        if request.kind is DigestKind.PIPELINE:
            written = self._briefings.projects(request.principal, request.on, request.previous)
        else:
            scope = self._known(request)
            written = self._briefings.figures(scope, request.principal, request.on, request.previous)
        text = written.text
        return Digest(
            title=text.title,
            blocks=text.blocks,
            details=text.details,
            attachments=written.attachments,
            data_as_of=written.data_as_of,
            is_unchanged=text.is_unchanged,
            state=text.facts,
        )

    def _known(self, request: DigestRequest) -> Scope:
        """What the digest is about; raises DigestScopeError where the registers know it no more."""
        match request.kind:
            case DigestKind.CLUSTER if request.scope in {each.code for each in self._registry.clusters}:
                return Scope(cluster=request.scope)
            case DigestKind.CITY if request.scope in {each.name for each in self._registry.dimensions.cities}:
                return Scope(city=request.scope)
            case DigestKind.PROGRESS:
                return Scope()
        raise DigestScopeError(self._say("scope_gone", words=request.scope))

    def _cluster(self, words: str) -> str:
        if not words:
            raise DigestScopeError(self._say("scope_cluster_needed"))
        found = self._registry.names.resolve(words)
        if found.cluster is None:
            near = found.candidates or self._registry.at_level("national")
            names = "、".join(each.short_name for each in near)
            raise DigestScopeError(self._say("scope_cluster", words=words, names=names))
        return found.cluster.code

    def _city(self, words: str) -> str:
        for city in self._registry.dimensions.cities:
            if words in (city.name, *city.aliases):
                return city.name
        raise DigestScopeError(self._say("scope_city", words=words))

    def _say(self, key: str, /, **variables: object) -> str:
        return self._wording.say(f"briefing.{key}", **variables)


def deadlines(calendar: DutyCalendar, wording: Wording, on: date) -> Sequence[str]:
    """What is due next of each duty, the earliest first.

    Args:
        calendar: the duties.
        wording: the messages.
        on: the day from which on is looked; a deadline on that day counts.
    """
    ahead = sorted((day, duty.name, period) for duty in calendar.duties for day, period in [_next(duty, on)])
    return [
        wording.say("briefing.deadline", name=name, period=period.label(Basis.YTD), day=spoken(day))
        for day, name, period in ahead[:_MOST_DEADLINES]
    ]


def _next(duty: Duty, on: date) -> tuple[date, Period]:
    last = Period(on.year - 1, 1)
    while last.quarter % duty.quarters or duty.deadline(last) < on:
        last = last.shift(1)
    return duty.deadline(last), last
