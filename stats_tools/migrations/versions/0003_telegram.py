"""The Telegram door's tables: updates, leases, chats, talks, answers with their buttons, feedback and invitations.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def _moment(name: str, nullable: bool = False, index: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, index=index)


def _chat() -> sa.Column[Any]:
    return sa.Column("chat", sa.Integer(), sa.ForeignKey("telegram_chats.id", ondelete="CASCADE"), nullable=False)


def _required(name: str, kind: sa.types.TypeEngine[Any], index: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, index=index)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "telegram_updates",
        sa.Column("update_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        _required("payload", sa.Text()),
        _moment("received_at", index=True),
    )
    op.create_table(
        "telegram_leases",
        sa.Column("name", sa.String(40), primary_key=True),
        _required("holder", sa.String(80)),
        _moment("expires_at"),
    )
    op.create_table(
        "telegram_chats",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        _required("role", sa.String(20)),
        _required("cities", sa.Text()),
        _required("reachable", sa.Boolean()),
        _required("reason", sa.String(200)),
        _moment("changed_at"),
    )
    op.create_index("ix_telegram_chats_chat_id", "telegram_chats", ["chat_id"], unique=True)
    op.create_table(
        "telegram_talks",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        _chat(),
        _required("topic", sa.BigInteger()),
        _required("user_id", sa.BigInteger(), index=True),
        _required("session", sa.String(64)),
        _moment("begun_at"),
        sa.UniqueConstraint("chat", "topic", "user_id", name="uq_telegram_talks_place"),
    )
    _create_answers()
    op.create_table(
        "telegram_feedback",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("answer", sa.String(24)),
        _required("user_id", sa.BigInteger(), index=True),
        _required("rating", sa.Integer()),
        _required("text", sa.Text()),
        _moment("at"),
        sa.UniqueConstraint("answer", "user_id", name="uq_telegram_feedback_vote"),
    )
    op.create_table(
        "telegram_invitations",
        sa.Column("code_digest", sa.String(64), primary_key=True),
        _required("role", sa.String(20)),
        _required("cities", sa.Text()),
        _required("issued_by", sa.BigInteger()),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
    )


def _create_answers() -> None:
    op.create_table(
        "telegram_answers",
        sa.Column("key", sa.String(24), primary_key=True),
        _chat(),
        _required("topic", sa.BigInteger()),
        _required("user_id", sa.BigInteger(), index=True),
        _required("question_message", sa.BigInteger()),
        _required("question", sa.Text()),
        _required("citations", sa.Text()),
        _required("messages", sa.Text()),
        _moment("at", index=True),
    )
    op.create_index("ix_telegram_answers_question", "telegram_answers", ["chat", "question_message"])
    op.create_table(
        "telegram_buttons",
        sa.Column("token", sa.String(24), primary_key=True),
        sa.Column(
            "answer",
            sa.String(24),
            sa.ForeignKey("telegram_answers.key", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        _required("action", sa.String(20)),
        _required("argument", sa.Text()),
    )


def downgrade() -> None:
    """Drop the tables and everything in them."""
    for table in ("invitations", "feedback", "buttons", "answers", "talks", "chats", "leases", "updates"):
        op.drop_table(f"telegram_{table}")
