"""The assistant's own tables: who may read what, and what was said.  DDL lives in the Alembic migrations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from stats_tools.schema import Base


class PersonRow(Base):
    """A person with a role; who is not here is the public."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    display_name: Mapped[str] = mapped_column(String(120), default="")
    telegram_id: Mapped[int | None] = mapped_column(BigInteger, unique=True, index=True)
    """Telegram's user id, up to 52 significant bits; None for a person without Telegram."""
    role: Mapped[str] = mapped_column(String(20))
    """A ``bot.assistant.access.Role`` value."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class PersonCityRow(Base):
    """A prefecture-level city an official is limited to; no row at all means no limit."""

    __tablename__ = "people_cities"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    city: Mapped[str] = mapped_column(String(40), primary_key=True)


class TurnRow(Base):
    """One remembered turn of a conversation; turns of a session are ordered by ``id``.

    There is no turn number: handing one out would make two replicas that answer the same chat wait for each other.
    """

    __tablename__ = "conversation_turns"
    __table_args__ = (Index("ix_conversation_turns_session", "session", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    session: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the session key in hex: any key fits, and the table does not tell who talked."""
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(Text)
    """JSON, ASCII only."""
    at: Mapped[datetime]


class FeedbackRow(Base):
    """What a person thinks of an answer, or of the assistant."""

    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("answer", "telegram_id", name="uq_feedback_vote"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    answer: Mapped[str] = mapped_column(String(40))
    """Random key of the answer that was rated, of the remark itself where none was. No foreign key: a vote outlives the
    answer's buttons."""
    telegram_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    """Who said so, as long as that person wants to be known; None for a person without Telegram."""
    rating: Mapped[int]
    """1 helpful, -1 not helpful, 0 for a remark."""
    reason: Mapped[str] = mapped_column(String(20))
    """A ``bot.assistant.feedback.Complaint`` value; empty where none was given."""
    comment: Mapped[str] = mapped_column(Text)
    """What the person wrote about it, or the remark."""
    question: Mapped[str] = mapped_column(Text)
    """The question whose answer was rated; empty for a remark."""
    status: Mapped[str] = mapped_column(String(20))
    """How the answer ended, a ``bot.assistant.types.Status`` value; empty for a remark."""
    citations: Mapped[str] = mapped_column(Text)
    """JSON list of ``[doc_id, section…]`` for each clause the answer cited."""
    prompt: Mapped[int | None] = mapped_column(BigInteger)
    """``message_id`` of the message that asks for the reason, replies to which are the comment."""
    at: Mapped[datetime] = mapped_column(index=True)


class RefusedQuestionRow(Base):
    """A question the assistant had no answer to; nothing in it tells who asked."""

    __tablename__ = "refused_questions"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    question: Mapped[str] = mapped_column(Text)
    """With telephone and identity numbers and addresses taken out."""
    reason: Mapped[str] = mapped_column(String(20))
    """Why, as ``bot.assistant.refusals.refused`` names it."""
    at: Mapped[datetime] = mapped_column(index=True)
