"""A sender that kills itself with SIGKILL before or after the n-th time it does a named thing to the outbox.

Run as a program it forks a process for every line it reads, so that the costly imports are made once.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from bot.channels.telegram_digest_sender import digest_sender
from bot.database.digest_subscriptions import Subscriptions, readers
from bot.database.outbox import Outbox
from bot.digests.delivering import Desk
from bot.digests.subscribing import recurrences
from bot.digests.types import DigestKind
from stats_tools.database import open_database
from tests.digests.office import CALENDAR, WORDING, Bulletin
from tests.e2e.stage import BRISK

STEPS = ("recover", "plan", "claim", "freeze", "leaving", "arrived", "refused", "not_left", "finish")
SIDES = ("before", "after")
LEASE = timedelta(seconds=0.4)


class Moment(NamedTuple):
    """When a sender dies.

    Args:
        step: what it is about to do or has just done.
        side: ``before`` or ``after``.
        turn: how often it comes to that, from 1; 0 is never.
    """

    step: str = STEPS[0]
    side: str = "before"
    turn: int = 0


class MortalOutbox(Outbox):
    """An outbox at whose moment the process dies."""

    def __init__(self, database: Any, death: Moment) -> None:
        super().__init__(database)
        self._turns = {side: itertools.count(1) for side in SIDES}
        self._death = death

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in STEPS:
            return found

        def step(*arguments: Any) -> Any:
            self._pass(name, "before")
            result = found(*arguments)
            self._pass(name, "after")
            return result

        return step

    def _pass(self, step: str, side: str) -> None:
        if step == self._death.step and Moment(step, side, next(self._turns[side])) == self._death:
            os.kill(os.getpid(), signal.SIGKILL)


def one_pass(order: dict[str, Any]) -> None:
    """Send what is due once, unless death comes first."""
    database = open_database(order["database"])
    chart = Path(order["chart"])
    outbox = MortalOutbox(database, Moment(*order["death"]))
    composers = {kind: Bulletin(chart) for kind in DigestKind}
    desk = Desk(Subscriptions(database), outbox, composers, partial(recurrences, CALENDAR), readers(database))
    lasts = timedelta(seconds=order["lease"])
    sender = digest_sender(order["token"], order["base"], desk, database, WORDING, BRISK, lasts=lasts)

    async def send() -> None:
        async with sender as run:
            await run.run_due()

    asyncio.run(send())
    database.close()


def main() -> None:
    """One forked process a line; tells how each ended."""
    for line in sys.stdin:
        orders = json.loads(line)
        children = []
        for order in orders:
            child = os.fork()
            if child == 0:
                one_pass(order)
                os._exit(0)
            children.append(child)
        ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        sys.stdout.write(json.dumps(ends) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
