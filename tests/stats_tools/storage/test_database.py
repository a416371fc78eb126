from __future__ import annotations

import multiprocessing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, text

from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.database import MIGRATIONS, Database, DatabaseUnusableError, open_database
from stats_tools.definition_files import DefinitionError
from stats_tools.periods import Period
from stats_tools.queries import ObservationReader
from stats_tools.registration import register
from stats_tools.registry import Registry
from stats_tools.sample import load_sample
from stats_tools.schema import Base
from stats_tools.targets import Targets

STATISTICS = {
    "clusters",
    "cluster_aliases",
    "indicators",
    "imports",
    "observations",
    "targets",
    "register_filings",
    "register_entries",
}


def _initialise(url: str) -> None:
    database = open_database(url)
    database.upgrade()
    register(database, Registry.load(), IndicatorCatalogue.load(), Targets.load())
    database.close()


def test_the_migrations_make_exactly_the_tables_of_the_schema() -> None:
    database = open_database("sqlite://")
    database.upgrade()

    def of_statistics(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
        return kind != "table" or name in STATISTICS

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": of_statistics})
        assert compare_metadata(context, Base.metadata) == []
    database.close()


def test_the_expected_revision_is_the_one_head_of_the_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    database = open_database("sqlite://")
    assert ScriptDirectory.from_config(config).get_heads() == [database.head]
    database.close()


def test_figures_of_many_clusters_are_read_from_one_place_and_not_row_by_row(
    database: Database, registry: Registry, noon: datetime
) -> None:
    load_sample(database, noon)
    plans: list[str] = []

    def explain(_connection: object, cursor: Any, statement: str, parameters: Any, *_rest: object) -> None:
        if "FROM observations" in statement:
            plans.extend(row[-1] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall())

    event.listen(database.engine, "before_cursor_execute", explain)
    codes = [cluster.code for cluster in registry.clusters]
    read = ObservationReader(database).read(["revenue"], codes, [Period(2021, 3), Period(2021, 4)])
    assert len(read) == 14
    assert len(plans) == 1
    assert "COVERING INDEX ix_observation_lookup" in plans[0]


def test_an_upgrade_happens_once(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/deep/policy.db")
    assert database.upgrade()
    assert not database.upgrade()
    database.close()


def test_several_processes_may_initialise_the_same_database_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/policy.db"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_initialise, args=(url,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    database = open_database(url)
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM clusters")).scalar() == 28
    database.close()


def test_registering_again_changes_nothing(
    database: Database, registry: Registry, catalogue: IndicatorCatalogue
) -> None:
    assert not register(database, registry, catalogue, Targets.load())
    assert register(database, registry, catalogue, Targets.load()[:1])
    assert register(database, registry, catalogue, Targets.load())


def test_a_unit_cannot_change_under_stored_values(
    database: Database, registry: Registry, catalogue: IndicatorCatalogue, noon: datetime
) -> None:
    revenue, *others = catalogue.indicators
    changed = catalogue.model_copy(update={"indicators": (revenue.model_copy(update={"unit": "万元"}), *others)})
    assert register(database, registry, changed, Targets.load())
    assert register(database, registry, catalogue, Targets.load())
    load_sample(database, noon)
    with pytest.raises(DefinitionError, match="stored in 亿元"):
        register(database, registry, changed, Targets.load())


def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/policy.db")
    database.upgrade()
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnusableError) as refusal:
        database.upgrade()
    assert refusal.value.reason == "newer_than_program"
    database.close()


def test_a_file_that_is_no_database_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "policy.db").write_bytes("这不是数据库".encode() * 100)
    database = open_database(f"sqlite:///{tmp_path}/policy.db")
    with pytest.raises(DatabaseUnusableError) as refusal:
        database.upgrade()
    assert refusal.value.reason == "not_a_database"
    database.close()


@pytest.mark.parametrize("url", ["数据库", "oracle9i://x/y", ""])
def test_an_address_that_cannot_be_understood_is_refused(url: str) -> None:
    with pytest.raises(DatabaseUnusableError) as refusal:
        open_database(url)
    assert refusal.value.reason == "bad_url"
