"""Digests in the running bot: the commands about them, and the tick at which what is due is sent."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import UTC, datetime, timedelta

from bot.channels.telegram_digest_sender import digest_run
from bot.channels.telegram_digests import DigestPost
from bot.channels.telegram_post import Post
from bot.channels.telegram_subscribing import SubscriptionTalk
from bot.channels.telegram_talk import Talk
from bot.channels.telegram_threads import Threads
from bot.database.delivery_ledger import DeliveryLedger
from bot.database.people import People
from bot.database.telegram_answers import ChatAnswers
from bot.digests.subscribing import Subscribing
from prompts import Wording
from stats_tools.database import Database

TICK_SECONDS = 20.0
"""How late a digest may be because nobody looked; what is due is decided by the database."""
FORGET_EVERY = timedelta(hours=1)
_log = logging.getLogger(__name__)


class DigestDoor:
    """Subscribing in chats, and sending.

    Args:
        book: the subscriptions.
        retention: how long deliveries that have ended are kept.
    """

    def __init__(
        self,
        book: Subscribing,
        database: Database,
        talk: Talk,
        post: Post,
        threads: Threads,
        wording: Wording,
        retention: timedelta,
    ) -> None:
        self._wake = asyncio.Event()
        answers = ChatAnswers(database)
        self.talk = SubscriptionTalk(book, People(database), answers, talk, post, threads, wording, self._wake)
        self._run = digest_run(book.desk, DigestPost(post, answers, threads, wording), database)
        self._ledger = DeliveryLedger(database)
        self._threads = threads
        self._retention = retention
        self._is_stopping = False

    async def serve(self) -> None:
        """Send what is due, whenever it is, until stopped; whatever breaks is in the log and tried at the next tick."""
        forgotten = datetime.min.replace(tzinfo=UTC)
        while not self._is_stopping:
            self._wake.clear()
            try:
                await self._run.run_due()
                if datetime.now(UTC) - forgotten > FORGET_EVERY:
                    forgotten = datetime.now(UTC)
                    await self._threads.keep(self._ledger.forget_before, forgotten - self._retention)
            except Exception:
                _log.exception("digests")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), TICK_SECONDS)

    def stop(self) -> None:
        """Let ``serve`` end with the messages that are on their way."""
        self._is_stopping = True
        self._run.stop()
        self._wake.set()

    def close(self) -> None:
        """Let the threads end."""
        self._run.close()
