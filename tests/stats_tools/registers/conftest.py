from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.database import Database, open_database
from stats_tools.operations.observations import Viewer
from stats_tools.recording import ImportReceipt
from stats_tools.registers.applying import apply_registers, preview_registers
from stats_tools.registers.desk import RegisterDesk
from stats_tools.registers.reading import RegisterReading, read_registers
from stats_tools.registers.reference import RegisterReference
from stats_tools.registers.store import open_desk
from stats_tools.registration import register
from stats_tools.targets import Targets
from tests.stats_tools.storage.workbooks import write_workbook

TODAY = date(2022, 1, 5)
NOON = datetime(2022, 1, 5, 12, tzinfo=UTC)
OFFICIAL = Viewer(internal=True)
PROJECT_HEADER = ["项目名称", "集群名称", "建设单位", "项目阶段", "总投资（亿元）", "制约因素"]

Rows = Sequence[Sequence[object]]
Read = Callable[..., RegisterReading]
File = Callable[..., ImportReceipt]
Open = Callable[..., RegisterDesk]


@pytest.fixture(scope="session")
def registers() -> RegisterReference:
    return RegisterReference.load()


@pytest.fixture(scope="session")
def blank(registers: RegisterReference, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registered database file without any row, made once and copied for every test."""
    path = tmp_path_factory.mktemp("blank") / "policy.db"
    made = open_database(f"sqlite:///{path}")
    made.upgrade()
    register(made, registers.registry, IndicatorCatalogue.load(), Targets.load())
    made.close()
    return path


@pytest.fixture
def database(blank: Path, tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{shutil.copy(blank, tmp_path / 'policy.db')}")
    yield opened
    opened.close()


@pytest.fixture
def read(registers: RegisterReference, tmp_path: Path) -> Read:
    """Writes rows to the first sheet of a workbook and reads it as a register on 2022-01-05."""

    def write_and_read(rows: Rows, sheet: str = "重大项目储备库 2021Q4", **choices: object) -> RegisterReading:
        path = write_workbook(tmp_path / "登记册.xlsx", [list(row) for row in rows], sheet=sheet)
        return read_registers(path, registers, TODAY, **choices)  # type: ignore[arg-type]

    return write_and_read


@pytest.fixture
def file(database: Database, read: Read) -> File:
    """Files rows: what the product would do with them once confirmed."""

    def read_and_apply(rows: Rows, sheet: str = "重大项目储备库 2021Q4", at: datetime = NOON) -> ImportReceipt:
        preview = preview_registers(database, read(rows, sheet))
        return apply_registers(database, preview, "测试", at, confirmed=True)

    return read_and_apply


@pytest.fixture
def desk(database: Database, registers: RegisterReference) -> Open:
    """Opens the registers for a viewer; for an official without limits unless told otherwise."""

    def opened(viewer: Viewer = OFFICIAL) -> RegisterDesk:
        return open_desk(database, registers.registers, registers.registry, TODAY, viewer)

    return opened
