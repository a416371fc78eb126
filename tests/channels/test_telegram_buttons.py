"""Buttons: what they offer, who may press them, and what a press does."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.assistant.types import Answer, Attachment, Paragraph, Status, Table
from bot.channels.telegram_buttons import LABEL_UNITS, MOST_CHOICES, answer_keyboard, next_citation
from bot.database.telegram_people import Traces
from prompts import Wording
from stats_tools.database import Database
from stats_tools.periods import Basis, Period
from stats_tools.types import Figure
from tests.channels.telegram_html import units
from tests.channels.telegram_world import ANN, BOB, GROUP, Call, World, citation, cited, telegram_world

WORDING = Wording.load()


def clarify(*options: str) -> Answer:
    return Answer("营收？", Status.CLARIFY, (Paragraph("您问的是哪个集群？"),), options=options)


async def last(world: World, chat: int = ANN) -> Call:
    await world.quiet()
    return world.telegram.sent(chat=chat)[-1]


class TestKeyboards:
    def test_every_button_fits_telegrams_limits_whatever_it_asks(self) -> None:
        answer = clarify(*(f"第{number}个很长的选项" * 40 for number in range(30)))
        keyboard = answer_keyboard(answer, WORDING)
        assert len(keyboard.rows) == MOST_CHOICES
        for row in keyboard.rows:
            for button in row:
                assert 1 <= len(str(button.callback_data).encode()) <= 64
                assert 1 <= units(button.text) <= LABEL_UNITS

    def test_an_answer_offers_its_source_votes_and_what_to_ask_next(self) -> None:
        keyboard = answer_keyboard(cited("问？", 2, suggestions=("那青岛呢？", "前一年呢？")), WORDING)
        labels = [[button.text for button in row] for row in keyboard.rows]
        assert labels == [["📄 原文", "👍", "👎"], ["那青岛呢？", "前一年呢？"]]

    def test_figures_side_by_side_offer_a_chart_unless_there_is_one(self) -> None:
        figure = Figure("revenue", "营收", "yt", "烟台", Period(2021, 2), Basis.YTD, Decimal(1), "亿元", 2, "", True)
        blocks = (Table(("集群", "营收"), (("烟台", "1"), ("临沂", "2"))),)
        ranking = Answer("营收排名？", Status.ANSWERED, blocks, figures=(figure, figure))
        keyboard = answer_keyboard(ranking, WORDING)
        assert [button.text for button in keyboard.rows[0]] == ["📊 图表", "📥 导出Excel"]
        assert [button.text for button in keyboard.rows[1]] == ["👍", "👎"]
        assert keyboard.buttons[0].argument == "营收排名，画个图"
        drawn = replace(ranking, attachments=(Attachment("chart", Path("a.png")),))
        assert [button.text for button in answer_keyboard(drawn, WORDING).rows[0]] == ["📥 导出Excel", "👍", "👎"]

    def test_a_refusal_is_not_voted_on(self) -> None:
        answer = Answer("问？", Status.NOT_FOUND, (Paragraph("没有。"),))
        assert answer_keyboard(answer, WORDING).markup is None

    @pytest.mark.parametrize(("n", "following"), [(1, 2), (2, 5), (5, 1), (9, 1)])
    def test_citations_are_turned_in_a_circle(self, n: int, following: int) -> None:
        turned = next_citation([citation(1), citation(2), citation(5)], n)
        assert turned is not None
        assert turned.n == following

    def test_a_single_citation_has_no_next(self) -> None:
        assert next_citation([citation(1)], 1) is None


class TestPresses:
    async def test_a_suggestion_is_asked_as_if_typed_and_the_chat_sees_what_was_asked(self, database: Database) -> None:
        async with telegram_world(database) as world:
            world.assistant.replies["营收？"] = cited("营收？", suggestions=("那青岛呢？",))
            await world.write("营收？")
            await world.press(await last(world), "那青岛呢？")
            assert (await last(world)).text == "您问：那青岛呢？\n\n答：那青岛呢？"
            assert world.assistant.asked[0].session == world.assistant.asked[1].session

    async def test_a_press_is_answered_before_the_work_of_its_chat_is_done(self, database: Database) -> None:
        async with telegram_world(database) as world:
            await world.write("营收？")
            answer = await last(world)
            slow = threading.Event()
            world.assistant.before = lambda _question: slow.wait(5) and None
            await world.write("慢？")
            await world.press(answer, "👍")
            while not world.telegram.sent("answerCallbackQuery"):
                await asyncio.sleep(0.005)
            assert len(world.telegram.texts(ANN)) == 1
            slow.set()
            await world.quiet()
            assert world.telegram.texts(ANN)[-1] == "答：慢？"

    async def test_a_choice_answers_the_question_back(self, database: Database) -> None:
        async with telegram_world(database) as world:
            world.assistant.replies["营收？"] = clarify("烟台生物医药", "临沂生物医药")
            await world.write("营收？")
            await world.press(await last(world), "临沂生物医药")
            await world.quiet()
            assert [question.text for question in world.assistant.asked] == ["营收？", "临沂生物医药"]

    async def test_choices_are_for_the_one_who_asked(self, database: Database) -> None:
        async with telegram_world(database) as world:
            world.assistant.replies["营收？"] = clarify("烟台生物医药", "临沂生物医药")
            await world.write("/ask 营收？", chat=GROUP)
            await world.press(await last(world, GROUP), "临沂生物医药", user=BOB)
            await world.quiet()
            assert len(world.assistant.asked) == 1
            assert "/ask" in world.telegram.sent("answerCallbackQuery")[0].text

    async def test_the_source_is_shown_below_and_turned_in_place(self, database: Database) -> None:
        async with telegram_world(database) as world:
            world.assistant.replies["融资？"] = cited("融资？", 2)
            await world.write("融资？")
            answer = await last(world)
            await world.press(answer, "📄 原文", message=5001)
            source = await last(world)
            assert "[1] 《实施方案》" in source.text
            assert "第1条依据" in source.text
            await world.press(source, "下一条 ▶", message=5002)
            await world.quiet()
            (turned,) = world.telegram.sent("editMessageText")
            assert "第2条依据" in turned.text
            assert turned.parameters["message_id"] == 5002
            await world.press(turned, "下一条 ▶", message=5002)
            await world.quiet()
            assert "第1条依据" in world.telegram.sent("editMessageText")[-1].text

    async def test_a_source_that_was_removed_since_is_not_shown(self, database: Database) -> None:
        gone = "《实施方案》已于2026年11月24日从资料库移除。下一步：请再问一遍。"
        async with telegram_world(database, removed=lambda _doc_id: gone) as world:
            world.assistant.replies["融资？"] = cited("融资？", 2)
            await world.write("融资？")
            await world.press(await last(world), "📄 原文", message=5001)
            source = await last(world)
            assert gone in source.text
            assert "第1条依据" not in source.text
            await world.press(source, "下一条 ▶", message=5002)
            await world.quiet()
            (turned,) = world.telegram.sent("editMessageText")
            assert f"[2]：{gone}" in turned.text
            assert "第2条依据" not in turned.text

    async def test_a_button_that_is_no_longer_known_says_so(self, database: Database) -> None:
        async with telegram_world(database) as world:
            await world.write("营收？")
            answer = await last(world)
            Traces(database).forget_person(ANN)
            await world.press(answer, "👍")
            await world.press_token("invented")
            await world.quiet()
            assert ["失效" in call.text for call in world.telegram.sent("answerCallbackQuery")] == [True, True]

    async def test_the_buttons_of_a_greeting_ask_its_examples(self, database: Database) -> None:
        async with telegram_world(database) as world:
            await world.write("/start")
            greeting = await last(world)
            label = next(iter(greeting.buttons))
            await world.press(greeting, label)
            await world.quiet()
            assert world.assistant.asked[0].text == WORDING.say("assistant.examples").splitlines()[0]
