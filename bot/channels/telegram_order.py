"""Updates of one chat and topic strictly one after the other, those of different ones at the same time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.channels.telegram_place import line_of

MOST_AT_ONCE = 4096
"""Updates in work or waiting in a line; beyond that, fetching further ones waits."""
Step = Callable[[Update], Awaitable[None]]
_log = logging.getLogger(__name__)


class ChatOrder(BaseUpdateProcessor):
    """Lines up updates by chat and topic.

    Args:
        at_once: run for every update as soon as it comes, before its turn; for what cannot wait behind a slow answer.
        finished: run for every update when it has been dealt with.
    """

    def __init__(self, at_once: Step, finished: Step) -> None:
        super().__init__(MOST_AT_ONCE)
        self._at_once = at_once
        self._finished = finished
        self._last: dict[tuple[int, int], asyncio.Future[None]] = {}

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to let go."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the updates before this one in its line, then deal with it."""
        if not isinstance(update, Update):
            await coroutine
            return
        line = line_of(update)
        before = self._last.get(line)
        done = self._last[line] = asyncio.get_running_loop().create_future()
        try:
            await self._without_failing(self._at_once, update)
            if before:
                # Not awaited itself: a cancelled wait would cancel the turn of those before us.
                await asyncio.wait([before])
            await coroutine
            await self._without_failing(self._finished, update)
        finally:
            done.set_result(None)
            if self._last.get(line) is done:
                del self._last[line]

    async def _without_failing(self, step: Step, update: Update) -> None:
        try:
            await step(update)
        except Exception:
            # A line must go on whatever happens to one update in it.
            _log.exception("update %d", update.update_id)
