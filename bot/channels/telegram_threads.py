"""The threads in which everything that blocks runs, so that the event loop never does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_KEEPERS = 2
"""Threads for the database: SQLite has one writer, so more of them would only wait for each other."""


class Threads:
    """Two pools, so that slow answers never hold up what is short.

    Args:
        answering: how many questions are answered at the same time.
    """

    def __init__(self, answering: int) -> None:
        self._answering = ThreadPoolExecutor(answering, "telegram-answer")
        self._keeping = ThreadPoolExecutor(_KEEPERS, "telegram-keep")

    async def answer(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of work that may take long."""
        return await asyncio.get_running_loop().run_in_executor(self._answering, lambda: work(*args, **kwargs))

    async def keep(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of a short piece of work on the database."""
        return await asyncio.get_running_loop().run_in_executor(self._keeping, lambda: work(*args, **kwargs))

    def close(self) -> None:
        """Let running work end and begin no more."""
        self._answering.shutdown(wait=False, cancel_futures=True)
        self._keeping.shutdown(wait=True)
