"""Updates that Telegram brings: an HTTP server for one address, behind whatever terminates TLS."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from telegram.ext import ExtBot
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot.channels.telegram_gate import Departure
from bot.channels.telegram_intake import KINDS, Intake
from bot.channels.telegram_threads import Threads
from bot.database.telegram_updates import Lease

LARGEST_UPDATE = 2_000_000
"""Bytes of a request body; an update is text and far smaller."""
LOOK_EVERY = 10.0
"""Seconds between looks for what other processes left undone; each shows the others that this one is at work."""
HEADER = "X-Telegram-Bot-Api-Secret-Token"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """Where updates are brought to.

    Args:
        url: as Telegram sees it, https.
        listen: address of this machine to listen on.
        port: TCP port to listen on, 1 to 65535.
    """

    url: str
    listen: str
    port: int


class WebhookPortError(Exception):
    """The webhook's address cannot be listened on."""


class Webhook:
    """Serves the address.

    Args:
        lease: shows that this process is at work, for longer than a few looks; given back by whoever made it, when
            what was brought has been dealt with.
        token: of the bot; the secret is derived from it, so that several processes behind one address share it.
    """

    def __init__(
        self,
        bot: ExtBot[Departure],
        intake: Intake,
        lease: Lease,
        threads: Threads,
        address: WebhookAddress,
        token: str,
    ) -> None:
        self._bot = bot
        self._intake = intake
        self._lease = lease
        self._threads = threads
        self._address = address
        self._secret = hmac.new(token.encode(), address.url.encode(), hashlib.sha256).hexdigest()

    async def run(self) -> None:
        """Serve until cancelled; the registration with Telegram stays, so that nothing is lost during a restart.

        Raises:
            WebhookPortError: the address cannot be listened on.
            TelegramError: Telegram does not accept the address.
        """
        path = urlsplit(self._address.url).path or "/"
        handler = (path, _Delivery, {"intake": self._intake, "secret": self._secret})
        server = HTTPServer(Application([handler], log_function=_quietly), max_body_size=LARGEST_UPDATE)
        try:
            listening = socket.create_server((self._address.listen, self._address.port))
        except OSError as error:
            raise WebhookPortError(str(error)) from error
        listening.setblocking(False)
        try:
            await self._look()
            server.add_socket(listening)
            await self._bot.set_webhook(self._address.url, secret_token=self._secret, allowed_updates=KINDS)
            while True:
                await asyncio.sleep(LOOK_EVERY)
                try:
                    await self._look()
                except Exception:
                    # A database that is busy or away for a while must not end the service.
                    _log.exception("not looked for what others left undone")
        finally:
            server.stop()
            listening.close()
            await asyncio.shield(server.close_all_connections())

    async def _look(self) -> None:
        await self._threads.keep(self._lease.take)
        await self._intake.resume()


class _Delivery(RequestHandler):
    """One update. Telegram brings it again unless the answer is 200."""

    def initialize(self, intake: Intake, secret: str) -> None:
        self._intake = intake
        self._secret = secret

    async def post(self) -> None:
        given = self.request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            self.set_status(403)
            return
        update = _update(self.request.body)
        if update is None:
            self.set_status(400)
            return
        await self._intake.receive([update])


def _update(body: bytes) -> dict[str, Any] | None:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    known = isinstance(update, dict) and type(update.get("update_id")) is int
    return update if known else None


def _quietly(handler: RequestHandler) -> None:
    _log.debug("update brought: %d", handler.get_status())
