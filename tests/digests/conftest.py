from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from stats_tools.database import Database, open_database


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "digests.sqlite3"
    database = open_database(f"sqlite:///{path}")
    database.upgrade()
    database.close()
    return path


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "digests.sqlite3"
    shutil.copy(migrated, path)
    database = open_database(f"sqlite:///{path}")
    yield database
    database.close()
