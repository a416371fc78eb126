"""Answers in chats: the messages they consist of, and what their buttons do."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64encode
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, update

from bot.assistant.types import Citation
from bot.database.shared_writes import Step
from bot.database.telegram_chats import chat_row
from bot.database.telegram_schema import AnswerRow, ButtonRow, ChatRow
from bot.database.telegram_updates import RECOGNISED_FOR, claim
from stats_tools.database import Database
from stats_tools.prepared import Prepared

_CITED = tuple(each.name for each in fields(Citation))
_DAYS = ("effective", "expires")
_LEAVING, _NONE = "null", "[]"
"""Messages of an answer on its way, which may have arrived; and of one that became none, or nobody knows."""
_BYTES, _DRAWN = 16, 256
"""Bytes of a token, and how many are drawn at once."""
_tokens: deque[str] = deque()
# Made once: making a statement takes longer than SQLite takes to carry it out.
_GIVEN = [column for column in AnswerRow.__table__.c if column.name != "chat"]
_NEW_ANSWER = Prepared(
    insert(AnswerRow).from_select(
        [*(column.name for column in _GIVEN), "chat"],
        select(*(bindparam(column.name, type_=column.type) for column in _GIVEN), ChatRow.id).where(
            ChatRow.chat_id == bindparam("place")
        ),
    )
)
_NEW_BUTTON = Prepared(insert(ButtonRow))
_SENT = Prepared(update(AnswerRow).where(AnswerRow.key == bindparam("answer_key")).values(messages=bindparam("sent")))


@dataclass(frozen=True, slots=True)
class Button:
    """What a button does.

    Args:
        token: its callback data, 22 ASCII characters where :func:`new_token` made it.
        action: a word the channel gave it.
        argument: what the action needs.
    """

    token: str
    action: str
    argument: str


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """An answer as its buttons need it.

    Args:
        key: random.
        topic: ``message_thread_id``, 0 outside topics.
        user_id: who asked.
        question_message: ``message_id`` of the question; 0 where it came from a button.
        messages: ``message_id`` of the text messages, in order.
    """

    key: str
    chat_id: int
    topic: int
    user_id: int
    question_message: int
    question: str
    citations: tuple[Citation, ...]
    messages: tuple[int, ...] = ()


def new_token() -> str:
    """An unguessable name of 22 ASCII characters (128 bits)."""
    try:
        return _tokens.popleft()
    except IndexError:
        # Asking the system for each would let go of the interpreter each time: an answer has half a dozen buttons.
        drawn = secrets.token_bytes(_BYTES * _DRAWN)
        names = (drawn[start : start + _BYTES] for start in range(0, len(drawn), _BYTES))
        first, *others = (urlsafe_b64encode(name).rstrip(b"=").decode() for name in names)
        _tokens.extend(others)
        return first


class ChatAnswers:
    """The answers given in chats."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def adding(self, answer: ChatAnswer, buttons: Sequence[Button], finishing: int | None = None) -> Step:
        """Remembers an answer with its buttons, before it is sent.

        Args:
            answer: its ``messages`` are not known yet.
            buttons: under it.
            finishing: ``update_id`` of the question, which is dealt with in the same transaction, where it has not been
                before (SettledError); the answer is on its way from then on, until :meth:`noting` or :meth:`doubting`.
        """
        values = {
            "key": answer.key,
            "place": answer.chat_id,
            "topic": answer.topic,
            "user_id": answer.user_id,
            "question_message": answer.question_message,
            "question": answer.question,
            "citations": json.dumps([_record(each) for each in answer.citations], ensure_ascii=False),
            "messages": _LEAVING if finishing is not None else json.dumps(answer.messages),
            "at": datetime.now(UTC),
        }

        def add(connection: Connection) -> None:
            if finishing is not None:
                claim(connection, finishing)
            if not _NEW_ANSWER.change(connection, values):
                # Forgotten since the question came.
                chat_row(connection, answer.chat_id)
                _NEW_ANSWER.change(connection, values)
            _add_buttons(connection, answer.key, buttons)

        return add

    def add_buttons(self, key: str, buttons: Sequence[Button]) -> None:
        """Remember further buttons of an answer; nothing where the answer has been forgotten meanwhile."""
        with self._database.writing() as connection:
            if connection.execute(select(AnswerRow.key).where(AnswerRow.key == key)).scalar() is not None:
                _add_buttons(connection, key, buttons)

    def noting(self, key: str, messages: Iterable[int]) -> Step:
        """Notes which messages an answer became."""
        values = {"answer_key": key, "sent": json.dumps(list(messages))}

        def note(connection: Connection) -> None:
            _SENT.change(connection, values)

        return note

    def doubting(self, key: str, buttons: Sequence[Button] = ()) -> Step:
        """Notes that an answer became no message as far as anybody knows, with buttons of what is said about that."""

        def doubt(connection: Connection) -> None:
            if _SENT.change(connection, {"answer_key": key, "sent": _NONE}):
                _add_buttons(connection, key, buttons)

        return doubt

    def leaving(self, before: datetime) -> tuple[ChatAnswer, ...]:
        """The answers that left in the days before a moment and of which nothing was noted since, the oldest first."""
        days = (AnswerRow.at > before - RECOGNISED_FOR, AnswerRow.at < before)
        query = _ANSWERS.where(AnswerRow.messages == _LEAVING, *days).order_by(AnswerRow.at)
        with self._database.reading() as connection:
            return tuple(_answer(row) for row in connection.execute(query))

    def press(self, token: str) -> tuple[Button, ChatAnswer] | None:
        """The button behind a token with the answer it belongs to; None for one that is no longer kept."""
        query = select(ButtonRow.token, ButtonRow.action, ButtonRow.argument, ButtonRow.answer)
        with self._database.reading() as connection:
            row = connection.execute(query.where(ButtonRow.token == token)).one_or_none()
        if row is None:
            return None
        found = self._find(AnswerRow.key == row.answer)
        return (Button(row.token, row.action, row.argument), found) if found else None

    def of_question(self, chat_id: int, message_id: int) -> ChatAnswer | None:
        """The latest answer to the question in a message; of several, one that is known to have become messages."""
        return self._find(ChatRow.chat_id == chat_id, AnswerRow.question_message == message_id)

    def _find(self, *conditions: ColumnElement[bool]) -> ChatAnswer | None:
        unknown = AnswerRow.messages.in_((_LEAVING, _NONE))
        query = _ANSWERS.where(*conditions).order_by(unknown, AnswerRow.at.desc()).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _answer(row)


_ANSWERS = select(*AnswerRow.__table__.columns, ChatRow.chat_id).join(ChatRow, ChatRow.id == AnswerRow.chat)


def _answer(row: Any) -> ChatAnswer:
    return ChatAnswer(
        key=row.key,
        chat_id=row.chat_id,
        topic=row.topic,
        user_id=row.user_id,
        question_message=row.question_message,
        question=row.question,
        citations=tuple(_citation(each) for each in json.loads(row.citations)),
        messages=tuple(json.loads(row.messages) or ()),
    )


def _add_buttons(connection: Connection, key: str, buttons: Sequence[Button]) -> None:
    for each in buttons:
        values = {"token": each.token, "action": each.action, "argument": each.argument, "answer": key}
        _NEW_BUTTON.change(connection, values)


def _record(citation: Citation) -> dict[str, Any]:
    # Without the deep copies of asdict, which take longer than writing the text out.
    record = {name: getattr(citation, name) for name in _CITED}
    return {**record, **{name: day.isoformat() if (day := record[name]) else None for name in _DAYS}}


def _citation(record: dict[str, Any]) -> Citation:
    days = {name: date.fromisoformat(record[name]) if record[name] else None for name in _DAYS}
    return Citation(**{**record, **days, "section": tuple(record["section"])})
