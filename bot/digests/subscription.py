"""What a chat agreed to get, and the states a single delivery goes through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.assistant.access import Principal
from bot.digests.types import DigestKind


class CatchUp(StrEnum):
    """What becomes of runs that were missed while nothing was sent."""

    LATEST = "latest"
    """Only the latest is sent, however late."""
    ALL = "all"
    """Every one is sent, oldest first."""
    SKIP = "skip"
    """Only the latest is sent, and only so many hours after it was due."""


@dataclass(frozen=True, slots=True)
class CatchUpRule:
    """A rule and, for ``skip``, its hours; up to 720."""

    mode: CatchUp = CatchUp.LATEST
    hours: int = 0

    def is_too_late(self, due: datetime, now: datetime) -> bool:
        """Whether a run is not worth sending any more."""
        return self.mode is CatchUp.SKIP and now - due > timedelta(hours=self.hours)


class SubscriptionState(StrEnum):
    """Whether a subscription runs."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Place:
    """Where to: a chat, and the topic in it; 0 outside topics."""

    chat_id: int
    topic: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants a chat to get.

    Args:
        cron: five cron fields, or the name of a rhythm of the calendar of duties.
        words: the schedule as it was said.
        by: who asked, for the operator's list.
    """

    kind: DigestKind
    scope: str
    place: Place
    words: str
    cron: str
    zone: str
    catch_up: CatchUpRule
    by: str


@dataclass(frozen=True, slots=True)
class Subscription:
    """A wish that is kept.

    Args:
        id: number shown to people.
        principal: the group's level of access at present; in a private chat that of the person counts instead.
        is_reachable: whether messages can be sent to the chat.
        note: what happened to it that people should know.
        since: when it was made.
        planned_until: every run up to here is accounted for.
    """

    id: int
    wish: Wish
    state: SubscriptionState
    principal: Principal
    is_reachable: bool
    note: str
    since: datetime
    planned_until: datetime
    next_due: datetime | None


class DeliveryState(StrEnum):
    """States of a run."""

    DUE = "due"
    """To be sent, now or at the next attempt."""
    CLAIMED = "claimed"
    """A process is at it, under a lease and a fencing number."""
    SENT = "sent"
    FAILED = "failed"
    """Certainly not, or not completely, sent, and not tried any more."""
    UNKNOWN = "unknown"
    """May have arrived: the request went out and no answer came back. Never sent again by itself."""
    SKIPPED = "skipped"
    """Not sent, as the catch-up rule says."""


class PartState(StrEnum):
    """States of one message of a run."""

    WAITING = "waiting"
    LEAVING = "leaving"
    """The request may be on its way."""
    SENT = "sent"
    REFUSED = "refused"
    """Telegram does not take it; the others stand without it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A run this process may send, as long as nobody has a higher fencing number.

    Args:
        parts: state of each message, in order; empty before the digest is written.
        snapshot: of the digest that was written for it; empty before.
        attempts: including this one.
    """

    id: int
    fence: int
    subscription: Subscription
    due: datetime
    trial: bool
    attempts: int
    snapshot: str
    audience: str
    parts: tuple[PartState, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A run as the operator sees it."""

    id: int
    subscription: Subscription
    due: datetime
    trial: bool
    state: DeliveryState
    attempts: int
    next_try: datetime
    reason: str
    changed_at: datetime
