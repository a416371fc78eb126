"""One run of a subscription, from its claim to its account."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from bot.assistant.access import Principal
from bot.database.digest_subscriptions import Subscriptions
from bot.database.outbox import FencedError, Outbox
from bot.digests.courier import Courier, Obstacle, Parcel, UndeliverableError
from bot.digests.frozen import KeptDigest, freeze, thawed
from bot.digests.planning import Recurrences, plan_of
from bot.digests.schedule import ScheduleError
from bot.digests.subscription import Claim, DeliveryState, PartState, Place, Subscription
from bot.digests.types import DigestComposer, DigestKind, DigestRequest, DigestScopeError

TAKEN_AT_ONCE = 32
"""Subscriptions planned, and runs claimed, in one go: so few that what is claimed already goes out meanwhile."""
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
"""Until the next attempt, after each that certainly failed for a passing reason; after the last one it is given up."""
Frozen = tuple[KeptDigest, dict[str, bytes]]
P = ParamSpec("P")
T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class RunReport:
    """What a pass did.

    Args:
        unknown: runs whose fate the server did not tell.
        elsewhere: whether another process is sending, so that nothing was done here.
        aborted: why the pass was given up, such as a token that is not valid; empty where it was not.
    """

    sent: int = 0
    failed: int = 0
    postponed: int = 0
    skipped: int = 0
    unknown: int = 0
    elsewhere: bool = False
    aborted: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a pass works with.

    Args:
        composers: one a kind of digest.
        recurrences: from a wish to its runs.
        readers: who reads in a subscription's chat, whose level of access counts.
        clock: the moment, UTC.
    """

    subscriptions: Subscriptions
    outbox: Outbox
    composers: Mapping[DigestKind, DigestComposer]
    recurrences: Recurrences
    readers: Callable[[Subscription], Principal]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Hands:
    """Threads: one for the database, because SQLite has one writer, and one for writing digests, which takes longer."""

    keeping: Executor
    composing: Executor

    async def keep(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of a short piece of work on the database."""
        return await asyncio.get_running_loop().run_in_executor(self.keeping, lambda: work(*args, **kwargs))

    async def compose(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of work that may take long."""
        return await asyncio.get_running_loop().run_in_executor(self.composing, lambda: work(*args, **kwargs))


@dataclass(slots=True)
class Pass:
    """Everything due at one time; what cannot be sent concerns no other subscription."""

    desk: Desk
    courier: Courier
    hands: Hands
    holder: str
    report: RunReport = field(default_factory=RunReport)
    is_stopping: bool = False
    _claimed: deque[Claim] = field(default_factory=deque)
    _is_exhausted: bool = False
    _refilling: asyncio.Lock = field(default_factory=asyncio.Lock)
    _written: dict[tuple[object, ...], asyncio.Task[Frozen]] = field(default_factory=dict)

    async def deliver_all(self) -> None:
        """Take runs and deliver them until there is none left; several of these share one pass."""
        while claim := await self._next():
            try:
                await self._deliver(claim)
            except FencedError as error:
                _log.warning("taken over elsewhere: %s", error)

    async def _next(self) -> Claim | None:
        async with self._refilling:
            if not (self._claimed or self._is_exhausted or self.is_stopping or self.report.aborted):
                await self._refill()
            if self._claimed and (self.is_stopping or self.report.aborted):
                await self._put_back()
            return self._claimed.popleft() if self._claimed else None

    async def _refill(self) -> None:
        planned = True
        while planned and not self._claimed:
            planned = await self.hands.keep(_plan, self.desk)
            claims = await self.hands.keep(self.desk.outbox.claim, self.holder, self.desk.clock(), TAKEN_AT_ONCE)
            self._claimed.extend(claims)
        self._is_exhausted = not self._claimed

    async def _put_back(self) -> None:
        now = self.desk.clock()
        while self._claimed:
            await self.hands.keep(self.desk.outbox.finish, self._claimed.popleft(), DeliveryState.DUE, "", now)

    async def _deliver(self, claim: Claim) -> None:
        begun = any(state is not PartState.WAITING for state in claim.parts)
        late = claim.subscription.wish.catch_up.is_too_late(claim.due, self.desk.clock())
        if late and not begun and not claim.trial:
            await self._finish(claim, DeliveryState.SKIPPED, "too_late")
            return
        try:
            digest = await self._digest(claim)
        except DigestScopeError as error:
            await self._finish(claim, DeliveryState.FAILED, str(error))
            return
        except Exception as error:
            # Whatever writing one digest breaks on, the others go out; it is in the log, and tried again.
            _log.exception("digest of run %d not written", claim.id)
            await self._postpone(claim, type(error).__name__)
            return
        if digest is not None:
            await self._send(claim, digest)

    async def _digest(self, claim: Claim) -> KeptDigest | None:
        """What is to be sent: as it was kept, or written and kept now; None where the run was ended instead."""
        principal = await self.hands.keep(self.desk.readers, claim.subscription)
        audience = json.dumps([principal.role, sorted(principal.cities)], ensure_ascii=False)
        if claim.snapshot and claim.audience == audience:
            return thawed(await self.hands.keep(self.desk.outbox.snapshot, claim.snapshot))
        if PartState.SENT in claim.parts:
            # The rest was written for readers who may see more, or less, than those the chat has now.
            await self._finish(claim, DeliveryState.FAILED, "audience_changed")
            return None
        kept, files = await self._write(claim, principal)
        count = self.courier.texts(kept, claim.trial) + len(kept.files)
        now = self.desk.clock()
        await self.hands.keep(self.desk.outbox.freeze, claim, kept, files, audience, count, now)
        return kept

    async def _write(self, claim: Claim, principal: Principal) -> Frozen:
        """The digest, written once for all chats that are to read the same."""
        wish = claim.subscription.wish
        before = await self.hands.keep(self.desk.outbox.previous, claim)
        today = self.desk.clock().astimezone(ZoneInfo(wish.zone)).date()
        readers = Principal(principal.role, "", principal.cities)
        request = DigestRequest(wish.kind, wish.scope, readers, today, before.state if before else {})
        key = (wish.kind, wish.scope, readers, today, before.key if before else "")
        if key not in self._written:
            composer = self.desk.composers[wish.kind]
            self._written[key] = asyncio.create_task(self.hands.compose(lambda: freeze(composer.compose(request))))
        return await self._written[key]

    async def _send(self, claim: Claim, digest: KeptDigest) -> None:
        texts = self.courier.texts(digest, claim.trial)
        states = claim.parts if claim.snapshot == digest.key and claim.parts else ()
        for position in range(texts + len(digest.files)):
            if position < len(states) and states[position] in (PartState.SENT, PartState.REFUSED):
                continue
            file = digest.files[position - texts].key if position >= texts else ""
            content = await self.hands.keep(self.desk.outbox.file, file) if file else b""
            place = claim.subscription.wish.place
            parcel = Parcel(claim.subscription.id, place, digest, position, content, claim.trial)
            if not await self._send_part(claim, parcel):
                return
        self.report.sent += 1

    async def _send_part(self, claim: Claim, parcel: Parcel) -> bool:
        """Whether the rest may follow."""
        departure = _Departure(self, claim, parcel.position)
        try:
            message = await self.courier.send(parcel, departure)
        except UndeliverableError as error:
            return await self._account(claim, parcel, error)
        except FencedError:
            raise
        except Exception as error:
            _log.exception("run %d", claim.id)
            perhaps = UndeliverableError(Obstacle.PERHAPS, type(error).__name__)
            later = UndeliverableError(Obstacle.LATER, type(error).__name__)
            return await self._account(claim, parcel, perhaps if departure.has_left else later)
        now = self.desk.clock()
        await self.hands.keep(self.desk.outbox.arrived, claim, parcel.position, message, now)
        return True

    async def _account(self, claim: Claim, parcel: Parcel, error: UndeliverableError) -> bool:
        outbox, now = self.desk.outbox, self.desk.clock()
        if error.obstacle is Obstacle.PERHAPS:
            await self._finish(claim, DeliveryState.UNKNOWN, error.reason)
            return False
        if error.obstacle is Obstacle.CONTENT and parcel.file:
            await self.hands.keep(outbox.refused, claim, parcel.position, error.reason, now)
            return True
        await self.hands.keep(outbox.not_left, claim, parcel.position)
        if error.obstacle is Obstacle.TOPIC and parcel.place.topic:
            await self.hands.keep(self.desk.subscriptions.lose_topic, parcel.subscription, "topic_gone")
            return await self._send_part(claim, replace(parcel, place=Place(parcel.place.chat_id)))
        if error.obstacle is Obstacle.TOKEN:
            self.report.aborted = "token"
            await self._finish(claim, DeliveryState.DUE, error.reason)
        elif error.obstacle is Obstacle.LATER:
            await self._postpone(claim, error.reason, error.pause)
        else:
            await self._finish(claim, DeliveryState.FAILED, error.reason)
        return False

    async def _postpone(self, claim: Claim, reason: str, pause: timedelta = timedelta()) -> None:
        if claim.attempts > len(DELAYS):
            await self._finish(claim, DeliveryState.FAILED, reason)
            return
        next_try = self.desk.clock() + max(pause, DELAYS[claim.attempts - 1])
        await self._finish(claim, DeliveryState.DUE, reason, next_try)

    async def _finish(self, claim: Claim, state: DeliveryState, reason: str, next_try: datetime | None = None) -> None:
        match state:
            case DeliveryState.FAILED:
                self.report.failed += 1
            case DeliveryState.UNKNOWN:
                self.report.unknown += 1
            case DeliveryState.SKIPPED:
                self.report.skipped += 1
            case _:
                self.report.postponed += 1
        now = self.desk.clock()
        await self.hands.keep(self.desk.outbox.finish, claim, state, reason, now, next_try)


@dataclass(slots=True)
class _Departure:
    """Notes that a message leaves, and that it did."""

    of: Pass
    claim: Claim
    position: int
    has_left: bool = False

    async def __call__(self) -> None:
        desk = self.of.desk
        await self.of.hands.keep(desk.outbox.leaving, self.claim, self.position, desk.clock())
        self.has_left = True


def _plan(desk: Desk) -> bool:
    """Account for the runs of some subscriptions up to now; whether there were any."""
    now = desk.clock()
    waiting = desk.subscriptions.to_plan(now, TAKEN_AT_ONCE)
    for subscription in waiting:
        try:
            runs = desk.recurrences(subscription.wish)
        except ScheduleError:
            _log.exception("subscription %d has no schedule any more", subscription.id)
            desk.subscriptions.pause(subscription.id, now)
            continue
        found = plan_of(subscription, runs, now)
        desk.outbox.plan(subscription, found.due, found.skipped, now, runs.after(now))
    return bool(waiting)
