"""Conversations that outlive the process and are shared between replicas."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select

from bot.assistant.conversation import REMEMBERED_TURNS, Turn
from bot.database.schema import TurnRow
from stats_tools.database import Database


class DatabaseConversations:
    """Turns in the database; safe between threads and processes, because every append is one short transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def turns(self, session: str) -> tuple[Turn, ...]:
        """The remembered turns, oldest first; empty for an unknown or empty session."""
        if not session:
            return ()
        newest_first = (
            select(TurnRow.question, TurnRow.answer, TurnRow.status, TurnRow.state)
            .where(TurnRow.session == session_digest(session))
            .order_by(TurnRow.id.desc())
            .limit(REMEMBERED_TURNS)
        )
        with self._database.reading() as connection:
            rows = connection.execute(newest_first).all()
        return tuple(Turn(row.question, row.answer, row.status, json.loads(row.state)) for row in reversed(rows))

    def append(self, session: str, turn: Turn) -> None:
        """Remember a turn and forget those beyond the bound; an empty session remembers nothing."""
        if not session:
            return
        digest = session_digest(session)
        kept = select(TurnRow.id).where(TurnRow.session == digest).order_by(TurnRow.id.desc()).limit(REMEMBERED_TURNS)
        with self._database.writing() as connection:
            connection.execute(
                insert(TurnRow).values(
                    session=digest,
                    question=turn.question,
                    answer=turn.answer,
                    status=turn.status,
                    state=json.dumps(dict(turn.state)),
                    at=datetime.now(UTC),
                )
            )
            connection.execute(delete(TurnRow).where(TurnRow.session == digest, TurnRow.id.not_in(kept)))


def session_digest(session: str) -> str:
    """SHA-256 of a session key in hex, under which its turns are kept."""
    return hashlib.sha256(session.encode("utf-8", "surrogatepass")).hexdigest()
