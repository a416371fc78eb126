"""The same tables and the same promises on a PostgreSQL server, where the machine has one to start."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.database import Database, DatabaseUnusableError, open_database
from stats_tools.importing.applying import ImportPreview, apply_import, preview_import
from stats_tools.importing.reading import read_report
from stats_tools.importing.reference import Reference
from stats_tools.importing.reverting import revert_import
from stats_tools.operations.observations import Viewer
from stats_tools.periods import Period
from stats_tools.recording import ImportReceipt
from stats_tools.records import history
from stats_tools.registers.applying import apply_registers, preview_registers
from stats_tools.registers.reading import read_registers
from stats_tools.registers.reference import RegisterReference
from stats_tools.registers.sample import load_register_sample
from stats_tools.registers.store import open_desk
from stats_tools.registers.summaries import project_pipeline
from stats_tools.registration import register
from stats_tools.registry import Registry
from stats_tools.sample import load_sample
from stats_tools.schema import Base
from stats_tools.targets import Targets
from tests.stats_tools.storage.workbooks import HEADER, row, write_workbook

NOON = datetime(2022, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def filled(server: str, registry: Registry, catalogue: IndicatorCatalogue) -> Iterator[Database]:
    """The server's database after several first starts at once, with the sample."""

    def initialise() -> None:
        own = open_database(server)
        own.upgrade()
        register(own, registry, catalogue, Targets.load())
        load_sample(own, NOON)
        own.close()

    starts = [threading.Thread(target=initialise) for _ in range(3)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    database = open_database(server)
    yield database
    database.close()


def test_the_migrations_make_the_tables_of_the_schema_there_too(filled: Database) -> None:
    assert filled.revision() == filled.head
    with filled.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": lambda _o, name, kind, *_: (
                    kind != "table" or name in {"observations", "imports", "register_filings", "register_entries"}
                ),
            },
        )
        assert compare_metadata(context, Base.metadata) == []


def test_importing_correcting_and_reverting_work_there_too(
    filled: Database, reference: Reference, tmp_path: Path
) -> None:
    def file(at: datetime, **values: object) -> ImportReceipt:
        path = write_workbook(tmp_path / "季报.xlsx", [HEADER, row(**values)])
        preview = preview_import(filled, read_report(path, reference, date(2022, 3, 1)), reference)
        return apply_import(filled, preview, "统计员", at, confirmed=True)

    assert file(NOON) == ImportReceipt(2, new=8, changed=0, same=0, sample_closed=672)
    assert file(NOON + timedelta(hours=1), revenue=330) == ImportReceipt(3, 0, 1, 7, 0)
    assert revert_import(filled, 3, "统计员", NOON + timedelta(hours=2)).restored == 1
    assert revert_import(filled, 2, "统计员", NOON + timedelta(hours=3)).sample_restored == 672
    versions = history(filled, "yantai-biomedicine", "revenue", Period(2021, 2))
    assert [(float(each.value), each.revision, each.status) for each in versions] == [
        (325.28, 1, "sample"),
        (325.28, 1, "published"),
        (330, 2, "published"),
        (325.28, 3, "published"),
        (325.28, 2, "sample"),
    ]


def test_registers_are_filed_read_and_taken_back_there_too(filled: Database, tmp_path: Path) -> None:
    known = RegisterReference.load()
    path = tmp_path / "项目.csv"

    def file(*stages: str) -> ImportReceipt:
        rows = (f"项目{number},烟台生物医药,公司{number},{stage},2021Q4" for number, stage in enumerate(stages))
        path.write_text("\n".join(("项目名称,集群名称,建设单位,项目阶段,报告期", *rows)), encoding="utf-8")
        preview = preview_registers(filled, read_registers(path, known, date(2022, 3, 1)))
        return apply_registers(filled, preview, "统计员", NOON, confirmed=True)

    def stages() -> dict[str, int | None]:
        desk = open_desk(filled, known.registers, known.registry, date(2022, 3, 1), Viewer(internal=True))
        return {name: count.rows for name, count in project_pipeline(desk).total.groups.items() if count.rows}

    load_register_sample(filled, known, NOON)
    sample = stages()
    first, second = file("储备", "开工"), file("竣工", "开工", "谋划")
    assert (first.new, second.new, second.changed, second.same) == (2, 1, 1, 1)
    assert stages() == {"竣工": 1, "开工": 1, "谋划": 1}
    assert first.import_id is not None
    assert second.import_id is not None
    revert_import(filled, second.import_id, "统计员", NOON)
    assert stages() == {"储备": 1, "开工": 1}
    assert revert_import(filled, first.import_id, "统计员", NOON).sample_restored == first.sample_closed
    assert stages() == sample


def test_imports_at_once_take_turns_there_too(
    filled: Database, server: str, reference: Reference, registry: Registry, tmp_path: Path
) -> None:
    rows = [row(cluster.name, "2021Q4") for cluster in registry.clusters]
    path = write_workbook(tmp_path / "年报.xlsx", [HEADER, *rows])
    reading = read_report(path, reference, date(2022, 3, 1))
    previews = [preview_import(filled, reading, reference) for _ in range(3)]
    receipts: list[ImportReceipt] = []

    def apply(preview: ImportPreview) -> None:
        own = open_database(server)
        receipts.append(apply_import(own, preview, "统计员", NOON, confirmed=True))
        own.close()

    threads = [threading.Thread(target=apply, args=(preview,)) for preview in previews]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((receipt.new, receipt.same) for receipt in receipts) == [(0, 224), (0, 224), (224, 0)]


def test_a_server_that_does_not_answer_is_named_as_such() -> None:
    database = open_database("postgresql+psycopg://policybot@/postgres?host=/nowhere")
    with pytest.raises(DatabaseUnusableError) as refusal:
        database.upgrade()
    assert refusal.value.reason == "unreachable"
    database.close()
