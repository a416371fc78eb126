from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.database import Database, open_database
from stats_tools.registration import register
from stats_tools.registry import Registry
from stats_tools.targets import Targets


@pytest.fixture(scope="session")
def noon() -> datetime:
    return datetime(2021, 8, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def registry() -> Registry:
    return Registry.load()


@pytest.fixture(scope="session")
def catalogue() -> IndicatorCatalogue:
    return IndicatorCatalogue.load()


@pytest.fixture
def database(registry: Registry, catalogue: IndicatorCatalogue) -> Iterator[Database]:
    """A registered database without any observation."""
    opened = open_database("sqlite://")
    opened.upgrade()
    register(opened, registry, catalogue, Targets.load())
    yield opened
    opened.close()
