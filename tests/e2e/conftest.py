from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from stats_tools.database import Database, open_database
from tests.channels.telegram_world import ScriptedAssistant
from tests.e2e.stage import Stage, bot_api_server, staged


@pytest.fixture(scope="class")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Bot API server nobody here wrote; not one for all tests, because it takes sixteen bots at most."""
    with bot_api_server(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture
async def stage(server: str) -> AsyncIterator[Stage]:
    """A stage; at the end no request of the bot may have broken the contract."""
    async with staged(server) as stage:
        yield stage
    broken = [(entry.method, entry.wrong) for entry in stage.proxy.journal if entry.wrong]
    assert broken == []


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'telegram.sqlite3'}")
    database.upgrade()
    yield database
    database.close()


@pytest.fixture
def assistant() -> ScriptedAssistant:
    return ScriptedAssistant()
