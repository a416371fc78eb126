from __future__ import annotations

import pytest

from stats_tools.database import Database


@pytest.fixture
def database(either_database: Database) -> Database:
    """What is kept here is kept on SQLite and on PostgreSQL alike."""
    return either_database
