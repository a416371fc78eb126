"""Fetching updates: none lost, none twice, one process at a time, whatever the server answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.channels.telegram_intake import KINDS, Intake
from bot.channels.telegram_polling import LONGEST_DELAY, Poller
from bot.channels.telegram_threads import Threads
from bot.database.telegram_updates import Lease, UpdateInbox
from stats_tools.database import Database
from tests.channels.telegram_world import ANN, on_a_jumping_clock, unfinished

Batch = list[Mapping[str, Any]] | TelegramError


class Server:
    """Hands out batches; forgets updates below the offset, as Telegram does."""

    def __init__(self, *batches: Batch) -> None:
        self.batches = list(batches)
        self.requests: list[tuple[float, dict[str, Any]]] = []

    base_url = "http://127.0.0.1/bot1:token"

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def post(self, url: str, read_timeout: float) -> Any:
        address = urlsplit(url)
        wanted = dict(parse_qsl(address.query))
        assert address.path == "/bot1:token/getUpdates"
        assert read_timeout > int(wanted["timeout"])
        self.requests.append((asyncio.get_running_loop().time(), wanted))
        if not self.batches:
            await asyncio.sleep(3600)
        batch = self.batches.pop(0)
        if isinstance(batch, TelegramError):
            raise batch
        return batch

    @property
    def offsets(self) -> list[int]:
        return [int(wanted.get("offset", 0)) for _, wanted in self.requests]


def update(number: int, **kind: Any) -> dict[str, Any]:
    message = {"message_id": number, "date": 1, "chat": {"id": ANN, "type": "private"}, "text": f"{number}？"}
    return {"update_id": number, **(kind or {"message": message})}


async def nothing() -> None:
    """What is done when polling begins."""


def poll(database: Database, server: Server, until: int, holder: str = "me") -> list[int]:
    """The ids of the updates delivered, in order, until the server was asked ``until`` times."""
    delivered: list[int] = []

    async def main() -> None:
        async def deliver(each: Update) -> None:
            delivered.append(each.update_id)

        threads = Threads(database, 1)
        lease = Lease(database, "telegram-poll", holder, timedelta(minutes=1))
        intake = Intake(server, UpdateInbox(database), threads, deliver)
        poller = Poller(server, server.base_url, intake, lease, threads, nothing)
        task = asyncio.create_task(poller.run())
        while len(server.requests) < until and not task.done():
            await asyncio.sleep(0.01)
        task.cancel()
        result = (await asyncio.gather(task, return_exceptions=True))[0]
        threads.close()
        if isinstance(result, Exception):
            raise result

    on_a_jumping_clock(main)
    return delivered


def test_updates_are_delivered_in_order_and_confirmed(database: Database) -> None:
    server = Server([update(7), update(5)], [update(8)])
    assert poll(database, server, 3) == [5, 7, 8]
    assert server.offsets == [0, 8, 9]
    assert json.loads(server.requests[0][1]["allowed_updates"]) == list(KINDS)


def test_a_repeated_update_is_delivered_once(database: Database) -> None:
    server = Server([update(1), update(2)], [update(2), update(1), update(3)])
    assert poll(database, server, 3) == [1, 2, 3]


def test_an_update_that_cannot_be_read_does_not_block_those_behind_it(database: Database) -> None:
    server = Server([update(1, callback_query={"id": "x"}), update(2), update(3, message="nonsense")])
    assert poll(database, server, 2) == [2]
    assert server.offsets == [0, 4]
    assert unfinished(database) == (2,)


def test_what_was_fetched_but_not_dealt_with_is_delivered_after_a_restart(database: Database) -> None:
    assert poll(database, Server([update(1), update(2)]), 2) == [1, 2]
    UpdateInbox(database).finish(1)
    assert poll(database, Server([update(3)]), 2) == [2, 3]


@pytest.mark.parametrize(
    "failure",
    [NetworkError("Bad Gateway"), TimedOut(), Conflict("terminated by other getUpdates request"), RetryAfter(3)],
    ids=lambda failure: type(failure).__name__,
)
def test_polling_goes_on_after_any_passing_failure(database: Database, failure: TelegramError) -> None:
    server = Server(failure, failure, [update(1)])
    assert poll(database, server, 4) == [1]


def test_a_server_that_stays_away_is_asked_ever_less_often(database: Database) -> None:
    server = Server(*[NetworkError("x")] * 12)
    poll(database, server, 13)
    moments = [moment for moment, _ in server.requests]
    gaps = [after - before for before, after in pairwise(moments)]
    assert gaps[0] < 1
    assert LONGEST_DELAY <= gaps[-1] < LONGEST_DELAY + 1


def test_a_database_that_is_away_for_a_while_loses_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    receive, failures = UpdateInbox.receive, [OSError("disk"), OSError("disk")]

    def sometimes(inbox: UpdateInbox, updates: Any) -> Any:
        if failures:
            raise failures.pop()
        return receive(inbox, updates)

    monkeypatch.setattr(UpdateInbox, "receive", sometimes)
    server = Server([update(1)], [update(1)], [update(1)])
    assert poll(database, server, 4) == [1]
    assert server.offsets == [0, 0, 0, 2]


def test_a_token_that_is_not_valid_ends_it(database: Database) -> None:
    with pytest.raises(InvalidToken):
        poll(database, Server(InvalidToken("Unauthorized")), 5)


def test_a_second_process_waits_for_the_first_to_end(database: Database) -> None:
    other = Lease(database, "telegram-poll", "other", timedelta(minutes=1))
    assert other.take()
    server = Server([update(1)])

    async def main() -> None:
        threads = Threads(database, 1)
        lease = Lease(database, "telegram-poll", "me", timedelta(minutes=1))
        taken: list[int] = []

        async def deliver(each: Update) -> None:
            taken.append(each.update_id)

        intake = Intake(server, UpdateInbox(database), threads, deliver)
        task = asyncio.create_task(Poller(server, server.base_url, intake, lease, threads, nothing).run())
        await asyncio.sleep(30)
        assert server.requests == []
        other.give_back()
        await asyncio.sleep(30)
        assert taken == [1]
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        threads.close()
        assert not other.take(), "what was fetched may be in work still"
        lease.give_back()
        assert other.take()

    on_a_jumping_clock(main)


def test_a_process_that_gets_its_turn_back_does_not_begin_anew_what_it_has_in_work(database: Database) -> None:
    server = Server([update(1)])
    taken: list[int] = []

    async def main() -> None:
        threads = Threads(database, 1)
        mine, other = (Lease(database, "telegram-poll", name, timedelta(minutes=1)) for name in ("me", "other"))

        async def deliver(each: Update) -> None:
            taken.append(each.update_id)
            # As after a stall that lasted longer than the lease.
            mine.give_back()
            assert other.take()

        intake = Intake(server, UpdateInbox(database, "me"), threads, deliver)
        task = asyncio.create_task(Poller(server, server.base_url, intake, mine, threads, nothing).run())
        await asyncio.sleep(30)
        other.give_back()
        await asyncio.sleep(30)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        threads.close()

    on_a_jumping_clock(main)
    assert len(server.requests) == 2, "it fetches again"
    assert taken == [1]
