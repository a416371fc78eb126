"""kill -9 at every step of a run, over HTTP against a Bot API server: nothing missed, nothing twice."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.database.delivery_ledger import DeliveryLedger
from bot.database.digest_subscriptions import Subscriptions
from bot.digests.subscription import CatchUpRule, DeliveryState, Place, Wish
from bot.digests.types import DigestKind
from stats_tools.database import open_database
from tests.digests.killed_sender import LEASE
from tests.e2e.stage import Stage, bot_api_server, staged

ONE, MANY = (-101,), tuple(range(-140, -100))
PATIENT = 60.0
"""Seconds of lease no machine is too slow for."""
STEPS_OF_A_RUN = ("recover", "plan", "claim", "freeze", "leaving", "arrived", "leaving", "arrived", "claim")
DAILY = "0 0 * * *"


class Senders:
    """Processes that send, started on order."""

    def __init__(self, process: asyncio.subprocess.Process, stage: Stage, folder: Path) -> None:
        self._process = process
        self._stage = stage
        self.folder = folder

    async def run(
        self, database: Path, dies_at: tuple[int, ...] = (0,), lease: float = LEASE.total_seconds()
    ) -> list[int]:
        """Exit codes of as many processes at once as there are moments to die at; 0 is never."""
        common: dict[str, Any] = {"database": f"sqlite:///{database}", "token": self._stage.token}
        common |= {"base": self._stage.proxy.base, "chart": str(self.folder / "chart.png"), "lease": lease}
        orders = [{**common, "dies_at": moment} for moment in dies_at]
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(orders).encode() + b"\n")
        await self._process.stdin.drain()
        ends: list[int] = json.loads(await self._process.stdout.readline())
        return ends


@asynccontextmanager
async def senders(stage: Stage, folder: Path) -> AsyncIterator[Senders]:
    (folder / "chart.png").write_bytes(b"\x89PNG\r\n\x1a\n picture")
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "tests.digests.killed_sender")
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    try:
        yield Senders(process, stage, folder)
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()


def due(path: Path, chats: tuple[int, ...]) -> Path:
    """A database in which every chat's digest has been due since midnight."""
    database = open_database(f"sqlite:///{path}")
    database.upgrade()
    yesterday = datetime.now(UTC) - timedelta(days=1)
    for chat in chats:
        wish = Wish(DigestKind.PROGRESS, "", Place(chat), "每天", DAILY, "UTC", CatchUpRule(), "test")
        Subscriptions(database).add(wish, yesterday, yesterday)
    database.close()
    return path


async def test_killed_at_every_moment_of_a_run(tmp_path: Path) -> None:
    fresh = due(tmp_path / "due.sqlite3", ONE)
    with bot_api_server(tmp_path) as server:
        async with staged(server) as stage, senders(stage, tmp_path) as sending:
            moment, killed, unknown = 0, 0, 0
            ends = [-9]
            while ends == [-9]:
                moment += 1
                path = tmp_path / f"run{moment}.sqlite3"
                shutil.copy(fresh, path)
                stage.proxy.journal.clear()
                ends = await sending.run(path, (moment,))
                killed += ends == [-9]
                await asyncio.sleep(LEASE.total_seconds())
                assert await sending.run(path) == [0]
                unknown += check(stage, path, ONE, moment)
            assert killed >= 2 * len(STEPS_OF_A_RUN)
            assert 0 < unknown < killed


def check(stage: Stage, path: Path, chats: tuple[int, ...], moment: int = 0) -> int:
    """How many runs are left unknown; every other one arrived in all its parts, each once."""
    arrived = Counter((entry.chat, entry.method) for entry in stage.proxy.journal if entry.delivered)
    database = open_database(f"sqlite:///{path}")
    runs = DeliveryLedger(database).deliveries(set(DeliveryState))
    database.close()
    assert len(runs) == len(chats), f"moment {moment}"
    for run in runs:
        chat = run.subscription.wish.place.chat_id
        parts = [arrived[chat, "sendMessage"], arrived[chat, "sendPhoto"]]
        assert max(parts) <= 1, f"moment {moment}: {chat} got {parts}"
        assert run.state in (DeliveryState.SENT, DeliveryState.UNKNOWN), f"moment {moment}: {run}"
        if run.state is DeliveryState.SENT:
            assert parts == [1, 1], f"moment {moment}: {chat} got {parts}"
    return sum(run.state is DeliveryState.UNKNOWN for run in runs)


async def test_three_senders_at_once(tmp_path: Path) -> None:
    with bot_api_server(tmp_path) as server:
        async with staged(server) as stage, senders(stage, tmp_path) as sending:
            path = due(tmp_path / "all.sqlite3", MANY)
            assert await sending.run(path, (0, 0, 0), PATIENT) == [0, 0, 0]
            assert check(stage, path, MANY) == 0


async def test_a_sender_that_lost_its_lease_sends_nothing_twice(tmp_path: Path) -> None:
    """With a lease far too short for the work, senders keep taking over from each other, all of them alive."""
    with bot_api_server(tmp_path) as server:
        async with staged(server) as stage, senders(stage, tmp_path) as sending:
            path = due(tmp_path / "all.sqlite3", MANY)
            for _ in range(3):
                assert await sending.run(path, (0, 0, 0), 0.05) == [0, 0, 0]
            await sending.run(path, (0,), 0.05)
            check(stage, path, MANY)
