"""People: roles come from the database, are given by administrators, and everybody can be forgotten."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest

from bot.assistant.access import Role
from bot.channels.telegram_menus import LANGUAGES, commands, offers
from bot.database.people import People, Person
from bot.database.telegram_chats import Chats
from bot.database.telegram_people import Invitations
from stats_tools.database import Database
from tests.channels.telegram_world import ANN, BOB, GROUP, World, telegram_world

ADMIN = 99


async def tell(world: World, text: str, user: int = ADMIN, chat: int | None = None) -> str:
    """Write and return the bot's last word in that chat."""
    await world.write(text, user=user, chat=chat)
    await world.quiet()
    return world.telegram.texts(user if chat is None else chat)[-1]


def administered(database: Database):
    return telegram_world(database, admins=frozenset({ADMIN}))


class TestWhoAmI:
    async def test_a_stranger_is_the_public_and_learns_the_own_id(self, database: Database) -> None:
        async with telegram_world(database) as world:
            said = await tell(world, "/whoami", ANN)
            assert str(ANN) in said
            assert "公众" in said

    async def test_the_first_administrator_comes_from_the_settings(self, database: Database) -> None:
        async with administered(database) as world:
            assert "管理员" in await tell(world, "/whoami")

    async def test_a_group_is_told_its_own_level_and_nobodys_role(self, database: Database) -> None:
        async with administered(database) as world:
            said = await tell(world, "/whoami", chat=GROUP)
            assert "公众" in said
            assert str(GROUP) in said
            assert str(ADMIN) not in said


class TestInvitations:
    async def test_an_invitation_grants_its_role_and_scope_once(self, database: Database) -> None:
        async with administered(database) as world:
            said = await tell(world, "/invite official 3 烟台 威海")
            link = re.search(r"https://t\.me/ClusterBot\?start=(\w+)", said)
            assert link
            assert len(link[1].encode()) <= 64
            welcome = await tell(world, f"/start {link[1]}", ANN)
            assert "发改部门" in welcome
            assert "威海" in welcome
            assert People(database).by_telegram(ANN) == Person(
                ANN, f"人{ANN}", Role.OFFICIAL, frozenset({"烟台", "威海"})
            )
            assert "已经用过" in await tell(world, f"/start {link[1]}", BOB)
            assert People(database).by_telegram(BOB) is None

    async def test_an_expired_code_is_refused(self, database: Database) -> None:
        code = Invitations(database).issue(Role.OFFICIAL, (), ADMIN, timedelta(seconds=-1))
        async with telegram_world(database) as world:
            assert "过期" in await tell(world, f"/start {code}", ANN)

    async def test_an_invitation_takes_nothing_away_and_is_not_wasted(self, database: Database) -> None:
        code = Invitations(database).issue(Role.ENTERPRISE, (), ADMIN, timedelta(days=1))
        async with administered(database) as world:
            assert "没有使用" in await tell(world, f"/start {code}")
            assert "企业" in await tell(world, f"/start {code}", ANN)
        assert People(database).by_telegram(ADMIN) == Person(ADMIN, "", Role.ADMIN)

    @pytest.mark.parametrize("wrong", ["", "chief", "official 0", "official 365", "public"])
    async def test_an_incomplete_invitation_shows_how(self, database: Database, wrong: str) -> None:
        async with administered(database) as world:
            assert "/invite 发改部门 7" in await tell(world, f"/invite {wrong}")


class TestAdministration:
    async def test_an_administrator_grants_lists_and_revokes(self, database: Database) -> None:
        async with administered(database) as world:
            assert "统计员" in await tell(world, f"/grant {ANN} steward 烟台")
            listed = await tell(world, "/people")
            assert f"{ANN}" in listed
            assert "统计员 · 烟台" in listed
            assert "已取消" in await tell(world, f"/revoke {ANN}")
            assert People(database).by_telegram(ANN) == Person(ANN, "", Role.PUBLIC)

    @pytest.mark.parametrize(
        ("text", "hint"),
        [
            ("/grant", "/grant 123456789"),
            (f"/grant {'9' * 30} official", "/grant 123456789"),
            ("/grant 0 official", "/grant 123456789"),
            (f"/revoke {'9' * 30}", "/revoke 123456789"),
            (f"/grant {ANN} official 烟太", "没有“烟太”这个地区"),
            (f"/grant {ANN} official 烟台 北京", "没有“北京”这个地区"),
            ("/invite official 7 烟太", "没有“烟太”这个地区"),
            ("/grant 王处长 official", "/grant 123456789"),
            (f"/grant {ANN} chief", "chief"),
            (f"/grant {ADMIN} public", "自己"),
            ("/revoke", "/revoke 123456789"),
            (f"/revoke {ADMIN}", "自己"),
            ("/revoke 5", "没有登记编号 5"),
        ],
    )
    async def test_a_mistake_changes_nothing_and_tells_what_to_write(
        self, database: Database, text: str, hint: str
    ) -> None:
        async with administered(database) as world:
            assert hint in await tell(world, text)
        assert People(database).everyone() == (Person(ADMIN, "", Role.ADMIN),)

    async def test_roles_are_written_as_they_are_shown_or_by_their_codes(self, database: Database) -> None:
        async with administered(database) as world:
            for role, shown in {"发改部门": "发改部门", "official": "发改部门", "Steward": "统计员"}.items():
                assert f"身份是“{shown}”" in await tell(world, f"/grant {ANN} {role} 烟台")
            for usage in ("/grant", "/invite", f"/grant {ANN} chief"):
                said = await tell(world, usage)
                assert "可选" in said
                assert not any(role.value in said for role in Role)

    @pytest.mark.parametrize("cities", ["烟台 威海", "烟台市、威海市", "Yantai，威海", "烟台,烟台 威海"])
    async def test_a_scope_is_written_as_people_write_cities(self, database: Database, cities: str) -> None:
        async with administered(database) as world:
            assert "地区范围 威海、烟台" in await tell(world, f"/grant {ANN} official {cities}")
            assert "地区范围 威海、烟台" in await tell(world, f"/invite official 3 {cities}")
        assert People(database).by_telegram(ANN) == Person(ANN, "", Role.OFFICIAL, frozenset({"烟台", "威海"}))

    @pytest.mark.parametrize("text", ["/people", "/invite official", f"/grant {ANN} admin", f"/revoke {ADMIN}"])
    async def test_others_may_not_and_are_told_why(self, database: Database, text: str) -> None:
        async with administered(database) as world:
            assert "管理员" in await tell(world, text, ANN)
        assert People(database).everyone() == (Person(ADMIN, "", Role.ADMIN),)

    async def test_personal_matters_are_not_discussed_in_groups(self, database: Database) -> None:
        async with administered(database) as world:
            assert "私聊" in await tell(world, "/people", chat=GROUP)
            assert "私聊" in await tell(world, f"/grant {ANN} admin", chat=GROUP)
        assert People(database).by_telegram(ANN) is None


class TestBinding:
    async def test_an_official_opens_a_group_for_the_own_cities_and_closes_it(self, database: Database) -> None:
        People(database).grant(ANN, Role.OFFICIAL, "王处长", {"烟台"})
        async with telegram_world(database) as world:
            assert "/bind 发改部门" in await tell(world, "/bind", ANN, GROUP)
            assert "烟台" in await tell(world, "/bind 发改部门", ANN, GROUP)
            assert Chats(database).chat(GROUP).principal.cities == frozenset({"烟台"})
            await tell(world, "/bind public", ANN, GROUP)
            assert Chats(database).chat(GROUP).role is Role.PUBLIC

    async def test_a_group_never_sees_what_is_for_stewards_and_administrators(self, database: Database) -> None:
        async with administered(database) as world:
            await tell(world, "/bind admin", chat=GROUP)
        assert Chats(database).chat(GROUP).role is Role.PUBLIC

    async def test_others_cannot_open_a_group(self, database: Database) -> None:
        async with telegram_world(database) as world:
            assert "发改部门" in await tell(world, "/bind official", ANN, GROUP)
            assert "群里使用" in await tell(world, "/bind official", ANN)
        assert Chats(database).chat(GROUP).role is Role.PUBLIC


async def test_forget_me_erases_a_person(database: Database) -> None:
    People(database).grant(ANN, Role.OFFICIAL, "王处长")
    async with telegram_world(database) as world:
        await tell(world, "我的营收？", ANN)
        assert "已删除" in await tell(world, "/forget_me", ANN)
        assert "公众" in await tell(world, "/whoami", ANN)
    assert People(database).by_telegram(ANN) is None
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM telegram_answers").scalar() == 0


class TestMenus:
    async def test_every_scope_is_offered_its_menu_in_every_language(self, database: Database) -> None:
        async with telegram_world(database) as world:
            while len(world.telegram.sent("setMyCommands")) < 4 * len(LANGUAGES):
                await asyncio.sleep(0.005)
            offered = {
                (call.parameters["scope"]["type"], call.parameters.get("language_code", "")): call
                for call in world.telegram.sent("setMyCommands")
            }
            assert len(offered) == 4 * len(LANGUAGES)

    def test_menus_keep_telegrams_limits(self) -> None:
        for offer in offers():
            assert 0 < len(offer.entries) <= 100
            for entry in offer.entries:
                assert re.fullmatch(r"[a-z0-9_]{1,32}", entry.command)
                assert 1 <= len(entry.description) <= 256

    def test_a_stranger_is_not_offered_what_only_administrators_may(self) -> None:
        reserved = {each.name for each in commands() if each.role is Role.ADMIN}
        assert not reserved & {entry.command for offer in offers() for entry in offer.entries}
