"""Who is who: the roles that the channels read, never the message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, update

from bot.assistant.access import Principal, Role
from bot.database.schema import PersonCityRow, PersonRow
from stats_tools.database import Database


@dataclass(frozen=True, slots=True)
class Person:
    """A registered person.

    Args:
        telegram_id: Telegram's user id; None for a person without Telegram.
        name: the name shown in lists and kept in the audit trail.
        role: what the person may do.
        cities: prefecture-level cities the person is limited to; empty means no limit.
    """

    telegram_id: int | None
    name: str
    role: Role
    cities: frozenset[str] = frozenset()

    @property
    def principal(self) -> Principal:
        """On whose behalf this person's questions are answered."""
        return Principal(self.role, self.name, self.cities)


class People:
    """The register of people."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_telegram(self, telegram_id: int) -> Person | None:
        """The person behind a Telegram user id; None for one nobody registered, who is the public."""
        return next(iter(self._read(_BY_TELEGRAM, {"who": telegram_id})), None)

    def everyone(self) -> tuple[Person, ...]:
        """All registered people in the order of their registration."""
        return self._read(_PEOPLE)

    def grant(self, telegram_id: int, role: Role, name: str = "", cities: Iterable[str] = ()) -> Person:
        """The person as registered from now on: role and scope replace the earlier, an empty name keeps the old."""
        values = {"role": role.value, "updated_at": datetime.now(UTC)} | ({"display_name": name} if name else {})
        with self._database.writing(exclusive=True) as connection:
            known = connection.execute(select(PersonRow.id).where(PersonRow.telegram_id == telegram_id)).scalar()
            if known is None:
                new = {"telegram_id": telegram_id, "display_name": "", "created_at": values["updated_at"]} | values
                known = connection.execute(insert(PersonRow).values(new).returning(PersonRow.id)).scalar_one()
            else:
                connection.execute(update(PersonRow).where(PersonRow.id == known).values(values))
            _limit(connection, known, frozenset(cities))
        return self._read(_PEOPLE.where(PersonRow.id == known))[0]

    def revoke(self, telegram_id: int) -> bool:
        """Make the person public again, without a scope; False where nobody is registered under this id."""
        if self.by_telegram(telegram_id) is None:
            return False
        self.grant(telegram_id, Role.PUBLIC)
        return True

    def _read(
        self, query: Select[int, int | None, str, str, str], values: Mapping[str, int] | None = None
    ) -> tuple[Person, ...]:
        with self._database.reading() as connection:
            return people_of(connection.execute(query, values).all())


IN_PERSON = (PersonRow.id, PersonRow.telegram_id, PersonRow.display_name, PersonRow.role, PersonCityRow.city)
"""The columns :func:`people_of` needs, those of the cities joined from outside."""
_PEOPLE = (
    select(*IN_PERSON)
    .outerjoin(PersonCityRow, PersonCityRow.person_id == PersonRow.id)
    .order_by(PersonRow.id, PersonCityRow.city)
)
# Made once: making a statement takes longer than SQLite takes to carry it out.
_BY_TELEGRAM = _PEOPLE.where(PersonRow.telegram_id == bindparam("who"))


def people_of(rows: Iterable[Sequence[Any]]) -> tuple[Person, ...]:
    """The people in rows of ``IN_PERSON``, a row for every city of each; a row without person is passed over."""
    people: dict[int, Person] = {}
    for number, telegram_id, name, role, city in rows:
        if number is None:
            continue
        known = people.get(number) or Person(telegram_id, name, Role(role))
        people[number] = replace(known, cities=known.cities | {city}) if city else known
    return tuple(people.values())


def _limit(connection: Connection, person_id: int, cities: frozenset[str]) -> None:
    connection.execute(delete(PersonCityRow).where(PersonCityRow.person_id == person_id))
    if cities:
        connection.execute(insert(PersonCityRow), [{"person_id": person_id, "city": city} for city in sorted(cities)])
