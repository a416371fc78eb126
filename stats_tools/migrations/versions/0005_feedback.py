"""Votes with their reasons, from every channel, and the questions that were refused.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables; votes and remarks from Telegram move into the common one."""
    _create_feedback()
    op.create_table(
        "refused_questions",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    op.execute(
        "INSERT INTO feedback (answer, telegram_id, rating, reason, comment, question, status, citations, at) "
        "SELECT coalesce(answer, 'remark-' || id), user_id, rating, '', "
        "CASE rating WHEN 0 THEN text ELSE '' END, CASE rating WHEN 0 THEN '' ELSE text END, "
        "CASE rating WHEN 0 THEN '' ELSE 'answered' END, '[]', at FROM telegram_feedback"
    )
    op.drop_table("telegram_feedback")


def _create_feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("answer", sa.String(40), nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), index=True),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("citations", sa.Text(), nullable=False),
        sa.Column("prompt", sa.BigInteger()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.UniqueConstraint("answer", "telegram_id", name="uq_feedback_vote"),
    )


def downgrade() -> None:
    """Take Telegram's votes and remarks back to their table, without reasons, and drop the rest."""
    op.create_table(
        "telegram_feedback",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("answer", sa.String(24)),
        sa.Column("user_id", sa.BigInteger(), nullable=False, index=True),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("answer", "user_id", name="uq_telegram_feedback_vote"),
    )
    op.execute(
        "INSERT INTO telegram_feedback (answer, user_id, rating, text, at) "
        "SELECT CASE rating WHEN 0 THEN NULL ELSE answer END, telegram_id, rating, "
        "CASE rating WHEN 0 THEN comment ELSE question END, at FROM feedback WHERE telegram_id IS NOT NULL"
    )
    op.drop_table("refused_questions")
    op.drop_table("feedback")
