from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.database import Database, open_database
from stats_tools.importing.layout import ReportLayout
from stats_tools.importing.reading import ReportReading, read_report
from stats_tools.importing.reference import Reference
from stats_tools.registration import register
from stats_tools.registry import Registry
from stats_tools.targets import Targets
from stats_tools.units import UnitTable
from tests.stats_tools.storage.workbooks import write_workbook


@pytest.fixture(scope="session")
def noon() -> datetime:
    return datetime(2021, 8, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def registry() -> Registry:
    return Registry.load()


@pytest.fixture(scope="session")
def catalogue() -> IndicatorCatalogue:
    return IndicatorCatalogue.load()


@pytest.fixture(scope="session")
def blank(registry: Registry, catalogue: IndicatorCatalogue, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registered database file without any observation, made once and copied for every test."""
    path = tmp_path_factory.mktemp("blank") / "policy.db"
    made = open_database(f"sqlite:///{path}")
    made.upgrade()
    register(made, registry, catalogue, Targets.load())
    made.close()
    return path


@pytest.fixture
def database(blank: Path, tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{shutil.copy(blank, tmp_path / 'policy.db')}")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def reference(registry: Registry, catalogue: IndicatorCatalogue) -> Reference:
    return Reference(registry, catalogue, UnitTable.load(), ReportLayout.load())


@pytest.fixture
def read(reference: Reference, tmp_path: Path) -> Callable[[list[list[object]]], ReportReading]:
    """Write rows to a workbook and read them as a report on 2022-03-01."""

    def write_and_read(rows: list[list[object]]) -> ReportReading:
        return read_report(write_workbook(tmp_path / "季报.xlsx", rows), reference, date(2022, 3, 1))

    return write_and_read
