"""Nothing leaves faster than Telegram allows, nothing waits longer than it must, and nothing is sent twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import cycle, pairwise
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.channels.telegram_gate import FLOOD_TRIES, Departure, Gate
from bot.channels.telegram_limits import Rates, SendSchedule
from tests.channels.telegram_world import on_a_jumping_clock

STRICT = Rates()


def most_in_any(window: float, moments: list[float]) -> int:
    """The greatest number of moments within any half-open window."""
    return max((sum(start <= each < start + window for each in moments) for start in moments), default=0)


class TestSchedule:
    @settings(max_examples=100, deadline=None)
    @given(
        st.lists(
            st.tuples(st.sampled_from([1, 2, 3, -1, -2]), st.floats(0, 2), st.floats(0, 0.1), st.floats(0, 1)),
            max_size=150,
        )
    )
    def test_whatever_is_asked_for_the_limits_hold(self, wishes: list[tuple[int, float, float, float]]) -> None:
        schedule, now = SendSchedule(Rates(per_second=5, group_per_minute=4)), 100.0
        arrived: list[tuple[int, float]] = []
        for chat, pause, on_the_way, part in wishes:
            now = max(now + pause, schedule.earliest(chat, chat < 0))
            schedule.depart(chat, chat < 0, now)
            now = max(now, schedule.open_from())
            schedule.answered(schedule.leave(chat, now), now + on_the_way)
            arrived.append((chat, now + part * on_the_way))
        assert most_in_any(1.0, [moment for _, moment in arrived]) <= 5
        for chat in {chat for chat, _ in arrived}:
            own = [moment for each, moment in arrived if each == chat]
            assert most_in_any(1.0, own) <= 1
            assert chat > 0 or most_in_any(60.0, own) <= 4

    def test_a_chat_that_asked_for_a_pause_gets_it_and_the_others_go_on(self) -> None:
        schedule = SendSchedule()
        schedule.pause(1, 130.0)
        assert schedule.earliest(1, False) == 130.0
        assert schedule.earliest(2, False) == 0.0

    def test_what_is_forgotten_no_longer_mattered(self) -> None:
        schedule = SendSchedule()
        for chat in range(-500, 500):
            schedule.depart(chat, chat < 0, 100.0)
        schedule.pause(1, 500.0)
        schedule.forget_before(200.0)
        assert schedule.earliest(-7, True) == 0.0
        assert schedule.earliest(1, False) == 500.0


class Server:
    """Notes what the gate lets through and answers as told."""

    def __init__(self, *failures: TelegramError) -> None:
        self.failures = list(failures)
        self.seen: list[tuple[int, float]] = []

    async def __call__(self, endpoint: str, data: dict[str, Any], **kwargs: Any) -> bool:
        self.seen.append((data.get("chat_id", 0), asyncio.get_running_loop().time()))
        if self.failures:
            raise self.failures.pop(0)
        return True

    @property
    def moments(self) -> list[float]:
        return [moment for _, moment in self.seen]


async def request(
    gate: Gate,
    server: Server,
    chat: int,
    endpoint: str = "sendMessage",
    departure: Departure | None = None,
    message: int = 0,
) -> Any:
    data = {"chat_id": chat, **({"message_id": message} if message else {})}
    return await gate.process_request(server, (endpoint, data), {}, endpoint, data, departure)


def run(main: Callable[[], Awaitable[None]]) -> None:
    on_a_jumping_clock(main)


class TestGate:
    def test_a_thousand_people_at_once_are_served_within_the_limits_and_without_needless_waiting(self) -> None:
        async def main() -> None:
            gate, server = Gate(), Server()
            await asyncio.gather(*(request(gate, server, chat) for chat in range(1, 1001)))
            assert most_in_any(1.0, server.moments) <= STRICT.per_second
            assert server.moments[-1] - server.moments[0] < 1.2 * 1000 / STRICT.per_second
            assert sorted(chat for chat, _ in server.seen) == list(range(1, 1001))

        run(main)

    @settings(max_examples=12, deadline=None)
    @given(st.lists(st.floats(0, 0.03), min_size=1, max_size=40), st.lists(st.floats(0, 0.05), min_size=1, max_size=20))
    def test_waking_late_and_being_held_up_costs_no_time_in_the_end_and_breaks_no_limit(
        self, late: list[float], held_up: list[float]
    ) -> None:
        async def main() -> None:
            gate, server, holds = Gate(), Server(), cycle(held_up)

            async def hold() -> None:
                await asyncio.sleep(next(holds))

            await asyncio.gather(
                *(request(gate, server, -chat, departure=Departure(bulk=True, at=hold)) for chat in range(1, 301))
            )
            assert most_in_any(1.0, server.moments) <= STRICT.per_second
            assert server.moments[-1] - server.moments[0] < 1.03 * 300 / STRICT.per_second

        on_a_jumping_clock(main, late)

    def test_a_busy_group_gets_twenty_a_minute_in_order_and_holds_up_nobody(self) -> None:
        async def main() -> None:
            gate, server = Gate(), Server()
            order: list[int] = []

            async def one(number: int) -> None:
                await request(gate, server, -1)
                order.append(number)

            flood = [asyncio.create_task(one(number)) for number in range(45)]
            await asyncio.sleep(5)
            started = asyncio.get_running_loop().time()
            await request(gate, server, 7)
            assert asyncio.get_running_loop().time() - started < 0.1
            await asyncio.gather(*flood)
            own = [moment for chat, moment in server.seen if chat == -1]
            assert most_in_any(60.0, own) <= STRICT.group_per_minute
            assert most_in_any(1.0, own) <= 1
            assert order == sorted(order)

        run(main)

    def test_edits_count_like_messages_and_typing_does_not(self) -> None:
        async def main() -> None:
            gate, server = Gate(), Server()
            for endpoint in ("sendMessage", "editMessageText", "sendChatAction", "sendPhoto"):
                await request(gate, server, 1, endpoint)
            first, edit, typing, photo = server.moments
            assert edit - first >= 1
            assert typing - edit < 0.1
            assert photo - edit >= 1

        run(main)

    def test_one_message_in_a_group_is_edited_every_three_seconds_at_most_and_holds_up_no_other(self) -> None:
        async def main() -> None:
            gate, server = Gate(), Server()
            for message in (5, 5, 6):
                await request(gate, server, -1, "editMessageText", message=message)
            first, again, other = server.moments
            assert again - first >= STRICT.edit_interval
            assert 1 <= other - again < STRICT.edit_interval
            waiting = asyncio.create_task(request(gate, server, -1, "editMessageText", message=6))
            await asyncio.sleep(0)
            await request(gate, server, -1)
            assert not waiting.done()
            await waiting

        run(main)

    def test_in_private_a_message_is_edited_as_often_as_the_chat_allows(self) -> None:
        async def main() -> None:
            gate, server = Gate(), Server()
            for _ in range(2):
                await request(gate, server, 1, "editMessageText", message=5)
            assert 1 <= server.moments[1] - server.moments[0] < STRICT.edit_interval

        run(main)

    def test_an_answer_overtakes_a_mass_mailing(self) -> None:
        async def main() -> None:
            gate, server = Gate(), Server()
            bulk = [
                asyncio.create_task(request(gate, server, chat, departure=Departure(bulk=True)))
                for chat in range(1000, 1300)
            ]
            await asyncio.sleep(1)
            answers = [asyncio.create_task(request(gate, server, chat)) for chat in range(1, 20)]
            await asyncio.gather(*answers)
            assert sum(chat >= 1000 for chat, _ in server.seen) <= 90
            await asyncio.gather(*bulk)

        run(main)

    def test_a_storm_of_429_is_waited_out_by_its_chat_alone(self) -> None:
        async def main() -> None:
            gate, server, other = Gate(), Server(RetryAfter(5), RetryAfter(timedelta(seconds=7))), Server()
            stormy = asyncio.create_task(request(gate, server, 1))
            later = asyncio.create_task(request(gate, server, 1))
            await asyncio.sleep(0.2)
            started = asyncio.get_running_loop().time()
            await request(gate, other, 2)
            assert asyncio.get_running_loop().time() - started < 1
            assert await stormy
            assert await later
            gaps = [after - before for before, after in pairwise(server.moments)]
            assert gaps[0] >= 5
            assert gaps[1] >= 7
            assert len(server.moments) == 4

        run(main)

    def test_a_storm_without_end_is_an_error_at_last(self) -> None:
        async def main() -> None:
            server = Server(*[RetryAfter(1)] * 50)
            with pytest.raises(RetryAfter):
                await request(Gate(), server, 1)
            assert len(server.moments) == FLOOD_TRIES

        run(main)

    def test_nobody_waits_for_an_hour(self) -> None:
        async def main() -> None:
            server = Server(RetryAfter(3600))
            with pytest.raises(RetryAfter):
                await request(Gate(), server, 1)

        run(main)

    @pytest.mark.parametrize(
        ("cause", "endpoint", "repeated"),
        [
            (httpx.ConnectError("x"), "sendMessage", True),
            (httpx.ConnectTimeout("x"), "sendMessage", True),
            (httpx.ReadTimeout("x"), "sendMessage", False),
            (httpx.RemoteProtocolError("x"), "sendMessage", False),
            (httpx.ReadTimeout("x"), "editMessageText", True),
            (None, "sendMessage", False),
            (None, "answerCallbackQuery", True),
        ],
    )
    def test_only_what_cannot_arrive_twice_is_sent_again(
        self, cause: Exception | None, endpoint: str, repeated: bool
    ) -> None:
        async def main() -> None:
            error = TimedOut() if isinstance(cause, httpx.TimeoutException) else NetworkError("Bad Gateway")
            error.__cause__ = cause
            server = Server(error)
            if repeated:
                assert await request(Gate(), server, 1, endpoint)
            else:
                with pytest.raises(NetworkError):
                    await request(Gate(), server, 1, endpoint)
            assert len(server.moments) == 1 + repeated

        run(main)

    def test_a_refusal_is_not_repeated(self) -> None:
        async def main() -> None:
            server = Server(BadRequest("can't parse entities"))
            with pytest.raises(BadRequest):
                await request(Gate(), server, 1, "editMessageText")
            assert len(server.moments) == 1

        run(main)

    def test_what_is_to_happen_at_departure_happens_once_and_when_the_turn_has_come(self) -> None:
        async def main() -> None:
            gate, server, left = Gate(), Server(RetryAfter(2)), Counter[int]()
            await request(gate, Server(), 1)

            async def leaves() -> None:
                left[len(server.seen)] += 1

            await request(gate, server, 1, departure=Departure(at=leaves))
            assert left == {0: 1}

        run(main)

    def test_who_gives_up_waiting_leaves_the_line(self) -> None:
        async def main() -> None:
            gate, server = Gate(), Server()
            await request(gate, server, 1)
            waiting = asyncio.create_task(request(gate, server, 1))
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            await request(gate, server, 1)
            assert len(server.seen) == 2

        run(main)
