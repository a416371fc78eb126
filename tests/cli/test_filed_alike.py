"""Workbooks as offices make them, filed in chat and by the command: both read, ask, refuse and write the same."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from bot.assistant.access import Role
from bot.cli.failures import ExitCode
from bot.database.people import People
from stats_tools.database import Database, open_database
from stats_tools.schema import ObservationRow
from tests.channels.telegram_world import ANN, World, telegram_world
from tests.cli.conftest import Policybot
from tests.stats_tools.storage.workbooks import printed_form, write_workbook

HEADER: list[object] = ["集群名称", "报告期", "主营业务收入（亿元）", "利润（亿元）"]
CONFIRM, REVERT = "✅ 确认写入", "↩ 撤销这次导入"
ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000) + "EncryptedPackage".encode("utf-16-le")
Values = dict[tuple[str, str, int], Decimal]


def _in_sections(folder: Path) -> Path:
    rows = [HEADER, ["一、国家级集群"], ["烟台生物医药", "2021Q2", 325.28, 45.38], ["注：快报数，2020年的数见另表"]]
    padded = [[*each, *[None] * (4 - len(each))] for each in rows]
    return write_workbook(folder / "分段.xlsx", padded, merged=("A2:D2", "A4:D4"))


def _with_a_wrong_total(folder: Path) -> Path:
    rows = [
        HEADER,
        ["烟台生物医药", "2021Q2", 325, 45],
        ["临沂生物医药", "2021Q2", 116, 13],
        ["合计", "2021Q2", 540, 58],
    ]
    return write_workbook(folder / "合计不符.xlsx", rows)


def _two_tables_on_a_sheet(folder: Path) -> Path:
    rows = [
        HEADER[:3],
        ["烟台生物医药", "2021Q2", 325.28],
        [],
        [*HEADER[:2], HEADER[3]],
        ["临沂生物医药", "2021Q2", 15],
    ]
    return write_workbook(folder / "两张表.xlsx", rows)


def _a_sheet_a_cluster(folder: Path) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, value in (("烟台生物医药", 15), ("临沂生物医药", 5)):
        page = book.create_sheet(name)
        for cells in (["集群运行情况表"], ["报告期", "利润（亿元）"], ["2021Q1", value]):
            page.append(cells)
    book.save(folder / "分集群.xlsx")
    return folder / "分集群.xlsx"


def _locked_against_changes(folder: Path) -> Path:
    book = openpyxl.load_workbook(_in_sections(folder))
    for page in book.worksheets:
        page.protection.set_password("只读")
        page.protection.enable()
    book.save(folder / "只读.xlsx")
    return folder / "只读.xlsx"


def _locked_against_reading(folder: Path) -> Path:
    path = folder / "有密码.xlsx"
    path.write_bytes(ENCRYPTED)
    return path


@dataclass
class Chat:
    """A steward's private chat with the bot."""

    world: World
    seen: int = 0

    async def send(self, path: Path) -> str:
        """Send a file; all that is said to it, as a person reads it."""
        self.world.telegram.files["f"] = path.read_bytes()
        document = {"file_id": "f", "file_unique_id": "f", "file_name": path.name, "file_size": path.stat().st_size}
        await self.world.write(user=ANN, document=document)
        return await self._said()

    async def press(self, label: str) -> str:
        """Press a button of the last message; what is said to it."""
        call = self.world.telegram.sent(chat=ANN)[-1]
        await self.world.press(call, label, ANN)
        return await self._said()

    @property
    def offered(self) -> set[str]:
        return set(self.world.telegram.sent(chat=ANN)[-1].buttons)

    async def _said(self) -> str:
        await self.world.quiet()
        texts = self.world.telegram.texts(ANN)
        new, self.seen = texts[self.seen :], len(texts)
        return html.unescape(re.sub(r"<[^>]+>", "", "\n".join(new)))


def _stored(database: Database) -> Values:
    """The values now current."""
    row = ObservationRow
    query = select(row.cluster_code, row.indicator_code, row.period_index, row.value).where(row.superseded_at.is_(None))
    with database.reading() as connection:
        return {(each[0], each[1], each[2]): each[3] for each in connection.execute(query)}


def _opened(home: Path) -> Database:
    return open_database(f"sqlite:///{home / 'policybot.sqlite3'}")


@pytest.mark.parametrize(
    ("made", "severities", "refused"),
    [
        (_in_sections, set(), False),
        (_with_a_wrong_total, {"warnings"}, False),
        (printed_form, {"warnings", "notes"}, False),
        (_a_sheet_a_cluster, {"warnings"}, False),
        (_locked_against_changes, set(), False),
        (_two_tables_on_a_sheet, {"errors"}, True),
        (_locked_against_reading, {"errors"}, True),
    ],
)
async def test_a_workbook_filed_in_chat_reads_the_same_as_by_the_command(
    policybot: Policybot, home: Path, tmp_path: Path, made: Callable[[Path], Path], severities: set[str], refused: bool
) -> None:
    path, filed_home = made(tmp_path), Path(shutil.copytree(home, tmp_path / "chat"))
    read = policybot("stats", "import", str(path), "--dry-run", "--json").record
    told = {severity: [each["message"] for each in read[severity]["listed"]] for severity in severities}
    assert {severity for severity in ("errors", "warnings", "notes") if read[severity]["count"]} == severities
    by_chat = _opened(filed_home)
    People(by_chat).grant(ANN, Role.STEWARD, "李统计")
    before = _stored(by_chat)
    async with telegram_world(by_chat) as world:
        chat = Chat(world)
        shown = await chat.send(path)
        for message in (message for messages in told.values() for message in messages):
            assert message in shown
        assert _stored(by_chat) == before
        assert (CONFIRM in chat.offered) is not refused
        if "warnings" in severities:
            assert policybot("stats", "import", str(path)).code == ExitCode.CLARIFY
        if not refused:
            assert f"新增 {read['new']} 个数" in shown
            # A heading that is read as what it says needs no word.
            otherwise = {heading: meaning for heading, meaning in read["columns"].items() if heading != meaning}
            assert all(f"“{heading}”读作“{meaning}”" in shown for heading, meaning in otherwise.items())
            done = await chat.press(CONFIRM)
            command = policybot("stats", "import", str(path), "--yes", "--json").record
            assert f"新增 {command['new']} 个" in done
            by_command = _opened(home)
            assert _stored(by_chat) == _stored(by_command) != before
            by_command.close()
            assert "已撤销导入" in await chat.press(REVERT)
            assert policybot("stats", "revert", str(command["import_id"]), "--yes").code == 0
            again = _opened(home)
            assert _stored(by_chat) == _stored(again)
            again.close()
    by_chat.close()
