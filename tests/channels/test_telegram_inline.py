"""Inline mode: cards for what is typed in any chat, of what the person may see."""

from __future__ import annotations

import threading

import pytest

from bot.assistant.access import Principal, Role
from bot.assistant.types import Answer, Paragraph, Status
from bot.channels.telegram_inline import MOST_CARDS
from bot.database.people import People
from stats_tools.database import Database
from tests.channels import telegram_html
from tests.channels.telegram_world import ANN, World, cited, person, says, telegram_world


async def look_up(world: World, text: str, number: str = "1", user: int = ANN) -> None:
    await world.deliver({"inline_query": {"id": number, "from": person(user), "query": text, "offset": ""}})


async def test_a_query_offers_its_answer_and_those_to_what_could_be_asked_next(database: Database) -> None:
    async with telegram_world(database) as world:
        world.assistant.replies["烟台生物医药 营收"] = cited("烟台生物医药 营收", suggestions=("那青岛呢？",))
        await look_up(world, "烟台生物医药 营收")
        await world.quiet()
        (offered,) = world.telegram.sent("answerInlineQuery")
        cards = offered.parameters["results"]
        assert [card["title"] for card in cards] == ["烟台生物医药 营收", "那青岛呢？"]
        content = cards[0]["input_message_content"]["message_text"]
        assert telegram_html.problems(content) == []
        assert "《实施方案》" in content
        assert offered.parameters["is_personal"] is True


async def test_an_ambiguous_query_offers_a_card_for_each_meaning(database: Database) -> None:
    async with telegram_world(database) as world:
        options = tuple(f"选项{number}" for number in range(9))
        reply = Answer("生物医药", Status.CLARIFY, (Paragraph("哪一个？"),), options=options)
        world.assistant.replies["生物医药"] = reply
        await look_up(world, "生物医药")
        await world.quiet()
        cards = world.telegram.sent("answerInlineQuery")[0].parameters["results"]
        assert [card["title"] for card in cards] == list(options[: MOST_CARDS - 1])


@pytest.mark.parametrize("text", ["", " ", "营"])
async def test_hardly_anything_typed_offers_nothing(database: Database, text: str) -> None:
    async with telegram_world(database) as world:
        await look_up(world, text)
        await world.quiet()
        assert world.assistant.asked == []
        assert not world.telegram.sent("answerInlineQuery")[0].parameters["results"]


async def test_what_is_not_answered_is_no_card(database: Database) -> None:
    async with telegram_world(database) as world:
        world.assistant.replies["天气"] = Answer("天气", Status.NOT_FOUND, (Paragraph("没有。"),))
        await look_up(world, "天气")
        await world.quiet()
        assert not world.telegram.sent("answerInlineQuery")[0].parameters["results"]


async def test_strangers_are_the_public_and_officials_are_themselves(database: Database) -> None:
    People(database).grant(99, Role.OFFICIAL, "王处长", {"烟台"})
    async with telegram_world(database) as world:
        await look_up(world, "营收", "1")
        await look_up(world, "利润", "2", user=99)
        await world.quiet()
        principals = {question.text: question.principal for question in world.assistant.asked}
        assert principals == {"营收": Principal(), "利润": Principal(Role.OFFICIAL, "王处长", frozenset({"烟台"}))}
        assert {question.session for question in world.assistant.asked} == {""}
        assert all(question.tentative for question in world.assistant.asked)


async def test_of_what_is_typed_letter_by_letter_only_the_last_is_answered(database: Database) -> None:
    async with telegram_world(database) as world:
        slow = threading.Event()
        world.assistant.before = lambda _question: slow.wait(5) and None
        for number, text in enumerate(("烟台", "烟台生", "烟台生物", "烟台生物医药")):
            await look_up(world, text, str(number))
        await world.write("别人？", user=12)
        slow.set()
        await world.quiet()
        asked = [question.text for question in world.assistant.asked if question.text != "别人？"]
        assert asked[-1] == "烟台生物医药"
        assert "烟台生物" not in asked


async def test_a_long_answer_is_a_card_of_its_first_message(database: Database) -> None:
    async with telegram_world(database) as world:
        world.assistant.replies["长问"] = says("长问", "一句话。" * 3000)
        await look_up(world, "长问")
        await world.quiet()
        (card,) = world.telegram.sent("answerInlineQuery")[0].parameters["results"]
        assert telegram_html.units(card["input_message_content"]["message_text"]) <= 4096
