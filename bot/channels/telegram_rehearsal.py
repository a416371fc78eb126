"""A Bot API server for rehearsals on this machine, with the limits of Telegram's own and a journal of what it took.

    python -m bot.channels.telegram_rehearsal JOURNAL

prints the port it listens on and serves until its standard input ends.  The limits are those that the Bot API's
questions and answers name: 30 messages in any second, one a second in a chat, 20 in any minute in a group; what is over
is answered with 429 and not delivered.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import defaultdict, deque
from pathlib import Path
from typing import TextIO

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

LIMITS = {"all": (30, 1.0), "chat": (1, 1.0), "group": (20, 60.0)}
"""Messages taken in any so many seconds."""
_SENDING = ("sendMessage", "sendPhoto", "sendDocument")
_BOT = {"id": 1, "is_bot": True, "first_name": "bot", "username": "bot"}


class Limits:
    """Counts what was taken."""

    def __init__(self) -> None:
        self._taken: defaultdict[str, deque[float]] = defaultdict(deque)

    def take(self, chat: int, now: float) -> bool:
        """Take a message for a chat at a moment, unless it is one too many."""
        keys = [("all", ""), ("chat", str(chat)), *([("group", str(chat))] if chat < 0 else [])]
        for kind, name in keys:
            most, seconds = LIMITS[kind]
            taken = self._taken[kind + name]
            while taken and taken[0] <= now - seconds:
                taken.popleft()
            if len(taken) >= most:
                return False
        for kind, name in keys:
            self._taken[kind + name].append(now)
        return True


class _Method(RequestHandler):
    def initialize(self, limits: Limits, journal: TextIO) -> None:
        self._limits = limits
        self._journal = journal

    def post(self, method: str) -> None:
        if method not in _SENDING:
            self.write({"ok": True, "result": _BOT if method == "getMe" else True})
            return
        chat, now = int(self.get_body_argument("chat_id")), time.monotonic()
        text = self.get_body_argument("text", "") or self.get_body_argument("caption", "")
        taken = self._limits.take(chat, now)
        entry = {"chat": chat, "at": now, "method": method, "text": text[:80], "taken": taken}
        self._journal.write(json.dumps(entry) + "\n")
        self._journal.flush()
        if taken:
            kind = "group" if chat < 0 else "private"
            self.write({"ok": True, "result": {"message_id": 1, "date": 1, "chat": {"id": chat, "type": kind}}})
            return
        self.set_status(429)
        refusal = {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 1"}
        self.write({**refusal, "parameters": {"retry_after": 1}})


async def serve(journal: Path) -> None:
    """Serve until standard input ends."""
    with journal.open("a", encoding="utf-8") as written:
        handled = (r"/bot[^/]+/(\w+)", _Method, {"limits": Limits(), "journal": written})
        server = HTTPServer(Application([handled], log_function=lambda _handler: None))
        sockets = bind_sockets(0, "127.0.0.1")
        server.add_sockets(sockets)
        sys.stdout.write(f"{sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)
        server.stop()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
