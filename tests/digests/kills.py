"""What becomes of everybody's digest when a sender is killed with SIGKILL at each step of a run.

    python -m tests.digests.kills

kills a sender before and after every time it does each thing to the outbox, sends a second one after it, and prints for
each step how many senders were killed and how many digests were then missed, came twice, or are listed as unknown.
Most groups take everything; one does not take the chart, one has thrown the bot out.  Ends with 1 where one was missed
or came twice.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.database.delivery_ledger import DeliveryLedger
from bot.database.digest_subscriptions import Subscriptions
from bot.digests.subscription import CatchUpRule, Delivery, DeliveryState, Place, Wish
from bot.digests.types import DigestKind
from stats_tools.database import open_database
from tests.digests.killed_sender import LEASE, SIDES, STEPS, Moment
from tests.e2e.proxy import Fault
from tests.e2e.stage import Stage, bot_api_server, staged

GROUPS = 6
NO_CHART, GONE = -101, -102
"""A group where charts are refused, and one that has thrown the bot out."""
_ALWAYS = 1_000_000
_DAILY = "0 0 * * *"
_KILLED = [-9]
_LISTED = (DeliveryState.SENT, DeliveryState.UNKNOWN, DeliveryState.FAILED)


class Senders:
    """Processes that send, started on order."""

    def __init__(self, process: asyncio.subprocess.Process, stage: Stage, folder: Path) -> None:
        self._process = process
        self._stage = stage
        self.folder = folder

    async def run(
        self, database: Path, deaths: tuple[Moment, ...] = (Moment(),), lease: float = LEASE.total_seconds()
    ) -> list[int]:
        """Exit codes of as many processes at once as there are moments to die at."""
        common: dict[str, Any] = {"database": f"sqlite:///{database}", "token": self._stage.token}
        common |= {"base": self._stage.proxy.base, "chart": str(self.folder / "chart.png"), "lease": lease}
        orders = [{**common, "death": death} for death in deaths]
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
        wish = Wish(DigestKind.PROGRESS, "", Place(chat), "每天", _DAILY, "UTC", CatchUpRule(), "test")
        Subscriptions(database).add(wish, yesterday, yesterday)
    database.close()
    return path


@dataclass
class Tally:
    """Senders killed at one step, and what became of the digests after the next sender.

    Args:
        killed: senders.
        missed: digests that did not arrive whole and are not listed for anybody to look at.
        twice: digests of which some message arrived more than once.
        unknown: digests listed as unknown.
    """

    killed: int = 0
    missed: int = 0
    twice: int = 0
    unknown: int = 0

    def add(self, stage: Stage, path: Path, groups: int) -> None:
        """Account for the digests of one database."""
        arrived = Counter((entry.chat, entry.method) for entry in stage.proxy.journal if entry.delivered)
        runs = ledger(path)
        self.missed += groups - len(runs)
        for run in runs:
            chat = run.subscription.wish.place.chat_id
            text, chart = arrived[chat, "sendMessage"], arrived[chat, "sendPhoto"] + arrived[chat, "sendDocument"]
            self.twice += max(text, chart) > 1
            is_whole = text == 1 and (chart == 1 or chat == NO_CHART)
            self.missed += run.state not in _LISTED or (run.state is DeliveryState.SENT and not is_whole)
            self.unknown += run.state is DeliveryState.UNKNOWN


def ledger(path: Path) -> tuple[Delivery, ...]:
    """Every run a database knows."""
    database = open_database(f"sqlite:///{path}")
    runs = tuple(DeliveryLedger(database).deliveries(set(DeliveryState)))
    database.close()
    return runs


async def killed_at_every_step(folder: Path, groups: int) -> dict[str, Tally]:
    """Step by step, what came of senders killed before and after it, each time they came to it."""
    fresh = due(folder / "due.sqlite3", tuple(range(NO_CHART, NO_CHART - groups, -1)))
    tallies = {step: Tally() for step in STEPS}
    for step, side in ((step, side) for step in STEPS for side in SIDES):
        # The server keeps no more than some hundred files, so that each has its own.
        with bot_api_server(folder) as server:
            async with staged(server) as stage, senders(stage, folder) as sending:
                stage.proxy.faults += _refusals()
                turn = 1
                while await _killed(sending, stage, fresh, Moment(step, side, turn), tallies[step], groups):
                    turn += 1
    return tallies


async def _killed(sending: Senders, stage: Stage, fresh: Path, death: Moment, tally: Tally, groups: int) -> bool:
    """Whether a sender came to its moment; what it left is sent by the next and counted."""
    path = fresh.with_name("run.sqlite3")
    for old in fresh.parent.glob("run.sqlite3*"):
        old.unlink()
    shutil.copy(fresh, path)
    stage.proxy.journal.clear()
    has_died = await sending.run(path, (death,)) == _KILLED
    if has_died:
        await asyncio.sleep(LEASE.total_seconds())
        if await sending.run(path) != [0]:
            raise RuntimeError(f"the sender after {death} failed")
        tally.killed += 1
        tally.add(stage, path, groups)
    return has_died


def _refusals() -> list[Fault]:
    refused = {"status": 400, "description": "Bad Request: IMAGE_PROCESS_FAILED", "chat": NO_CHART, "times": _ALWAYS}
    kicked = "Forbidden: bot was kicked from the supergroup chat"
    return [
        Fault("sendPhoto|sendDocument", **refused),
        Fault("send.*", status=403, description=kicked, chat=GONE, times=_ALWAYS),
    ]


def page(tallies: dict[str, Tally], groups: int) -> str:
    """The table, in Markdown."""
    lines = [f"| step ({groups} groups a run) | killed | missed | twice | unknown, listed |", "|---|---|---|---|---|"]
    rows = [*tallies.items(), ("all", _sum(tallies))]
    lines += [f"| {step} | {t.killed} | {t.missed} | {t.twice} | {t.unknown} |" for step, t in rows]
    return "\n".join(lines) + "\n"


def _sum(tallies: dict[str, Tally]) -> Tally:
    every = tallies.values()
    return Tally(
        sum(t.killed for t in every),
        sum(t.missed for t in every),
        sum(t.twice for t in every),
        sum(t.unknown for t in every),
    )


def main() -> None:
    """Kill, print, and fail where a digest was missed or came twice."""
    with tempfile.TemporaryDirectory() as folder:
        tallies = asyncio.run(killed_at_every_step(Path(folder), GROUPS))
    sys.stdout.write(page(tallies, GROUPS))
    whole = _sum(tallies)
    sys.exit(bool(whole.missed or whole.twice))


if __name__ == "__main__":
    main()
