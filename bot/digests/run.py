"""One pass over everything that is due, alone among all processes on the database."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from bot.database.telegram_updates import Lease
from bot.digests.courier import Courier
from bot.digests.delivering import Desk, Hands, Pass, RunReport

LEASE = timedelta(seconds=60)
"""How long a process that died keeps others from sending; a living one renews it four times as often."""
IN_FLIGHT = 64
"""Runs in work at the same time: enough that something always waits for its turn at the gate."""
_log = logging.getLogger(__name__)


class DigestRun:
    """Sends what is due.

    Args:
        desk: where subscriptions and deliveries are kept, and who writes.
        courier: brings messages to chats.
        lease: makes the lease for a holder.
        lasts: how long that is good for.
    """

    def __init__(self, desk: Desk, courier: Courier, lease: Callable[[str], Lease], lasts: timedelta = LEASE) -> None:
        self._desk = desk
        self._courier = courier
        self._make_lease = lease
        self._renew_seconds = lasts.total_seconds() / 4
        self._keeping = ThreadPoolExecutor(1, "digest-keep")
        self._composing = ThreadPoolExecutor(1, "digest-compose")
        self._hands = Hands(self._keeping, self._composing)
        self._current: Pass | None = None

    async def run_due(self) -> RunReport:
        """Send everything that is due now."""
        holder = f"digests-{secrets.token_hex(8)}"
        lease = self._make_lease(holder)
        if not await self._hands.keep(lease.take):
            return RunReport(elsewhere=True)
        self._current = work = Pass(self._desk, self._courier, self._hands, holder)
        renewing = asyncio.create_task(self._renew(lease, work))
        try:
            await self._hands.keep(self._desk.outbox.recover, holder, self._desk.clock())
            await asyncio.gather(*(work.deliver_all() for _ in range(IN_FLIGHT)))
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
            await self._hands.keep(lease.give_back)
            self._current = None
        return work.report

    def stop(self) -> None:
        """Let the present pass end with the messages that are on their way."""
        if self._current:
            self._current.is_stopping = True

    def close(self) -> None:
        """Let running work end."""
        self._composing.shutdown()
        self._keeping.shutdown()

    async def _renew(self, lease: Lease, work: Pass) -> None:
        while await self._hands.keep(lease.take):
            await asyncio.sleep(self._renew_seconds)
        work.report.aborted = "lease"
