"""Digests for a thousand groups at one hour: how fast, at what cost to people who ask, and what senders that die do."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.bench.measured import Measured, percentile
from prompts import Wording

PER_SECOND = 30
"""Messages a second that Telegram takes."""
MOST_OVER_FLOOR = 1.1
MOST_REPLY_P95 = 1.0
"""Seconds to an answer while digests go out, 95th percentile."""


def digest_delivery(wording: Wording) -> Iterator[Measured]:
    """Time over the theoretical floor, refusals, replies meanwhile; then missed and repeated digests after kill -9."""
    from bot.channels.telegram_rush import rush, survival

    with tempfile.TemporaryDirectory() as folder:
        sent = asyncio.run(rush(Path(folder), wording))
        floor = (sent.messages - 1) / PER_SECOND
        yield Measured("delivery.messages", sent.messages, "")
        yield Measured("delivery.seconds", sent.seconds, "s")
        yield Measured("delivery.over_floor", sent.seconds / floor, "x", MOST_OVER_FLOOR)
        yield Measured("delivery.too_many_requests", sent.refused, "", 0)
        yield Measured("delivery.reply.p95", percentile(sent.replies, 0.95), "s", MOST_REPLY_P95)
        yield Measured("delivery.replies", len(sent.replies), "")
        killed = survival(Path(folder))
        yield Measured("delivery.killed.processes", killed.kills, "")
        yield Measured("delivery.killed.missed", killed.missed, "", 0)
        yield Measured("delivery.killed.twice", killed.twice, "", 0)
        yield Measured("delivery.killed.unknown", killed.unknown, "")
