"""A digest arrives once, says the same whenever it is sent, and what goes wrong concerns nobody else."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bot.assistant.access import Role
from bot.channels.telegram_digest_sender import digest_sender
from bot.database.telegram_chats import Chats
from bot.digests.subscription import DeliveryState
from stats_tools.database import Database, open_database
from tests.channels.telegram_world import FORUM, TOKEN, UNLIMITED, Fault
from tests.digests.office import MONDAY, WORDING, Bulletin, Office

WEEK = timedelta(days=7)


class TestOnTime:
    async def test_it_is_sent_at_its_hour_once(self, database: Database) -> None:
        office = Office(database)
        office.subscribe()
        await office.run(MONDAY - timedelta(minutes=1))
        assert office.texts() == []
        await office.run(MONDAY)
        await office.run(MONDAY + timedelta(minutes=1))
        assert len(office.texts()) == 1
        await office.run(MONDAY + WEEK)
        assert len(office.texts()) == 2

    async def test_it_is_written_for_the_level_of_the_group(self, database: Database) -> None:
        Chats(database).bind(-100, Role.OFFICIAL, ["青岛市"])
        office = Office(database)
        office.subscribe(-100)
        office.subscribe(-200)
        await office.run(MONDAY)
        assert "official 可见" in office.texts(-100)[0]
        assert "public 可见" in office.texts(-200)[0]
        assert {request.principal.cities for request in office.bulletin.written} == {frozenset(), frozenset({"青岛市"})}

    async def test_many_groups_of_one_level_read_what_was_written_once(self, database: Database) -> None:
        office = Office(database)
        for chat in range(-150, -100):
            office.subscribe(chat)
        report = await office.run(MONDAY)
        assert (report.sent, len(office.texts()), len(office.bulletin.written)) == (50, 50, 1)

    async def test_the_next_one_knows_the_one_before(self, database: Database) -> None:
        office = Office(database)
        office.subscribe()
        await office.run(MONDAY)
        await office.run(MONDAY + WEEK)
        assert [request.previous for request in office.bulletin.written] == [{}, {"issue": 1}]

    async def test_text_chart_and_topic(self, database: Database, tmp_path: Path) -> None:
        chart = tmp_path / "营收.png"
        chart.write_bytes(b"\x89PNG picture")
        office = Office(database, Bulletin(chart))
        office.subscribe(FORUM, topic=7)
        await office.run(MONDAY)
        text, photo = office.telegram.sent()[0], office.telegram.sent("sendPhoto")[0]
        assert text.parameters["message_thread_id"] == photo.parameters["message_thread_id"] == 7
        assert photo.files["photo"] == ("营收.png", b"\x89PNG picture")
        assert list(text.buttons) == ["📖 详情", "⚙ 订阅"]

    async def test_paused_ended_and_resumed(self, database: Database) -> None:
        office = Office(database)
        subscription = office.subscribe()
        office.subscriptions.pause(subscription.id, office.now)
        await office.run(MONDAY)
        assert office.texts() == []
        paused = office.subscriptions.get(subscription.id)
        assert paused is not None
        office.subscribing.resume(paused)
        await office.run(MONDAY + timedelta(hours=1))
        assert office.texts() == [], "what fell into the pause is not made up for"
        await office.run(MONDAY + WEEK)
        assert len(office.texts()) == 1
        office.subscriptions.end(subscription.id, office.now)
        await office.run(MONDAY + 2 * WEEK)
        assert len(office.texts()) == 1

    async def test_a_trial_is_marked_and_leaves_the_schedule_alone(self, database: Database) -> None:
        office = Office(database)
        subscription = office.subscribe()
        office.outbox.add_trial(subscription.id, office.now)
        await office.run()
        await office.run(MONDAY)
        assert [text.startswith("<b>【试发】") for text in office.texts()] == [True, False]


class TestSendersAtOnce:
    @pytest.mark.parametrize("lasts", [timedelta(seconds=60), timedelta(milliseconds=50)])
    async def test_nothing_comes_twice_also_where_the_lease_is_lost_on_the_way(
        self, database: Database, lasts: timedelta
    ) -> None:
        chats = range(-130, -100)
        own = [open_database(database.engine.url.render_as_string(hide_password=False)) for _ in range(2)]
        offices = [Office(each) for each in own]
        for chat in chats:
            offices[0].subscribe(chat)

        async def send(office: Office) -> None:
            office.now = MONDAY
            rates = (UNLIMITED, office.telegram, lasts)
            async with digest_sender(TOKEN, "", office.desk, office.database, WORDING, *rates) as sender:
                await sender.run_due()

        for _ in range(3):
            await asyncio.gather(*map(send, offices))
        got = Counter(chat for office in offices for chat in chats for _ in office.texts(chat))
        listed = {run.subscription.wish.place.chat_id for run in offices[0].ledger.deliveries([DeliveryState.UNKNOWN])}
        assert set(got) | listed == set(chats)
        assert set(got.values()) == {1}
        for each in own:
            each.close()


class TestCatchUp:
    @pytest.mark.parametrize(
        ("rule", "late", "sent", "skipped"),
        [
            ("latest", timedelta(days=20), 1, 2),
            ("all", timedelta(days=20), 3, 0),
            ("skip:6", timedelta(days=14, hours=5), 1, 2),
            ("skip:6", timedelta(days=14, hours=7), 0, 3),
        ],
    )
    async def test_what_was_missed(
        self, database: Database, rule: str, late: timedelta, sent: int, skipped: int
    ) -> None:
        office = Office(database)
        office.subscribe(catch_up=rule)
        await office.run(MONDAY + late)
        assert len(office.texts()) == sent
        assert office.states() == {state: n for state, n in _counts(sent, skipped).items() if n}

    async def test_a_run_that_never_got_through_gives_way_to_the_next(self, database: Database) -> None:
        office = Office(database)
        office.subscribe()
        office.telegram.faults.append(Fault("sendMessage", 429, "Too Many", {"retry_after": 9000}, times=1))
        await office.run(MONDAY)
        await office.run(MONDAY + WEEK)
        assert len(office.texts()) == 1
        assert office.states() == {DeliveryState.SKIPPED: 1, DeliveryState.SENT: 1}


def _counts(sent: int, skipped: int) -> dict[DeliveryState, int]:
    return {DeliveryState.SENT: sent, DeliveryState.SKIPPED: skipped}


class TestClocks:
    async def test_set_back_nothing_comes_twice_and_nothing_is_lost(self, database: Database) -> None:
        office = Office(database)
        office.subscribe()
        await office.run(MONDAY)
        await office.run(MONDAY - timedelta(days=3))
        await office.run(MONDAY)
        assert len(office.texts()) == 1
        await office.run(MONDAY + WEEK)
        assert len(office.texts()) == 2

    async def test_set_forward_by_mistake_and_back_again(self, database: Database) -> None:
        office = Office(database)
        office.subscribe()
        await office.run(MONDAY + 200 * WEEK)
        assert len(office.texts()) == 1, "the latest of those the clock says were missed"
        for week in range(3):
            await office.run(MONDAY + week * WEEK)
        assert len(office.texts()) == 4

    async def test_a_retry_set_by_a_clock_that_was_ahead_is_not_waited_for(self, database: Database) -> None:
        office = Office(database)
        office.subscribe()
        office.telegram.faults.append(Fault("sendMessage", 429, "Too Many", {"retry_after": 400}, times=1))
        await office.run(MONDAY + timedelta(days=2))
        await office.run(MONDAY + timedelta(hours=1))
        assert len(office.texts()) == 1


class TestFaults:
    async def test_no_answer_is_unknown_and_never_sent_again_by_itself(self, database: Database) -> None:
        office = Office(database)
        office.subscribe(-100)
        office.subscribe(-200)
        office.telegram.faults.append(Fault("sendMessage", lost="after", chat=-100))
        report = await office.run(MONDAY)
        assert (report.sent, report.unknown) == (1, 1)
        for hours in range(1, 5):
            await office.run(MONDAY + timedelta(hours=hours))
        assert len(office.texts(-100)) == 1
        assert office.only(DeliveryState.UNKNOWN).subscription.wish.place.chat_id == -100

    @pytest.mark.parametrize(("arrived", "texts"), [(True, 1), (False, 2)])
    async def test_the_operator_settles_it(self, database: Database, arrived: bool, texts: int) -> None:
        office = Office(database)
        office.subscribe()
        office.telegram.faults.append(Fault("sendMessage", lost="after"))
        await office.run(MONDAY)
        unknown = office.only(DeliveryState.UNKNOWN)
        assert office.ledger.settle(unknown.id, arrived, office.now)
        await office.run(MONDAY + timedelta(minutes=5))
        assert len(office.texts()) == texts
        assert len(set(office.texts())) == 1, "what is sent again is what was written"
        assert office.states() == {DeliveryState.SENT: 1}
        assert not office.ledger.settle(unknown.id, arrived, office.now)

    async def test_a_chart_without_an_answer_leaves_the_text_alone(self, database: Database, tmp_path: Path) -> None:
        chart = tmp_path / "营收.png"
        chart.write_bytes(b"\x89PNG picture")
        office = Office(database, Bulletin(chart))
        office.subscribe()
        office.telegram.faults.append(Fault("sendPhoto", lost="before"))
        await office.run(MONDAY)
        chart.unlink()
        office.ledger.settle(office.only(DeliveryState.UNKNOWN).id, False, office.now)
        await office.run(MONDAY + timedelta(minutes=5))
        assert (len(office.texts()), len(office.telegram.sent("sendPhoto"))) == (1, 1)
        assert office.telegram.sent("sendPhoto")[0].files["photo"][1] == b"\x89PNG picture"

    async def test_a_picture_that_is_refused_goes_as_a_file_and_then_not_at_all(
        self, database: Database, tmp_path: Path
    ) -> None:
        chart = tmp_path / "营收.png"
        chart.write_bytes(b"no picture")
        office = Office(database, Bulletin(chart))
        office.subscribe(-100)
        office.subscribe(-200)
        refused = "Bad Request: PHOTO_INVALID_DIMENSIONS"
        office.telegram.faults.append(Fault("sendPhoto", 400, refused, times=2))
        office.telegram.faults.append(Fault("sendDocument", 400, "Bad Request: file is empty", chat=-200))
        await office.run(MONDAY)
        assert len(office.telegram.sent("sendDocument", -100)) == 1
        assert len(office.texts(-200)) == 1
        assert office.states() == {DeliveryState.SENT: 2}
        assert sorted(each.reason for each in office.ledger.deliveries([DeliveryState.SENT])) == ["", "File is empty"]

    @pytest.mark.parametrize(
        ("status", "description"),
        [(403, "Forbidden: bot was kicked from the supergroup chat"), (400, "Bad Request: chat not found")],
    )
    async def test_a_group_that_is_gone_waits_until_it_is_back(
        self, database: Database, status: int, description: str
    ) -> None:
        office = Office(database)
        office.subscribe(-100)
        office.subscribe(-200)
        office.telegram.faults.append(Fault("sendMessage", status, description, chat=-100, times=9))
        await office.run(MONDAY)
        await office.run(MONDAY + WEEK)
        assert len(office.texts(-200)) == 2
        assert len([call for call in office.telegram.attempts if call.parameters.get("chat_id") == -100]) == 1
        assert office.only(DeliveryState.FAILED).subscription.is_reachable is False
        office.telegram.faults.clear()
        Chats(database).reachable(-100)
        await office.run(MONDAY + WEEK + timedelta(hours=2))
        assert len(office.texts(-100)) == 1, "the latest one, by the catch-up rule"

    async def test_a_group_that_became_a_supergroup_keeps_its_subscription(self, database: Database) -> None:
        office = Office(database)
        subscription = office.subscribe(-100)
        moved = Fault("sendMessage", 400, "group chat was upgraded", {"migrate_to_chat_id": -1009}, chat=-100, times=9)
        office.telegram.faults.append(moved)
        await office.run(MONDAY)
        await office.run(MONDAY + WEEK)
        assert [call.chat for call in office.telegram.sent()] == [-1009, -1009]
        now = office.subscriptions.get(subscription.id)
        assert now is not None
        assert now.wish.place.chat_id == -1009

    async def test_a_deleted_topic_is_left_and_said(self, database: Database) -> None:
        office = Office(database)
        subscription = office.subscribe(FORUM, topic=7)
        office.telegram.faults.append(Fault("sendMessage", 400, "Bad Request: message thread not found"))
        await office.run(MONDAY)
        assert "message_thread_id" not in office.telegram.sent()[0].parameters
        now = office.subscriptions.get(subscription.id)
        assert now is not None
        assert "原话题已删除" in office.subscribing.line(now)

    async def test_a_digest_that_cannot_be_written_is_tried_again_and_then_listed(self, database: Database) -> None:
        office = Office(database)
        office.subscribe(-100, what="集群 坏的")
        office.subscribe(-200)
        office.bulletin.broken.add("坏的")
        await office.run(MONDAY)
        assert len(office.texts(-200)) == 1
        moment = MONDAY
        for _ in range(6):
            moment += timedelta(hours=5)
            await office.run(moment)
        assert office.only(DeliveryState.FAILED).reason == "ZeroDivisionError"
        office.bulletin.broken.clear()
        assert office.ledger.retry(office.only(DeliveryState.FAILED).id, moment)
        await office.run(moment)
        assert len(office.texts(-100)) == 1

    async def test_no_connection_is_waited_out(self, database: Database) -> None:
        office = Office(database)
        office.subscribe()
        office.telegram.faults.append(Fault("sendMessage", lost="connect", times=1))
        await office.run(MONDAY)
        assert len(office.texts()) == 1

    async def test_an_invalid_token_costs_no_run(self, database: Database) -> None:
        office = Office(database)
        for chat in range(-110, -100):
            office.subscribe(chat)
        office.telegram.faults.append(Fault("sendMessage", 401, "Unauthorized", times=100))
        report = await office.run(MONDAY)
        assert report.aborted == "token"
        office.telegram.faults.clear()
        await office.run(MONDAY + timedelta(minutes=1))
        assert len(office.texts()) == 10

    async def test_a_group_that_may_see_less_by_now_is_not_sent_what_was_written_before(
        self, database: Database
    ) -> None:
        chats = Chats(database)
        chats.bind(-100, Role.OFFICIAL)
        office = Office(database)
        office.subscribe()
        office.telegram.faults.append(Fault("sendMessage", 429, "Too Many", {"retry_after": 400}))
        await office.run(MONDAY)
        chats.bind(-100, Role.PUBLIC)
        await office.run(MONDAY + timedelta(minutes=10))
        assert "public 可见" in office.texts()[0]
