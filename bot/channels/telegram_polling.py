"""Fetching updates: by one process at a time, each update once, and none lost between here and its answer."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import BaseRequest

from bot.channels.telegram_gate import pause_seconds
from bot.channels.telegram_intake import KINDS, Intake
from bot.channels.telegram_threads import Threads
from bot.database.telegram_updates import Lease

LONGEST_DELAY = 30.0
"""Seconds between attempts while Telegram cannot be reached."""
_log = logging.getLogger(__name__)


class Poller:
    """Long polling.

    Args:
        transport: carries the requests; of its own, because one of them is always open.
        address: of the bot's methods, ending in its token.
        intake: takes the updates in.
        lease: held while polling, so that a second process waits instead of taking updates away; given back by whoever
            made it, when what was fetched has been dealt with.
        began: awaited when the lease has been taken, before anything is answered: nobody else is at work any more.
        timeout: seconds Telegram keeps an empty request open; the lease must last longer than twice that.
        lease_retry: seconds between looks at a lease somebody else holds.
    """

    def __init__(
        self,
        transport: BaseRequest,
        address: str,
        intake: Intake,
        lease: Lease,
        threads: Threads,
        began: Callable[[], Awaitable[None]],
        timeout: int = 25,
        lease_retry: float = 5.0,
    ) -> None:
        self._transport = transport
        self._address = address
        self._intake = intake
        self._lease = lease
        self._threads = threads
        self._began = began
        self._timeout = timeout
        self._lease_retry = lease_retry
        self._offset: int | None = None
        self._delay = 0.0

    async def run(self) -> None:
        """Poll until cancelled; raises InvalidToken where Telegram does not know the bot (any more)."""
        await self._transport.initialize()
        try:
            held: bool | None = None
            while True:
                try:
                    held = await self._turn(held)
                except TelegramError:
                    raise
                except Exception:
                    # A database that is busy or away for a while must not end the service; nothing has been confirmed.
                    _log.exception("no updates for %.1f s", LONGEST_DELAY)
                    await asyncio.sleep(LONGEST_DELAY)
        finally:
            await asyncio.shield(self._transport.shutdown())

    async def _turn(self, before: bool | None) -> bool:
        """Fetch once, if it is ours to fetch; returns whether it is."""
        held = await self._threads.keep(self._lease.take)
        if not held:
            if before is not False:
                _log.warning("another process is polling; waiting for it to end")
            await asyncio.sleep(self._lease_retry)
            return False
        if not before:
            await self._began()
            await self._intake.resume()
        await self._round()
        return True

    async def _round(self) -> None:
        try:
            fetched = await self._fetch()
        except InvalidToken:
            raise
        except RetryAfter as error:
            await asyncio.sleep(pause_seconds(error))
        except TelegramError as error:
            self._delay = min(LONGEST_DELAY, max(0.5, self._delay * 2))
            other = "another program polls with this token: " if isinstance(error, Conflict) else ""
            _log.warning("%sno updates for %.1f s: %s", other, self._delay, error)
            await asyncio.sleep(self._delay)
        else:
            self._delay = 0.0
            # Stored before the next request confirms them: from then on Telegram has forgotten them, and we have not.
            await self._intake.receive(fetched)
            if fetched:
                self._offset = max(int(update["update_id"]) for update in fetched) + 1

    async def _fetch(self) -> list[dict[str, Any]]:
        # The raw request: the library's own would refuse a whole batch for one update it cannot read, for ever.
        wanted: dict[str, Any] = {"timeout": self._timeout, "allowed_updates": json.dumps(KINDS)}
        if self._offset:
            wanted["offset"] = self._offset
        address = f"{self._address}/getUpdates?{urlencode(wanted)}"
        found: object = await self._transport.post(address, read_timeout=self._timeout + 10)
        if not isinstance(found, list):
            raise TelegramError("getUpdates did not return a list")
        return found
