"""Subscribing in a chat, by words and by buttons."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.assistant.access import Role
from bot.database.people import People
from bot.digests.subscription import SubscriptionState
from stats_tools.database import Database
from tests.channels.telegram_world import ANN, BOB, GROUP, World, in_the_name_of, telegram_world
from tests.digests.office import Office


async def eventually(world: World, count: int, chat: int) -> str:
    """The text of the last of so many messages of a chat."""
    async with asyncio.timeout(300):
        while len(world.telegram.texts(chat)) < count:
            await asyncio.sleep(0.01)
    return world.telegram.texts(chat)[count - 1]


class TestInPrivate:
    async def test_by_words_with_the_next_runs(self, database: Database) -> None:
        People(database).grant(ANN, Role.OFFICIAL, "安")
        office = Office(database)
        async with telegram_world(database, office.subscribing) as world:
            await world.write("/subscribe 进展 每周一9点")
            said = await eventually(world, 1, ANN)
            assert "已订阅 #1：进展摘要" in said
            assert "发改部门" in said
            assert said.count("周一）09:00") == 5
            assert "年9月6日（周一）09:00" in said
            await world.write("/digest")
            assert "#1 进展摘要｜每周一9点（北京时间）｜运行中" in await eventually(world, 2, ANN)
            await world.write("/digest 进展")
            assert "official 可见" in await eventually(world, 3, ANN)

    async def test_by_buttons(self, database: Database) -> None:
        office = Office(database)
        async with telegram_world(database, office.subscribing) as world:
            await world.write("/subscribe")
            await eventually(world, 1, ANN)
            offer = world.telegram.sent(chat=ANN)[0]
            await world.press(offer, "报送提醒｜按职责日历")
            assert "已订阅 #1：报送提醒" in await eventually(world, 2, ANN)
            made = world.telegram.sent(chat=ANN)[1]
            await world.press(made, "⏸ 暂停")
            assert "已暂停" in await eventually(world, 3, ANN)
            await world.press(world.telegram.sent(chat=ANN)[2], "▶ 恢复")
            assert "运行中" in await eventually(world, 4, ANN)
            await world.press(made, "👁 预览")
            assert "public 可见" in await eventually(world, 5, ANN)
            await world.press(made, "📨 试发")
            assert "【试发】" in await eventually(world, 7, ANN)
            await world.press(world.telegram.sent(chat=ANN)[6], "📖 详情")
            assert "详情" in await eventually(world, 8, ANN)
            await world.write("/unsubscribe")
            await eventually(world, 9, ANN)
            await world.press(world.telegram.sent(chat=ANN)[8], "退订 #1 报送提醒")
            assert "已退订" in await eventually(world, 10, ANN)
            await world.press(made, "⏸ 暂停")
            assert "这项订阅已退订" in await eventually(world, 11, ANN)

    @pytest.mark.parametrize(
        ("request_text", "said"),
        [
            ("/subscribe 天气 每天9点", "没有“天气”这种摘要"),
            ("/subscribe 进展 每年2月30日", "“每年2月30日”永远不会到来"),
            ("/subscribe 进展 0 99 * * *", "不是可用的 cron"),
            ("/subscribe 集群 没有的集群 每天9点", "没有这个集群"),
            ("/unsubscribe 9", "本会话还没有订阅"),
            ("/digest", "本会话还没有订阅"),
        ],
    )
    async def test_what_cannot_be_is_told_with_what_to_do(
        self, database: Database, request_text: str, said: str
    ) -> None:
        async with telegram_world(database, Office(database).subscribing) as world:
            await world.write(request_text)
            assert said in await eventually(world, 1, ANN)

    @pytest.mark.parametrize(
        ("request_text", "said"),
        [
            ("/subscribe 进展简报 每周一9点", "已订阅 #1：进展摘要"),
            ("/subscribe 集群简报 烟台生物医药 季后10日", "已订阅 #1：集群摘要（烟台生物医药）"),
            ("/subscribe 烟台生物医药 季后10日", "已订阅 #1：集群摘要（烟台生物医药）"),
            ("/subscribe 周报", "已订阅 #1：进展摘要"),
            ("/subscribe 项目储备简报 每周五17点", "已订阅 #1：项目摘要"),
        ],
    )
    async def test_a_digest_is_asked_for_by_any_of_its_names_or_by_its_cluster_alone(
        self, database: Database, request_text: str, said: str
    ) -> None:
        async with telegram_world(database, Office(database).subscribing) as world:
            await world.write(request_text)
            assert said in await eventually(world, 1, ANN)


class TestInAGroup:
    async def test_only_its_admins_and_officials_decide(self, database: Database) -> None:
        People(database).grant(ANN, Role.OFFICIAL, "安")
        office = Office(database)
        async with telegram_world(database, office.subscribing) as world:
            await world.write("/subscribe 进展", user=BOB, chat=GROUP)
            assert "由群管理员或发改部门人员设定" in await eventually(world, 1, GROUP)
            await world.write("/subscribe 进展", user=ANN, chat=GROUP)
            said = await eventually(world, 2, GROUP)
            assert "数据级别：公众" in said, "the group's level, not that of the official"
            made = world.telegram.sent(chat=GROUP)[1]
            await world.press(made, "退订", user=BOB)
            assert "由群管理员或发改部门人员设定" in await eventually(world, 3, GROUP)
            world.telegram.owners.add(BOB)
            await world.press(made, "⏸ 暂停", user=BOB)
            assert "已暂停" in await eventually(world, 4, GROUP)
        found = office.subscriptions.get(1)
        assert found is not None
        assert found.state is SubscriptionState.PAUSED

    async def test_who_writes_in_its_name_is_its_admin(self, database: Database) -> None:
        async with telegram_world(database, Office(database).subscribing) as world:
            await world.write("/subscribe 进展", chat=GROUP, **in_the_name_of(-1007))
            assert "由群管理员或发改部门人员设定" in await eventually(world, 1, GROUP)
            await world.write("/subscribe 进展", chat=GROUP, **in_the_name_of(GROUP))
            assert "已订阅" in await eventually(world, 2, GROUP)

    async def test_the_running_bot_sends_what_is_due(self, database: Database) -> None:
        office = Office(database)
        office.subscribe(GROUP)
        office.now += timedelta(days=1)
        async with telegram_world(database, office.subscribing) as world:
            assert "第1期" in await eventually(world, 1, GROUP)
            await world.write("/ask 营收？", chat=GROUP)
            assert await eventually(world, 2, GROUP) == "答：营收？"
