"""The bot as a process that can be killed: ``python -m tests.e2e.killed_bot DATABASE_URL TOKEN API_BASE FOLDER``.

It answers each question with itself.  One that begins with 慢 is being answered, which a file of its name in the folder
tells, until a file named ``go`` is there.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from datetime import date
from pathlib import Path

from bot.assistant.types import Answer, Paragraph, Question, Status
from bot.channels.telegram_application import Profile, serve
from bot.channels.telegram_limits import Rates
from prompts import Wording
from stats_tools.database import open_database

SLOW = "慢"
_UNLIMITED = Rates(per_second=1000, chat_interval=0.0, group_per_minute=1000, edit_interval=0.0)


class Thinker:
    """Answers, some questions slowly."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def answer(self, question: Question, _meanwhile: object = None) -> Answer:
        if question.text.startswith(SLOW):
            (self._folder / question.text).touch()
            while not (self._folder / "go").exists():
                time.sleep(0.01)
        return Answer(question.text, Status.ANSWERED, (Paragraph(f"答：{question.text}"),))


def main(url: str, token: str, base: str, folder: Path) -> None:
    """Serve until killed."""
    database = open_database(url)
    profile = Profile(token, folder / "uploads", base, rates=_UNLIMITED)
    asyncio.run(serve(profile, Thinker(folder), database, Wording.load(), date.today, f"process-{os.getpid()}"))


if __name__ == "__main__":
    main(*sys.argv[1:4], folder=Path(sys.argv[4]))
