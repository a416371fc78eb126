"""The measurement of the bot's own cost measures the whole way of a question."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels import telegram_overhead
from bot.channels.telegram_overhead import overhead
from stats_tools.database import open_database
from tests.channels.telegram_world import WORDING


async def test_every_question_of_the_measurement_is_answered_and_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"IN_TURN": 5, "AT_ONCE": 20, "WARM_UP": 3}.items():
        monkeypatch.setattr(telegram_overhead, name, value)
    measured = await overhead(tmp_path, WORDING)
    assert len(measured.seconds) == 5
    assert measured.per_second > 0
    database = open_database(f"sqlite:///{tmp_path / 'overhead.sqlite3'}")
    with database.reading() as connection:
        recorded = connection.exec_driver_sql("SELECT count(*) FROM telegram_answers WHERE messages = '[1]'").scalar()
    database.close()
    assert recorded == 3 + 5 + 20 + 20
