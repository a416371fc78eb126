"""Writing a digest over a province far larger than any real one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from functools import cache, partial
from pathlib import Path
from statistics import median

from bot.assistant.access import Principal
from bot.assistant.briefings import Briefings
from bot.bench.large_province import fill, large_definitions
from bot.bench.measured import Measured, seconds
from bot.digests.briefings import BriefingComposer, deadlines
from bot.digests.duties import DutyCalendar
from bot.digests.types import DigestKind, DigestRequest
from prompts import Wording
from stats_tools.database import Database, open_database
from stats_tools.operations.sources import Definitions
from stats_tools.queries import ObservationReader
from stats_tools.registers.definitions import Registers
from stats_tools.registers.store import open_desk

CLUSTERS, QUARTERS = 1000, 40
ROUNDS = 5
MOST_SECONDS = 1.0
"""A digest over so many clusters and quarters is written within this time, its chart included."""


def digest_speed(wording: Wording, today: date) -> Iterator[Measured]:
    """The median time to write the digest of the whole province, its chart drawn anew each time."""
    definitions = large_definitions(CLUSTERS)
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'large.sqlite3'}")
        try:
            fill(database, definitions, QUARTERS)
            charts = iter(range(ROUNDS + 1))
            write = partial(_write, database, definitions, wording, today)
            write(Path(folder) / f"charts{next(charts)}")
            times = [seconds(partial(write, Path(folder) / f"charts{number}")) for number in charts]
        finally:
            database.close()
    yield Measured("digest.clusters", CLUSTERS, "")
    yield Measured("digest.quarters", QUARTERS, "")
    yield Measured("digest.compose.median", median(times), "s", MOST_SECONDS)
    yield Measured("digest.compose.slowest", max(times), "s")


@cache
def _registers() -> Registers:
    return Registers.load()


def _write(database: Database, definitions: Definitions, wording: Wording, today: date, charts: Path) -> None:
    registers, calendar = _registers(), DutyCalendar.load()
    briefings = Briefings(
        definitions,
        lambda viewer: ObservationReader(database, viewer),
        lambda viewer, on: open_desk(database, registers, definitions.registry, on, viewer),
        partial(deadlines, calendar, wording),
        calendar.reports_due,
        charts,
        wording,
    )
    composer = BriefingComposer(briefings, definitions.registry, wording)
    composer.compose(DigestRequest(DigestKind.PROGRESS, "", Principal(), today))
