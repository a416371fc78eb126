"""Plays a chat with the bot and prints it: real assistant, real bot, a Bot API server of this machine, no token.

``make demo-telegram`` runs it; state goes to a temporary folder and disappears with it.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import yaml

from bot.bootstrap import build_assistant, open_subscribing
from bot.cli.surroundings import today
from bot.settings import Settings
from bot.state import open_database_of, prepare
from tests.channels import telegram_html
from tests.e2e.proxy import Entry
from tests.e2e.stage import ANN, BOB, GROUP, Stage, bot_api_server, performing, staged

SCRIPT = Path(__file__).with_name("demo.yaml")
PEOPLE = {"ann": (ANN, "安经理"), "wang": (BOB, "王处长"), "admin": (99, "管理员")}


async def play(steps: list[dict[str, Any]], stage: Stage, out: TextIO) -> list[Entry]:
    """Play the steps, write what is said, and return the bot's messages."""
    shown: list[Entry] = []
    for step in steps:
        user, name = PEOPLE[step["who"]]
        chat = GROUP if step.get("where") == "group" else user
        before = len(stage.proxy.sent(chat=chat))
        where = "（群）" if chat == GROUP else ""
        if "press" in step:
            out.write(f"\n{name}{where}按下 [{step['press']}]\n")
            await stage.press(stage.proxy.sent(chat=chat)[-1], step["press"], user)
        else:
            out.write(f"\n{name}{where}：{step['says']}\n")
            await stage.write(step["says"], user, chat)
        await stage.read(before + step.get("wait", 1), chat)
        new = stage.proxy.sent(chat=chat)[before:]
        out.writelines(f"  机器人：{line}\n" for entry in new for line in _lines(entry))
        out.flush()
        shown += new
    return shown


def _lines(entry: Entry) -> Iterator[str]:
    text = telegram_html.seen(entry.text) if entry.fields.get("parse_mode") == "HTML" else entry.text
    yield text.replace("\n", "\n          ")
    if entry.buttons:
        yield " ".join(f"[{label}]" for label in entry.buttons)


async def perform(settings: Settings, folder: Path, out: TextIO) -> Stage:
    """Play the script of this folder over prepared state, and return the stage as it is left."""
    steps = yaml.safe_load(SCRIPT.read_text(encoding="utf-8"))
    database = open_database_of(settings)
    with bot_api_server(folder) as server:
        async with (
            staged(server) as stage,
            performing(
                stage,
                build_assistant(settings, in_chat=True),
                database,
                today(),
                open_subscribing(settings, database, in_chat=True),
                admins=frozenset({99}),
            ),
        ):
            await play(steps, stage, out)
    database.close()
    wrong = sum(bool(entry.wrong) for entry in stage.proxy.journal)
    out.write(f"\n共 {len(stage.proxy.journal)} 个 Bot API 请求，其中不合规范的 {wrong} 个。\n")
    return stage


def main() -> None:
    """Prepare a home folder of its own and play."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(policybot_home=Path(folder) / "home")
        sys.stdout.write("正在准备示例数据和检索索引……\n")
        sys.stdout.flush()
        prepare(settings, sample=True)
        asyncio.run(perform(settings, Path(folder), sys.stdout))


if __name__ == "__main__":
    main()
