from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stats_tools.questions.asking import Desk, DeskOf, filed, opened
from tests.stats_tools.questions.figures import Province, Rows, rows


@pytest.fixture(scope="session")
def province() -> Province:
    return Province(rows())


@pytest.fixture(scope="session")
def desk(province: Province, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Somebody who can be asked about the invented province."""
    database = opened()
    filed(database, province.held)
    yield Desk(database, tmp_path_factory.mktemp("documents"))
    database.close()


@pytest.fixture
def desk_of(tmp_path: Path) -> Iterator[DeskOf]:
    """Makes somebody who can be asked about the rows of one test alone."""
    databases = []

    def make(held: Rows) -> Desk:
        database = opened()
        databases.append(database)
        filed(database, held)
        return Desk(database, tmp_path)

    yield make
    for database in databases:
        database.close()
