"""Votes on answers and remarks, from every channel."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from bot.assistant.feedback import LONGEST_COMMENT, Complaint, Vote
from bot.assistant.types import Status
from bot.database.schema import FeedbackRow
from bot.database.telegram_schema import AnswerRow, ChatRow
from stats_tools.database import Database


@dataclass(frozen=True, slots=True)
class KeptVote:
    """A vote and when it was given."""

    vote: Vote
    at: datetime


class Feedback:
    """What people think of answers; ``telegram_id`` is None for people without Telegram."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rate(self, vote: Vote, telegram_id: int | None = None) -> None:
        """Keep a person's one vote on an answer; a later one replaces it."""
        values = _values(vote)
        with self._database.writing(exclusive=True) as connection:
            mine = (FeedbackRow.answer == vote.answer, FeedbackRow.telegram_id.is_not_distinct_from(telegram_id))
            if not connection.execute(update(FeedbackRow).where(*mine).values(values)).rowcount:
                connection.execute(insert(FeedbackRow).values(answer=vote.answer, telegram_id=telegram_id, **values))

    def complain(self, answer: str, telegram_id: int, reason: Complaint, prompt: int) -> None:
        """Add to a vote what was wrong, and the message a reply to which says it in words."""
        with self._database.writing() as connection:
            connection.execute(
                update(FeedbackRow)
                .where(FeedbackRow.answer == answer, FeedbackRow.telegram_id == telegram_id)
                .values(reason=reason.value, prompt=prompt)
            )

    def comment(self, chat_id: int, prompt: int, telegram_id: int, text: str) -> bool:
        """Add a person's words to the vote that message ``prompt`` asked about; False where it asked about none."""
        asked = (
            select(FeedbackRow.id)
            .join(AnswerRow, AnswerRow.key == FeedbackRow.answer)
            .join(ChatRow, ChatRow.id == AnswerRow.chat)
            .where(ChatRow.chat_id == chat_id, FeedbackRow.prompt == prompt, FeedbackRow.telegram_id == telegram_id)
        )
        with self._database.reading() as connection:
            vote = connection.execute(asked).scalar()
        if vote is None:
            return False
        with self._database.writing() as connection:
            values = {"comment": text[:LONGEST_COMMENT]}
            connection.execute(update(FeedbackRow).where(FeedbackRow.id == vote).values(values))
        return True

    def remark(self, telegram_id: int | None, text: str) -> None:
        """Keep what a person wants to tell the operators."""
        blank: dict[str, Any] = {"rating": 0, "reason": "", "question": "", "status": "", "citations": "[]"}
        values = {**blank, "comment": text[:LONGEST_COMMENT], "at": datetime.now(UTC)}
        key = secrets.token_urlsafe(16)
        with self._database.writing() as connection:
            connection.execute(insert(FeedbackRow).values(answer=key, telegram_id=telegram_id, **values))

    def complaints(self, since: datetime) -> tuple[KeptVote, ...]:
        """The votes against answers given from a moment on, oldest first."""
        given = (FeedbackRow.rating < 0, FeedbackRow.at >= since)
        query = select(*FeedbackRow.__table__.columns).where(*given).order_by(FeedbackRow.id)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(KeptVote(_vote(row), row.at) for row in rows)

    def forget_before(self, moment: datetime) -> None:
        """Erase votes and remarks given before a moment."""
        with self._database.writing() as connection:
            connection.execute(delete(FeedbackRow).where(FeedbackRow.at < moment))


def _values(vote: Vote) -> dict[str, Any]:
    return {
        "rating": 1 if vote.helpful else -1,
        "reason": vote.reason.value if vote.reason else "",
        "comment": vote.comment[:LONGEST_COMMENT],
        "question": vote.question,
        "status": vote.status.value,
        "citations": json.dumps(vote.cited, ensure_ascii=False),
        "prompt": None,
        "at": datetime.now(UTC),
    }


def _vote(row: Any) -> Vote:
    return Vote(
        answer=row.answer,
        question=row.question,
        status=Status(row.status),
        cited=tuple(tuple(place) for place in json.loads(row.citations)),
        helpful=row.rating > 0,
        reason=Complaint(row.reason) if row.reason else None,
        comment=row.comment,
    )
