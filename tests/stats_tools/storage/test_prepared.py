"""A prepared statement says and does what SQLAlchemy says and does with it, on either database."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from stats_tools.database import Database, open_database
from stats_tools.prepared import Prepared
from stats_tools.schema import ExactDecimal, UtcDateTime

REPORTS = Table(
    "prepared_reports",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("checked", Boolean, nullable=False),
    Column("value", ExactDecimal()),
    Column("at", UtcDateTime(), nullable=False),
)
NEW = Prepared(insert(REPORTS))
NAMED = Prepared(select(REPORTS).where(REPORTS.c.name == bindparam("who")).order_by(REPORTS.c.id))
NOON = datetime(2021, 7, 20, 12, tzinfo=UTC)
ROW = {"id": 1, "name": "烟台", "checked": True, "value": Decimal("1.5"), "at": NOON}


@pytest.fixture
def reports(either_database: Database) -> Database:
    REPORTS.metadata.create_all(either_database.engine)
    return either_database


class TestPrepared:
    def test_it_stores_what_sqlalchemy_reads(self, reports: Database) -> None:
        with reports.writing() as connection:
            assert NEW.change(connection, ROW) == 1
            assert connection.execute(select(REPORTS)).all() == [tuple(ROW.values())]

    def test_it_reads_what_sqlalchemy_stores(self, reports: Database) -> None:
        without_value = {**ROW, "id": 2, "checked": False, "value": None}
        with reports.writing() as connection:
            connection.execute(insert(REPORTS), [ROW, without_value])
            assert NAMED.rows(connection, {"who": "烟台"}) == [tuple(ROW.values()), tuple(without_value.values())]
            assert NAMED.rows(connection, {"who": "青岛"}) == []

    def test_it_counts_the_rows_it_changed(self, reports: Database) -> None:
        checked = Prepared(update(REPORTS).where(REPORTS.c.id >= bindparam("first")).values(checked=False))
        with reports.writing() as connection:
            for number in (1, 2, 3):
                NEW.change(connection, {**ROW, "id": number})
            assert [checked.change(connection, {"first": first}) for first in (2, 4)] == [2, 0]
            assert connection.scalars(select(REPORTS.c.checked).order_by(REPORTS.c.id)).all() == [True, False, False]

    def test_one_value_may_stand_in_two_places(self, reports: Database) -> None:
        said = bindparam("said")
        either = Prepared(select(REPORTS.c.id).where((REPORTS.c.name == said) | (REPORTS.c.name == said + "市")))
        with reports.writing() as connection:
            NEW.change(connection, {**ROW, "name": "烟台市"})
            assert either.rows(connection, {"said": "烟台"}) == [(1,)]

    def test_rows_it_made_can_be_returned(self, reports: Database) -> None:
        returning = Prepared(insert(REPORTS).returning(REPORTS.c.id, REPORTS.c.at))
        with reports.writing() as connection:
            assert returning.rows(connection, ROW) == [(1, NOON)]

    def test_a_value_that_is_missing_is_no_null(self, reports: Database) -> None:
        with reports.reading() as connection, pytest.raises(KeyError, match="who"):
            NAMED.rows(connection, {})

    def test_what_the_database_refuses_raises_as_from_sqlalchemy(self, reports: Database) -> None:
        with reports.writing() as connection:
            NEW.change(connection, ROW)
        with pytest.raises(IntegrityError), reports.writing() as connection:
            NEW.change(connection, ROW)
        with reports.reading() as connection:
            assert NAMED.rows(connection, {"who": "烟台"}) == [tuple(ROW.values())]


@given(name=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40))
def test_any_text_comes_back_as_it_was(name: str) -> None:
    database = open_database("sqlite://")
    REPORTS.metadata.create_all(database.engine)
    with database.writing() as connection:
        NEW.change(connection, {**ROW, "name": name})
        assert NAMED.rows(connection, {"who": name}) == [(1, name, True, Decimal("1.5"), NOON)]
    database.close()
