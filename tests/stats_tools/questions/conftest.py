from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stats_tools.questions.asking import Desk, filed, opened
from tests.stats_tools.questions.figures import Province, rows


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
