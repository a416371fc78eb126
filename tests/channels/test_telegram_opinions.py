"""Votes on answers: kept with what was wrong, by whom they are meant to be, and forgotten with the person."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.assistant.feedback import Complaint, Vote
from bot.assistant.types import Status
from bot.database.feedback import Feedback
from bot.database.telegram_people import Traces
from stats_tools.database import Database
from tests.channels.telegram_world import ANN, BOB, BOT, GROUP, Call, World, cited, telegram_world

EVER = datetime(2000, 1, 1, tzinfo=UTC)


def complaints(database: Database) -> list[Vote]:
    return [kept.vote for kept in Feedback(database).complaints(EVER)]


async def last(world: World, chat: int = ANN) -> Call:
    await world.quiet()
    return world.telegram.sent(chat=chat)[-1]


async def against(world: World, chat: int = ANN) -> Call:
    """Ask, vote against the answer, and return the question what was wrong."""
    world.assistant.replies["营收？"] = cited("营收？")
    await world.write("营收？" if chat == ANN else "/ask 营收？", chat=chat)
    await world.press(await last(world, chat), "👎", message=5001)
    return await last(world, chat)


async def test_a_vote_for_an_answer_is_thanked_for_and_asks_nothing(database: Database) -> None:
    async with telegram_world(database) as world:
        await world.write("营收？")
        await world.press(await last(world), "👍")
        await world.quiet()
        assert len(world.telegram.texts(ANN)) == 1
        assert "谢谢" in world.telegram.sent("answerCallbackQuery")[0].text
    assert complaints(database) == []


async def test_a_vote_against_is_asked_for_its_reason_which_a_button_tells(database: Database) -> None:
    async with telegram_world(database) as world:
        asking = await against(world)
        assert list(asking.buttons) == ["答非所问", "引用不对", "数字不对", "不完整", "其他"]
        assert asking.parameters["reply_parameters"]["message_id"] == 5001
        await world.press(asking, "引用不对", message=5002)
        await world.quiet()
        assert "引用不对" in world.telegram.sent("editMessageText")[0].text
    (vote,) = complaints(database)
    assert (vote.question, vote.status, vote.reason) == ("营收？", Status.ANSWERED, Complaint.CITATION)
    assert vote.cited == (("plan", "三、推进措施。", "（四）加大政策扶持力度。"),)


async def test_what_no_button_says_is_written_in_reply_and_is_no_question(database: Database) -> None:
    async with telegram_world(database) as world:
        await world.press(await against(world), "其他", message=5002)
        prompt = await last(world)
        assert prompt.parameters["reply_markup"]["force_reply"] is True
        replied = {"message_id": 5003, "date": 1, "chat": {"id": ANN, "type": "private"}, "from": BOT}
        await world.write("没有说到烟台", reply_to_message=replied)
        assert "已经记下" in (await last(world)).text
        assert [question.text for question in world.assistant.asked] == ["营收？"]
    (vote,) = complaints(database)
    assert (vote.reason, vote.comment) == (Complaint.OTHER, "没有说到烟台")


async def test_a_reply_to_anything_else_stays_a_question(database: Database) -> None:
    async with telegram_world(database) as world:
        await world.press(await against(world), "不完整", message=5002)
        replied = {"message_id": 5001, "date": 1, "chat": {"id": ANN, "type": "private"}, "from": BOT}
        await world.write("那青岛呢？", reply_to_message=replied)
        await world.quiet()
        assert world.assistant.asked[-1].text == "那青岛呢？"
    assert complaints(database)[0].comment == ""


async def test_in_a_group_only_the_voter_says_what_was_wrong(database: Database) -> None:
    async with telegram_world(database) as world:
        asking = await against(world, GROUP)
        await world.press(asking, "数字不对", user=BOB, message=5002)
        await world.quiet()
        assert "刚才评价的人" in world.telegram.sent("answerCallbackQuery")[-1].text
        assert complaints(database)[0].reason is None
        replied = {"message_id": 5002, "date": 1, "chat": {"id": GROUP, "type": "supergroup"}, "from": BOT}
        await world.press(asking, "数字不对", message=5002)
        await world.write("单位错了", chat=GROUP, reply_to_message=replied)
        await world.quiet()
    (vote,) = complaints(database)
    assert (vote.reason, vote.comment) == (Complaint.FIGURE, "单位错了")


async def test_a_later_vote_replaces_the_earlier_one(database: Database) -> None:
    async with telegram_world(database) as world:
        await world.write("营收？")
        answer = await last(world)
        for label in ("👎", "👍"):
            await world.press(answer, label)
            await world.quiet()
    assert complaints(database) == []


async def test_a_remark_is_kept_and_everything_is_forgotten_on_request(database: Database) -> None:
    async with telegram_world(database) as world:
        await against(world)
        await world.write("/feedback 希望增加全省合计")
        await world.write("/feedback")
        await world.quiet()
        thanks, usage = world.telegram.texts(ANN)[-2:]
        assert "已经记下" in thanks
        assert "/feedback 希望" in usage
    with database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT rating, comment, question FROM feedback ORDER BY id").all()
    assert [tuple(row) for row in kept] == [(-1, "", "营收？"), (0, "希望增加全省合计", "")]
    Traces(database).forget_person(ANN)
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM feedback").scalar() == 0
