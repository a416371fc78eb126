"""Refused questions in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select

from bot.assistant.refusals import Refused
from bot.database.schema import RefusedQuestionRow
from stats_tools.database import Database


@dataclass(frozen=True, slots=True)
class KeptRefusal:
    """A refused question and when it was asked."""

    refused: Refused
    at: datetime


class DatabaseRefusals:
    """Refused questions of every channel; safe between threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, refused: Refused) -> None:
        """Keep a refused question."""
        with self._database.writing() as connection:
            new = {"question": refused.question, "reason": refused.reason, "at": datetime.now(UTC)}
            connection.execute(insert(RefusedQuestionRow).values(new))

    def since(self, moment: datetime) -> tuple[KeptRefusal, ...]:
        """Those asked from a moment on, oldest first."""
        query = select(RefusedQuestionRow.question, RefusedQuestionRow.reason, RefusedQuestionRow.at)
        with self._database.reading() as connection:
            rows = connection.execute(
                query.where(RefusedQuestionRow.at >= moment).order_by(RefusedQuestionRow.id)
            ).all()
        return tuple(KeptRefusal(Refused(row.question, row.reason), row.at) for row in rows)

    def forget_before(self, moment: datetime) -> None:
        """Erase those asked before a moment."""
        with self._database.writing() as connection:
            connection.execute(delete(RefusedQuestionRow).where(RefusedQuestionRow.at < moment))
