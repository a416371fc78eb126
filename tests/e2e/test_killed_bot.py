"""The bot's process is killed with SIGKILL while it is at work, and started again."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from stats_tools.database import Database
from tests.channels.telegram_world import unfinished
from tests.e2e.killed_bot import SLOW
from tests.e2e.proxy import Fault
from tests.e2e.stage import ANN, BOB, FORUM, GROUP, Stage

CAT, DAN = 13, 14
IN_TOPIC = {"chat": FORUM, "message_thread_id": 7, "is_topic_message": True}
DOUBTED = "可能没有送达"
KILLS = 6
GOLDEN = 0.618
LONGEST_LIFE = 0.5
"""Seconds from a bot's first request until it is killed, at most."""


@asynccontextmanager
async def bot(stage: Stage, database: Database, folder: Path) -> AsyncIterator[None]:
    """A process that serves during the block and is killed at its end."""
    arguments = (str(database.engine.url), stage.token, stage.proxy.base, str(folder))
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.e2e.killed_bot", *arguments)
    try:
        yield
    finally:
        process.kill()
        assert await process.wait() == -9
        # As if the time had passed for which a dead process keeps the others waiting.
        with database.writing() as connection:
            connection.exec_driver_sql("UPDATE telegram_leases SET expires_at = '2020-01-01 00:00:00'")


async def seen(condition: Callable[[], object]) -> None:
    """Wait for something outside the proxy's journal."""
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


def texts(stage: Stage, chat: int) -> list[str]:
    return [DOUBTED if DOUBTED in entry.text else entry.text for entry in stage.proxy.sent(chat=chat)]


async def test_every_question_in_work_is_answered_once_and_in_order_after_the_restart(
    stage: Stage, database: Database, tmp_path: Path
) -> None:
    stage.proxy.faults += [Fault("sendMessage", "hold_after", chat=BOB), Fault("sendMessage", "hold_before", chat=CAT)]
    async with bot(stage, database, tmp_path):
        await stage.write("/ask 早？", chat=GROUP)
        await stage.read(1, GROUP)
        for text, where in {
            f"{SLOW}在答？": {},
            "排队？": {},
            "已到未记？": {"user": BOB},
            "其后？": {"user": BOB},
            "未到未记？": {"user": CAT},
            f"/ask {SLOW}专题？": IN_TOPIC,
        }.items():
            await stage.write(text, **where)
        await stage.proxy.until(lambda: {BOB, CAT} <= {each.chat for each in stage.proxy.journal if each.text})
        await seen(lambda: (tmp_path / f"{SLOW}在答？").exists() and (tmp_path / f"{SLOW}专题？").exists())
    assert [len(texts(stage, chat)) for chat in (GROUP, BOB, ANN, CAT, FORUM)] == [1, 1, 0, 0, 0]

    await stage.write("停机时？", user=DAN)
    (tmp_path / "go").touch()
    async with bot(stage, database, tmp_path):
        for count, chat in ((2, ANN), (3, BOB), (1, CAT), (1, FORUM), (1, DAN)):
            await stage.read(count, chat)
        assert texts(stage, ANN) == [f"答：{SLOW}在答？", "答：排队？"]
        assert texts(stage, BOB) == ["答：已到未记？", DOUBTED, "答：其后？"]
        assert texts(stage, CAT) == [DOUBTED]
        assert texts(stage, FORUM) == [f"答：{SLOW}专题？"]
        assert stage.proxy.sent(chat=FORUM)[0].fields["message_thread_id"] == "7"
        assert texts(stage, DAN) == ["答：停机时？"]
        await stage.press(stage.proxy.sent(chat=CAT)[0], "🔁 重新回答", CAT)
        await stage.read(2, CAT)
        assert stage.proxy.sent(chat=CAT)[1].text.endswith("答：未到未记？")
        await seen(lambda: unfinished(database) == ())
    assert texts(stage, GROUP) == ["答：早？"]


async def test_killed_again_and_again_it_neither_loses_nor_repeats_nor_reorders_an_answer(
    stage: Stage, database: Database, tmp_path: Path
) -> None:
    people = range(100, 108)
    asked: dict[int, list[str]] = {user: [] for user in people}

    async def everybody_asks(number: int) -> None:
        for user in people:
            asked[user].append(f"{user}问{number}？")
            await stage.write(asked[user][-1], user=user)

    for number in range(KILLS):
        await everybody_asks(number)
        async with bot(stage, database, tmp_path):
            began = len(stage.proxy.journal)
            await stage.proxy.until(lambda before=began: len(stage.proxy.journal) > before)
            # Moments spread over a bot's life, the same in every run.
            await asyncio.sleep(number * GOLDEN % 1 * LONGEST_LIFE)
    await everybody_asks(KILLS)
    async with bot(stage, database, tmp_path):
        for user in people:
            await stage.proxy.until(lambda last=asked[user][-1], to=user: f"答：{last}" in texts(stage, to))
        await seen(lambda: unfinished(database) == ())
    for user in people:
        got = texts(stage, user)
        answers = [text for text in got if text != DOUBTED]
        assert max(Counter(answers).values()) == 1
        assert answers == [f"答：{question}" for question in asked[user] if f"答：{question}" in answers], "in order"
        assert len(asked[user]) - len(answers) <= got.count(DOUBTED), "what is missing was told"
