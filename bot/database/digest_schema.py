"""Tables of the digests: who is to get what when, and what became of every single delivery.

A subscription refers to its chat by its row in ``telegram_chats``, so that a chat that gets a new id keeps it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from stats_tools.schema import Base


class SubscriptionRow(Base):
    """What a chat wants to get, and when."""

    __tablename__ = "digest_subscriptions"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(20))
    scope: Mapped[str] = mapped_column(String(200))
    chat: Mapped[int] = mapped_column(ForeignKey("telegram_chats.id", ondelete="CASCADE"), index=True)
    topic: Mapped[int] = mapped_column(BigInteger)
    words: Mapped[str] = mapped_column(String(200))
    """The schedule as it was said."""
    cron: Mapped[str] = mapped_column(String(200))
    """Five cron fields, or the name of a rhythm of the calendar of duties."""
    zone: Mapped[str] = mapped_column(String(64))
    catch_up: Mapped[str] = mapped_column(String(10))
    catch_up_hours: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), index=True)
    """``active``, ``paused`` or ``ended``."""
    note: Mapped[str] = mapped_column(String(300))
    """What happened to it that its readers should know, such as a topic that was deleted."""
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    planned_until: Mapped[datetime]
    """Every run up to here has a row in ``digest_occurrences`` or was before the subscription."""
    next_due: Mapped[datetime | None]


class SnapshotRow(Base):
    """A digest as it was written, once however many chats get it; never changed."""

    __tablename__ = "digest_snapshots"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the body in hex."""
    body: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(index=True)


class DigestFileRow(Base):
    """A file of digests, such as a chart."""

    __tablename__ = "digest_files"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the content in hex."""
    content: Mapped[bytes] = mapped_column(LargeBinary)


class OccurrenceRow(Base):
    """One run of a subscription."""

    __tablename__ = "digest_occurrences"
    __table_args__ = (UniqueConstraint("subscription", "due_at", name="uq_digest_occurrences_key"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    subscription: Mapped[int] = mapped_column(ForeignKey("digest_subscriptions.id", ondelete="CASCADE"))
    due_at: Mapped[datetime]
    trial: Mapped[bool]
    """Whether somebody asked for it, beside the schedule."""
    state: Mapped[str] = mapped_column(String(10), index=True)
    attempts: Mapped[int]
    next_try: Mapped[datetime]
    holder: Mapped[str] = mapped_column(String(80))
    fence: Mapped[int]
    """Grows with every claim; whoever holds an older number may not send any more."""
    audience: Mapped[str] = mapped_column(Text)
    """JSON: role and cities for which it was written; empty before that."""
    snapshot: Mapped[str | None] = mapped_column(ForeignKey("digest_snapshots.id"), index=True)
    reason: Mapped[str] = mapped_column(String(300))
    changed_at: Mapped[datetime] = mapped_column(index=True)


class PartRow(Base):
    """One message of a delivery."""

    __tablename__ = "digest_parts"

    occurrence: Mapped[int] = mapped_column(
        ForeignKey("digest_occurrences.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(10))
    fence: Mapped[int]
    """Under which it left."""
    message: Mapped[int] = mapped_column(BigInteger)
    """``message_id``; 0 where none is known."""
    reason: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime | None]
