"""``telegram``: the bot, until it is stopped."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Coroutine
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.cli.failures import CommandError, ExitCode, complain
from bot.cli.ready import ready_assistant
from bot.cli.surroundings import settings, today
from bot.cli.words import say

if TYPE_CHECKING:
    from bot.channels.telegram_application import Profile
    from bot.settings import Settings


def telegram() -> int:
    """Answer on Telegram until interrupted."""
    loaded = settings()
    if not loaded.telegram_bot_token.get_secret_value():
        raise CommandError(say("telegram_no_token"), ExitCode.USAGE)
    assistant = ready_assistant(loaded, in_chat=True)
    from bot.bootstrap import open_removals, open_subscribing
    from bot.channels.telegram_application import serve
    from bot.channels.telegram_connection import TelegramUnusableError
    from bot.digests.duties import DutiesError
    from bot.state import load_wording, open_database_of

    database = open_database_of(loaded)
    holder = f"{socket.gethostname()[:40]}:{os.getpid()}"
    complain(say("telegram_serving"))
    try:
        digests = open_subscribing(loaded, database, in_chat=True)
        gone = open_removals(loaded).of
        words = load_wording(in_chat=True)
        serving = serve(profile(loaded), assistant, database, words, today, holder, digests=digests, removed=gone)
        asyncio.run(_until_stopped(serving))
    except DutiesError as error:
        raise CommandError(say("digest_duties_unreadable", reason=error), ExitCode.USAGE) from error
    except TelegramUnusableError as error:
        raise CommandError(say(f"telegram_{error.reason}")) from None
    finally:
        database.close()
    complain(say("telegram_stopped"))
    return ExitCode.ANSWERED


def profile(loaded: Settings) -> Profile:
    """How the settings want the bot to be run."""
    from bot.channels.telegram_application import Profile
    from bot.channels.telegram_webhook import WebhookAddress

    url, listen, port = loaded.telegram_webhook_url, loaded.telegram_webhook_listen, loaded.telegram_webhook_port
    return Profile(
        token=loaded.telegram_bot_token.get_secret_value(),
        uploads=loaded.home / "uploads",
        api_base=loaded.telegram_api_base.rstrip("/"),
        admins=loaded.telegram_admins,
        answering=loaded.telegram_workers,
        stale=timedelta(minutes=loaded.telegram_stale_minutes),
        user_per_minute=loaded.telegram_user_questions,
        group_per_minute=loaded.telegram_group_questions,
        model=loaded.llm_model,
        webhook=WebhookAddress(url, listen, port) if url else None,
        retention=timedelta(days=loaded.telegram_retention_days),
    )


async def _until_stopped(serving: Coroutine[Any, Any, None]) -> None:
    """Serve until the process is asked to end; questions in work are answered first."""
    task = asyncio.create_task(serving)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task
