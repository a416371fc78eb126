"""Sending what is due in a process of its own, without receiving anything."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from telegram.error import InvalidToken, TelegramError
from telegram.request import BaseRequest

from bot.channels.telegram_connection import TelegramUnusableError, connect, connected_bot
from bot.channels.telegram_digests import DigestPost
from bot.channels.telegram_limits import Rates
from bot.channels.telegram_post import Post
from bot.channels.telegram_secrets import Redaction, token_kept_out_of_logs
from bot.channels.telegram_threads import Threads
from bot.database.telegram_answers import ChatAnswers
from bot.database.telegram_chats import Chats
from bot.database.telegram_updates import Lease
from bot.digests.delivering import Desk
from bot.digests.run import LEASE, DigestRun
from prompts import Wording
from stats_tools.database import Database

LEASE_NAME = "digests"


def digest_run(desk: Desk, post: DigestPost, database: Database, lasts: timedelta = LEASE) -> DigestRun:
    """The sender over a door that is open."""
    return DigestRun(desk, post, lambda holder: Lease(database, LEASE_NAME, holder, lasts), lasts)


@asynccontextmanager
async def digest_sender(
    token: str,
    api_base: str,
    desk: Desk,
    database: Database,
    wording: Wording,
    rates: Rates | None = None,
    transport: BaseRequest | None = None,
    lasts: timedelta = LEASE,
) -> AsyncIterator[DigestRun]:
    """A sender with a connection of its own, during the block.

    Raises:
        TelegramUnusableError: the token is not valid, or Telegram cannot be reached.
    """
    logging.getLogger("httpx").setLevel(logging.WARNING)
    threads = Threads(database, 1)
    with token_kept_out_of_logs(Redaction(token)):
        bot = connected_bot(token, api_base, rates or Rates(), transport)
        post = Post(bot, Chats(database), threads, Redaction(token))
        run = digest_run(desk, DigestPost(post, ChatAnswers(database), threads, wording), database, lasts)
        try:
            await connect(bot)
            yield run
        except InvalidToken:
            raise TelegramUnusableError("token") from None
        except TelegramError:
            raise TelegramUnusableError("unreachable") from None
        finally:
            await bot.shutdown()
            run.close()
            threads.close()
