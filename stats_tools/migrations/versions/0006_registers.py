"""The registers of the plan: which import filed which for which quarter, and the versions of their rows.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_CURRENT = sa.text("superseded_at IS NULL")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "register_filings",
        sa.Column("import_id", sa.Integer(), sa.ForeignKey("imports.id"), primary_key=True),
        sa.Column("register", sa.String(40), primary_key=True),
        sa.Column("period_index", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("rows", sa.Integer(), nullable=False),
    )
    op.create_table(
        "register_entries",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("register", sa.String(40), nullable=False),
        sa.Column("entry_key", sa.String(500), nullable=False),
        sa.Column("period_index", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), sa.ForeignKey("imports.id"), nullable=False, index=True),
        sa.Column("cell", sa.String(60), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_by", sa.Integer(), sa.ForeignKey("imports.id"), nullable=True),
    )
    op.create_index(
        "ux_register_entry_current",
        "register_entries",
        ["register", "entry_key", "period_index"],
        unique=True,
        sqlite_where=_CURRENT,
        postgresql_where=_CURRENT,
    )
    op.create_index("ix_register_entry_lookup", "register_entries", ["register", "superseded_at", "period_index"])


def downgrade() -> None:
    """Drop the tables and everything in them; the imports of registers stay in the list of imports."""
    op.drop_table("register_entries")
    op.drop_table("register_filings")
