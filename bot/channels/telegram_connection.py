"""The connection to a Bot API server: every request in turn and within the limits."""

from __future__ import annotations

from telegram.ext import ExtBot
from telegram.request import BaseRequest, HTTPXRequest

from bot.channels.telegram_gate import Departure, Gate
from bot.channels.telegram_limits import Rates, SendSchedule

READ_SECONDS = 30.0
"""How long an answer from Telegram is waited for: giving up early would leave unknown whether a message arrived."""
SENDING_CONNECTIONS = 64


class TelegramUnusableError(Exception):
    """Telegram cannot be used with these settings.

    Args:
        reason: ``token`` where it is not valid, ``unreachable`` where the server does not answer, ``strange`` where
            its answer is not that of a Bot API server, ``port`` where the webhook cannot listen.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def connected_bot(token: str, api_base: str, rates: Rates, transport: BaseRequest | None = None) -> ExtBot[Departure]:
    """A bot behind the gate.

    Args:
        token: as BotFather gives it.
        api_base: base address of the server without trailing slash; empty for Telegram's own.
        rates: limits of sending.
        transport: what carries requests; HTTP when left out.
    """
    base = api_base or "https://api.telegram.org"
    return ExtBot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=transport or http(SENDING_CONNECTIONS),
        get_updates_request=transport or http(1),
        rate_limiter=Gate(SendSchedule(rates)),
    )


async def connect(bot: ExtBot[Departure]) -> None:
    """Open the connections of a bot and ask who it is.

    Raises:
        TelegramError: the server cannot be reached, or refuses the token.
        TelegramUnusableError: what the server calls a bot is none.
    """
    try:
        await bot.initialize()
    except (TypeError, ValueError, AttributeError):
        # The library makes an object of whatever the server calls a bot, without looking at it first.
        raise TelegramUnusableError("strange") from None
    if not bot.bot.username:
        # Commands in groups and links of invitations need it, and every bot has one.
        raise TelegramUnusableError("strange")


def http(connections: int) -> HTTPXRequest:
    """HTTP with so many connections."""
    return HTTPXRequest(connections, read_timeout=READ_SECONDS, connect_timeout=10, pool_timeout=30)
