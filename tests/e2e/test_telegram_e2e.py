"""The whole bot against a Bot API server over HTTP, under every fault a network and a server can have."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.assistant.access import Role
from bot.assistant.types import Attachment
from bot.channels import telegram_webhook
from bot.channels.telegram_application import Profile, serve
from bot.channels.telegram_connection import TelegramUnusableError
from bot.channels.telegram_limits import Rates
from bot.channels.telegram_webhook import HEADER, WebhookAddress
from bot.database.people import People
from bot.database.telegram_chats import Chats
from bot.database.telegram_updates import Lease, UpdateInbox, at_work
from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.database import Database
from stats_tools.registration import register
from stats_tools.registry import Registry
from stats_tools.targets import Targets
from tests.channels.telegram_world import WORDING, ScriptedAssistant, cited, says, unfinished
from tests.e2e.proxy import Fault
from tests.e2e.stage import ANN, BOB, FORUM, GROUP, Stage, free_port, performing


class TestConversation:
    async def test_private_group_topic_and_button(
        self, stage: Stage, assistant: ScriptedAssistant, database: Database
    ) -> None:
        assistant.replies["融资？"] = cited("融资？", 2, suggestions=("那青岛呢？",))
        async with performing(stage, assistant, database):
            await stage.write("融资？")
            await stage.read(1)
            answer = stage.proxy.sent(chat=ANN)[0]
            await stage.press(answer, "📄 原文")
            assert "第1条依据" in (await stage.read(2))[1]
            await stage.press(stage.proxy.sent(chat=ANN)[1], "下一条 ▶")
            await stage.proxy.until(lambda: stage.proxy.sent("editMessageText"))
            assert "第2条依据" in stage.proxy.sent("editMessageText")[0].text
            await stage.press(answer, "那青岛呢？")
            assert (await stage.read(3))[2].endswith("答：那青岛呢？")
            await stage.write("随便聊聊", chat=GROUP)
            await stage.write("/ask@OtherBot 别的机器人", chat=GROUP)
            await stage.write("/ask 营收？", chat=GROUP)
            assert await stage.read(1, GROUP) == ["答：营收？"]
            await stage.write("/ask 利润？", chat=FORUM, message_thread_id=7, is_topic_message=True)
            await stage.read(1, FORUM)
            assert stage.proxy.sent(chat=FORUM)[0].fields["message_thread_id"] == "7"

    async def test_long_answers_and_files(
        self, stage: Stage, assistant: ScriptedAssistant, database: Database, tmp_path: Path
    ) -> None:
        chart, table = tmp_path / "营收.png", tmp_path / "营收.xlsx"
        chart.write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 100)
        table.write_bytes(b"PK" + b"x" * 70_000)
        files = (Attachment("chart", chart), Attachment("table", table))
        assistant.replies["长？"] = says("长？", "一句<话>&。" * 2000, attachments=files)
        async with performing(stage, assistant, database):
            await stage.write("长？")
            await stage.proxy.until(lambda: stage.proxy.sent("sendDocument"))
            assert len(stage.proxy.sent(chat=ANN)) == 4
            assert stage.proxy.sent("sendPhoto")[0].files["photo"] == ("营收.png", 108)
            assert stage.proxy.sent("sendDocument")[0].files["document"] == ("营收.xlsx", 70_002)

    async def test_what_stands_while_an_answer_is_worded_is_a_draft_where_the_server_takes_drafts(
        self, stage: Stage, assistant: ScriptedAssistant, database: Database
    ) -> None:
        assistant.meanwhile = {f"问{number}？": says("", "先答<1>&") for number in range(3)}
        worded = threading.Event()
        assistant.before = lambda _question: worded.wait(10) and None
        async with performing(stage, assistant, database):
            await stage.write("问0？")
            await stage.proxy.until(lambda: stage.proxy.sent("sendMessageDraft"))
            assert stage.proxy.sent(chat=ANN) == []
            worded.set()
            assert await stage.read(1) == ["答：问0？"]
            stage.proxy.takes_drafts = False
            for number in (1, 2):
                worded.clear()
                await stage.write(f"问{number}？")
                await asyncio.sleep(1.3)
                worded.set()
                assert (await stage.read(number + 1))[-1] == f"答：问{number}？"
        drafts = [entry for entry in stage.proxy.journal if entry.method == "sendMessageDraft"]
        assert [(entry.text, entry.status) for entry in drafts] == [
            ("先答&lt;1&gt;&amp;", 200),
            ("先答&lt;1&gt;&amp;", 501),
        ]

    async def test_an_edited_question(self, stage: Stage, assistant: ScriptedAssistant, database: Database) -> None:
        async with performing(stage, assistant, database):
            number = await stage.write("营收？")
            await stage.read(1)
            stage.edit(number, "利润？")
            await stage.write("催一下")
            await stage.proxy.until(lambda: stage.proxy.sent("editMessageText"))
            assert stage.proxy.sent("editMessageText")[0].text == "答：利润？"

    async def test_menus_are_set_for_every_scope_and_language(
        self, stage: Stage, assistant: ScriptedAssistant, database: Database
    ) -> None:
        async with performing(stage, assistant, database):
            await stage.proxy.until(lambda: len(stage.proxy.sent("setMyCommands")) == 12)


async def test_a_report_filed_in_chat(stage: Stage, assistant: ScriptedAssistant, database: Database) -> None:
    register(database, Registry.load(), IndicatorCatalogue.load(), Targets.load())
    People(database).grant(ANN, Role.STEWARD, "李统计")
    report = "集群名称,报告期,利润（亿元）\n烟台生物医药,2021Q2,12.5\n".encode("gb18030")
    async with performing(stage, assistant, database):
        await stage.write(document=await stage.upload("季报.csv", report))
        assert "新增 1 个数" in (await stage.read(1))[0]
        await stage.press(stage.proxy.sent(chat=ANN)[0], "✅ 确认写入")
        assert "已写入（导入#1）" in (await stage.read(2))[1]
        await stage.press(stage.proxy.sent(chat=ANN)[1], "↩ 撤销这次导入")
        assert "已撤销导入#1" in (await stage.read(3))[2]


async def test_an_inline_query(stage: Stage, assistant: ScriptedAssistant, database: Database) -> None:
    async with performing(stage, assistant, database):
        await stage.look_up("烟台生物医药 营收")
        await stage.proxy.until(lambda: stage.proxy.sent("answerInlineQuery"))
        (card,) = json.loads(stage.proxy.sent("answerInlineQuery")[0].fields["results"])
        assert card["input_message_content"]["message_text"] == "答：烟台生物医药 营收"


def message(text: str) -> dict[str, Any]:
    """What a person wrote in private, as Telegram brings it."""
    sender = {"from": {"id": ANN, "is_bot": False, "first_name": "人"}, "chat": {"id": ANN, "type": "private"}}
    return {"message_id": 5, "date": int(time.time()), **sender, "text": text}


class TestWebhook:
    @pytest.fixture
    def address(self) -> WebhookAddress:
        port = free_port()
        return WebhookAddress(f"http://127.0.0.1:{port}/hook", "127.0.0.1", port)

    async def test_updates_are_taken_once_and_only_with_the_secret(
        self, stage: Stage, assistant: ScriptedAssistant, database: Database, address: WebhookAddress
    ) -> None:
        async with performing(stage, assistant, database, webhook=address):
            await stage.proxy.until(lambda: stage.proxy.sent("setWebhook"))
            await stage.write("一？")
            await stage.write("二？")
            assert await stage.read(2) == ["答：一？", "答：二？"]
            secret = {HEADER: stage.proxy.sent("setWebhook")[0].fields["secret_token"]}
            again = {"update_id": 1, "message": {"message_id": 1, "date": 1}}
            for headers, body, status in (
                ({}, again, 403),
                ({HEADER: "x" * 64}, again, 403),
                (secret, again, 200),
                (secret, ["no update"], 400),
                (secret, {"update_id": "1"}, 400),
            ):
                async with stage.proxy.session.post(address.url, json=body, headers=headers) as response:
                    assert response.status == status
            await stage.write("三？")
            assert await stage.read(3) == ["答：一？", "答：二？", "答：三？"]

    async def test_a_port_that_is_taken_is_named(
        self, stage: Stage, assistant: ScriptedAssistant, database: Database, tmp_path: Path
    ) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = WebhookAddress("https://bot.example/hook", "127.0.0.1", taken.getsockname()[1])
            profile = Profile(stage.token, tmp_path, stage.proxy.base, webhook=address)
            with pytest.raises(TelegramUnusableError) as caught:
                await serve(profile, assistant, database, WORDING, date.today, "me")
        assert caught.value.reason == "port"

    async def test_what_was_brought_before_a_restart_is_answered_after_it(
        self, stage: Stage, assistant: ScriptedAssistant, database: Database, address: WebhookAddress
    ) -> None:
        UpdateInbox(database).receive([{"update_id": 900, "message": message("旧？")}])
        async with performing(stage, assistant, database, webhook=address):
            assert await stage.read(1) == ["答：旧？"]

    async def test_what_one_process_has_in_work_another_that_starts_leaves_to_it(
        self, stage: Stage, assistant: ScriptedAssistant, database: Database, address: WebhookAddress
    ) -> None:
        port, second, answered = free_port(), ScriptedAssistant(), threading.Event()
        assistant.before = lambda _question: not answered.wait()
        async with performing(stage, assistant, database, webhook=address):
            await stage.proxy.until(lambda: stage.proxy.sent("setWebhook"))
            await stage.write("慢？")
            await stage.write("/whoami")
            beside = WebhookAddress(f"http://127.0.0.1:{port}/hook", "127.0.0.1", port)
            async with performing(stage, second, database, webhook=beside):
                await stage.proxy.until(lambda: len(stage.proxy.sent("setWebhook")) == 2)
                answered.set()
                assert (await stage.read(2))[0] == "答：慢？"
        assert len(stage.proxy.sent()) == 2
        assert second.asked == []

    async def test_what_a_process_leaves_undone_another_one_deals_with(
        self,
        stage: Stage,
        assistant: ScriptedAssistant,
        database: Database,
        address: WebhookAddress,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(telegram_webhook, "LOOK_EVERY", 0.05)
        killed = at_work(database, "killed", timedelta(minutes=1))
        assert killed.take()
        UpdateInbox(database, "killed").receive([{"update_id": 900, "message": message("旧？")}])
        async with performing(stage, assistant, database, webhook=address):
            await stage.proxy.until(lambda: stage.proxy.sent("setWebhook"))
            await stage.write("一？")
            assert await stage.read(1) == ["答：一？"]
            killed.give_back()
            assert await stage.read(2) == ["答：一？", "答：旧？"]


class TestDowntime:
    async def test_what_was_asked_while_the_bot_was_down_is_answered_and_what_is_too_old_gets_a_line(
        self, stage: Stage, assistant: ScriptedAssistant, database: Database
    ) -> None:
        await stage.write("旧？", user=BOB, date=int(time.time()) - 7200)
        await stage.write("一？")
        await stage.write("二？")
        async with performing(stage, assistant, database):
            assert await stage.read(2) == ["答：一？", "答：二？"]
            assert "已经过时" in (await stage.read(1, BOB))[0]

    async def test_a_restart_answers_nothing_twice_and_loses_nothing(
        self, stage: Stage, assistant: ScriptedAssistant, database: Database
    ) -> None:
        for number in range(5):
            async with performing(stage, assistant, database):
                await stage.write(f"问{number}？")
                await stage.read(number + 1)
        assert await stage.read(5) == [f"答：问{number}？" for number in range(5)]

    async def test_a_second_process_waits_and_takes_over(
        self, stage: Stage, assistant: ScriptedAssistant, database: Database
    ) -> None:
        second = ScriptedAssistant()
        async with performing(stage, assistant, database):
            await stage.write("一？")
            await stage.read(1)
            async with performing(stage, second, database):
                await stage.write("二？")
                await stage.read(2)
        assert [question.text for question in assistant.asked] == ["一？", "二？"]
        assert second.asked == []

    async def test_a_process_that_stops_makes_room_when_it_has_finished_what_it_had_in_work(
        self, stage: Stage, assistant: ScriptedAssistant, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        begun, answered, left = asyncio.Event(), threading.Event(), []
        loop, give_back = asyncio.get_running_loop(), Lease.give_back

        def answer(_question: object) -> None:
            loop.call_soon_threadsafe(begun.set)
            answered.wait()

        def make_room(lease: Lease) -> None:
            left.append(unfinished(database))
            give_back(lease)

        assistant.before = answer
        monkeypatch.setattr(Lease, "give_back", make_room)
        async with performing(stage, assistant, database):
            await stage.write("慢？")
            await begun.wait()
            loop.call_later(0.2, answered.set)
        assert await stage.read(1) == ["答：慢？"]
        assert left == [()]


class TestFaults:
    @pytest.mark.parametrize(
        "faults",
        [
            [Fault("getUpdates", "html", 502), Fault("getUpdates", "drop_before")],
            [Fault("getUpdates", "garbage"), Fault("getUpdates", status=409, description="Conflict: terminated")],
            [Fault("getUpdates", "drop_after", times=2)],
            [Fault("getUpdates", "repeat", times=3)],
            [Fault("getUpdates", "reverse", times=3)],
        ],
        ids=["502 and dropped", "garbage and 409", "lost after delivery", "repeated", "reordered"],
    )
    async def test_every_question_is_answered_once_whatever_happens_to_updates(
        self, stage: Stage, assistant: ScriptedAssistant, database: Database, faults: list[Fault]
    ) -> None:
        stage.proxy.faults += faults
        for number in range(3):
            for user in (ANN, BOB):
                await stage.write(f"{user}问{number}？", user=user)
        async with performing(stage, assistant, database):
            for user in (ANN, BOB):
                assert await stage.read(3, user) == [f"答：{user}问{number}？" for number in range(3)]
            await stage.write("完？")
            assert (await stage.read(4))[-1] == "答：完？"
        assert max(Counter(entry.text for entry in stage.proxy.sent()).values()) == 1

    async def test_a_storm_of_429(self, stage: Stage, assistant: ScriptedAssistant, database: Database) -> None:
        storm = {"status": 429, "description": "Too Many Requests: retry after 1", "parameters": {"retry_after": 1}}
        stage.proxy.faults.append(Fault("sendMessage", chat=ANN, times=2, **storm))
        async with performing(stage, assistant, database):
            for number in range(3):
                await stage.write(f"问{number}？")
            await stage.write("别人？", user=BOB)
            assert await stage.read(1, BOB) == ["答：别人？"]
            assert stage.proxy.sent(chat=ANN) == []
            assert await stage.read(3) == [f"答：问{number}？" for number in range(3)]

    @pytest.mark.parametrize(
        "fault",
        [
            Fault("sendMessage", "html", 502),
            Fault("sendMessage", "drop_after"),
            Fault("sendMessage", "drop_before"),
            Fault("sendMessage", "garbage"),
        ],
        ids=lambda fault: fault.how,
    )
    async def test_an_answer_that_may_be_lost_is_never_repeated_unasked(
        self, stage: Stage, assistant: ScriptedAssistant, database: Database, fault: Fault
    ) -> None:
        stage.proxy.faults.append(fault)
        async with performing(stage, assistant, database):
            await stage.write("问？")
            await stage.proxy.until(lambda: any("可能没有送达" in entry.text for entry in stage.proxy.sent()))
            attempts = [entry for entry in stage.proxy.journal if entry.text == "答：问？"]
            assert len(attempts) == 1
            await stage.press(stage.proxy.sent()[-1], "🔁 重新回答")
            await stage.proxy.until(lambda: stage.proxy.sent()[-1].text.endswith("答：问？"))

    async def test_markup_refused_kicked_and_migrated(
        self, stage: Stage, assistant: ScriptedAssistant, database: Database
    ) -> None:
        moved = -1009999999999
        stage.proxy.faults += [
            Fault("sendMessage", status=400, description="Bad Request: can't parse entities", chat=ANN),
            Fault("sendMessage", status=403, description="Forbidden: bot was kicked from the group chat", chat=FORUM),
            Fault(
                "sendMessage",
                status=400,
                description="Bad Request: upgraded",
                chat=GROUP,
                parameters={"migrate_to_chat_id": moved},
            ),
        ]
        async with performing(stage, assistant, database):
            await stage.write("问？")
            assert await stage.read(1) == ["答：问？"]
            await stage.write("/ask 群？", chat=GROUP)
            assert await stage.read(1, moved) == ["答：群？"]
            await stage.write("/ask 被踢？", chat=FORUM)
            await stage.write("还在？")
            await stage.read(2)
        assert "kicked" in Chats(database).chat(FORUM).reason

    async def test_updates_nobody_can_read_do_not_stop_the_bot(
        self, stage: Stage, assistant: ScriptedAssistant, database: Database
    ) -> None:
        async with performing(stage, assistant, database):
            stage.inject("callback_query", {"id": "broken"})
            stage.inject("message", {"text": "no sender, no chat"})
            await stage.write("问？")
            assert await stage.read(1) == ["答：问？"]

    async def test_a_token_nobody_knows(
        self, stage: Stage, assistant: ScriptedAssistant, database: Database, tmp_path: Path
    ) -> None:
        stage.proxy.faults.append(Fault("getMe", status=401, description="Unauthorized", times=9))
        with pytest.raises(TelegramUnusableError) as caught:
            await serve(
                Profile(stage.token, tmp_path, stage.proxy.base), assistant, database, WORDING, date.today, "me"
            )
        assert caught.value.reason == "token"

    @pytest.mark.parametrize(
        "told",
        [
            pytest.param({"id": 5, "is_bot": True}, id="a bot without a name"),
            pytest.param({"is_bot": True, "first_name": "助手", "username": "ClusterBot"}, id="a bot without a number"),
            pytest.param({"id": 5, "is_bot": True, "first_name": "助手"}, id="a bot nobody can mention"),
            pytest.param(True, id="no bot at all"),
        ],
    )
    async def test_a_server_that_does_not_know_its_bot_is_named_before_anything_is_served(
        self, stage: Stage, assistant: ScriptedAssistant, database: Database, tmp_path: Path, told: Any
    ) -> None:
        async def ask_who(_request: web.Request) -> web.Response:
            return web.json_response({"ok": True, "result": told})

        strange = web.Application()
        strange.router.add_route("*", "/{path:.*}", ask_who)
        async with TestServer(strange) as server:
            profile = Profile(stage.token, tmp_path, str(server.make_url("/")).rstrip("/"))
            with pytest.raises(TelegramUnusableError) as caught:
                await serve(profile, assistant, database, WORDING, date.today, "me")
        said = WORDING.say(f"cli.telegram_{caught.value.reason}")
        assert "\n" not in said
        assert "请核对 TELEGRAM_API_BASE" in said


class TestCrowd:
    async def test_a_crowd_at_once_is_answered_once_each_in_order_and_within_the_limits(
        self, stage: Stage, assistant: ScriptedAssistant, database: Database
    ) -> None:
        people = range(1000, 1030)
        rates = Rates(per_second=20)
        for number in range(2):
            for user in people:
                await stage.write(f"{user}问{number}？", user=user)
        async with performing(stage, assistant, database, rates=rates, stale=timedelta(minutes=5)):
            await stage.proxy.until(lambda: len(stage.proxy.sent()) == 2 * len(people))
        sent = stage.proxy.sent()
        for user in people:
            assert [entry.text for entry in sent if entry.chat == user] == [f"答：{user}问{n}？" for n in range(2)]
        # On average: this machine, which is bot and server at once, may bunch what left evenly.
        assert sent[-1].at - sent[0].at > 0.9 * len(sent) / rates.per_second

    async def test_a_thousand_people_at_once_in_a_storm_are_answered_once_each(
        self, stage: Stage, assistant: ScriptedAssistant, database: Database
    ) -> None:
        people = range(2000, 3000)
        flooded, unlucky, unheard = people[5:25], people[50:60], people[90:100]
        storm = {"status": 429, "description": "Too Many Requests", "parameters": {"retry_after": 1}}
        stage.proxy.faults += [Fault("sendMessage", chat=user, times=2, **storm) for user in flooded]
        stage.proxy.faults += [Fault("sendMessage", status=503, chat=user) for user in unlucky]
        stage.proxy.faults += [Fault("sendMessage", "drop_after", chat=user) for user in unheard]
        stage.proxy.faults += [Fault("getUpdates", "repeat", times=2), Fault("getUpdates", "drop_after")]
        for start in range(0, len(people), 50):
            await asyncio.gather(*(stage.write(f"{user}问？", user=user) for user in people[start : start + 50]))
        async with performing(stage, assistant, database, stale=timedelta(minutes=5)):
            told = len(people) + len(unheard)
            await stage.proxy.until(lambda: len(stage.proxy.sent()) >= told)
        answers = Counter(
            entry.text for entry in stage.proxy.journal if entry.text.startswith("答：") and entry.status != 429
        )
        assert answers == Counter(f"答：{user}问？" for user in people)
        doubted = {entry.chat for entry in stage.proxy.sent() if "可能没有送达" in entry.text}
        assert doubted == {*unlucky, *unheard}
        assert Counter(question.text for question in assistant.asked).most_common(1)[0][1] == 1
