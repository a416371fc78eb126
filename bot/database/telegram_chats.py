"""Chats the bot has met: whether they can be reached, what a group may see, and the conversations held in them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Connection, UniqueConstraint, bindparam, delete, exists, insert, select, update

from bot.assistant.access import Principal, Role
from bot.database.people import IN_PERSON, Person, people_of
from bot.database.schema import PersonCityRow, PersonRow
from bot.database.telegram_schema import AnswerRow, ChatRow, TalkRow
from stats_tools.database import Database
from stats_tools.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat as known here.

    Args:
        chat_id: Telegram's id.
        role: what everybody in a group may see; means nothing in a private chat.
        cities: the cities a bound group is limited to; empty means no limit.
        reachable: whether messages can be sent to it.
        reason: why not, in Telegram's words.
    """

    chat_id: int
    role: Role = Role.PUBLIC
    cities: frozenset[str] = frozenset()
    reachable: bool = True
    reason: str = ""

    @property
    def principal(self) -> Principal:
        """On whose behalf questions in this group are answered: the group's, whoever asks."""
        return Principal(self.role, f"telegram-group:{self.chat_id}", self.cities)


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody writing in a chat.

    Args:
        chat: where.
        session: the key of their conversation there.
        person: who; None for one nobody registered.
    """

    chat: Chat
    session: str
    person: Person | None


class Chats:
    """The register of chats."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def chat(self, chat_id: int) -> Chat:
        """What is known of a chat; the defaults for one never met."""
        with self._database.reading() as connection:
            row = connection.execute(_CHAT.where(ChatRow.chat_id == chat_id)).one_or_none()
        return Chat(chat_id) if row is None else _chat(chat_id, *row)

    def bind(self, chat_id: int, role: Role, cities: Iterable[str] = ()) -> Chat:
        """The group as it is from now on: what it may see, and for which cities."""
        self._set(chat_id, role=role.value, cities=json.dumps(sorted(set(cities)), ensure_ascii=False))
        return self.chat(chat_id)

    def unreachable(self, chat_id: int, reason: str) -> None:
        """Note that nothing can be sent to a chat, and why."""
        self._set(chat_id, reachable=False, reason=reason[:200])

    def reachable(self, chat_id: int) -> None:
        """Note that a chat can be reached (again)."""
        if not self.chat(chat_id).reachable:
            self._set(chat_id, reachable=True, reason="")

    def migrate(self, old: int, new: int) -> None:
        """Give a chat its new id everywhere, in one transaction; a repeated call changes nothing."""
        with self._database.writing(exclusive=True) as connection:
            before = connection.execute(select(ChatRow.id).where(ChatRow.chat_id == old)).scalar()
            after = connection.execute(select(ChatRow.id).where(ChatRow.chat_id == new)).scalar()
            if before is None:
                return
            if after is not None:
                # Something was said under the new id before we learnt of the change: what was known stays, and grows.
                for column in _references():
                    _move(connection, column, after, before)
                connection.execute(delete(ChatRow).where(ChatRow.id == after))
            for row in (TalkRow, AnswerRow):
                # Anonymous administrators write in the name of their group.
                _move(connection, ChatRow.metadata.tables[row.__tablename__].c.user_id, old, new)
            values = {"chat_id": new, "reachable": True, "reason": "", "changed_at": datetime.now(UTC)}
            connection.execute(update(ChatRow).where(ChatRow.id == before).values(values))

    def session(self, chat_id: int, topic: int, user_id: int) -> str:
        """The key of a person's conversation in a chat and topic; random, and the same until it is renewed."""
        return self.visit(chat_id, topic, user_id).session

    def visit(self, chat_id: int, topic: int, user_id: int) -> Visit:
        """Somebody writes in a chat, which therefore can be reached: what is known of both, and their conversation."""
        asked = {"place": chat_id, "of_topic": topic, "of_user": user_id}
        with self._database.reading() as connection:
            rows = _VISIT.rows(connection, asked)
        if rows and (known := _visit(chat_id, rows)).chat.reachable:
            return known
        with self._database.writing(exclusive=True) as connection:
            chat = chat_row(connection, chat_id)
            connection.execute(_REACHED, {"met": chat, "now": datetime.now(UTC)})
            if not _VISIT.rows(connection, asked):
                new = {"session": f"telegram:{secrets.token_hex(16)}", "begun_at": datetime.now(UTC)}
                connection.execute(_NEW_TALK, {"chat": chat, "topic": topic, "user_id": user_id, **new})
            return _visit(chat_id, _VISIT.rows(connection, asked))

    def end_talk(self, chat_id: int, topic: int, user_id: int) -> str | None:
        """Forget a conversation's key and return it; the next question begins a new conversation."""
        with self._database.writing() as connection:
            row = chat_row(connection, chat_id)
            return connection.execute(
                delete(TalkRow)
                .where(TalkRow.chat == row, TalkRow.topic == topic, TalkRow.user_id == user_id)
                .returning(TalkRow.session)
            ).scalar()

    def _set(self, chat_id: int, **values: Any) -> None:
        with self._database.writing(exclusive=True) as connection:
            row = chat_row(connection, chat_id)
            changed = {**values, "changed_at": datetime.now(UTC)}
            connection.execute(update(ChatRow).where(ChatRow.id == row).values(changed))


_CHAT = select(ChatRow.role, ChatRow.cities, ChatRow.reachable, ChatRow.reason)
# What every question asks, made once: making a statement takes longer than SQLite takes to carry it out.
_KNOWN = select(ChatRow.id).where(ChatRow.chat_id == bindparam("place"))
_VISIT = Prepared(
    _CHAT.add_columns(TalkRow.session, *IN_PERSON)
    .join(TalkRow, TalkRow.chat == ChatRow.id)
    .outerjoin(PersonRow, PersonRow.telegram_id == TalkRow.user_id)
    .outerjoin(PersonCityRow, PersonCityRow.person_id == PersonRow.id)
    .where(
        ChatRow.chat_id == bindparam("place"),
        TalkRow.topic == bindparam("of_topic"),
        TalkRow.user_id == bindparam("of_user"),
    )
)
_REACHED = (
    update(ChatRow)
    .where(ChatRow.id == bindparam("met"), ChatRow.reachable.is_(False))
    .values(reachable=True, reason="", changed_at=bindparam("now"))
)
_NEW_CHAT, _NEW_TALK = insert(ChatRow).returning(ChatRow.id), insert(TalkRow)


def _chat(chat_id: int, role: str, cities: str, reachable: bool, reason: str) -> Chat:
    return Chat(chat_id, Role(role), frozenset(json.loads(cities)), reachable, reason)


def _visit(chat_id: int, rows: Sequence[Sequence[Any]]) -> Visit:
    role, cities, reachable, reason, session = rows[0][:5]
    person = next(iter(people_of(row[5:] for row in rows)), None)
    return Visit(_chat(chat_id, role, cities, reachable, reason), session, person)


def chat_row(connection: Connection, chat_id: int) -> int:
    """The row id of a chat, made where there is none."""
    found = connection.execute(_KNOWN, {"place": chat_id}).scalar()
    if found is not None:
        return found
    new = {"role": Role.PUBLIC.value, "cities": "[]", "reachable": True, "reason": "", "changed_at": datetime.now(UTC)}
    return connection.execute(_NEW_CHAT, {"chat_id": chat_id, **new}).scalar_one()


def _references() -> list[Column[Any]]:
    """Every column, of whatever table, that refers to a chat."""
    register = ChatRow.__table__.c.id
    tables = ChatRow.metadata.sorted_tables
    return [
        column for table in tables for column in table.c if any(key.column is register for key in column.foreign_keys)
    ]


def _move(connection: Connection, column: Column[Any], source: int, target: int) -> None:
    """Make rows another chat's; those of which that chat has its own already, as far as only one may be, go."""
    table = column.table
    once = [each.columns for each in table.constraints if isinstance(each, UniqueConstraint)]
    once += [index.columns for index in table.indexes if index.unique]
    for columns in once:
        if column.name not in columns:
            continue
        own = table.alias()
        others = [own.c[each.name] == each for each in columns if each is not column]
        same = exists().where(own.c[column.name] == target, *others)
        connection.execute(delete(table).where(column == source, same))
    connection.execute(update(table).where(column == source).values({column: target}))
