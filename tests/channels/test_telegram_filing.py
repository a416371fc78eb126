"""Filing a quarterly report in chat: who may, what is shown, and that nothing is written unasked."""

from __future__ import annotations

import io
import unicodedata
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import select

from bot.assistant.access import Role
from bot.channels.telegram_filing import LARGEST_DOWNLOAD, safe_name
from bot.database.people import People
from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.database import Database
from stats_tools.operations.observations import Viewer
from stats_tools.registers.definitions import Registers
from stats_tools.registers.store import open_desk
from stats_tools.registration import register
from stats_tools.registry import Registry
from stats_tools.schema import ObservationRow
from stats_tools.targets import Targets
from tests.channels.telegram_world import ANN, BOB, Fault, World, telegram_world

CSV = "集群名称,报告期,利润（亿元）\n烟台生物医药,2021Q2,{profit}\n临沂生物医药,2021Q2,5\n"
CONFIRM, DISCARD, REVERT = "✅ 确认写入", "放弃", "↩ 撤销这次导入"


@pytest.fixture
def registered(database: Database) -> Database:
    register(database, Registry.load(), IndicatorCatalogue.load(), Targets.load())
    People(database).grant(ANN, Role.STEWARD, "李统计")
    return database


async def send(world: World, content: str, name: str = "季报.csv", user: int = ANN, **extra: Any) -> str:
    """Send a file in private and return the bot's last word."""
    world.telegram.files["f"] = content.encode()
    document = {"file_id": "f", "file_unique_id": "f", "file_name": name, "file_size": len(content), **extra}
    await world.write(user=user, document=document)
    await world.quiet()
    return world.telegram.texts(user)[-1]


async def press(world: World, label: str, user: int = ANN) -> str:
    """Press a button of the last message that has it, and return the bot's last word."""
    call = next(call for call in reversed(world.telegram.sent(chat=ANN)) if label in call.buttons)
    await world.press(call, label, user)
    await world.quiet()
    return world.telegram.texts(ANN)[-1]


def stored(database: Database) -> dict[str, Decimal]:
    """The current value of every cluster."""
    query = select(ObservationRow.cluster_code, ObservationRow.value).where(ObservationRow.superseded_at.is_(None))
    with database.reading() as connection:
        return {row.cluster_code: row.value for row in connection.execute(query)}


async def test_a_report_is_shown_confirmed_written_and_taken_back(registered: Database) -> None:
    async with telegram_world(registered) as world:
        shown = await send(world, CSV.format(profit="12.5"))
        assert "新增 2 个数" in shown
        assert "读作" not in shown
        assert stored(registered) == {}
        assert "已写入（导入#1）" in await press(world, CONFIRM)
        assert stored(registered) == {"yantai-biomedicine": Decimal("12.5"), "linyi-biomedicine": 5}
        assert "已撤销导入#1" in await press(world, REVERT)
        assert stored(registered) == {}
        assert "已经撤销过" in await press(world, REVERT)


class TestForms:
    async def test_a_form_fetched_in_the_chat_is_filled_in_and_filed(
        self, registered: Database, tmp_path: Path
    ) -> None:
        async with telegram_world(registered) as world:
            await world.write("/import")
            await world.quiet()
            await press(world, "📋 季报模板")
            (name, content), *_ = world.telegram.sent("sendDocument")[0].files.values()
            assert name == "统计季报模板.xlsx"
            book = load_workbook(io.BytesIO(content))
            sheet = book["统计季报"]
            sheet.cell(2, 1).value, sheet.cell(2, 2).value = "烟台生物医药", "2021Q2"
            heads = [cell.value for cell in sheet[1]]
            sheet.cell(2, heads.index("利润（亿元）") + 1).value = 12.5
            book.save(tmp_path / name)
            world.telegram.files["f"] = (tmp_path / name).read_bytes()
            await world.write(document={"file_id": "f", "file_unique_id": "f", "file_name": name, "file_size": 9})
            await world.quiet()
            assert "新增 1 个数" in world.telegram.texts(ANN)[-1]

    async def test_the_form_of_the_registers_has_a_sheet_for_each(self, registered: Database) -> None:
        async with telegram_world(registered) as world:
            await world.write("/import")
            await world.quiet()
            await press(world, "📋 登记册模板")
            (_, content), *_ = world.telegram.sent("sendDocument")[0].files.values()
            sheets = load_workbook(io.BytesIO(content)).sheetnames
            assert [each.name for each in Registers.load()] == sheets[: len(Registers.load())]

    @pytest.mark.parametrize("content", ["", "\n\n", "随便,写写\n1,2\n", "\0\0\0"])
    async def test_who_sends_a_file_nobody_can_read_is_told_what_to_do_and_offered_a_form(
        self, registered: Database, content: str
    ) -> None:
        async with telegram_world(registered) as world:
            said = await send(world, content)
            assert "什么也没有写入" in said
            assert "policybot" not in said
            assert "📋 季报模板" in world.telegram.sent(chat=ANN)[-1].buttons

    async def test_whoever_is_no_steward_any_more_gets_no_form(self, registered: Database) -> None:
        async with telegram_world(registered) as world:
            await world.write("/import")
            await world.quiet()
            People(registered).revoke(ANN)
            assert "只有统计员可以" in await press(world, "📋 季报模板")
            assert world.telegram.sent("sendDocument") == []


async def test_a_heading_in_other_words_is_shown_with_what_it_is_read_as(registered: Database) -> None:
    async with telegram_world(registered) as world:
        shown = await send(world, CSV.format(profit="12.5").replace("利润（亿元）", "利润总额（万元）"))
        assert "“利润总额（万元）”读作“利润" in shown


async def test_a_correction_shows_what_it_changes(registered: Database) -> None:
    async with telegram_world(registered) as world:
        await send(world, CSV.format(profit="12.5"))
        await press(world, CONFIRM)
        shown = await send(world, CSV.format(profit="13"))
        assert "更正 1 个" in shown
        assert "12.5 → 13亿元" in shown
        await press(world, CONFIRM)
        assert stored(registered)["yantai-biomedicine"] == 13
        assert "没有需要写入的内容" in await send(world, CSV.format(profit="13"))


async def test_what_would_be_written_is_shown_as_a_picture_before_the_buttons(registered: Database) -> None:
    async with telegram_world(registered) as world:
        await send(world, CSV.format(profit="12.5"))
        photo = world.telegram.sent("sendPhoto", ANN)[0]
        assert photo.files["photo"][1].startswith(b"\x89PNG")
        assert "核对" in str(photo.parameters["caption"])
        await send(world, CSV.format(profit="很多"))
        assert len(world.telegram.sent("sendPhoto", ANN)) == 1


async def test_a_picture_that_cannot_be_sent_hides_nothing_to_confirm(registered: Database) -> None:
    async with telegram_world(registered) as world:
        world.telegram.faults.append(Fault("sendPhoto", 400, "Bad Request: IMAGE_PROCESS_FAILED"))
        await send(world, CSV.format(profit="12.5"))
        assert "已写入（导入#1）" in await press(world, CONFIRM)


async def test_what_is_given_up_is_not_written_and_cannot_be_confirmed_later(registered: Database) -> None:
    async with telegram_world(registered) as world:
        await send(world, CSV.format(profit="1"))
        assert "已放弃" in await press(world, DISCARD)
        assert "重新发送文件" in await press(world, CONFIRM)
        assert stored(registered) == {}


async def test_a_report_with_errors_names_the_place_and_offers_nothing_to_confirm(registered: Database) -> None:
    async with telegram_world(registered) as world:
        shown = await send(world, CSV.format(profit="很多"))
        assert "第2行" in shown
        assert "什么也没有写入" in shown
        assert CONFIRM not in world.telegram.sent(chat=ANN)[-1].buttons


async def test_only_stewards_file(registered: Database) -> None:
    async with telegram_world(registered) as world:
        assert "只有统计员" in await send(world, CSV.format(profit="1"), user=BOB)
        await send(world, CSV.format(profit="1"))
        People(registered).revoke(ANN)
        assert "只有统计员" in await press(world, CONFIRM)
        assert stored(registered) == {}


async def test_import_says_how_to_those_who_may(registered: Database) -> None:
    async with telegram_world(registered) as world:
        await world.write("/import")
        await world.write("/import", user=BOB)
        await world.quiet()
        assert ".xlsx" in world.telegram.texts(ANN)[0]
        assert "只有统计员" in world.telegram.texts(BOB)[0]


async def test_a_steward_of_one_city_files_for_that_city_alone(registered: Database) -> None:
    People(registered).grant(ANN, Role.STEWARD, "李统计", {"烟台"})
    async with telegram_world(registered) as world:
        assert "临沂市生物医药产业集群" in await send(world, CSV.format(profit="1"))
        own = CSV.format(profit="1").rsplit("临沂", 1)[0]
        assert "新增 1 个数" in await send(world, own)
        await press(world, CONFIRM)
        assert stored(registered) == {"yantai-biomedicine": 1}


PROJECTS = "项目名称,集群名称,建设单位,项目阶段,报告期\n{name},{cluster},某公司,{stage},2021Q2\n"


def projects(database: Database) -> dict[str, str]:
    """The stage of every project on the register."""
    registers = Registers.load()
    desk = open_desk(database, registers, Registry.load(), date(2022, 1, 1), Viewer(internal=True))
    return {entry.text("name"): entry.text("stage") for entry in desk.view("projects").rows}


async def test_a_register_is_recognised_shown_confirmed_written_and_taken_back(registered: Database) -> None:
    async with telegram_world(registered) as world:
        shown = await send(world, PROJECTS.format(name="甲项目", cluster="烟台生物医药", stage="在建"), "项目.csv")
        assert "重大项目储备库 2021Q2：1 个项目，其中新增 1" in shown
        assert projects(registered) == {}
        assert "登记册新增 1 行" in await press(world, CONFIRM)
        assert projects(registered) == {"甲项目": "开工"}
        shown = await send(world, PROJECTS.format(name="甲项目", cluster="烟台生物医药", stage="竣工"), "项目.csv")
        assert "项目阶段 开工 → 竣工" in shown
        await press(world, CONFIRM)
        assert projects(registered) == {"甲项目": "竣工"}
        assert "已撤销导入#2" in await press(world, REVERT)
        assert projects(registered) == {"甲项目": "开工"}


async def test_a_register_with_errors_names_the_place(registered: Database) -> None:
    async with telegram_world(registered) as world:
        shown = await send(world, PROJECTS.format(name="甲项目", cluster="烟台生物医药", stage="规划中"), "项目.csv")
        assert "竣工、开工、储备、谋划" in shown
        assert "什么也没有写入" in shown


async def test_a_steward_of_one_city_files_registers_for_that_city_alone(registered: Database) -> None:
    People(registered).grant(ANN, Role.STEWARD, "李统计", {"烟台"})
    async with telegram_world(registered) as world:
        other = PROJECTS.format(name="甲项目", cluster="临沂生物医药", stage="储备")
        assert "临沂市生物医药产业集群" in await send(world, other, "项目.csv")
        own = PROJECTS.format(name="甲项目", cluster="烟台生物医药", stage="储备")
        assert "其中新增 1" in await send(world, own, "项目.csv")


@pytest.mark.parametrize(
    ("name", "size", "hint"),
    [
        ("季报.exe", 10, "xlsx"),
        ("季报.xls", 10, "xlsx"),
        ("", 10, "xlsx"),
        ("季报.xlsx\u202ecod.exe", 10, "xlsx"),
        ("季报.xlsx", LARGEST_DOWNLOAD + 1, "20 MB"),
    ],
)
async def test_what_cannot_be_a_report_is_not_even_fetched(
    registered: Database, name: str, size: int, hint: str
) -> None:
    async with telegram_world(registered) as world:
        assert hint in await send(world, "x", name, file_size=size)
        assert "getFile" not in {call.method for call in world.telegram.calls}


@pytest.mark.parametrize(
    "name", ["../../../../tmp/evil/..\\季报.csv", "季报\u202evsc.csv", "季\x00报.csv", "/etc/季报.csv"]
)
async def test_a_hostile_name_is_refused_with_the_reason(registered: Database, name: str) -> None:
    async with telegram_world(registered) as world:
        assert "请改成普通的文件名" in await send(world, CSV.format(profit="1"), name)
        assert "getFile" not in {call.method for call in world.telegram.calls}


async def test_a_name_too_long_for_the_disk_is_shortened(registered: Database) -> None:
    async with telegram_world(registered) as world:
        assert "新增 2 个数" in await send(world, CSV.format(profit="1"), "😀" * 250 + ".csv")
        await press(world, CONFIRM)
        assert len(stored(registered)) == 2


@given(st.text(max_size=200))
def test_a_safe_name_is_only_a_name(name: str) -> None:
    safe = safe_name(name)
    assert "/" not in safe
    assert "\\" not in safe
    assert not safe.startswith(".")
    assert len(safe) < 400
    assert all(unicodedata.category(c)[0] != "C" for c in safe)
