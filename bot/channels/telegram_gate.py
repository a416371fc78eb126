"""The gate every request to Telegram passes: in turn, within the limits, and again only where that cannot repeat it."""

from __future__ import annotations

import asyncio
import logging
import os
from bisect import insort
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from operator import attrgetter
from typing import Any

import httpx
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from bot.channels.telegram_limits import Destination, Seat, SendSchedule

# The library warns at every 429 until it is told that its future type for durations is welcome.
os.environ["PTB_TIMEDELTA"] = "true"
Result = bool | dict[str, Any] | list[dict[str, Any]]
LONGEST_PAUSE = 300.0
"""Seconds of ``retry_after`` a request waits for; a longer one is an error at once, nobody is waiting any more."""
FLOOD_TRIES = 6
"""How often one request is sent as long as Telegram answers 429."""
CONNECT_DELAYS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between attempts where no connection came about."""
REPEATABLE = ("edit", "answer", "get", "set", "delete")
"""Beginnings of methods that do no harm when they are carried out twice."""
TURNS_AHEAD, BULK_AHEAD = 12, 3
"""Requests whose turn has come and that have not left, and up to how many of these bulk ones get a turn: enough that
one is ready in time for every slot, always room for an answer to be ready first, and few messages whose fate nobody
knows after a crash, because they are marked before they wait for their slot."""
READY_AGAIN = 0.001
"""Seconds after which a request looks again whether those before it have left."""
COUNTED = ("send", "edit", "forward", "copy")
_UNCOUNTED = frozenset({"sendChatAction"})
_FORGET_EVERY = 1000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Departure:
    """How a request wants to be treated; passed as ``rate_limit_args``.

    Args:
        bulk: whether it may wait until nothing interactive waits any more.
        at: awaited when the turn of a message or an edit has come, immediately before it is sent for the first time.
    """

    bulk: bool = False
    at: Callable[[], Awaitable[None]] | None = None


@dataclass(eq=False, slots=True)
class _Waiting:
    bulk: bool
    number: int
    destination: Destination
    is_group: bool
    edits: int
    turn: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    rank: tuple[bool, int] = field(init=False)
    """What somebody waits for goes first, and then what came first."""

    def __post_init__(self) -> None:
        self.rank = self.bulk, self.number


class Gate(BaseRateLimiter[Departure]):
    """Holds requests back as long as the limits ask for it.

    Args:
        schedule: the limits and what has left so far.
    """

    def __init__(self, schedule: SendSchedule | None = None) -> None:
        self._schedule = schedule or SendSchedule()
        self._waiting: list[_Waiting] = []
        self._ready: list[_Waiting] = []
        self._numbers = 0
        self._ahead = 0
        self._wake: asyncio.TimerHandle | None = None

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Let nothing wait any more; what still waits is cancelled."""
        if self._wake:
            self._wake.cancel()
        for waiting in self._waiting:
            waiting.turn.cancel()

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Departure | None,
    ) -> Result:
        """The API's result.

        Raises:
            TelegramError: as the API answered, after those repetitions that are safe.
        """
        departure = rate_limit_args or Departure()
        chat = data.get("chat_id")
        destination: Destination = chat if isinstance(chat, int | str) else endpoint
        counted = endpoint.startswith(COUNTED) and endpoint not in _UNCOUNTED
        self._numbers += 1
        number, floods, delays = self._numbers, 0, list(CONNECT_DELAYS)
        edits = int(data.get("message_id", 0)) if endpoint.startswith("edit") else 0
        while True:
            seat = None
            if counted:
                seat = await self._seat(
                    _Waiting(departure.bulk, number, destination, _is_group(chat), edits), departure
                )
                departure = Departure(departure.bulk)
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                floods += 1
                seconds = pause_seconds(error)
                if not counted or floods >= FLOOD_TRIES or seconds > LONGEST_PAUSE:
                    raise
                self._schedule.pause(destination, _now() + seconds)
            except NetworkError as error:
                if isinstance(error, BadRequest) or not delays or not _may_repeat(error, endpoint):
                    raise
                _log.info("%s goes out again after %s", endpoint, type(error).__name__)
                await asyncio.sleep(delays.pop(0))
            finally:
                if seat:
                    self._schedule.answered(seat, _now())

    async def _seat(self, waiting: _Waiting, departure: Departure) -> Seat:
        await self._turn(waiting)
        try:
            if departure.at:
                await departure.at()
            insort(self._ready, waiting, key=_rank)
            while (wait := self._schedule.open_from() - _now()) > 0 or self._ready[0] is not waiting:
                await asyncio.sleep(max(wait, READY_AGAIN))
            return self._schedule.leave(waiting.destination, _now())
        finally:
            if waiting in self._ready:
                self._ready.remove(waiting)
            self._next_turn()

    async def _turn(self, waiting: _Waiting) -> None:
        if waiting.number % _FORGET_EVERY == 0:
            self._schedule.forget_before(_now())
        insort(self._waiting, waiting, key=_rank)
        if self._moment(waiting) < self._wake_at():
            self._release()
        try:
            await waiting.turn
        except asyncio.CancelledError:
            # One that waits no more is passed over when its turn would come.
            if waiting.turn.done() and not waiting.turn.cancelled():
                self._next_turn()
            raise

    def _next_turn(self) -> None:
        self._ahead -= 1
        self._release()

    def _moment(self, waiting: _Waiting) -> float:
        return self._schedule.earliest(waiting.destination, waiting.is_group, waiting.edits)

    def _wake_at(self) -> float:
        return self._wake.when() if self._wake else float("inf")

    def _release(self) -> None:
        """Let go who may leave now, interactive requests first, and come back when the next one may."""
        now = _now()
        held: list[_Waiting] = []
        next_moment = float("inf")
        for position, waiting in enumerate(self._waiting):
            if self._ahead >= (BULK_AHEAD if waiting.bulk else TURNS_AHEAD):
                held += self._waiting[position:]
                break
            if waiting.turn.done():
                continue
            moment = self._moment(waiting)
            if moment > now:
                held.append(waiting)
                next_moment = min(next_moment, moment)
            else:
                self._schedule.depart(waiting.destination, waiting.is_group, now, waiting.edits)
                self._ahead += 1
                waiting.turn.set_result(None)
        self._waiting = held
        if self._wake:
            self._wake.cancel()
        later = next_moment < float("inf")
        self._wake = asyncio.get_running_loop().call_at(next_moment, self._release) if later else None


_rank = attrgetter("rank")


def never_sent(error: TelegramError) -> bool:
    """Whether the request certainly did not reach Telegram: no connection came about."""
    return isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)


def _may_repeat(error: NetworkError, endpoint: str) -> bool:
    return never_sent(error) or endpoint.startswith(REPEATABLE)


def _is_group(chat: object) -> bool:
    return isinstance(chat, str) or (isinstance(chat, int) and chat < 0)


def pause_seconds(error: RetryAfter) -> float:
    """How long Telegram asks to wait, in seconds; the library gives a number or a timedelta."""
    retry_after = error.retry_after
    return retry_after.total_seconds() if isinstance(retry_after, timedelta) else float(retry_after)


def _now() -> float:
    return asyncio.get_running_loop().time()
