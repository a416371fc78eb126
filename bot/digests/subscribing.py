"""Subscribing, previewing and describing: what commands of every door have in common."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from bot.assistant.access import Principal
from bot.assistant.policy.standing_words import spoken
from bot.digests.delivering import Desk
from bot.digests.duties import ESCALATE, REMIND, DutyCalendar, DutyRecurrence
from bot.digests.schedule import Recurrence, ScheduleError, next_runs, recurrence
from bot.digests.schedule_words import read_timing, split_timing, zone_words
from bot.digests.subscription import CatchUp, CatchUpRule, Place, Subscription, Wish
from bot.digests.types import Digest, DigestKind, DigestRequest, DigestScopeError
from prompts import Wording
from stats_tools.office_time import OFFICE_ZONE_NAME

RUNS_SHOWN = 5
_WEEKDAYS = "一二三四五六日"
_KINDS_FILE = Path(__file__).with_name("kinds.yaml")
LONGEST_SKIP_HOURS = 720


class KindWords(BaseModel):
    """What a kind is called; see ``kinds.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: tuple[str, ...]
    timing: str


@cache
def kinds() -> Mapping[DigestKind, KindWords]:
    """The kinds in the order in which they are offered; pydantic.ValidationError names a wrong entry."""
    found = yaml.safe_load(_KINDS_FILE.read_text(encoding="utf-8"))
    return TypeAdapter(dict[DigestKind, KindWords]).validate_python(found)


class SubscribingError(ValueError):
    """A wish cannot be kept; the message is for people and ends with what to do next."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What somebody asks for, in words.

    Args:
        what: kind and, behind it, what it is about: 集群 青岛轨道交通.
        when: cron fields or words; empty for the kind's usual time.
        zone: IANA or Chinese name.
        catch_up: ``latest``, ``all`` or ``skip:6``.
        by: who asks, for the operator's list.
    """

    what: str
    when: str
    place: Place
    by: str
    zone: str = OFFICE_ZONE_NAME
    catch_up: str = CatchUp.LATEST.value


def recurrences(calendar: DutyCalendar, wish: Wish) -> Recurrence:
    """The runs of a wish; raises ScheduleError."""
    if wish.cron in (REMIND, ESCALATE):
        duties = calendar.chosen(wish.scope) or calendar.duties
        return DutyRecurrence(calendar, duties, wish.cron == ESCALATE)
    return recurrence(wish.cron, wish.zone)


class Subscribing:
    """Turns words into subscriptions and subscriptions into words."""

    def __init__(self, desk: Desk, wording: Wording) -> None:
        self._desk = desk
        self._wording = wording

    @property
    def desk(self) -> Desk:
        """Where subscriptions are kept."""
        return self._desk

    def asked(self, text: str) -> tuple[str, str]:
        """A request in what and when."""
        return split_timing(text)

    def subscribe(self, asking: Asking) -> Subscription:
        """Keep a wish.

        Raises:
            SubscribingError: it cannot be understood, or never comes true.
        """
        kind, scope = self.read(asking.what)
        rule = self._rule(asking.catch_up)
        try:
            timing = read_timing(asking.when or kinds()[kind].timing, asking.zone)
            wish = Wish(kind, scope, asking.place, timing.words, timing.cron, timing.zone, rule, asking.by)
            if wish.cron in (REMIND, ESCALATE) and kind is not DigestKind.REMINDER:
                raise ScheduleError("duties", timing.words)
            now = self._desk.clock()
            return self._desk.subscriptions.add(wish, now, self._desk.recurrences(wish).after(now))
        except ScheduleError as error:
            # What never comes was found in the cron fields that the words were read as.
            said = asking.when if error.reason == "never" and asking.when else error.said
            raise SubscribingError(self._say(f"schedule_{error.reason}", said=said)) from error

    def resume(self, subscription: Subscription) -> None:
        """Let a paused subscription run again from now on."""
        now = self._desk.clock()
        following = self._desk.recurrences(subscription.wish).after(now)
        self._desk.subscriptions.resume(subscription.id, now, following)

    def read(self, what: str) -> tuple[DigestKind, str]:
        """The kind and scope that words mean.

        Raises:
            SubscribingError: no such kind, or nothing known by the name of the scope.
        """
        first, _, rest = what.strip().partition(" ")
        kind = next((kind for kind, called in kinds().items() if first.lower() in called.words), None)
        named = self._named_alone(what.strip()) if kind is None else None
        if named is not None:
            return named
        if kind is None or kind not in self._desk.composers:
            names = "、".join(called.words[0] for kind, called in kinds().items() if kind in self._desk.composers)
            raise SubscribingError(self._say("unknown_kind", said=first, names=names))
        try:
            return kind, self._desk.composers[kind].scope(kind, rest.strip())
        except DigestScopeError as error:
            raise SubscribingError(str(error)) from error

    def _named_alone(self, what: str) -> tuple[DigestKind, str] | None:
        """What is meant by a cluster or a city without a kind before it: 青岛轨道交通, 烟台."""
        for kind in (DigestKind.CLUSTER, DigestKind.CITY):
            if kind in self._desk.composers:
                with suppress(DigestScopeError):
                    return kind, self._desk.composers[kind].scope(kind, what)
        return None

    def preview(self, kind: DigestKind, scope: str, principal: Principal, zone: str = OFFICE_ZONE_NAME) -> Digest:
        """The digest as it would be written now.

        Raises:
            SubscribingError: its scope is no longer known.
        """
        today = self._desk.clock().astimezone(ZoneInfo(zone)).date()
        readers = Principal(principal.role, "", principal.cities)
        try:
            return self._desk.composers[kind].compose(DigestRequest(kind, scope, readers, today))
        except DigestScopeError as error:
            raise SubscribingError(str(error)) from error

    def upcoming(self, subscription: Subscription, count: int = RUNS_SHOWN) -> tuple[str, ...]:
        """The next runs in the subscription's zone, as people read them."""
        runs = next_runs(self._desk.recurrences(subscription.wish), self._desk.clock(), count)
        return tuple(self.moment(run, subscription.wish.zone) for run in runs)

    def moment(self, run: datetime, zone: str) -> str:
        """A moment on the clock of a zone, with the day of the week."""
        local = run.astimezone(ZoneInfo(zone))
        return self._say("moment", day=spoken(local), weekday=_WEEKDAYS[local.weekday()], time=f"{local:%H:%M}")

    def named(self, subscription: Subscription) -> str:
        """What a subscription is about."""
        kind = self._say(f"kind_{subscription.wish.kind.value}")
        wish = subscription.wish
        if not wish.scope:
            return kind
        composer = self._desk.composers.get(wish.kind)
        return self._say("named", kind=kind, scope=composer.called(wish.scope) if composer else wish.scope)

    def line(self, subscription: Subscription) -> str:
        """A subscription in one line of a list."""
        state = subscription.state.value if subscription.is_reachable else "unreachable"
        facts = self._facts(subscription)
        line = self._say("line", id=subscription.id, state=self._say(f"state_{state}"), **facts)
        return line + (self._say("line_note", note=self.note(subscription)) if subscription.note else "")

    def note(self, subscription: Subscription) -> str:
        """What happened to a subscription."""
        return self._say("note_topic_gone") if subscription.note == "topic_gone" else subscription.note

    def created(self, subscription: Subscription, role: str) -> str:
        """What is said after subscribing, always with the next runs."""
        rule = subscription.wish.catch_up
        hours = {"hours": rule.hours} if rule.mode is CatchUp.SKIP else {}
        facts = self._facts(subscription)
        facts |= {"catch_up": self._say(f"catch_up_{rule.mode.value}", **hours), "role": role}
        runs = "\n".join(self._say("run", moment=run) for run in self.upcoming(subscription))
        return self._say("created", id=subscription.id, runs=runs, **facts)

    def _facts(self, subscription: Subscription) -> dict[str, str]:
        wish = subscription.wish
        return {"what": self.named(subscription), "when": wish.words, "zone": zone_words(wish.zone)}

    def _rule(self, words: str) -> CatchUpRule:
        mode, _, hours = words.partition(":")
        known = mode in list(CatchUp)
        if known and (mode == CatchUp.SKIP) == bool(hours):
            if not hours:
                return CatchUpRule(CatchUp(mode))
            if hours.isascii() and hours.isdigit() and 1 <= int(hours) <= LONGEST_SKIP_HOURS:
                return CatchUpRule(CatchUp(mode), int(hours))
        raise SubscribingError(self._say("unknown_catch_up", said=words, most=LONGEST_SKIP_HOURS))

    def _say(self, key: str, **variables: object) -> str:
        return self._wording.say(f"digests.{key}", **variables)
