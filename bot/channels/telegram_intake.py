"""Updates taken in, whichever way they come: stored first, each once, then handed on."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from telegram import Update
from telegram.ext import ExtBot

from bot.channels.telegram_gate import Departure
from bot.channels.telegram_threads import Threads
from bot.database.telegram_updates import UpdateInbox

KINDS = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
"""Kinds of updates the bot asks for."""
_log = logging.getLogger(__name__)


class Intake:
    """Takes updates in.

    Args:
        bot: whose updates; what they offer as shortcuts works through it.
        deliver: takes an update over; may wait as long as too much is in work already.
    """

    def __init__(
        self,
        bot: ExtBot[Departure],
        inbox: UpdateInbox,
        threads: Threads,
        deliver: Callable[[Update], Awaitable[None]],
    ) -> None:
        self._bot = bot
        self._inbox = inbox
        self._threads = threads
        self._deliver = deliver
        self._begun = False

    async def receive(self, updates: Iterable[Mapping[str, Any]]) -> None:
        """Store updates and hand on those never seen before; once this returns, the sender may forget them."""
        await self._hand_on(await self._threads.keep(self._inbox.receive, updates))

    async def resume(self) -> None:
        """Hand on what processes that have ended stored but did not deal with."""
        left = await self._threads.keep(self._inbox.take_over, not self._begun)
        self._begun = True
        await self._hand_on(left)

    async def _hand_on(self, updates: Iterable[Mapping[str, Any]]) -> None:
        for raw in updates:
            try:
                update = Update.de_json(dict(raw), self._bot)
            except (TypeError, ValueError, KeyError, AttributeError):
                _log.exception("update %s cannot be read and is left out", raw["update_id"])
                await self._threads.keep(self._inbox.finish, int(raw["update_id"]))
            else:
                await self._deliver(update)
