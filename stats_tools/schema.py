"""The statistics tables.  DDL lives in the Alembic migrations; a test proves the two agree.

Observations are versioned: a corrected report closes the old row (``superseded_at``) and adds a new one, so what was
known on any day can be asked.  Values are stored as integers of 1e-8 of the indicator's unit, because SQLite has no
exact decimal type and a rounded official figure would be a wrong one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from typing_extensions import override

SCALE = Decimal(10) ** 8
LARGEST_VALUE = Decimal(2**63 - 1) / SCALE
"""Largest magnitude an observation may have, in its indicator's unit (about 9.2e10)."""


class ExactDecimal(TypeDecorator[Decimal]):
    """A Decimal with up to 8 decimals, stored as a scaled 64-bit integer."""

    impl = BigInteger
    cache_ok = True

    @override
    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Scale for storage; more than 8 decimals are rounded half to even."""
        return None if value is None else int((value * SCALE).to_integral_value(ROUND_HALF_EVEN))

    @override
    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Restore the decimal."""
        return None if value is None else Decimal(value) / SCALE


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored and returned in UTC on every backend."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; a naive datetime is a programming error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("datetime without a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Restore the UTC zone that SQLite drops."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    @override
    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """The same, remembering a few moments: all values of one report were recorded at one."""
        restore = super().result_processor(dialect, coltype)
        return restore and lru_cache(maxsize=64)(restore)


class Base(DeclarativeBase):
    """The one metadata of the database; the assistant's own tables join it in ``bot.database.schema``."""

    # Constraints have names, so that a later migration can alter them on every backend.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, Decimal: ExactDecimal, dict[str, Any]: Text}


class ClusterRow(Base):
    """A registered cluster, upserted from the registry files by ``policybot init``."""

    __tablename__ = "clusters"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    short_name: Mapped[str] = mapped_column(String(120))
    city: Mapped[str] = mapped_column(String(40), index=True)
    district: Mapped[str] = mapped_column(String(40))
    sector: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(20))
    batch: Mapped[str] = mapped_column(String(40))
    announced: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(Text)
    source_date: Mapped[str] = mapped_column(String(20))
    confidence: Mapped[str] = mapped_column(String(10))


class ClusterAliasRow(Base):
    """A further name of a cluster; unique, so that an alias never means two."""

    __tablename__ = "cluster_aliases"

    alias: Mapped[str] = mapped_column(String(120), primary_key=True)
    cluster_code: Mapped[str] = mapped_column(ForeignKey("clusters.code", ondelete="CASCADE"), index=True)


class IndicatorRow(Base):
    """An indicator of the catalogue file, mirrored so that observations refer to something."""

    __tablename__ = "indicators"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str] = mapped_column(String(20))
    nature: Mapped[str] = mapped_column(String(10))


class ImportRow(Base):
    """One accepted report file."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    file_name: Mapped[str] = mapped_column(String(260))
    file_sha256: Mapped[str] = mapped_column(String(64))
    sheet: Mapped[str] = mapped_column(String(120))
    uploaded_by: Mapped[str] = mapped_column(String(120))
    uploaded_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(20))
    """``applied`` or ``reverted``."""
    observation_status: Mapped[str] = mapped_column(String(20))
    """The status its observations were given; ``sample`` marks the synthetic sample."""
    observations_new: Mapped[int]
    observations_changed: Mapped[int]
    observations_same: Mapped[int]
    reverted_at: Mapped[datetime | None]
    reverted_by: Mapped[str] = mapped_column(String(120), default="")


class ObservationRow(Base):
    """One version of one value."""

    __tablename__ = "observations"
    __table_args__ = (
        Index(
            "ux_observation_current",
            "cluster_code",
            "indicator_code",
            "period_index",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        # Found by the first three; the others stand beside, because an answer over a thousand clusters would else fetch
        # a thousand rows from as many places of the table.
        Index(
            "ix_observation_lookup",
            "indicator_code",
            "period_index",
            "superseded_at",
            "cluster_code",
            "value",
            "status",
            "revision",
            "import_id",
            "cell",
            "recorded_at",
        ),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    cluster_code: Mapped[str] = mapped_column(ForeignKey("clusters.code"))
    indicator_code: Mapped[str] = mapped_column(ForeignKey("indicators.code"))
    period_index: Mapped[int]
    """``Period.index``: year * 4 + quarter - 1."""
    value: Mapped[Decimal]
    status: Mapped[str] = mapped_column(String(20))
    """``sample`` | ``reported`` | ``verified`` | ``published``; the public reads sample and published only."""
    revision: Mapped[int]
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"), index=True)
    cell: Mapped[str] = mapped_column(String(60))
    """A1 address; with the sheet's name in front where the import read several sheets."""
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    superseded_by: Mapped[int | None] = mapped_column(ForeignKey("imports.id"))


class TargetRow(Base):
    """A target of the plan with the clause that sets it, upserted from the targets file."""

    __tablename__ = "targets"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    indicator_code: Mapped[str | None] = mapped_column(ForeignKey("indicators.code"))
    definition: Mapped[str] = mapped_column(Text)
    """JSON of the target as in the targets file: measure, level, threshold, unit, count, baseline, due."""
    due: Mapped[date] = mapped_column(Date)
    doc_id: Mapped[str] = mapped_column(String(80))
    quote: Mapped[str] = mapped_column(Text)


class RegisterFilingRow(Base):
    """For which quarter an import filed which register, so that a filing that changes nothing is known too."""

    __tablename__ = "register_filings"

    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    register: Mapped[str] = mapped_column(String(40), primary_key=True)
    period_index: Mapped[int] = mapped_column(primary_key=True)
    rows: Mapped[int]


class RegisterEntryRow(Base):
    """One version of one row of a register, as filed for a quarter; it stands for later quarters until filed anew."""

    __tablename__ = "register_entries"
    __table_args__ = (
        Index(
            "ux_register_entry_current",
            "register",
            "entry_key",
            "period_index",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index("ix_register_entry_lookup", "register", "superseded_at", "period_index"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    register: Mapped[str] = mapped_column(String(40))
    entry_key: Mapped[str] = mapped_column(String(500))
    """The key columns folded and joined."""
    period_index: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    """JSON: column code to value; amounts as decimal text in the column's unit, days as ISO text."""
    withdrawn: Mapped[bool]
    """Whether the row says that it is on the register no more."""
    status: Mapped[str] = mapped_column(String(20))
    """``sample`` or ``reported``."""
    revision: Mapped[int]
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"), index=True)
    cell: Mapped[str] = mapped_column(String(60))
    """The row in its file, e.g. ``项目!A5``."""
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    superseded_by: Mapped[int | None] = mapped_column(ForeignKey("imports.id"))
