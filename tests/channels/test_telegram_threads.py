"""Writes of many chats in few transactions: each asker hears of its own, none before it is committed."""

from __future__ import annotations

import asyncio

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from bot.channels.telegram_threads import Threads
from bot.database.shared_writes import Step
from bot.database.telegram_answers import ChatAnswer, ChatAnswers
from bot.database.telegram_schema import AnswerRow
from stats_tools.database import Database

MANY = 300


def adding(database: Database, key: str) -> Step:
    return ChatAnswers(database).adding(ChatAnswer(key, 1, 0, 1, 0, "问？", ()), [])


def kept(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(connection.scalars(select(AnswerRow.key)))


def test_who_wrote_goes_on_only_when_it_is_committed(database: Database) -> None:
    async def write(threads: Threads, key: str) -> None:
        await threads.write(adding(database, key))
        assert key in kept(database)

    async def main() -> None:
        threads = Threads(database, 1)
        await asyncio.gather(*(write(threads, str(number)) for number in range(MANY)))
        threads.close()

    asyncio.run(main())
    assert len(kept(database)) == MANY


def test_only_the_asker_of_a_write_that_fails_hears_of_it(database: Database) -> None:
    async def main() -> None:
        threads = Threads(database, 1)
        await threads.write(adding(database, "taken"))
        keys = ["a", "taken", "b", "c"]
        outcomes = await asyncio.gather(*(threads.write(adding(database, key)) for key in keys), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [type(None), IntegrityError, type(None), type(None)]
        await threads.write(adding(database, "later"))
        threads.close()

    asyncio.run(main())
    assert kept(database) == {"taken", "a", "b", "c", "later"}


def test_a_cancelled_asker_holds_up_nobody(database: Database) -> None:
    async def main() -> None:
        threads = Threads(database, 1)
        tasks = [asyncio.create_task(threads.write(adding(database, str(number)))) for number in range(10)]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await threads.write(adding(database, "later"))
        threads.close()

    asyncio.run(main())
    assert {"1", "3", "5", "7", "9", "later"} <= kept(database)


def test_writes_keep_their_order(database: Database) -> None:
    seen: list[int] = []

    def noting(number: int) -> Step:
        def note(_connection: Connection) -> None:
            seen.append(number)

        return note

    async def main() -> None:
        threads = Threads(database, 1)
        await asyncio.gather(*(threads.write(noting(number)) for number in range(MANY)))
        threads.close()

    asyncio.run(main())
    assert seen == list(range(MANY))
