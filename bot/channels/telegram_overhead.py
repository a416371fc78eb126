"""What the Telegram door itself costs: questions through the whole bot, with an assistant that answers at once.

An update begins as Telegram brings it, JSON that was read; it is stored, recognised, lined up and answered.  What
people wait for ends when the answer, which is on record by then, leaves; what is noted afterwards is measured apart.
Requests end in memory; everything else is as in service: database, threads, order, layout, buttons, gate.  Not in it:
HTTP, and the assistant's own work.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from telegram.request import BaseRequest, RequestData

from bot.assistant.types import Answer, Citation, Paragraph, Question, Quote, Status
from bot.channels.telegram_application import Profile, TelegramBot
from bot.channels.telegram_limits import Rates
from prompts import Wording
from stats_tools.database import open_database

IN_TURN = 200
"""Questions asked one after the other, to measure each."""
AT_ONCE = 1000
"""Questions asked at once by as many people, to measure how many are answered a second."""
FETCHED = 100
"""Updates that one request to Telegram brings at most."""
WARM_UP = 50
_BOT = "1:overhead"
_UNHINDERED = Rates(per_second=1_000_000, chat_interval=0.0, group_per_minute=1_000_000, edit_interval=0.0)


@dataclass(frozen=True, slots=True)
class Overhead:
    """What was measured.

    Args:
        seconds: of each question asked alone, from its arrival, before it is stored, to its answer's leaving.
        settled: of the same, to everything about it noted, so that the update is done with.
        per_second: questions answered a second where many are asked at once.
    """

    seconds: Sequence[float]
    settled: Sequence[float]
    per_second: float


class _Instant:
    """Answers with a cited sentence, taking no time."""

    def answer(self, question: Question, _meanwhile: object = None) -> Answer:
        citation = Citation(1, "plan", "方案", "鲁发改〔2020〕194号", ("三、",), "支持。", 0, 3, None, None, False)
        blocks = (Paragraph("可以[1]。"), Quote(1, "支持。"))
        suggestions = ("那青岛呢？", "前一年呢？")
        return Answer(question.text, Status.ANSWERED, blocks, (citation,), suggestions=suggestions)


class _Loopback(BaseRequest):
    """Says yes to everything and remembers when the last message came."""

    def __init__(self) -> None:
        self.sent_at = 0.0

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(self, *_timeouts: Any, **request: Any) -> tuple[int, bytes]:
        name = str(request["url"]).rsplit("/", 1)[1]
        data: RequestData | None = request["request_data"]
        result: object = True
        if name == "getMe":
            result = {"id": 1, "is_bot": True, "first_name": "bot", "username": "bot"}
        elif name == "sendMessage" and data:
            self.sent_at = time.perf_counter()
            chat = {"id": data.parameters["chat_id"], "type": "private"}
            result = {"message_id": 1, "date": 1, "chat": chat}
        return 200, json.dumps({"ok": True, "result": result}).encode()


async def overhead(folder: Path, wording: Wording) -> Overhead:
    """Measure on a fresh database in a folder; takes some seconds."""
    database = open_database(f"sqlite:///{folder / 'overhead.sqlite3'}")
    database.upgrade()
    many = AT_ONCE + IN_TURN + WARM_UP
    profile = Profile(_BOT, folder / "uploads", user_per_minute=many, rates=_UNHINDERED)
    loopback = _Loopback()
    bot = TelegramBot(profile, _Instant(), database, wording, date.today, "overhead", loopback)
    async with bot.serving():
        # As every command does once its assistant is there.
        gc.freeze()
        ask = _asking(bot, loopback)
        for _ in range(WARM_UP):
            await ask(1)
        left, settled = zip(*[await ask(1) for _ in range(IN_TURN)], strict=True)
        await ask(AT_ONCE)
        _, elapsed = await ask(AT_ONCE)
    database.close()
    return Overhead(left, settled, AT_ONCE / elapsed)


def _asking(bot: TelegramBot, loopback: _Loopback) -> Callable[[int], Awaitable[tuple[float, float]]]:
    """Lets so many people ask at once; returns the seconds until the last answer left, and until all is noted."""
    number = 0

    async def ask(people: int) -> tuple[float, float]:
        nonlocal number
        asked = [_update(number + person, person) for person in range(1, people + 1)]
        number += people
        started = time.perf_counter()
        for first in range(0, people, FETCHED):
            await bot.receive(asked[first : first + FETCHED])
        await bot.application.update_queue.join()
        return loopback.sent_at - started, time.perf_counter() - started

    return ask


def _update(number: int, person: int) -> dict[str, Any]:
    who = {"id": person, "is_bot": False, "first_name": "p"}
    chat = {"id": person, "type": "private"}
    now = int(datetime.now(UTC).timestamp())
    message = {"message_id": number, "date": now, "chat": chat, "from": who, "text": f"问题{number}？"}
    return {"update_id": number, "message": message}
