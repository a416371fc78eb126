"""Updates as they came in, each kept once until it is dealt with; and the lease of the one who fetches them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.database.shared_writes import Step
from bot.database.telegram_schema import LeaseRow, UpdateRow
from stats_tools.database import Database
from stats_tools.prepared import Prepared

RECOGNISED_FOR = timedelta(days=3)
"""How long a repeated update is recognised; Telegram itself keeps an update for a day at most."""
# Made once: making a statement takes longer than SQLite takes to carry it out. Both databases read the same words here,
# for which each has a construct of its own.
_NEW = {
    "sqlite": Prepared(sqlite.insert(UpdateRow).on_conflict_do_nothing().returning(UpdateRow.update_id)),
    "postgresql": Prepared(postgresql.insert(UpdateRow).on_conflict_do_nothing().returning(UpdateRow.update_id)),
}
_UNFINISHED = update(UpdateRow).where(UpdateRow.update_id == bindparam("number"), UpdateRow.payload != "")
_FINISHED = Prepared(_UNFINISHED.values(payload=""))


class SettledError(Exception):
    """An update has been dealt with already, by another process that had it in work as well."""


class UpdateInbox:
    """The updates received, by ``update_id``.

    Args:
        database: shared by the processes.
        holder: name of this process, as in its leases; what nobody is named for is anybody's.
    """

    def __init__(self, database: Database, holder: str = "") -> None:
        self._database = database
        self._holder = holder
        self._new = _NEW[database.engine.dialect.name]

    def receive(self, updates: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
        """Store updates in one transaction and return those never seen before, in ascending order of their ids."""
        by_id = {int(each["update_id"]): dict(each) for each in updates}
        if not by_id:
            return ()
        now = datetime.now(UTC)
        kept = {"received_at": now, "holder": self._holder}
        rows = [{"update_id": number, "payload": json.dumps(by_id[number]), **kept} for number in by_id]
        with self._database.writing() as connection:
            new = [number for row in rows for (number,) in self._new.rows(connection, row)]
        return tuple(by_id[number] for number in sorted(new))

    def finish(self, update_id: int) -> None:
        """Note that an update is dealt with and forget what it said; nothing where that has been noted before."""
        with self._database.writing() as connection:
            _FINISHED.change(connection, {"number": update_id})

    def claiming(self, update_id: int) -> Step:
        """Notes the same where nobody else has; raises SettledError otherwise."""
        return partial(claim, update_id=update_id)

    def take_over(self, predecessor: bool = False) -> tuple[dict[str, Any], ...]:
        """The updates that processes left undone which hold no lease any more, in ascending order of their ids.

        From now on they are in work here, and no other process takes them over.

        Args:
            predecessor: whether those of this process's own name are meant too, which an earlier one of it left.
        """
        now = datetime.now(UTC)
        with self._database.writing(exclusive=True) as connection:
            at_work = set(connection.scalars(select(LeaseRow.holder).where(LeaseRow.expires_at > now)))
            others = at_work - {self._holder} if predecessor else at_work | {self._holder}
            left = update(UpdateRow).where(UpdateRow.payload != "", UpdateRow.holder.not_in(others))
            taken = left.values(holder=self._holder).returning(UpdateRow.update_id, UpdateRow.payload)
            payloads = dict(connection.execute(taken).all())
        return tuple(json.loads(payloads[number]) for number in sorted(payloads))

    def forget_old(self) -> None:
        """Delete what no longer needs to be recognised, and the leases of processes that were never seen again."""
        long_ago = datetime.now(UTC) - RECOGNISED_FOR
        with self._database.writing() as connection:
            connection.execute(delete(UpdateRow).where(UpdateRow.received_at < long_ago))
            connection.execute(delete(LeaseRow).where(LeaseRow.expires_at < long_ago))


def claim(connection: Connection, update_id: int) -> None:
    """Note in a transaction that an update is dealt with, and forget what it said.

    Raises:
        SettledError: that has been noted before, or the update was never stored: of several processes that have it in
            work, the first one to answer answers.
    """
    if _FINISHED.change(connection, {"number": update_id}) != 1:
        raise SettledError(f"update {update_id}")


class Lease:
    """The right to do something alone, for a limited time, among all processes on one database.

    Args:
        database: shared by the processes.
        name: of what is leased, up to 40 characters.
        holder: who asks; unique to the process.
        lasts: how long the right lasts without renewal.
    """

    def __init__(self, database: Database, name: str, holder: str, lasts: timedelta) -> None:
        self._database = database
        self._name = name
        self._holder = holder
        self._lasts = lasts

    def take(self) -> bool:
        """Take or renew the right; False while somebody else holds it."""
        with self._database.writing(exclusive=True) as connection:
            # The moment counts at which nobody else writes, not the one at which waiting for that began.
            now = datetime.now(UTC)
            held = connection.execute(
                select(LeaseRow.holder, LeaseRow.expires_at).where(LeaseRow.name == self._name)
            ).one_or_none()
            # One that ends far later than any could was taken before the clock was set back; one that ends a little
            # later was taken by a machine whose clock is ahead.
            if held and held.holder != self._holder and now < held.expires_at <= now + 2 * self._lasts:
                return False
            values = {"holder": self._holder, "expires_at": now + self._lasts}
            if held:
                connection.execute(update(LeaseRow).where(LeaseRow.name == self._name).values(values))
            else:
                connection.execute(insert(LeaseRow).values(name=self._name, **values))
        return True

    def give_back(self) -> None:
        """Let the next one have it at once."""
        with self._database.writing() as connection:
            connection.execute(delete(LeaseRow).where(LeaseRow.name == self._name, LeaseRow.holder == self._holder))


def at_work(database: Database, holder: str, lasts: timedelta) -> Lease:
    """The lease by which a process shows that it is at work beside others; each has one of its own."""
    return Lease(database, f"at-work-{hashlib.sha256(holder.encode()).hexdigest()[:24]}", holder, lasts)
