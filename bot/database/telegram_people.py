"""Invitations to a role, and the right to be forgotten."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from bot.assistant.access import Role
from bot.database.conversations import session_digest
from bot.database.digest_schema import SubscriptionRow
from bot.database.schema import FeedbackRow, PersonRow, RefusedQuestionRow, TurnRow
from bot.database.telegram_schema import AnswerRow, ChatRow, InvitationRow, TalkRow
from stats_tools.database import Database

CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters of a code: none that could be taken for another one."""
CODE_LENGTH = 16
"""Letters in a code: 79 bits, more than anyone can try before it expires."""
NOBODY = 0
"""Stands for the issuer of an invitation who has been forgotten."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a code grants.

    Args:
        cities: the cities the role is limited to; empty means no limit.
    """

    role: Role
    cities: frozenset[str]

    def adds_to(self, role: Role, cities: frozenset[str]) -> bool:
        """Whether somebody with this role and scope would gain anything by it."""
        if not role.includes(self.role):
            return True
        wider = bool(cities) and not (self.cities and self.cities <= cities)
        return role is self.role and wider


class Invitations:
    """Codes that each grant a role once, until they expire."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def issue(self, role: Role, cities: Iterable[str], issued_by: int, lasts: timedelta) -> str:
        """A new code; only its digest is kept."""
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        with self._database.writing() as connection:
            connection.execute(
                insert(InvitationRow).values(
                    code_digest=_digest(code),
                    role=role.value,
                    cities=json.dumps(sorted(set(cities)), ensure_ascii=False),
                    issued_by=issued_by,
                    expires_at=datetime.now(UTC) + lasts,
                    used_at=None,
                )
            )
        return code

    def peek(self, code: str) -> Invitation | None:
        """What a code would grant; None where it is unknown, used or expired."""
        query = select(InvitationRow.role, InvitationRow.cities).where(*_valid(code))
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return Invitation(Role(row.role), frozenset(json.loads(row.cities))) if row else None

    def redeem(self, code: str) -> Invitation | None:
        """Use a code up; None where it is unknown, used or expired. Of two at once only one succeeds."""
        taking = update(InvitationRow).where(*_valid(code)).values(used_at=datetime.now(UTC))
        with self._database.writing() as connection:
            row = connection.execute(taking.returning(InvitationRow.role, InvitationRow.cities)).one_or_none()
        return Invitation(Role(row.role), frozenset(json.loads(row.cities))) if row else None


class Traces:
    """What the database knows of people through Telegram, to be erased on request or after a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def forget_person(self, user_id: int) -> None:
        """Erase everything about a person in one transaction: role, conversations, answers, feedback.

        Of a chat in whose name somebody wrote, what was said in its name; what it may see stays.
        """
        with self._database.writing(exclusive=True) as connection:
            talks = delete(TalkRow).where(TalkRow.user_id == user_id).returning(TalkRow.session)
            _forget_turns(connection, connection.scalars(talks).all())
            connection.execute(delete(AnswerRow).where(AnswerRow.user_id == user_id))
            connection.execute(delete(FeedbackRow).where(FeedbackRow.telegram_id == user_id))
            issued = update(InvitationRow).where(InvitationRow.issued_by == user_id)
            connection.execute(issued.values(issued_by=NOBODY))
            ordered = update(SubscriptionRow).where(SubscriptionRow.created_by == f"telegram:{user_id}")
            connection.execute(ordered.values(created_by=""))
            connection.execute(delete(PersonRow).where(PersonRow.telegram_id == user_id))
            connection.execute(delete(ChatRow).where(ChatRow.chat_id == user_id, ChatRow.chat_id > 0))

    def forget_session(self, session: str) -> None:
        """Erase what was said in one conversation."""
        with self._database.writing() as connection:
            _forget_turns(connection, [session])

    def forget_before(self, moment: datetime) -> None:
        """Erase what was said, answered, thought or refused before a moment, and invitations expired before it."""
        with self._database.writing() as connection:
            talks = delete(TalkRow).where(TalkRow.begun_at < moment).returning(TalkRow.session)
            _forget_turns(connection, connection.scalars(talks).all())
            connection.execute(delete(AnswerRow).where(AnswerRow.at < moment))
            for table in (FeedbackRow, RefusedQuestionRow):
                connection.execute(delete(table).where(table.at < moment))
            connection.execute(delete(InvitationRow).where(InvitationRow.expires_at < moment))


def _valid(code: str) -> tuple[ColumnElement[bool], ...]:
    return (
        InvitationRow.code_digest == _digest(code),
        InvitationRow.used_at.is_(None),
        InvitationRow.expires_at > datetime.now(UTC),
    )


def _digest(code: str) -> str:
    return hashlib.sha256(code.strip().upper().encode()).hexdigest()


def _forget_turns(connection: Connection, sessions: Iterable[str]) -> None:
    digests = [session_digest(session) for session in sessions]
    if digests:
        connection.execute(delete(TurnRow).where(TurnRow.session.in_(digests)))
