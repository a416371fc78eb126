"""All that an answer takes of an observation in the index by which it is found, so that no row of the table is fetched.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"

_NAME = "ix_observation_lookup"
_FOUND_BY = ["indicator_code", "period_index", "superseded_at"]
_TAKEN = ["cluster_code", "value", "status", "revision", "import_id", "cell", "recorded_at"]


def upgrade() -> None:
    """Widen the index."""
    _make([*_FOUND_BY, *_TAKEN])


def downgrade() -> None:
    """Narrow it again."""
    _make(_FOUND_BY)


def _make(columns: list[str]) -> None:
    op.drop_index(_NAME, "observations")
    op.create_index(_NAME, "observations", columns)
