"""A database that is busy or full is named as that, with what to do, and not as a fault of the program."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from bot.cli.failures import repair
from stats_tools.database import Database


def test_a_full_database_is_told_with_what_to_do(database: Database) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1")
        with pytest.raises(OperationalError) as caught:
            connection.exec_driver_sql("CREATE TABLE filling AS SELECT zeroblob(9000000) AS filled")
    assert "df -h" in repair(caught.value)


def test_a_database_that_another_holds_is_told_with_what_to_do(database: Database) -> None:
    other = sqlite3.connect(str(database.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with database.reading() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=1")
    with pytest.raises(OperationalError) as caught, database.writing():
        pass
    other.close()
    assert "请等其他命令" in repair(caught.value)


def test_a_missing_table_stays_a_fault_of_the_program(database: Database) -> None:
    with pytest.raises(OperationalError) as caught, database.reading() as connection:
        connection.exec_driver_sql("SELECT * FROM never_made")
    assert repair(caught.value) == ""
