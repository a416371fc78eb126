"""The bot on a stage: a Bot API server behind the proxy, people who write, and what they get to read."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from aiohttp import FormData

from bot.channels.telegram_application import Profile, serve
from bot.channels.telegram_limits import Rates
from bot.channels.telegram_talk import Answers
from bot.digests.subscribing import Subscribing
from prompts import Wording
from stats_tools.database import Database
from tests.e2e.proxy import INJECTED_FROM, PATIENCE, Entry, Proxy, proxy_before

ANN, BOB, GROUP, FORUM = 11, 12, -1001234500001, -1001234500002
BRISK = Rates(per_second=1000, chat_interval=0.0, group_per_minute=1000, edit_interval=0.0)
"""No limits, for what is not about limits."""
_tokens = itertools.count(1)


@contextmanager
def bot_api_server(folder: Path) -> Iterator[str]:
    """The base address of a running ``lo-bot-api-emulator``."""
    port = free_port()
    start = "import sys, lo_bot_api_emulator; sys.exit(lo_bot_api_emulator.main())"
    command = [
        sys.executable,
        "-c",
        start,
        "--port",
        str(port),
        "--enable-control",
        "--allow-insecure-loopback-webhooks",
    ]
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def free_port() -> int:
    """A TCP port of this machine nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.02)
    raise RuntimeError("the Bot API server did not start")


class Stage:
    """People and the bot.

    Args:
        proxy: before the server.
        token: of the bot.
        server: base address of the server itself, where people's messages are put in.
    """

    def __init__(self, proxy: Proxy, token: str, server: str) -> None:
        self.proxy = proxy
        self.token = token
        self._server = server
        self._messages = itertools.count(100)

    async def write(self, text: str | None = None, user: int = ANN, chat: int | None = None, **extra: Any) -> int:
        """A person writes; returns the ``message_id``."""
        number = next(self._messages)
        await self._put({"message": _message(number, text, user, user if chat is None else chat, extra)})
        return number

    async def upload(self, name: str, content: bytes) -> dict[str, Any]:
        """A file of a person on the server, as the ``document`` of a message."""
        form = FormData()
        form.add_field("chat_id", "1")
        form.add_field("document", content, filename=name)
        # People have no way to upload to this server, so another bot does it for them.
        async with self.proxy.session.post(f"{self._server}/bot999:PEOPLE/sendDocument", data=form) as response:
            stored = (await response.json())["result"]["document"]["file_id"]
        return {"file_id": stored, "file_unique_id": stored, "file_name": name, "file_size": len(content)}

    async def press(self, entry: Entry, label: str, user: int = ANN) -> None:
        """A person presses a button under a message of the bot."""
        shown = {"message_id": entry.message, "date": 1, "chat": _chat(entry.chat), "text": "…"}
        query = {"id": str(next(self._messages)), "from": _person(user), "message": shown, "chat_instance": "1"}
        await self._put({"callback_query": {**query, "data": entry.buttons[label]}})

    async def look_up(self, query: str, user: int = ANN) -> None:
        """A person types a query behind the bot's name in some chat."""
        body = {"id": str(next(self._messages)), "from": _person(user), "query": query, "offset": ""}
        await self._put({"inline_query": body})

    def inject(self, kind: str, body: dict[str, Any]) -> None:
        """An update of a kind the server does not know, handed out with its next batch."""
        self.proxy.injected.append({"update_id": INJECTED_FROM + next(self._messages), kind: body})

    def edit(self, number: int, text: str, user: int = ANN) -> None:
        """A person edits a message."""
        self.inject("edited_message", _message(number, text, user, user, {"edit_date": int(time.time())}))

    async def read(self, count: int, chat: int = ANN) -> list[str]:
        """The texts a chat got, as soon as there are so many."""
        await self.proxy.until(lambda: len(self.proxy.sent(chat=chat)) >= count)
        return [entry.text for entry in self.proxy.sent(chat=chat)]

    async def _put(self, update: dict[str, Any]) -> None:
        body = {"token": self.token, "update": update}
        async with self.proxy.session.post(f"{self._server}/__fixture/updates", json=body) as response:
            assert response.status == 200, await response.text()


@asynccontextmanager
async def staged(server: str) -> AsyncIterator[Stage]:
    """A stage without a bot: what is written waits as it does while a bot is down."""
    async with proxy_before(server) as proxy:
        yield Stage(proxy, f"{70000 + next(_tokens)}:AAF-secret_part_of_a_token_{time.time_ns()}", server)


@asynccontextmanager
async def performing(
    stage: Stage,
    assistant: Answers,
    database: Database,
    today: date = date(2021, 9, 1),
    digests: Subscribing | None = None,
    **profile: Any,
) -> AsyncIterator[None]:
    """The bot is at work during the block; what ends it is raised at its end."""
    uploads = Path(str(database.engine.url.database)).with_name("uploads")
    settings = replace(Profile(stage.token, uploads, stage.proxy.base, rates=BRISK), **profile)
    holder = f"process-{time.time_ns()}"
    task = asyncio.create_task(
        serve(settings, assistant, database, Wording.load(in_chat=True), lambda: today, holder, digests=digests)
    )
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _message(number: int, text: str | None, user: int, chat: int, extra: dict[str, Any]) -> dict[str, Any]:
    body = {"message_id": number, "date": int(time.time()), "from": _person(user), "chat": _chat(chat), **extra}
    if text is None:
        return body
    entities = []
    if text.startswith("/"):
        entities.append({"type": "bot_command", "offset": 0, "length": len(text.split()[0])})
    elif "@ClusterBot" in text:
        entities.append({"type": "mention", "offset": text.index("@ClusterBot"), "length": len("@ClusterBot")})
    return {**body, "text": text, "entities": entities}


def _person(user: int) -> dict[str, Any]:
    return {"id": user, "is_bot": False, "first_name": f"人{user}"}


def _chat(chat: int) -> dict[str, Any]:
    if chat > 0:
        return {"id": chat, "type": "private", "first_name": f"人{chat}"}
    return {"id": chat, "type": "supergroup", "title": "发改群", "is_forum": chat == FORUM}
