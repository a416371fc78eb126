"""A thousand groups' digests at one hour: sent against a server with Telegram's limits, and through senders that die.

    python -m bot.channels.telegram_rush DATABASE_URL API_BASE LEASE_SECONDS

is one sender: a process of its own, so that it can be killed.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.assistant.types import Answer, Paragraph, Question, Status
from bot.channels.telegram_application import Profile, TelegramBot
from bot.channels.telegram_digest_sender import digest_sender
from bot.database.delivery_ledger import DeliveryLedger
from bot.database.digest_subscriptions import Subscriptions, readers
from bot.database.outbox import Outbox
from bot.digests.delivering import Desk
from bot.digests.duties import DutyCalendar
from bot.digests.subscribing import Subscribing, recurrences
from bot.digests.subscription import CatchUpRule, DeliveryState, Place, Wish
from bot.digests.types import Digest, DigestKind, DigestRequest
from prompts import Wording
from stats_tools.database import Database, open_database

GROUPS = 1000
KILLS = 12
LEASE_SECONDS = 2.0
_GOLDEN = 1.618
ASKED_EVERY = 0.5
"""Seconds between questions of people while digests go out."""
_TOKEN = "1:rush"  # noqa: S105 - a server on this machine takes any


@dataclass(frozen=True, slots=True)
class Rush:
    """What was measured.

    Args:
        messages: that arrived, answers to people included.
        seconds: from the first to the last.
        refused: 429 answers.
        replies: seconds from each question to its answer.
    """

    messages: int
    seconds: float
    refused: int
    replies: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Survival:
    """What became of a run whose senders were killed.

    Args:
        kills: processes that died in it.
        missed: groups whose digest neither arrived nor is listed.
        twice: groups that got it twice.
        unknown: listed for the operator.
    """

    kills: int
    missed: int
    twice: int
    unknown: int


class _Bulletin:
    """Writes the same for everybody, taking no time."""

    def scope(self, _kind: DigestKind, words: str, /) -> str:
        return words

    def called(self, scope: str, /) -> str:
        return scope

    def compose(self, request: DigestRequest) -> Digest:
        return Digest("进展摘要", (Paragraph(f"{request.on.isoformat()} 已报 5/7。" * 20),), (Paragraph("详情"),))


class _Instant:
    """Answers with the question, taking no time."""

    def answer(self, question: Question, _meanwhile: object = None) -> Answer:
        return Answer(question.text, Status.ANSWERED, (Paragraph(question.text),))


def subscribed(url: str) -> Database:
    """A database in which every group's digest has been due since midnight."""
    database = open_database(url)
    database.upgrade()
    yesterday = datetime.now(UTC) - timedelta(days=1)
    register = Subscriptions(database)
    for chat in range(-GROUPS, 0):
        wish = Wish(DigestKind.PROGRESS, "", Place(chat), "每天", "0 0 * * *", "UTC", CatchUpRule(), "bench")
        register.add(wish, yesterday, yesterday)
    return database


def desk(database: Database) -> Desk:
    """A desk that takes no time to write."""
    composers = {kind: _Bulletin() for kind in DigestKind}
    planned = partial(recurrences, DutyCalendar.load())
    return Desk(Subscriptions(database), Outbox(database), composers, planned, readers(database))


@contextmanager
def rehearsal_server(journal: Path) -> Iterator[str]:
    """The base address of a running server."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "bot.channels.telegram_rehearsal", str(journal)]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        port = process.stdout.readline().strip() if process.stdout else ""
        yield f"http://127.0.0.1:{port}"
        if process.stdin:
            process.stdin.close()


async def rush(folder: Path, wording: Wording) -> Rush:
    """Everything due at once through the whole bot, while people ask; takes about 40 s."""
    database, journal = subscribed(f"sqlite:///{folder / 'rush.sqlite3'}"), folder / "rush.jsonl"
    with rehearsal_server(journal) as base:
        profile = Profile(_TOKEN, folder / "uploads", base)
        book = Subscribing(desk(database), wording)
        bot = TelegramBot(profile, _Instant(), database, wording, date.today, "rush", digests=book)
        asked: dict[str, float] = {}
        async with bot.serving():
            while DeliveryLedger(database).counts().get(DeliveryState.SENT, 0) < GROUPS:
                number = len(asked) + 1
                asked[f"问题{number}？"] = time.monotonic()
                await bot.receive([_question(number)])
                await asyncio.sleep(ASKED_EVERY)
    database.close()
    entries = _journal(journal)
    arrived = [entry for entry in entries if entry["taken"]]
    replies = tuple(entry["at"] - asked[entry["text"]] for entry in arrived if entry["text"] in asked)
    span = arrived[-1]["at"] - arrived[0]["at"]
    return Rush(len(arrived), span, len(entries) - len(arrived), replies)


def survival(folder: Path) -> Survival:
    """The same by senders of their own, killed one after the other; takes about two minutes."""
    url, journal = f"sqlite:///{folder / 'killed.sqlite3'}", folder / "killed.jsonl"
    subscribed(url).close()
    kills = 0
    with rehearsal_server(journal) as base:
        command = [sys.executable, "-m", "bot.channels.telegram_rush", url, base, str(LEASE_SECONDS)]
        for number in range(KILLS):
            began = len(_journal(journal))
            with subprocess.Popen(command) as process:
                while process.poll() is None and len(_journal(journal)) == began:
                    time.sleep(0.02)
                # Moments spread over two seconds, the same in every run.
                time.sleep(number * _GOLDEN % 2)
                process.kill()
            kills += process.returncode < 0
            time.sleep(LEASE_SECONDS)
        subprocess.run(command, check=True)
    database = open_database(url)
    listed = DeliveryLedger(database).deliveries({DeliveryState.UNKNOWN})
    unknown = {run.subscription.wish.place.chat_id for run in listed}
    database.close()
    got = Counter(entry["chat"] for entry in _journal(journal) if entry["taken"])
    missed = sum(chat not in got and chat not in unknown for chat in range(-GROUPS, 0))
    return Survival(kills, missed, sum(count > 1 for count in got.values()), len(unknown))


def _journal(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.endswith("}")]


def _question(number: int) -> dict[str, Any]:
    who = {"id": number, "is_bot": False, "first_name": "p"}
    now = int(datetime.now(UTC).timestamp())
    chat = {"id": number, "type": "private"}
    message = {"message_id": number, "date": now, "chat": chat, "from": who, "text": f"问题{number}？"}
    return {"update_id": number, "message": message}


async def send_once(url: str, base: str, lease: timedelta) -> None:
    """One sender's pass."""
    database = open_database(url)
    async with digest_sender(_TOKEN, base, desk(database), database, Wording.load(), lasts=lease) as sender:
        await sender.run_due()
    database.close()


if __name__ == "__main__":
    asyncio.run(send_once(sys.argv[1], sys.argv[2], timedelta(seconds=float(sys.argv[3]))))
