from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from stats_tools.database import Database, open_database

_TEMPLATE = "digests"


@pytest.fixture(scope="session")
def copied(server: str) -> Iterator[Callable[[], str]]:
    """Makes copies of a migrated database on a PostgreSQL server and tells their URLs."""
    maintenance = open_database(server)
    numbers = itertools.count(1)

    def create(name: str, template: str) -> str:
        with maintenance.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        return make_url(server).set(database=name).render_as_string(hide_password=False)

    database = open_database(create(_TEMPLATE, "template0"))
    database.upgrade()
    database.close()
    yield lambda: create(f"{_TEMPLATE}_{next(numbers)}", _TEMPLATE)
    maintenance.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, migrated: Path, tmp_path: Path) -> Iterator[Database]:
    """Both databases a deployment may have: what is promised is promised on either."""
    if request.param == "sqlite":
        path = tmp_path / "digests.sqlite3"
        shutil.copy(migrated, path)
        url = f"sqlite:///{path}"
    else:
        url = request.getfixturevalue("copied")()
    database = open_database(url)
    yield database
    database.close()
