"""A proxy between the bot and a Bot API server: records, checks the contract, injects faults, fills gaps.

The server behind it is ``lo-bot-api-emulator`` 0.3.6.  What that one does not do is done here, and is therefore no
foreign evidence: the bot's username, forum topics, kinds of chats, drafts, ``edited_message`` and ``my_chat_member``
updates, refusing an edit of a message that is missing or would not change, and every fault.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, FormData, web
from tornado.httputil import HTTPFile, parse_body_arguments

from tests.e2e.contract import violations

BOT = {"is_bot": True, "first_name": "集群助手", "username": "ClusterBot", "can_read_all_group_messages": False}
_KNOWN_KINDS = ["message", "callback_query", "inline_query"]
"""Kinds of updates the server models."""
_OF_BATCHES = ("repeat", "reverse")
"""Faults that count only where there are updates to spoil."""
PATIENCE = 300.0
"""Seconds that no machine needs, however busy, for what is going to happen at all."""
INJECTED_FROM = 1_000_000_000
"""Ids of injected updates; the server's own are smaller."""
_UNKNOWN_FIELDS = ("message_thread_id", "link_preview_options")
_Reply = tuple[int, dict[str, Any]]


@dataclass
class Fault:
    """What goes wrong with the next requests that match.

    Args:
        method: pattern of Bot API methods.
        status: HTTP status answered instead of doing anything.
        how: ``status``; ``html`` for an error page instead of JSON; ``drop_before`` or ``drop_after`` the request was
            carried out; ``hold_before`` or ``hold_after`` that until the bot goes away; ``garbage``; ``repeat`` or
            ``reverse`` the updates of a batch.
        skip: how many matching requests pass first.
    """

    method: str
    how: str = "status"
    status: int = 500
    description: str = "Internal Server Error"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    chat: int | None = None
    times: int = 1
    skip: int = 0


@dataclass
class Entry:
    """One request as it came and what became of it."""

    method: str
    fields: dict[str, str]
    files: dict[str, tuple[str, int]]
    at: float
    wrong: list[str]
    status: int = 0
    delivered: bool = False
    message: int = 0

    @property
    def chat(self) -> int:
        return int(self.fields.get("chat_id", 0))

    @property
    def text(self) -> str:
        return self.fields.get("text", "")

    @property
    def buttons(self) -> dict[str, str]:
        """Label to callback data."""
        return {button["text"]: button["callback_data"] for row in self._rows for button in row}

    @property
    def keyboard(self) -> list[list[str]]:
        """Labels, row by row."""
        return [[button["text"] for button in row] for row in self._rows]

    @property
    def _rows(self) -> list[list[dict[str, str]]]:
        rows: list[list[dict[str, str]]] = json.loads(self.fields.get("reply_markup", "{}")).get("inline_keyboard", [])
        return rows


class Proxy:
    """The running proxy.

    Args:
        upstream: base address of the server.
    """

    def __init__(self, upstream: str) -> None:
        self.upstream = upstream
        self.base = ""
        self.journal: list[Entry] = []
        self.faults: list[Fault] = []
        self.injected: list[dict[str, Any]] = []
        self.takes_drafts = True
        """Whether drafts are carried out here; the server behind knows nothing of them."""
        self._messages: dict[tuple[int, int], tuple[str, str]] = {}
        self._repeat: list[dict[str, Any]] = []
        self._changed = asyncio.Condition()
        self._offset = 0
        self.session = ClientSession()

    def sent(self, method: str = "sendMessage", chat: int | None = None) -> list[Entry]:
        """Requests that were carried out, in order."""
        return [e for e in self.journal if e.method == method and e.delivered and chat in (None, e.chat)]

    async def until(self, condition: Callable[[], Any]) -> None:
        """Wait until a condition on the journal holds."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(condition)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request of the bot."""
        fields, files = await _form(request)
        method = request.match_info["method"]
        found = violations(method, fields, frozenset(files))
        sizes = {name: (each[0], len(each[1])) for name, each in files.items()}
        entry = Entry(method, fields, sizes, time.monotonic(), found)
        if method != "getUpdates":
            self.journal.append(entry)
        fault = self._fault(entry)
        if fault and fault.how in ("drop_before", "hold_before", "status", "html", "garbage"):
            return await self._spoilt(request, entry, fault)
        carried_out = asyncio.ensure_future(self._carry_out(request.match_info["token"], entry, fields, files))
        while method == "getUpdates" and not carried_out.done():
            # A bot that is dead waits for no updates; the server would take the next one for a second.
            await asyncio.wait({carried_out}, timeout=0.1)
            if request.transport is None:
                carried_out.cancel()
        status, body = await carried_out
        if method == "getUpdates" and body.get("ok"):
            body["result"] = self._updates(body["result"], fault)
        entry.status, entry.delivered = status, status == 200
        await self._tell()
        if fault and fault.how in ("drop_after", "hold_after"):
            return await _drop(request, fault)
        return web.json_response(body, status=status)

    async def file(self, request: web.Request) -> web.Response:
        """A file the bot fetches."""
        async with self.session.get(f"{self.upstream}{request.path}") as response:
            return web.Response(status=response.status, body=await response.read())

    def _fault(self, entry: Entry) -> Fault | None:
        for fault in self.faults:
            if not fault.times or not re.fullmatch(fault.method, entry.method) or fault.chat not in (None, entry.chat):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            if fault.how in _OF_BATCHES:
                return fault
            fault.times -= 1
            return fault
        return None

    async def _spoilt(self, request: web.Request, entry: Entry, fault: Fault) -> web.StreamResponse:
        entry.status = fault.status if fault.how in ("status", "html") else 0
        await self._tell()
        if fault.how in ("drop_before", "hold_before"):
            return await _drop(request, fault)
        if fault.how == "garbage":
            return web.Response(text='{"ok":true,"resu', content_type="application/json")
        if fault.how == "html":
            return web.Response(text="<html>bad gateway</html>", content_type="text/html", status=fault.status)
        return web.json_response(_refusal(fault.status, fault.description, fault.parameters)[1], status=fault.status)

    async def _carry_out(
        self, token: str, entry: Entry, fields: dict[str, str], files: Mapping[str, tuple[str, bytes, str]]
    ) -> _Reply:
        if entry.wrong:
            return _refusal(400, f"Bad Request: {entry.wrong[0]}")
        place = (entry.chat, int(fields.get("message_id", 0)))
        shown = (fields.get("text", ""), fields.get("reply_markup", ""))
        if entry.method == "editMessageText":
            if place not in self._messages:
                return _refusal(400, "Bad Request: message to edit not found")
            if self._messages[place] == shown:
                return _refusal(400, "Bad Request: message is not modified")
        if entry.method == "sendMessageDraft" and self.takes_drafts:
            return 200, {"ok": True, "result": True}
        status, body = await self._forward(token, entry.method, fields, files)
        result = body.get("result")
        if entry.method == "getMe" and status == 200:
            body["result"] = {**BOT, "id": int(token.split(":")[0])}
        elif isinstance(result, dict) and "message_id" in result:
            entry.message = result["message_id"] = place[1] or result["message_id"]
            self._messages[entry.chat, entry.message] = shown
            body["result"] = _message(entry, result, token)
        return status, body

    async def _forward(
        self, token: str, method: str, fields: Mapping[str, str], files: Mapping[str, tuple[str, bytes, str]]
    ) -> _Reply:
        data = FormData(quote_fields=False)
        for name, value in fields.items():
            if name == "allowed_updates":
                data.add_field(name, json.dumps(_KNOWN_KINDS))
            elif name == "reply_parameters":
                data.add_field(name, json.dumps({"message_id": json.loads(value)["message_id"]}))
            elif name == "offset":
                data.add_field(name, str(self._offset) if int(value) > INJECTED_FROM else value)
            elif name not in _UNKNOWN_FIELDS:
                data.add_field(name, value)
        for name, (filename, content, kind) in files.items():
            data.add_field(name, content, filename=filename, content_type=kind)
        try:
            async with self.session.post(f"{self.upstream}/bot{token}/{method}", data=data) as response:
                return response.status, json.loads(await response.read())
        except ClientError as error:
            return _refusal(502, f"Bad Gateway: {type(error).__name__}")

    def _updates(self, fetched: list[dict[str, Any]], fault: Fault | None) -> list[dict[str, Any]]:
        if fetched:
            self._offset = max(update["update_id"] for update in fetched) + 1
        updates = self._repeat + fetched + self.injected
        self._repeat, self.injected = [], []
        if fault and fault.how in _OF_BATCHES and updates:
            fault.times -= 1
            if fault.how == "repeat":
                self._repeat = updates
            else:
                updates = updates[::-1]
        return updates

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


@asynccontextmanager
async def proxy_before(upstream: str) -> AsyncIterator[Proxy]:
    """A proxy on the loopback interface, gone at the end of the block."""
    proxy = Proxy(upstream)
    application = web.Application(client_max_size=60 << 20)
    application.router.add_route("*", "/bot{token}/{method}", proxy.handle)
    application.router.add_get("/file/bot{token}/{path:.*}", proxy.file)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    proxy.base = f"http://127.0.0.1:{port}"
    try:
        yield proxy
    finally:
        await runner.cleanup()
        await proxy.session.close()


async def _form(request: web.Request) -> tuple[dict[str, str], dict[str, tuple[str, bytes, str]]]:
    # Not `request.post()`: that spools files to disk and leaves them open where a killed sender cuts the handler off.
    values: dict[str, list[bytes]] = {}
    uploads: dict[str, list[HTTPFile]] = {}
    parse_body_arguments(request.headers.get("Content-Type", ""), await request.read(), values, uploads)
    fields = dict(request.query) | {name: value[-1].decode() for name, value in values.items()}
    files = {name: (one[-1].filename, one[-1].body, one[-1].content_type) for name, one in uploads.items()}
    return fields, files


def _message(entry: Entry, result: dict[str, Any], token: str) -> dict[str, Any]:
    """The server's message as Telegram would describe it."""
    kind = "private" if entry.chat > 0 else "supergroup"
    message = {
        name: value for name, value in result.items() if name in ("message_id", "text", "caption", "photo", "document")
    }
    message |= {"date": int(time.time()), "chat": {"id": entry.chat, "type": kind, "title": "群"}}
    message |= {"from": {**BOT, "id": int(token.split(":")[0])}}
    if "message_thread_id" in entry.fields:
        message |= {"message_thread_id": int(entry.fields["message_thread_id"]), "is_topic_message": True}
    return message


def _refusal(status: int, description: str, parameters: Mapping[str, Any] | None = None) -> _Reply:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return status, body | ({"parameters": dict(parameters)} if parameters else {})


async def _drop(request: web.Request, fault: Fault) -> web.Response:
    """Leave a request without an answer, at once or by holding it until whoever sent it goes away."""
    while fault.how.startswith("hold") and request.transport:
        await asyncio.sleep(0.01)
    if request.transport:
        request.transport.abort()
    return web.Response()
