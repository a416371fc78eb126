"""Clusters, indicators, imports, versioned observations and targets.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the statistics tables."""
    _registered()
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("file_name", sa.String(260), nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.Column("sheet", sa.String(120), nullable=False),
        sa.Column("uploaded_by", sa.String(120), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("observation_status", sa.String(20), nullable=False),
        sa.Column("observations_new", sa.Integer(), nullable=False),
        sa.Column("observations_changed", sa.Integer(), nullable=False),
        sa.Column("observations_same", sa.Integer(), nullable=False),
        sa.Column("reverted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reverted_by", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    _observations()


def _registered() -> None:
    op.create_table(
        "clusters",
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("short_name", sa.String(120), nullable=False),
        sa.Column("city", sa.String(40), nullable=False),
        sa.Column("district", sa.String(40), nullable=False),
        sa.Column("sector", sa.String(40), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("batch", sa.String(40), nullable=False),
        sa.Column("announced", sa.String(20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_date", sa.String(20), nullable=False),
        sa.Column("confidence", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_clusters")),
        sa.UniqueConstraint("name", name=op.f("uq_clusters_name")),
    )
    op.create_index(op.f("ix_clusters_city"), "clusters", ["city"])
    op.create_table(
        "cluster_aliases",
        sa.Column("alias", sa.String(120), nullable=False),
        sa.Column("cluster_code", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster_code"], ["clusters.code"], ondelete="CASCADE", name=op.f("fk_cluster_aliases_cluster_code")
        ),
        sa.PrimaryKeyConstraint("alias", name=op.f("pk_cluster_aliases")),
    )
    op.create_index(op.f("ix_cluster_aliases_cluster_code"), "cluster_aliases", ["cluster_code"])
    op.create_table(
        "indicators",
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("unit", sa.String(20), nullable=False),
        sa.Column("nature", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_indicators")),
    )
    op.create_table(
        "targets",
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("indicator_code", sa.String(64), nullable=True),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("doc_id", sa.String(80), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["indicator_code"], ["indicators.code"], name=op.f("fk_targets_indicator_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_targets")),
    )


def _observations() -> None:
    op.create_table(
        "observations",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("cluster_code", sa.String(64), nullable=False),
        sa.Column("indicator_code", sa.String(64), nullable=False),
        sa.Column("period_index", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("cell", sa.String(20), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["cluster_code"], ["clusters.code"], name=op.f("fk_observations_cluster_code")),
        sa.ForeignKeyConstraint(["indicator_code"], ["indicators.code"], name=op.f("fk_observations_indicator_code")),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_observations_import_id")),
        sa.ForeignKeyConstraint(["superseded_by"], ["imports.id"], name=op.f("fk_observations_superseded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observations")),
    )
    op.create_index(
        "ux_observation_current",
        "observations",
        ["cluster_code", "indicator_code", "period_index"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index("ix_observation_lookup", "observations", ["indicator_code", "period_index", "superseded_at"])
    op.create_index(op.f("ix_observations_import_id"), "observations", ["import_id"])


def downgrade() -> None:
    """Drop the statistics tables and everything in them."""
    for table in ("observations", "targets", "imports", "cluster_aliases", "clusters", "indicators"):
        op.drop_table(table)
