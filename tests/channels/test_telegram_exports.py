"""Workbooks in chat: who gets what, how a file tells what it holds, and the figures of one answer."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bot.assistant.access import Role
from bot.assistant.types import Answer, Outcome, Paragraph, Status, ToolCall, ToolResult
from bot.database.people import People
from bot.database.telegram_chats import Chats
from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.database import Database
from stats_tools.figure_table import figures_kept, kept_figures
from stats_tools.importing.applying import apply_import, preview_import
from stats_tools.importing.reading import read_report
from stats_tools.importing.reference import Reference
from stats_tools.periods import Basis, Period
from stats_tools.registration import register
from stats_tools.registry import Registry
from stats_tools.sample import load_sample
from stats_tools.targets import Targets
from stats_tools.types import Figure, Provenance
from tests.channels.telegram_world import ANN, BOB, FORUM, GROUP, TODAY, Fault, World, telegram_world

REPORT = "集群名称,报告期,利润（亿元）\n烟台生物医药,2021Q1,12.5\n临沂生物医药,2021Q2,5\n"
BUTTON = "📥 导出Excel"


def figure(value: str, name: str = "烟台生物医药", source: str = "q2.xlsx [C5] #3", sample: bool = False) -> Figure:
    measured = ("revenue", "营业收入", "yt", name, Period(2021, 2), Basis.YTD, Decimal(value), "亿元", 2)
    return Figure(*measured, source, sample)


def answered(question: str, *figures: Figure) -> Answer:
    return Answer(question, Status.ANSWERED, (Paragraph("如下。"),), figures=figures)


@pytest.fixture
def registered(database: Database) -> Database:
    register(database, Registry.load(), IndicatorCatalogue.load(), Targets.load())
    People(database).grant(ANN, Role.OFFICIAL, "王处")
    return database


@pytest.fixture
def reported(registered: Database, tmp_path: Path) -> Database:
    path = tmp_path / "季报.csv"
    path.write_text(REPORT, encoding="utf-8")
    reference = Reference.load()
    preview = preview_import(registered, read_report(path, reference, TODAY), reference)
    apply_import(registered, preview, "统计员", datetime(2021, 8, 1, tzinfo=UTC), confirmed=True)
    return registered


async def exported(world: World, chat: int = ANN, user: int = ANN, **extra: Any) -> tuple[str, str, Any]:
    """Ask for everything; name, caption and workbook of the file that comes."""
    await world.write("/export", user=user, chat=chat, **extra)
    return await last_file(world, chat)


async def last_file(world: World, chat: int = ANN) -> tuple[str, str, Any]:
    await world.quiet()
    call = world.telegram.sent("sendDocument", chat)[-1]
    name, content = call.files["document"]
    return name, str(call.parameters["caption"]), openpyxl.load_workbook(BytesIO(content))


def rows(book: Any, sheet: int = 0) -> list[tuple[Any, ...]]:
    return list(book.worksheets[sheet].iter_rows(min_row=2, values_only=True))


class TestEverything:
    async def test_an_official_gets_what_is_on_record_and_reads_what_it_holds(self, reported: Database) -> None:
        async with telegram_world(reported) as world:
            name, caption, book = await exported(world)
        assert name == "统计季报 2021-09-01.xlsx"
        assert "2 个集群、2021年一季度至2021年上半年的 2 个现行数值，地区范围 全省" in caption
        assert "示例数据" not in caption
        assert [row[:2] for row in rows(book)] == [
            ("烟台市生物医药产业集群", "2021Q1"),
            ("临沂市生物医药产业集群", "2021Q2"),
        ]
        assert [row[8] for row in rows(book, 1)] == ["季报.csv", "季报.csv"]

    async def test_an_official_of_one_city_gets_that_city_alone(self, reported: Database) -> None:
        People(reported).grant(ANN, Role.OFFICIAL, "王处", {"临沂"})
        async with telegram_world(reported) as world:
            _, caption, book = await exported(world)
        assert [row[0] for row in rows(book)] == ["临沂市生物医药产业集群"]
        assert "地区范围 临沂" in caption

    async def test_others_are_told_how_to_get_at_figures(self, reported: Database) -> None:
        async with telegram_world(reported) as world:
            await world.write("/export", user=BOB)
            await world.quiet()
            assert "请管理员授权" in world.telegram.texts(BOB)[0]
            assert world.telegram.sent("sendDocument") == []

    async def test_in_a_group_the_groups_level_counts_whoever_asks(self, reported: Database) -> None:
        async with telegram_world(reported) as world:
            await world.write("/export", user=ANN, chat=GROUP)
            await world.quiet()
            assert "/bind 发改部门" in world.telegram.texts(GROUP)[0]
            Chats(reported).bind(GROUP, Role.OFFICIAL, ["烟台"])
            _, _, book = await exported(world, GROUP, BOB)
        assert [row[0] for row in rows(book)] == ["烟台市生物医药产业集群"]

    async def test_sample_figures_are_marked_in_the_name_the_caption_and_the_rows(self, registered: Database) -> None:
        load_sample(registered, datetime(2021, 8, 1, tzinfo=UTC))
        async with telegram_world(registered) as world:
            name, caption, book = await exported(world)
        assert name == "统计季报 2021-09-01（含示例数据）.xlsx"
        assert "示例数据（虚构" in caption
        assert all("示例数据" in row[-1] for row in rows(book))

    async def test_without_any_figures_nothing_is_sent_but_a_next_step(self, registered: Database) -> None:
        async with telegram_world(registered) as world:
            await world.write("/export")
            await world.quiet()
            assert "还没有登记任何数据" in world.telegram.texts(ANN)[0]
            assert world.telegram.sent("sendDocument") == []

    async def test_a_file_that_was_refused_says_so_and_one_that_may_have_arrived_does_not(
        self, reported: Database
    ) -> None:
        async with telegram_world(reported) as world:
            world.telegram.faults.append(Fault("sendDocument", 400, "Bad Request: file is broken"))
            await world.write("/export")
            await world.quiet()
            assert ["没有发送成功" in text for text in world.telegram.texts(ANN)] == [True]
            world.telegram.faults.append(Fault("sendDocument", lost="after"))
            await world.write("/export")
            await world.quiet()
            assert len(world.telegram.texts(ANN)) == 1


class TestFiguresOfAnAnswer:
    async def test_everybody_may_have_the_figures_of_an_answer_with_their_sources(self, database: Database) -> None:
        async with telegram_world(database) as world:
            pair = figure("12.5"), figure("5", "临沂生物医药", "q2.xlsx [C6] #3")
            world.assistant.replies["营收？"] = answered("营收？", *pair)
            await world.write("营收？", user=BOB)
            await world.quiet()
            await world.press(world.telegram.sent(chat=BOB)[-1], BUTTON, BOB)
            name, caption, book = await last_file(world, BOB)
        assert name == "回答中的数据 2021-09-01.xlsx"
        assert "2 个数" in caption
        assert "营收？" in caption
        assert rows(book) == [
            ("营业收入", "烟台生物医药", "2021年上半年", 12.5, "亿元", "q2.xlsx [C5] #3", None),
            ("营业收入", "临沂生物医药", "2021年上半年", 5, "亿元", "q2.xlsx [C6] #3", None),
        ]

    async def test_in_a_topic_the_file_comes_where_the_answer_is_and_sample_figures_are_marked(
        self, database: Database
    ) -> None:
        async with telegram_world(database) as world:
            world.assistant.replies["营收？"] = answered("营收？", figure("12.5", sample=True))
            await world.write("/ask 营收？", chat=FORUM, message_thread_id=7, is_topic_message=True)
            await world.quiet()
            await world.press(world.telegram.sent(chat=FORUM)[-1], BUTTON, BOB)
            name, caption, book = await last_file(world, FORUM)
            assert str(world.telegram.sent("sendDocument")[-1].parameters["message_thread_id"]) == "7"
        assert "示例数据" in name
        assert "示例数据（虚构" in caption
        assert rows(book)[0][-1] == "示例数据（虚构，仅供试用）"

    async def test_the_workbook_says_what_was_asked_and_which_query_was_run(self, database: Database) -> None:
        run = ToolCall("query_metric", {"indicators": ["revenue"], "periods": ["2021Q2"]})
        refused = ToolCall("search_policy", {"question": "营收？"})
        results = (
            ToolResult(run, Outcome(status=Status.ANSWERED)),
            ToolResult(refused, Outcome(status=Status.NOT_FOUND)),
        )
        async with telegram_world(database) as world:
            world.assistant.replies["=1+1营收？"] = replace(answered("=1+1营收？", figure("12.5")), tool_calls=results)
            await world.write("=1+1营收？", user=BOB)
            await world.quiet()
            await world.press(world.telegram.sent(chat=BOB)[-1], BUTTON, BOB)
            _, caption, book = await last_file(world, BOB)
        assert book.sheetnames == ["回答中的数据", "查询"]
        assert "第二个工作表" in caption
        question, query, how = rows(book, 1)
        assert question == ("问题", "'=1+1营收？")
        assert query == ("查询 1", 'query_metric {"indicators": ["revenue"], "periods": ["2021Q2"]}')
        assert "怎么算的" in how[1]

    def test_figures_kept_by_an_earlier_version_are_still_read(self) -> None:
        kept = json.loads(kept_figures([figure("12.5")]))
        assert figures_kept(json.dumps(kept["figures"])).figures == (figure("12.5"),)

    async def test_an_answer_without_figures_offers_no_workbook(self, database: Database) -> None:
        async with telegram_world(database) as world:
            await world.write("依据？")
            await world.quiet()
            assert BUTTON not in world.telegram.sent(chat=ANN)[-1].buttons

    def test_computed_figures_are_kept_as_shown_and_reported_ones_as_reported(self) -> None:
        computed = figure("-3.454803596781827")
        at = datetime(2021, 8, 1, tzinfo=UTC)
        filed = replace(figure("1.23456"), provenance=Provenance(3, "q2.xlsx", "", "C5", "", at, "reported", 1))
        values = [each.value for each in figures_kept(kept_figures([computed, filed])).figures]
        assert values == [Decimal("-3.45"), Decimal("1.23456")]

    def test_what_is_kept_of_figures_names_nobody_who_filed_them(self) -> None:
        at = datetime(2021, 8, 1, tzinfo=UTC)
        filed = Provenance(3, "q2.xlsx", "", "C5", "telegram:11", at, "reported", 1)
        plain = figure("-0.30")
        kept = kept_figures([replace(plain, provenance=filed)])
        assert "telegram:11" not in kept
        assert figures_kept(kept).figures == (plain,)
