"""Answers that stand while a better wording is sought: shown where that takes long, replaced when it is there."""

from __future__ import annotations

import asyncio
import logging
import math
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Generic, TypeVar

from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.channels.telegram_gate import Departure
from bot.channels.telegram_place import Place
from bot.channels.telegram_text import MessageText

DRAFT_AFTER, MESSAGE_AFTER = 1.0, 3.0
"""Seconds before a draft is shown in private, before a message in a group: what comes sooner comes whole."""
DRAFT_AGAIN = 20.0
"""Seconds after which a draft is shown anew; Telegram takes it away after thirty."""
DRAFT_ENDS = 2.0
"""Seconds a draft on its way is waited for, so that it does not arrive after what it announces."""
PAUSE = 600.0
"""Seconds without drafts after a server failed on one."""
_MOST_WITHOUT = 10_000
_MOST_DRAFTS = 2**31 - 1
T = TypeVar("T")
_log = logging.getLogger(__name__)


class Interim(Generic[T]):
    """One answer that stands meanwhile.

    Args:
        after: seconds to wait before it is shown.
        show: shows it; may go on doing so until ``ended`` is set.
        patience: seconds for which showing is waited for at the end; None for as long as it takes.
    """

    def __init__(self, after: float, show: Callable[[T], Awaitable[None]], patience: float | None = None) -> None:
        self._after = after
        self._show = show
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[None] | None = None
        self.ended = asyncio.Event()
        self.shown: T | None = None

    def tell(self, interim: T) -> None:
        """Take what stands meanwhile, from any thread."""
        self._loop.call_soon_threadsafe(self._begin, interim)

    async def end(self) -> None:
        """Stop showing it, or never begin; afterwards ``shown`` is what was shown, if anything was.

        What went wrong is raised, unless nothing depends on its having been shown.
        """
        self.ended.set()
        if self._task is None:
            return
        await asyncio.wait({self._task}, timeout=self._patience)
        self._task.cancel()
        (failure,) = await asyncio.gather(self._task, return_exceptions=True)
        if self._patience is None and failure is not None:
            raise failure
        if isinstance(failure, Exception):
            _log.warning("not shown meanwhile: %s", type(failure).__name__)

    def _begin(self, interim: T) -> None:
        if not self.ended.is_set() and self._task is None:
            self._task = asyncio.create_task(self._run(interim))

    async def _run(self, interim: T) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.ended.wait(), self._after)
        if not self.ended.is_set():
            self.shown = interim
            await self._show(interim)


class Drafts:
    """Shows drafts in private chats, as long as the Bot API server and the chat take them.

    Args:
        bot: with the gate as its rate limiter; drafts give way to everything else.
    """

    def __init__(self, bot: ExtBot[Departure]) -> None:
        self._bot = bot
        self._without_until = -math.inf
        self._without: set[int] = set()

    async def keep(self, place: Place, text: MessageText, ended: asyncio.Event) -> None:
        """Show a draft until the event is set."""
        # Other than 0, and the same for everything one answer shows.
        number = secrets.randbelow(_MOST_DRAFTS) + 1
        while not ended.is_set() and await self._show(place, number, text):
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), DRAFT_AGAIN)

    async def _show(self, place: Place, number: int, text: MessageText) -> bool:
        """Whether it was shown; a chat that refuses is not asked again, a server that fails not for a while."""
        if self._now() < self._without_until or place.chat_id in self._without:
            return False
        try:
            await self._bot.send_message_draft(
                place.chat_id,
                number,
                text.html,
                message_thread_id=place.thread,
                parse_mode=ParseMode.HTML,
                rate_limit_args=Departure(bulk=True),
            )
        except TelegramError as error:
            _log.info("draft not shown: %s", error)
            if isinstance(error, InvalidToken):
                # Telegram's own answer to a method a server does not know is 404, which the library takes for this.
                self._without_until = math.inf
            elif isinstance(error, BadRequest | Forbidden):
                self._refrain(place)
            else:
                # Other servers say 501 to it, which the library does not tell from any other failure.
                self._without_until = self._now() + PAUSE
            return False
        return True

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _refrain(self, place: Place) -> None:
        if len(self._without) >= _MOST_WITHOUT:
            self._without.clear()
        self._without.add(place.chat_id)
