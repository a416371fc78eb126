"""What becomes of an answer when Telegram refuses, moves, loses or doubts it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.assistant.access import Role
from bot.assistant.types import Attachment
from bot.database.telegram_chats import Chats
from bot.database.telegram_updates import UpdateInbox
from stats_tools.database import Database
from tests.channels.telegram_world import (
    ANN,
    BOB,
    FORUM,
    GROUP,
    Fault,
    World,
    on_a_jumping_clock,
    says,
    telegram_world,
    unfinished,
)

SUPERGROUP = -1_009_999_999_999


async def ask(world: World, text: str, **where: object) -> None:
    await world.write(text, **where)
    await world.quiet()


def run(database: Database, story: Callable[[World], Awaitable[None]], **profile: object) -> None:
    async def main() -> None:
        async with telegram_world(database, **profile) as world:
            await story(world)

    on_a_jumping_clock(main)


def test_markup_that_is_refused_goes_out_as_plain_text(database: Database) -> None:
    async def story(world: World) -> None:
        world.telegram.faults.append(Fault("sendMessage", 400, "Bad Request: can't parse entities"))
        world.assistant.replies["问？"] = says("问？", "a<b & c")
        await ask(world, "问？")
        (sent,) = world.telegram.sent()
        assert sent.text == "a<b & c"
        assert "parse_mode" not in sent.parameters

    run(database, story)


def test_a_group_that_became_a_supergroup_is_followed_with_all_that_is_known_of_it(database: Database) -> None:
    Chats(database).bind(GROUP, Role.OFFICIAL)

    async def story(world: World) -> None:
        moved = "Bad Request: group chat was upgraded to a supergroup chat"
        world.telegram.faults.append(Fault("sendMessage", 400, moved, {"migrate_to_chat_id": SUPERGROUP}, chat=GROUP))
        await ask(world, "/ask 一？", chat=GROUP)
        await ask(world, "/ask 二？", chat=SUPERGROUP)
        assert world.telegram.texts(SUPERGROUP) == ["答：一？", "答：二？"]
        assert {question.principal.role for question in world.assistant.asked} == {Role.OFFICIAL}
        assert len({question.session for question in world.assistant.asked}) == 1

    run(database, story)


def test_the_news_of_a_new_id_is_taken_from_either_chat(database: Database) -> None:
    Chats(database).bind(GROUP, Role.OFFICIAL)

    async def story(world: World) -> None:
        await world.write(chat=GROUP, migrate_to_chat_id=SUPERGROUP)
        await world.write(chat=SUPERGROUP, migrate_from_chat_id=GROUP)
        await world.quiet()
        assert world.telegram.sent() == []

    run(database, story)
    assert Chats(database).chat(SUPERGROUP).role is Role.OFFICIAL


def test_an_answer_to_a_deleted_topic_goes_to_the_group(database: Database) -> None:
    async def story(world: World) -> None:
        world.telegram.faults.append(Fault("sendMessage", 400, "Bad Request: message thread not found", times=1))
        await ask(world, "/ask 问？", chat=FORUM, message_thread_id=7, is_topic_message=True)
        (sent,) = world.telegram.sent()
        assert (sent.chat, sent.parameters.get("message_thread_id")) == (FORUM, None)

    run(database, story)


@pytest.mark.parametrize(
    ("status", "description"),
    [
        (403, "Forbidden: bot was blocked by the user"),
        (403, "Forbidden: bot was kicked from the supergroup chat"),
        (400, "Bad Request: chat not found"),
        (400, "Bad Request: not enough rights to send text messages to the chat"),
    ],
)
def test_a_chat_that_is_closed_to_the_bot_is_recorded_and_open_again_when_it_writes(
    database: Database, status: int, description: str
) -> None:
    chats = Chats(database)

    async def story(world: World) -> None:
        world.telegram.faults.append(Fault("sendMessage", status, description, times=1))
        await ask(world, "一？")
        assert description.split(": ")[1].lower() in chats.chat(ANN).reason.lower()
        assert not chats.chat(ANN).reachable
        await ask(world, "二？")
        assert chats.chat(ANN).reachable
        assert world.telegram.texts(ANN) == ["答：二？"]

    run(database, story)


@pytest.mark.parametrize(
    ("status", "reachable"),
    [("kicked", False), ("left", False), ("restricted", False), ("member", True), ("administrator", True)],
)
def test_the_register_follows_what_becomes_of_the_bot(database: Database, status: str, reachable: bool) -> None:
    chats = Chats(database)
    chats.unreachable(GROUP, "before") if reachable else chats.bind(GROUP, Role.PUBLIC)

    async def story(world: World) -> None:
        await world.deliver({"my_chat_member": membership("left" if reachable else "member", status)})
        await world.quiet()

    run(database, story)
    assert chats.chat(GROUP).reachable is reachable


def test_a_group_the_bot_is_added_to_is_told_how_to_ask(database: Database) -> None:
    async def story(world: World) -> None:
        await world.deliver({"my_chat_member": membership("left", "member")})
        await world.deliver({"my_chat_member": membership("member", "administrator")})
        await world.quiet()
        (greeting,) = world.telegram.texts(GROUP)
        assert "/ask" in greeting

    run(database, story)


@pytest.mark.parametrize("fault", [Fault("sendMessage", 502, "Bad Gateway"), Fault("sendMessage", lost="after")])
def test_an_answer_nobody_knows_the_fate_of_is_offered_again_but_never_repeated(
    database: Database, fault: Fault
) -> None:
    async def story(world: World) -> None:
        world.telegram.faults.append(fault)
        await ask(world, "问？")
        notice = world.telegram.sent()[-1]
        assert "可能没有送达" in notice.text
        assert sum(call.text == "答：问？" for call in world.telegram.attempts) == 1
        await world.press(notice, "🔁 重新回答")
        await world.quiet()
        assert world.telegram.texts(ANN)[-1].endswith("答：问？")

    run(database, story)


def test_a_question_that_another_process_answered_meanwhile_is_not_answered_again(database: Database) -> None:
    async def story(world: World) -> None:
        inbox = UpdateInbox(database)

        def other_process(_question: object) -> None:
            for update in unfinished(database):
                inbox.finish(update)

        world.assistant.before = other_process
        await ask(world, "问？")
        await ask(world, "/ask 群？", chat=GROUP)
        assert len(world.assistant.asked) == 2
        assert world.telegram.sent() == []

    run(database, story)


def test_an_answer_that_certainly_never_left_is_sent_when_the_network_is_back(database: Database) -> None:
    async def story(world: World) -> None:
        world.telegram.faults.append(Fault("sendMessage", lost="connect", times=3))
        await ask(world, "问？")
        assert world.telegram.texts(ANN) == ["答：问？"]

    run(database, story)


def test_an_edit_is_repeated_because_that_does_no_harm(database: Database) -> None:
    async def story(world: World) -> None:
        message = await world.write("一？")
        await world.quiet()
        world.telegram.faults.append(Fault("editMessageText", lost="after"))
        await world.edit(message, "二？")
        await world.quiet()
        assert [call.text for call in world.telegram.sent("editMessageText")] == ["答：二？"] * 2

    run(database, story)


def test_an_answer_that_was_deleted_is_given_anew_when_its_question_is_edited(database: Database) -> None:
    async def story(world: World) -> None:
        message = await world.write("一？")
        await world.quiet()
        world.telegram.faults.append(Fault("editMessageText", 400, "Bad Request: message to edit not found", times=2))
        await world.edit(message, "二？")
        await world.quiet()
        assert world.telegram.texts(ANN) == ["答：一？", "答：二？"]

    run(database, story)


def test_one_chat_that_is_flooded_does_not_slow_the_others(database: Database) -> None:
    async def story(world: World) -> None:
        world.telegram.faults.append(Fault("sendMessage", 429, "Too Many Requests", {"retry_after": 30}, chat=ANN))
        await world.write("慢？")
        await world.write("快？", user=BOB)
        await world.quiet()
        slow, fast = world.telegram.sent(chat=ANN)[0], world.telegram.sent(chat=BOB)[0]
        assert slow.at - fast.at > 25

    run(database, story)


class TestFiles:
    def test_a_chart_comes_as_a_picture_and_a_table_as_a_file(self, database: Database, tmp_path: Path) -> None:
        chart, table = tmp_path / "营收.png", tmp_path / "营收.xlsx"
        chart.write_bytes(b"picture")
        table.write_bytes(b"sheet")

        async def story(world: World) -> None:
            files = (Attachment("chart", chart), Attachment("table", table))
            question = "营收？" * 600
            world.assistant.replies[question] = says(question, "如图。", attachments=files)
            await ask(world, question)
            (photo,) = world.telegram.sent("sendPhoto")
            (document,) = world.telegram.sent("sendDocument")
            assert len(photo.parameters["caption"]) <= 1024
            assert document.chat == ANN

        run(database, story)

    def test_a_chart_that_telegram_takes_for_no_picture_comes_as_a_file(
        self, database: Database, tmp_path: Path
    ) -> None:
        chart = tmp_path / "营收.png"
        chart.write_bytes(b"picture")

        async def story(world: World) -> None:
            world.telegram.faults.append(Fault("sendPhoto", 400, "Bad Request: PHOTO_INVALID_DIMENSIONS"))
            world.assistant.replies["营收？"] = says("营收？", "如图。", attachments=(Attachment("chart", chart),))
            await ask(world, "营收？")
            assert world.telegram.sent("sendDocument")[0].files["document"] == ("营收.png", b"picture")
            assert world.telegram.texts(ANN) == ["如图。"]

        run(database, story)

    def test_a_file_that_is_gone_costs_a_line_and_not_the_answer(self, database: Database, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            gone = Attachment("chart", tmp_path / "gone.png")
            world.assistant.replies["营收？"] = says("营收？", "如图。", attachments=(gone,))
            await ask(world, "营收？")
            answer, line = world.telegram.texts(ANN)
            assert answer == "如图。"
            assert "附件没有发送成功" in line

        run(database, story)


def membership(old: str, new: str) -> dict[str, object]:
    bot = {"id": 123456, "is_bot": True, "first_name": "集群助手"}

    def member(status: str) -> dict[str, object]:
        rights = dict.fromkeys(RIGHTS, False) | {"is_member": True, "until_date": 0}
        return {
            "status": status,
            "user": bot,
            **(rights if status in ("restricted", "administrator", "kicked") else {}),
        }

    chat = {"id": GROUP, "type": "supergroup", "title": "群"}
    return {
        "chat": chat,
        "from": {"id": ANN, "is_bot": False, "first_name": "人"},
        "date": 1,
        "old_chat_member": member(old),
        "new_chat_member": member(new),
    }


_RIGHTS = """send_messages change_info invite_users pin_messages manage_topics send_polls send_other_messages edit_tag
add_web_page_previews send_audios send_documents send_photos send_videos send_video_notes send_voice_notes be_edited
manage_chat delete_messages manage_video_chats restrict_members promote_members post_stories edit_stories
delete_stories react_to_messages"""
RIGHTS = ["is_anonymous", *(f"can_{right}" for right in _RIGHTS.split())]
