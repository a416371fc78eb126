"""What is shown while a better wording of an answer is sought, and what becomes of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.assistant.types import Answer, Attachment
from bot.channels import telegram_talk
from stats_tools.database import Database
from tests.channels.telegram_world import ANN, BOB, FORUM, GROUP, Fault, World, cited, says, telegram_world

SOON, LATE = 0.0, 3600.0


@pytest.fixture(autouse=True)
def _shown_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram_talk, "DRAFT_AFTER", SOON)
    monkeypatch.setattr(telegram_talk, "MESSAGE_AFTER", SOON)


@asynccontextmanager
async def wording(database: Database, stands: Answer, answer: Answer) -> AsyncIterator[tuple[World, threading.Event]]:
    """A world in which 问？ has an answer that stands until the event is set."""
    worded = threading.Event()
    async with telegram_world(database) as world:
        world.assistant.meanwhile["问？"] = stands
        world.assistant.replies["问？"] = answer
        world.assistant.before = lambda _question: worded.wait(5) and None
        try:
            yield world, worded
        finally:
            worded.set()


async def until_sent(world: World, method: str, count: int = 1) -> None:
    while len(world.telegram.sent(method)) < count:
        await asyncio.sleep(0.005)


async def test_in_private_it_is_a_draft_and_the_answer_a_message(database: Database) -> None:
    async with wording(database, says("问？", "先<答>"), says("问？", "后答")) as (world, worded):
        await world.write("问？")
        await until_sent(world, "sendMessageDraft")
        (draft,) = world.telegram.sent("sendMessageDraft")
        assert (draft.chat, draft.text, world.telegram.texts(ANN)) == (ANN, "先&lt;答&gt;", [])
        assert int(draft.parameters["draft_id"]) != 0
        worded.set()
        await world.quiet()
        assert world.telegram.texts(ANN) == ["后答"]
        assert len(world.telegram.sent("sendMessageDraft")) == 1


@pytest.mark.parametrize(
    ("status", "description", "others_too"),
    [
        (404, "Not Found", False),
        (501, "Not Implemented", False),
        (502, "Bad Gateway", False),
        (400, "Bad Request: TEXTDRAFT_PEER_INVALID", True),
        (403, "Forbidden: bot was blocked by the user", True),
    ],
)
async def test_who_takes_no_drafts_gets_the_answer_all_the_same_and_is_not_asked_again(
    database: Database, status: int, description: str, others_too: bool
) -> None:
    async with wording(database, says("问？", "先答"), says("问？", "后答")) as (world, worded):
        world.telegram.faults.append(Fault("sendMessageDraft", status, description, times=9))
        for user in (ANN, ANN, BOB):
            worded.clear()
            await world.write("问？", user=user)
            before = len(world.telegram.attempts)
            while not any(call.method == "sendChatAction" for call in world.telegram.attempts[before:]):
                await asyncio.sleep(0.005)
            await asyncio.sleep(0.05)
            worded.set()
            await world.quiet()
        assert world.telegram.texts(ANN) == ["后答", "后答"]
        drafts = [call.chat for call in world.telegram.attempts if call.method == "sendMessageDraft"]
        assert drafts == ([ANN, BOB] if others_too else [ANN])


@pytest.mark.parametrize("chat", [ANN, GROUP])
async def test_what_is_worded_soon_comes_whole(database: Database, monkeypatch: pytest.MonkeyPatch, chat: int) -> None:
    monkeypatch.setattr(telegram_talk, "DRAFT_AFTER", LATE)
    monkeypatch.setattr(telegram_talk, "MESSAGE_AFTER", LATE)
    async with wording(database, says("问？", "先答"), says("问？", "后答")) as (world, worded):
        worded.set()
        await world.write("/ask 问？", chat=chat)
        await world.quiet()
        assert world.telegram.texts(chat) == ["后答"]
        assert world.telegram.sent("sendMessageDraft") == world.telegram.sent("editMessageText") == []


async def test_in_a_group_it_is_the_answer_itself_which_is_edited(database: Database, tmp_path: Path) -> None:
    chart = tmp_path / "图.png"
    chart.write_bytes(b"picture")
    parts = {"attachments": (Attachment("chart", chart),)}
    async with wording(database, cited("问？", **parts), cited("问？", 2, **parts)) as (world, worded):
        await world.write("/ask 问？", chat=FORUM, message_thread_id=7, is_topic_message=True)
        await until_sent(world, "sendMessage")
        worded.set()
        await world.quiet()
        (stood,) = world.telegram.sent(chat=FORUM)
        (edit,) = world.telegram.sent("editMessageText")
        assert stood.parameters["message_thread_id"] == 7
        assert edit.parameters["message_id"] == 5001
        assert "第2条依据" in edit.text
        assert len(world.telegram.sent("sendPhoto")) == 1
        await world.press(edit, "📄 原文", message=5001)
        await world.quiet()
        assert "第1条依据" in world.telegram.texts(FORUM)[-1]


async def test_in_a_group_what_could_not_be_worded_better_stays_as_it_is(database: Database) -> None:
    async with wording(database, says("问？", "先答"), says("问？", "先答")) as (world, worded):
        await world.write("/ask 问？", chat=GROUP)
        await until_sent(world, "sendMessage")
        worded.set()
        await world.quiet()
        assert world.telegram.texts(GROUP) == ["先答"]
        assert world.telegram.sent("editMessageText") == []


async def test_in_a_group_what_may_have_arrived_is_not_followed_by_another_answer(database: Database) -> None:
    async with wording(database, says("问？", "先答"), says("问？", "后答")) as (world, worded):
        world.telegram.faults.append(Fault("sendMessage", lost="after"))
        await world.write("/ask 问？", chat=GROUP)
        await until_sent(world, "sendMessage", 2)
        worded.set()
        await world.quiet()
        first, notice = world.telegram.texts(GROUP)
        assert first == "先答"
        assert "可能没有送达" in notice
