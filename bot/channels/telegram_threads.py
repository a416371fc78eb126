"""The threads in which everything that blocks runs, so that the event loop never does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from bot.database.shared_writes import Step, write_together
from stats_tools.database import Database

P = ParamSpec("P")
T = TypeVar("T")
Write = tuple[Step, asyncio.Future[None]]
_KEEPERS = 2
"""Threads for the database: SQLite has one writer, so more of them would only wait for each other."""


class Threads:
    """Two pools, so that slow answers never hold up what is short.

    Args:
        database: where writes go.
        answering: how many questions are answered at the same time.
    """

    def __init__(self, database: Database, answering: int) -> None:
        self._database = database
        self._waiting: list[Write] = []
        self._writing = False
        self._answering = ThreadPoolExecutor(answering, "telegram-answer")
        self._keeping = ThreadPoolExecutor(_KEEPERS, "telegram-keep")

    async def answer(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of work that may take long."""
        return await asyncio.get_running_loop().run_in_executor(self._answering, lambda: work(*args, **kwargs))

    async def keep(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of a short piece of work on the database."""
        return await asyncio.get_running_loop().run_in_executor(self._keeping, lambda: work(*args, **kwargs))

    async def write(self, step: Step) -> None:
        """Carry a write out; returns once it is committed. Writes that come while others are at work go together.

        Raises:
            Exception: whatever the step raised, or its transaction.
        """
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((step, done))
        if not self._writing:
            self._begin()
        await done

    def _begin(self) -> None:
        # Nobody waits any more for a write whose asker was cancelled.
        batch = [(step, done) for step, done in self._waiting if not done.done()]
        self._waiting.clear()
        self._writing = bool(batch)
        if batch:
            steps = [step for step, _ in batch]
            work = asyncio.get_running_loop().run_in_executor(self._keeping, write_together, self._database, steps)
            work.add_done_callback(lambda written: self._written(batch, written))

    def _written(self, batch: list[Write], written: asyncio.Future[list[Exception | None]]) -> None:
        for (_, done), failure in zip(batch, written.result(), strict=True):
            if done.done():
                continue
            if failure is None:
                done.set_result(None)
            else:
                done.set_exception(failure)
        self._begin()

    def close(self) -> None:
        """Let running work end and begin no more."""
        self._answering.shutdown(wait=False, cancel_futures=True)
        self._keeping.shutdown(wait=True)
