"""Which process has an update in work, so that no other one takes it up before that process has ended.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column; what was left undone by earlier versions belongs to nobody."""
    op.add_column("telegram_updates", sa.Column("holder", sa.String(80), nullable=False, server_default=""))


def downgrade() -> None:
    """Forget it again."""
    op.drop_column("telegram_updates", "holder")
