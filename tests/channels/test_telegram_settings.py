"""``/settings``: each setting as it is, and a way to change it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.assistant.access import Role
from bot.database.people import People
from bot.database.telegram_chats import Chats
from stats_tools.database import Database
from tests.channels.telegram_world import ANN, BOB, GROUP, telegram_world


async def told(database: Database, user: int = ANN, chat: int = ANN, **profile: Any) -> str:
    async with telegram_world(database, **profile) as world:
        await world.write("/settings", user=user, chat=chat)
        await world.quiet()
        return world.telegram.texts(chat)[-1]


async def test_a_person_reads_the_own_role_and_scope_and_whom_to_ask(database: Database) -> None:
    People(database).grant(ANN, Role.OFFICIAL, "王处", {"烟台"})
    words = await told(database)
    assert "身份：发改部门；地区范围：烟台" in words
    assert "/whoami" in words


async def test_an_administrator_reads_how_to_grant(database: Database) -> None:
    assert "/grant" in await told(database, admins=frozenset({ANN}))


async def test_a_group_reads_its_own_level_whoever_asks(database: Database) -> None:
    People(database).grant(BOB, Role.STEWARD, "李统计")
    assert "数据级别：公众" in await told(database, BOB, GROUP)
    Chats(database).bind(GROUP, Role.OFFICIAL, ["烟台"])
    words = await told(database, BOB, GROUP)
    assert "数据级别：发改部门；地区范围：烟台" in words
    assert "/bind" in words
    assert "只能看到命令" in words


@pytest.mark.parametrize(("chat", "limit"), [(ANN, "每分钟 7 个"), (GROUP, "每分钟 9 个")])
async def test_what_the_operator_decided_is_told_in_every_chat(database: Database, chat: int, limit: str) -> None:
    words = await told(database, ANN, chat, retention=timedelta(days=30), user_per_minute=7, group_per_minute=9)
    assert "保存 30 天" in words
    assert "/forget_me" in words
    assert limit in words


@pytest.mark.parametrize(("model", "words"), [("", "按规则查文件和数据"), ("qwen-test", "语言模型 qwen-test 协助")])
async def test_what_answers_is_told(database: Database, model: str, words: str) -> None:
    assert words in await told(database, model=model)
