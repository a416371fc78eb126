"""The assistant's tables and their migration say the same."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.database import schema
from stats_tools.database import Database

OWN_ROWS = (
    schema.PersonRow,
    schema.PersonCityRow,
    schema.TurnRow,
    schema.FeedbackRow,
    schema.RefusedQuestionRow,
)
OWN_TABLES = {row.__tablename__ for row in OWN_ROWS}


def test_the_migrations_make_exactly_the_tables_the_program_declares(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = [str(d) for d in compare_metadata(context, schema.Base.metadata)]
    assert [d for d in differences if any(table in d for table in OWN_TABLES)] == []
