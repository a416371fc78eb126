"""A thousand people at once, on a network that fails: each is answered once and in order, within the limits."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from bot.channels.telegram_limits import Rates
from stats_tools.database import Database
from tests.channels.telegram_world import GROUP, Fault, World, on_a_jumping_clock, telegram_world

PEOPLE = range(1001, 2001)
KEEN = PEOPLE[::5]
"""Those who ask a second question at once."""


def test_a_thousand_people_are_answered_once_each_in_order_and_within_the_limits(database: Database) -> None:
    async def main() -> None:
        async with telegram_world(database, rates=Rates(), stale=timedelta(hours=12)) as world:
            for part in ("甲", "乙"):
                for person in PEOPLE if part == "甲" else KEEN:
                    await world.write(f"{person}{part}？", user=person)
            await world.quiet()
            check(world)

    def check(world: World) -> None:
        sent = world.telegram.sent()
        for person in PEOPLE:
            parts = "甲乙" if person in KEEN else "甲"
            assert [call.text for call in sent if call.chat == person] == [f"答：{person}{part}？" for part in parts]
        moments = [call.at for call in sent]
        assert busiest_second(moments) <= 30
        assert moments[-1] - moments[0] < 1.25 * len(sent) / 30

    on_a_jumping_clock(main)


def test_storms_and_lost_answers_neither_repeat_nor_reorder_anything(database: Database) -> None:
    async def main() -> None:
        async with telegram_world(database, rates=Rates(), group_per_minute=1000, stale=timedelta(hours=12)) as world:
            flood = {"description": "Too Many Requests", "parameters": {"retry_after": 3}}
            world.telegram.faults += [Fault("sendMessage", 429, chat=chat, times=2, **flood) for chat in (5, GROUP)]
            world.telegram.faults += [Fault("sendMessage", lost="connect", chat=6, times=3)]
            world.telegram.faults += [Fault("sendMessage", lost="after", chat=7)]
            for number in range(30):
                await world.write(f"/ask 群{number}？", user=9, chat=GROUP)
            for number in range(10):
                for person in (5, 6, 7, 8):
                    await world.write(f"{person}问{number}？", user=person)
            await world.quiet()
            for person in (5, 6, 8):
                assert world.telegram.texts(person) == [f"答：{person}问{number}？" for number in range(10)]
            tries = Counter(call.text for call in world.telegram.calls if call.method == "sendMessage")
            assert max(count for text, count in tries.items() if text.startswith("答：")) == 1
            group = world.telegram.sent(chat=GROUP)
            assert [call.text for call in group] == [f"答：群{number}？" for number in range(20)] + [group[20].text]
            moments = [call.at for call in group]
            assert max(sum(start <= each < start + 60 for each in moments) for start in moments) <= 20

    on_a_jumping_clock(main)


def busiest_second(moments: list[float]) -> int:
    return max(sum(start <= each < start + 1 for each in moments) for start in moments)
