"""What the Telegram bot adds to an answer."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bot.bench.measured import Measured, percentile
from prompts import Wording

MOST_P95 = 5.0
"""Milliseconds the bot may add to an answer until it leaves, 95th percentile."""
LEAST_PER_SECOND = 300.0
"""Questions a second the bot must be able to pass on, on two cores."""


def telegram_overhead(wording: Wording) -> Iterator[Measured]:
    """Time a question takes beyond the assistant's own, and how many pass in a second."""
    from bot.channels.telegram_overhead import overhead

    with tempfile.TemporaryDirectory() as folder:
        measured = asyncio.run(overhead(Path(folder), wording))
    yield Measured("telegram.median", median(measured.seconds) * 1000, "ms")
    yield Measured("telegram.p95", percentile(measured.seconds, 0.95) * 1000, "ms", MOST_P95)
    yield Measured("telegram.settled.p95", percentile(measured.settled, 0.95) * 1000, "ms")
    yield Measured("telegram.per_second", measured.per_second, "", LEAST_PER_SECOND, at_least=True)
