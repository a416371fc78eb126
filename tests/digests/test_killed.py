"""kill -9 at every step of a run, over HTTP against a Bot API server: nothing missed, nothing twice."""

from __future__ import annotations

from pathlib import Path

from tests.digests.killed_sender import Moment
from tests.digests.kills import Tally, due, killed_at_every_step, senders
from tests.e2e.stage import Stage, bot_api_server, staged

MANY = tuple(range(-140, -102))
PATIENT = 60.0
"""Seconds of lease no machine is too slow for."""
THREE = (Moment(), Moment(), Moment())


async def test_killed_at_every_step(tmp_path: Path) -> None:
    """Three groups: one takes everything, one no chart, one has thrown the bot out."""
    tallies = await killed_at_every_step(tmp_path, 3)
    for step, tally in tallies.items():
        assert tally.killed >= 2, step
        assert (tally.missed, tally.twice) == (0, 0), step
    assert tallies["leaving"].unknown > 0
    assert not any(tallies[step].unknown for step in ("recover", "plan"))


def counted(stage: Stage, path: Path) -> Tally:
    tally = Tally()
    tally.add(stage, path, len(MANY))
    return tally


async def test_three_senders_at_once(tmp_path: Path) -> None:
    with bot_api_server(tmp_path) as server:
        async with staged(server) as stage, senders(stage, tmp_path) as sending:
            path = due(tmp_path / "all.sqlite3", MANY)
            assert await sending.run(path, THREE, PATIENT) == [0, 0, 0]
            assert counted(stage, path) == Tally()


async def test_a_sender_that_lost_its_lease_sends_nothing_twice(tmp_path: Path) -> None:
    """With a lease far too short for the work, senders keep taking over from each other, all of them alive."""
    with bot_api_server(tmp_path) as server:
        async with staged(server) as stage, senders(stage, tmp_path) as sending:
            path = due(tmp_path / "all.sqlite3", MANY)
            for _ in range(3):
                assert await sending.run(path, THREE, 0.05) == [0, 0, 0]
            await sending.run(path, lease=0.05)
            tally = counted(stage, path)
            assert (tally.missed, tally.twice) == (0, 0)
