"""Tables of the Telegram door: what must survive a restart, and nothing about people that is not needed for it.

Every table refers to a chat by its row in ``telegram_chats``, so that a chat that gets a new id (a group that becomes a
supergroup) is renamed in one place.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from stats_tools.schema import Base


class UpdateRow(Base):
    """An update Telegram delivered; a row without payload is finished and stays only to recognise a repetition."""

    __tablename__ = "telegram_updates"

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    payload: Mapped[str] = mapped_column(Text)
    """The update as JSON; emptied as soon as it has been dealt with."""
    received_at: Mapped[datetime] = mapped_column(index=True)
    holder: Mapped[str] = mapped_column(String(80))
    """The process that has it in work or had it last, as ``LeaseRow.holder`` names it."""


class LeaseRow(Base):
    """Who is alone allowed to do something, and until when."""

    __tablename__ = "telegram_leases"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    expires_at: Mapped[datetime]


class ChatRow(Base):
    """A chat the bot has met."""

    __tablename__ = "telegram_chats"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    chat_id: Mapped[int] = mapped_column(BigInteger, unique=True, index=True)
    """Telegram's id; negative for groups."""
    role: Mapped[str] = mapped_column(String(20))
    """Of a group: what everybody in it may see, a ``bot.assistant.access.Role`` value."""
    cities: Mapped[str] = mapped_column(Text)
    """JSON list of the cities a bound group is limited to; empty means no limit."""
    reachable: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(200))
    """Why it cannot be reached, in Telegram's words; empty where it can."""
    changed_at: Mapped[datetime]


class TalkRow(Base):
    """One person's conversation in one chat and topic."""

    __tablename__ = "telegram_talks"
    __table_args__ = (UniqueConstraint("chat", "topic", "user_id", name="uq_telegram_talks_place"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    chat: Mapped[int] = mapped_column(ForeignKey("telegram_chats.id", ondelete="CASCADE"))
    topic: Mapped[int] = mapped_column(BigInteger)
    """``message_thread_id``; 0 outside topics."""
    user_id: Mapped[int] = mapped_column(BigInteger, index=True)
    session: Mapped[str] = mapped_column(String(64))
    """The conversation key handed to the assistant; random, so that it tells nothing about the person."""
    begun_at: Mapped[datetime]


class AnswerRow(Base):
    """An answer in a chat: what its buttons and an edit of its question need to find."""

    __tablename__ = "telegram_answers"
    __table_args__ = (Index("ix_telegram_answers_question", "chat", "question_message"),)

    key: Mapped[str] = mapped_column(String(24), primary_key=True)
    chat: Mapped[int] = mapped_column(ForeignKey("telegram_chats.id", ondelete="CASCADE"))
    topic: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[int] = mapped_column(BigInteger, index=True)
    question_message: Mapped[int] = mapped_column(BigInteger)
    """``message_id`` of the question; 0 where it came from a button."""
    question: Mapped[str] = mapped_column(Text)
    citations: Mapped[str] = mapped_column(Text)
    """JSON list of the citations."""
    messages: Mapped[str] = mapped_column(Text)
    """JSON list of the ``message_id`` of the answer's text messages, in order."""
    at: Mapped[datetime] = mapped_column(index=True)


class ButtonRow(Base):
    """What a button does; its token is all that fits into the 64 bytes of callback data."""

    __tablename__ = "telegram_buttons"

    token: Mapped[str] = mapped_column(String(24), primary_key=True)
    answer: Mapped[str] = mapped_column(ForeignKey("telegram_answers.key", ondelete="CASCADE"), index=True)
    action: Mapped[str] = mapped_column(String(20))
    argument: Mapped[str] = mapped_column(Text)


class InvitationRow(Base):
    """A code that grants a role once."""

    __tablename__ = "telegram_invitations"

    code_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the code in hex: whoever reads the table cannot use it."""
    role: Mapped[str] = mapped_column(String(20))
    cities: Mapped[str] = mapped_column(Text)
    issued_by: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
