"""Room for a sheet's name in front of the cell that a value was read from.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Widen the column, in SQLite by copying the table."""
    _declare(sa.String(20), sa.String(60))


def downgrade() -> None:
    """Narrow it again; PostgreSQL refuses where a longer address is held."""
    _declare(sa.String(60), sa.String(20))


def _declare(before: sa.String, after: sa.String) -> None:
    with op.batch_alter_table("observations") as table:
        table.alter_column("cell", existing_type=before, type_=after, existing_nullable=False)
