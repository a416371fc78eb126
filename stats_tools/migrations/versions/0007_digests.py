"""Subscriptions to digests, and the outbox in which every delivery is accounted for.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def _text(name: str, length: int = 0, index: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=False, index=index)


def _number(name: str, big: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger() if big else sa.Integer(), nullable=False)


def _moment(name: str, nullable: bool = False, index: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, index=index)


def _key(name: str = "id") -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), primary_key=True, autoincrement=True)


def _of(name: str, table: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False, **options)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "digest_subscriptions",
        _key(),
        _text("kind", 20),
        _text("scope", 200),
        _of("chat", "telegram_chats", index=True),
        _number("topic", big=True),
        _text("words", 200),
        _text("cron", 200),
        _text("zone", 64),
        _text("catch_up", 10),
        _number("catch_up_hours"),
        _text("state", 10, index=True),
        _text("note", 300),
        _text("created_by", 80),
        _moment("created_at"),
        _moment("planned_until"),
        _moment("next_due", nullable=True),
    )
    op.create_table(
        "digest_snapshots",
        sa.Column("id", sa.String(64), primary_key=True),
        _text("body"),
        _moment("made_at", index=True),
    )
    op.create_table(
        "digest_files",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    _create_outbox()


def _create_outbox() -> None:
    op.create_table(
        "digest_occurrences",
        _key(),
        _of("subscription", "digest_subscriptions"),
        _moment("due_at"),
        sa.Column("trial", sa.Boolean(), nullable=False),
        _text("state", 10, index=True),
        _number("attempts"),
        _moment("next_try"),
        _text("holder", 80),
        _number("fence"),
        _text("audience"),
        sa.Column("snapshot", sa.String(64), sa.ForeignKey("digest_snapshots.id"), nullable=True, index=True),
        _text("reason", 300),
        _moment("changed_at", index=True),
        sa.UniqueConstraint("subscription", "due_at", name="uq_digest_occurrences_key"),
    )
    op.create_table(
        "digest_parts",
        _of("occurrence", "digest_occurrences", primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        _text("state", 10),
        _number("fence"),
        _number("message", big=True),
        _text("reason", 300),
        _moment("at", nullable=True),
    )


def downgrade() -> None:
    """Drop the tables and everything in them."""
    for table in ("parts", "occurrences", "files", "snapshots", "subscriptions"):
        op.drop_table(f"digest_{table}")
