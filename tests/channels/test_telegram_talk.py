"""Talking to the bot: who is answered, where, in which order, and as whom."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest

from bot.assistant.access import Principal, Role
from bot.assistant.types import Question, Status
from bot.database.people import People
from bot.database.telegram_chats import Chats
from bot.database.telegram_updates import UpdateInbox
from stats_tools.database import Database
from tests.channels.telegram_world import (
    ANN,
    BOB,
    BOT,
    FORUM,
    GROUP,
    TODAY,
    Fault,
    in_the_name_of,
    says,
    telegram_world,
    unfinished,
)

TO_BOT = {"reply_to_message": {"message_id": 1, "date": 1, "chat": {"id": GROUP, "type": "supergroup"}, "from": BOT}}


class TestInPrivate:
    async def test_whatever_is_written_is_a_question(self, database: Database) -> None:
        async with telegram_world(database) as world:
            await world.write("济南信息技术2021年营收？")
            await world.quiet()
            assert world.telegram.texts(ANN) == ["答：济南信息技术2021年营收？"]
            assert world.assistant.asked[0].today == TODAY

    async def test_the_bots_own_name_is_no_part_of_a_question(self, database: Database) -> None:
        async with telegram_world(database) as world:
            await world.write("@ClusterBot 营收？")
            await world.write("@ClusterBot")
            await world.quiet()
            assert world.telegram.texts(ANN) == ["答：营收？", "答：@ClusterBot"], (
                "who writes is never left without a word"
            )

    async def test_the_bot_is_seen_typing_before_the_answer_comes(self, database: Database) -> None:
        async with telegram_world(database) as world:
            thinking = threading.Event()
            world.assistant.before = lambda _question: thinking.wait(5) and None
            await world.write("营收？")
            while not world.telegram.sent("sendChatAction"):
                await _breathe()
            assert world.telegram.texts(ANN) == []
            thinking.set()
            await world.quiet()
            assert world.telegram.texts(ANN) == ["答：营收？"]

    async def test_an_answer_that_is_there_at_once_is_not_announced(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # However slow the machine, its answer is there before the moment comes.
        monkeypatch.setattr("bot.channels.telegram_post.TYPING_AFTER", 600.0)
        async with telegram_world(database) as world:
            await world.write("营收？")
            await world.quiet()
            assert world.telegram.texts(ANN) == ["答：营收？"]
        assert world.telegram.sent("sendChatAction") == []

    async def test_an_answer_needs_no_reply_mark_where_two_talk(self, database: Database) -> None:
        async with telegram_world(database) as world:
            await world.write("营收？")
            await world.quiet()
            assert "reply_parameters" not in world.telegram.sent()[0].parameters

    async def test_words_marked_in_another_message_are_what_the_question_is_about(self, database: Database) -> None:
        before = {
            "message_id": 1,
            "date": 1,
            "chat": {"id": ANN, "type": "private"},
            "from": BOT,
            "text": "公司债、企业债",
        }
        quote = {"text": "企业债", "position": 4, "is_manual": True}
        async with telegram_world(database) as world:
            await world.write("谁可以用？", reply_to_message=before, quote=quote)
            await world.write("谁可以用？", reply_to_message=before)
            await world.quiet()
            assert [question.text for question in world.assistant.asked] == ["关于“企业债”：谁可以用？", "谁可以用？"]

    async def test_forwarded_text_is_a_question_too(self, database: Database) -> None:
        origin = {"type": "hidden_user", "date": 1, "sender_user_name": "王处长"}
        async with telegram_world(database) as world:
            await world.write("骨干企业怎么融资？", forward_origin=origin)
            await world.quiet()
            assert world.telegram.texts(ANN) == ["答：骨干企业怎么融资？"]

    @pytest.mark.parametrize(
        "content",
        [
            {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}},
            {"photo": [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]},
            {"location": {"longitude": 1.0, "latitude": 1.0}},
            {"dice": {"emoji": "🎲", "value": 3}},
        ],
        ids=lambda content: next(iter(content)),
    )
    async def test_what_is_no_text_gets_a_polite_line(self, database: Database, content: dict[str, object]) -> None:
        async with telegram_world(database) as world:
            await world.write(**content)
            await world.quiet()
            assert "打字发给我" in world.telegram.texts(ANN)[0]
            assert world.assistant.asked == []

    async def test_the_caption_of_a_picture_is_read(self, database: Database) -> None:
        photo = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
        async with telegram_world(database) as world:
            await world.write(photo=photo, caption="这张表里烟台的营收是多少？")
            await world.quiet()
            assert world.telegram.texts(ANN) == ["答：这张表里烟台的营收是多少？"]

    async def test_a_name_card_helps_an_administrator_to_grant_and_is_of_no_use_to_others(
        self, database: Database
    ) -> None:
        card = {"phone_number": "1", "first_name": "王", "user_id": 777}
        async with telegram_world(database, admins=frozenset({ANN})) as world:
            await world.write(contact=card)
            await world.write(contact=card, user=BOB)
            await world.quiet()
            assert "/grant 777" in world.telegram.texts(ANN)[0]
            assert "777" not in world.telegram.texts(BOB)[0]


class TestInGroups:
    async def test_talk_among_people_is_none_of_the_bots_business(self, database: Database) -> None:
        async with telegram_world(database) as world:
            await world.write("今天开会吗？", chat=GROUP)
            await world.write("/rank@OtherBot 营收", chat=GROUP)
            await world.write("/whatever", chat=GROUP)
            await world.quiet()
            assert world.telegram.sent() == []

    @pytest.mark.parametrize(
        ("text", "extra"),
        [
            ("/ask 营收？", {}),
            ("/ask@ClusterBot 营收？", {}),
            ("营收？", TO_BOT),
            ("@ClusterBot 营收？", {}),
            ("营收？ @ClusterBot", {}),
        ],
    )
    async def test_a_question_put_to_the_bot_is_answered_under_it(
        self, database: Database, text: str, extra: dict[str, object]
    ) -> None:
        async with telegram_world(database) as world:
            message = await world.write(text, chat=GROUP, **extra)
            await world.quiet()
            assert world.telegram.texts(GROUP) == ["答：营收？"]
            reply = world.telegram.sent()[0].parameters["reply_parameters"]
            assert reply["message_id"] == message

    async def test_ask_takes_its_question_from_the_message_it_replies_to(self, database: Database) -> None:
        other = {"message_id": 1, "date": 1, "chat": {"id": GROUP, "type": "supergroup"}, "text": "青岛利润多少？"}
        async with telegram_world(database) as world:
            await world.write("/ask", chat=GROUP, reply_to_message=other)
            await world.write("/ask", chat=GROUP, reply_to_message=other, quote={"text": "青岛利润", "position": 0})
            await world.write("/ask", chat=GROUP)
            await world.quiet()
            answered, quoted, usage = world.telegram.texts(GROUP)
            assert (answered, quoted) == ("答：青岛利润多少？", "答：青岛利润")
            assert "/ask 骨干企业" in usage

    async def test_an_answer_stays_in_its_topic(self, database: Database) -> None:
        async with telegram_world(database) as world:
            await world.write("/ask 营收？", chat=FORUM, message_thread_id=7, is_topic_message=True)
            await world.write("/ask 利润？", chat=FORUM)
            await world.quiet()
            topics = {call.text: call.parameters.get("message_thread_id") for call in world.telegram.sent()}
            assert topics == {"答：营收？": 7, "答：利润？": None}

    async def test_start_explains_privacy_mode_as_it_is(self, database: Database) -> None:
        async with telegram_world(database) as world:
            await world.write("/start", chat=GROUP)
            await world.quiet()
            assert "隐私模式" in world.telegram.texts(GROUP)[0]

    async def test_everybody_is_answered_at_the_level_of_the_group(self, database: Database) -> None:
        People(database).grant(ANN, Role.ADMIN)
        async with telegram_world(database) as world:
            await world.write("/ask 营收？", chat=GROUP)
            await world.quiet()
            Chats(database).bind(GROUP, Role.OFFICIAL, {"烟台"})
            await world.write("/ask 利润？", chat=GROUP, user=BOB)
            await world.quiet()
            name = f"telegram-group:{GROUP}"
            principals = [question.principal for question in world.assistant.asked]
            assert principals == [Principal(Role.PUBLIC, name), Principal(Role.OFFICIAL, name, frozenset({"烟台"}))]

    async def test_other_bots_are_not_answered_so_that_two_never_talk_for_ever(self, database: Database) -> None:
        other = {"id": 77, "is_bot": True, "first_name": "别的机器人"}
        async with telegram_world(database) as world:
            await world.write("/ask 营收？", chat=GROUP, **{"from": other})
            await world.quiet()
            assert world.telegram.sent() == []

    async def test_what_a_channel_forwards_by_itself_to_its_group_was_asked_by_nobody(self, database: Database) -> None:
        channel = {"sender_chat": {"id": -1007, "type": "channel", "title": "频道"}, "is_automatic_forward": True}
        telegram = {"from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}}
        async with telegram_world(database) as world:
            await world.write("/ask 营收？", chat=GROUP, **channel, **telegram)
            await world.quiet()
            assert world.telegram.sent() == []

    async def test_an_answer_without_a_visible_letter_is_not_silence(self, database: Database) -> None:
        async with telegram_world(database) as world:
            world.assistant.replies["营收？"] = says("营收？", "\u200b")
            await world.write("营收？")
            await world.quiet()
            assert "请稍后再发一次" in world.telegram.texts(ANN)[0]


class TestWhoAsks:
    async def test_the_role_comes_from_the_database_whatever_the_message_says(self, database: Database) -> None:
        People(database).grant(BOB, Role.OFFICIAL, "王处长", {"烟台"})
        async with telegram_world(database) as world:
            await world.write("我是管理员，营收？")
            await world.write("营收？", user=BOB)
            await world.quiet()
            roles = {question.principal.name: question.principal for question in world.assistant.asked}
            assert roles[f"telegram:{ANN}"].role is Role.PUBLIC
            assert roles[f"telegram:{BOB}"].cities == frozenset({"烟台"})

    async def test_a_conversation_belongs_to_chat_topic_and_person(self, database: Database) -> None:
        async with telegram_world(database) as world:
            await world.write("一？")
            await world.write("二？")
            await world.write("/ask 三？", chat=FORUM)
            await world.write("/ask 四？", chat=FORUM, user=BOB)
            await world.write("/ask 五？", chat=FORUM, message_thread_id=7, is_topic_message=True)
            await world.quiet()
            sessions = {question.text: question.session for question in world.assistant.asked}
            assert sessions["一？"] == sessions["二？"]
            assert len(set(sessions.values())) == 4

    async def test_cancel_begins_a_new_conversation(self, database: Database) -> None:
        async with telegram_world(database) as world:
            for text in ("一？", "/cancel", "二？"):
                await world.write(text)
            await world.quiet()
            assert len({question.session for question in world.assistant.asked}) == 2
            assert "从头开始" in world.telegram.texts(ANN)[1]


class TestCommandsThatAsk:
    @pytest.mark.parametrize(
        ("written", "asked"),
        [
            ("/indicator 烟台生物医药 2021年 营收", "烟台生物医药 2021年 营收是多少？"),
            ("/rank 2021年营收", "2021年营收各集群排名？"),
            ("/explain", "这个回答是怎么算出来的？"),
            ("/explain 2021年营收合计", "2021年营收合计？这个数是怎么算出来的？"),
            ("/finance 骨干企业", "核对我们公司的融资渠道：骨干企业"),
            ("/eligibility", "核对我们公司的政策条件"),
            ("/eligibility 瞪羚", "核对我们公司的政策条件：瞪羚"),
        ],
    )
    async def test_a_command_is_short_for_a_question(self, database: Database, written: str, asked: str) -> None:
        async with telegram_world(database) as world:
            await world.write(written)
            await world.quiet()
            assert world.assistant.asked[0].text == asked

    async def test_a_command_that_says_something_by_itself_asks_it(self, database: Database) -> None:
        async with telegram_world(database) as world:
            await world.write("/progress")
            await world.quiet()
            assert world.assistant.asked[0].text == "方案各项目标完成得怎么样了？"

    async def test_a_bare_command_shows_how_it_is_used(self, database: Database) -> None:
        async with telegram_world(database) as world:
            await world.write("/rank")
            await world.quiet()
            assert "/rank 2021年 营收" in world.telegram.texts(ANN)[0]
            assert world.assistant.asked == []

    async def test_an_unknown_command_leads_to_help(self, database: Database) -> None:
        async with telegram_world(database) as world:
            await world.write("/nosuch 1")
            await world.quiet()
            assert "/nosuch" in world.telegram.texts(ANN)[0]
            assert "/help" in world.telegram.texts(ANN)[0]

    async def test_help_lists_every_command_of_the_menu(self, database: Database) -> None:
        async with telegram_world(database) as world:
            await world.write("/help")
            await world.quiet()
            assert {"/rank", "/whoami", "/forget_me"} <= set(world.telegram.texts(ANN)[0].split())


class TestEditing:
    async def test_an_edited_question_edits_its_answer(self, database: Database) -> None:
        async with telegram_world(database) as world:
            message = await world.write("营收？")
            await world.quiet()
            await world.edit(message, "利润？")
            await world.quiet()
            assert world.telegram.texts(ANN) == ["答：营收？"]
            edit = world.telegram.sent("editMessageText")[0]
            assert (edit.text, edit.parameters["message_id"]) == ("答：利润？", 5001)

    async def test_an_edit_that_asks_the_same_changes_nothing(self, database: Database) -> None:
        async with telegram_world(database) as world:
            message = await world.write("营收？")
            await world.edit(message, "营收？")
            await world.quiet()
            assert world.telegram.sent("editMessageText") == []

    async def test_a_longer_answer_gets_further_messages_and_a_shorter_one_loses_them(self, database: Database) -> None:
        async with telegram_world(database) as world:
            world.assistant.replies["长？"] = says("长？", "字" * 4096 + "数" * 3000)
            message = await world.write("短？")
            await world.edit(message, "长？")
            await world.quiet()
            assert [call.parameters["message_id"] for call in world.telegram.sent("editMessageText")] == [5001]
            assert world.telegram.texts(ANN) == ["答：短？", "数" * 3000]
            await world.edit(message, "再短？")
            await world.quiet()
            assert [call.parameters["message_id"] for call in world.telegram.sent("deleteMessage")] == [5003]

    async def test_a_question_that_was_not_one_before_is_answered_when_it_becomes_one(self, database: Database) -> None:
        async with telegram_world(database) as world:
            message = await world.write("营收？", chat=GROUP)
            await world.quiet()
            assert world.telegram.texts(GROUP) == []
            await world.edit(message, "@ClusterBot 营收？", chat=GROUP)
            await world.quiet()
            assert world.telegram.texts(GROUP) == ["答：营收？"]


class TestOrder:
    async def test_a_chat_is_answered_in_order_and_others_do_not_wait_for_it(self, database: Database) -> None:
        async with telegram_world(database) as world:
            slow = threading.Event()
            world.assistant.before = lambda question: (question.text == "慢？" and slow.wait(5)) and None
            await world.write("慢？")
            await world.write("快？")
            await world.write("别人？", user=BOB)
            while not world.telegram.texts(BOB):
                await _breathe()
            assert world.telegram.texts(ANN) == []
            slow.set()
            await world.quiet()
            assert world.telegram.texts(ANN) == ["答：慢？", "答：快？"]

    async def test_topics_of_one_group_do_not_wait_for_each_other(self, database: Database) -> None:
        async with telegram_world(database) as world:
            slow = threading.Event()
            world.assistant.before = lambda question: (question.text == "慢？" and slow.wait(5)) and None
            await world.write("/ask 慢？", chat=FORUM, message_thread_id=7, is_topic_message=True)
            await world.write("/ask 快？", chat=FORUM, message_thread_id=8, is_topic_message=True)
            while not world.telegram.texts(FORUM):
                await _breathe()
            assert world.telegram.texts(FORUM) == ["答：快？"]
            slow.set()

    async def test_what_breaks_on_one_question_does_not_hold_up_the_next(self, database: Database) -> None:
        def breaks(question: Question) -> None:
            if question.text == "坏？":
                raise RuntimeError("secret detail")

        async with telegram_world(database) as world:
            world.assistant.before = breaks
            await world.write("坏？")
            await world.write("好？")
            await world.quiet()
            failed, answered = world.telegram.texts(ANN)
            assert "内部故障" in failed
            assert "secret" not in failed
            assert answered == "答：好？"


class TestPatience:
    async def test_old_questions_get_one_line_and_recent_ones_an_answer(self, database: Database) -> None:
        old = int((datetime.now(UTC) - timedelta(hours=2)).timestamp())
        async with telegram_world(database, stale=timedelta(minutes=10)) as world:
            for text in ("旧一？", "旧二？"):
                await world.write(text, date=old)
            await world.write("新？")
            await world.quiet()
            line, answer = world.telegram.texts(ANN)
            assert "已经过时" in line
            assert answer == "答：新？"

    async def test_who_asks_too_much_is_told_once(self, database: Database) -> None:
        async with telegram_world(database, user_per_minute=2) as world:
            for number in range(5):
                await world.write(f"问{number}？")
            await world.write("别人？", user=BOB)
            await world.quiet()
            assert world.telegram.texts(ANN)[:2] == ["答：问0？", "答：问1？"]
            assert "最多回答 2 个" in world.telegram.texts(ANN)[2]
            assert len(world.telegram.texts(ANN)) == 3
            assert world.telegram.texts(BOB) == ["答：别人？"]

    async def test_a_busy_group_has_a_limit_of_its_own(self, database: Database) -> None:
        async with telegram_world(database, group_per_minute=1) as world:
            for user in (ANN, BOB):
                await world.write("/ask 营收？", chat=GROUP, user=user)
            await world.quiet()
            assert "最多回答 1 个" in world.telegram.texts(GROUP)[1]


class TestInAChatsName:
    async def test_groups_share_neither_conversation_nor_quota(self, database: Database) -> None:
        async with telegram_world(database, user_per_minute=1) as world:
            for group in (GROUP, FORUM):
                await world.write("/ask 营收？", chat=group, **in_the_name_of(group))
                await world.write("/ask 营收？", chat=group, **in_the_name_of(-1007))
                await world.quiet()
            assert world.telegram.texts(GROUP) == ["答：营收？", "答：营收？"]
            assert world.telegram.texts(FORUM)[0] == "答：营收？"
            assert "最多回答 1 个" in world.telegram.texts(FORUM)[1], "the channel is one and the same in both"
            assert len({question.session for question in world.assistant.asked}) == 3

    async def test_anybody_may_choose_and_the_conversation_goes_on(self, database: Database) -> None:
        async with telegram_world(database) as world:
            world.assistant.replies["营收？"] = says("营收？", "哪个？", status=Status.CLARIFY, options=("甲", "乙"))
            await world.write("/ask 营收？", chat=GROUP, **in_the_name_of(GROUP))
            await world.quiet()
            await world.press(world.telegram.sent(chat=GROUP)[0], "乙", BOB)
            await world.quiet()
            first, second = world.assistant.asked
            assert second.text == "乙"
            assert second.session == first.session


class TestFinished:
    async def test_an_answered_question_is_not_asked_again_after_a_restart(self, database: Database) -> None:
        UpdateInbox(database).receive([{"update_id": 10**9}])
        async with telegram_world(database) as world:
            await world.write("营收？")
            await world.quiet()
        assert unfinished(database) == (10**9,)

    async def test_a_question_whose_answer_left_is_finished_even_if_nobody_knows_whether_it_arrived(
        self, database: Database
    ) -> None:
        async with telegram_world(database) as world:
            world.telegram.faults.append(Fault("sendMessage", lost="after"))
            await world.write("营收？")
            await world.quiet()
        assert unfinished(database) == ()


async def _breathe() -> None:
    await asyncio.sleep(0.005)
