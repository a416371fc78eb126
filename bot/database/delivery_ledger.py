"""Deliveries as the operator sees and settles them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from bot.database.digest_schema import DigestFileRow, OccurrenceRow, PartRow, SnapshotRow, SubscriptionRow
from bot.database.digest_subscriptions import SUBSCRIPTION, subscription_of
from bot.digests.subscription import Delivery, DeliveryState, PartState
from stats_tools.database import Database

_ENDED = (DeliveryState.SENT.value, DeliveryState.FAILED.value, DeliveryState.SKIPPED.value)


class DeliveryLedger:
    """Every run there was, until it is forgotten."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def deliveries(self, states: Collection[DeliveryState], limit: int = 1000) -> tuple[Delivery, ...]:
        """Runs in some states, latest due first, up to so many."""
        return self._read(OccurrenceRow.state.in_([state.value for state in states]), limit)

    def get(self, number: int) -> Delivery | None:
        """One run; None where there is none by that number."""
        return next(iter(self._read(OccurrenceRow.id == number, 1)), None)

    def counts(self) -> dict[DeliveryState, int]:
        """How many runs are in each state."""
        query = select(OccurrenceRow.state, func.count()).group_by(OccurrenceRow.state)
        with self._database.reading() as connection:
            return {DeliveryState(state): count for state, count in connection.execute(query)}

    def retry(self, number: int, now: datetime) -> bool:
        """Have a failed run tried again from its first message that did not arrive; False where it has not failed."""
        return self._reopen(number, DeliveryState.FAILED, PartState.REFUSED, now)

    def settle(self, number: int, arrived: bool, now: datetime) -> bool:
        """Decide an unknown run by what was seen in the chat: it ``arrived``, or it is to be sent again.

        False where it is not unknown.
        """
        if not arrived:
            return self._reopen(number, DeliveryState.UNKNOWN, PartState.LEAVING, now)
        with self._database.writing(exclusive=True) as connection:
            if not _is(connection, number, DeliveryState.UNKNOWN):
                return False
            seen = (PartRow.occurrence == number, PartRow.state == PartState.LEAVING.value)
            connection.execute(update(PartRow).where(*seen).values(state=PartState.SENT.value, at=now))
            rest = select(PartRow.position).where(
                PartRow.occurrence == number, PartRow.state == PartState.WAITING.value
            )
            state = DeliveryState.DUE if connection.execute(rest).first() else DeliveryState.SENT
            values = {"state": state.value, "reason": "settled", "next_try": now, "changed_at": now}
            connection.execute(update(OccurrenceRow).where(OccurrenceRow.id == number).values(values))
        return True

    def forget_before(self, moment: datetime) -> None:
        """Erase ended runs that last changed before a moment, and digests and files nobody needs any more."""
        with self._database.writing(exclusive=True) as connection:
            old = (OccurrenceRow.changed_at < moment, OccurrenceRow.state.in_(_ENDED))
            connection.execute(delete(OccurrenceRow).where(*old))
            used = select(OccurrenceRow.snapshot).where(OccurrenceRow.snapshot.is_not(None))
            gone = (SnapshotRow.made_at < moment, SnapshotRow.id.not_in(used))
            if connection.execute(delete(SnapshotRow).where(*gone)).rowcount:
                _forget_files(connection)

    def _reopen(self, number: int, state: DeliveryState, part: PartState, now: datetime) -> bool:
        with self._database.writing(exclusive=True) as connection:
            if not _is(connection, number, state):
                return False
            again = (PartRow.occurrence == number, PartRow.state == part.value)
            connection.execute(update(PartRow).where(*again).values(state=PartState.WAITING.value))
            values = {"state": DeliveryState.DUE.value, "attempts": 0, "next_try": now, "changed_at": now}
            connection.execute(update(OccurrenceRow).where(OccurrenceRow.id == number).values(values))
        return True

    def _read(self, condition: Any, limit: int) -> tuple[Delivery, ...]:
        own = OccurrenceRow.__table__.c
        names = ("id", "due_at", "trial", "state", "attempts", "next_try", "reason", "changed_at")
        columns = [own[name].label(f"own_{name}") for name in names]
        query = SUBSCRIPTION.add_columns(*columns).join(OccurrenceRow, own.subscription == SubscriptionRow.id)
        ordered = query.where(condition).order_by(own.due_at.desc(), own.id.desc()).limit(limit)
        with self._database.reading() as connection:
            rows = connection.execute(ordered).all()
        return tuple(
            Delivery(
                id=row.own_id,
                subscription=subscription_of(row),
                due=row.own_due_at,
                trial=row.own_trial,
                state=DeliveryState(row.own_state),
                attempts=row.own_attempts,
                next_try=row.own_next_try,
                reason=row.own_reason,
                changed_at=row.own_changed_at,
            )
            for row in rows
        )


def _is(connection: Any, number: int, state: DeliveryState) -> bool:
    query = select(OccurrenceRow.id).where(OccurrenceRow.id == number, OccurrenceRow.state == state.value)
    return connection.execute(query.with_for_update()).first() is not None


def _forget_files(connection: Any) -> None:
    """Erase the files no kept digest mentions."""
    kept = list(connection.scalars(select(SnapshotRow.body)))
    for key in list(connection.scalars(select(DigestFileRow.id))):
        if not any(key in body for body in kept):
            connection.execute(delete(DigestFileRow).where(DigestFileRow.id == key))
