"""Subscriptions to digests."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, insert, or_, select, update

from bot.assistant.access import Principal, Role
from bot.database.digest_schema import OccurrenceRow, SubscriptionRow
from bot.database.people import People
from bot.database.telegram_chats import chat_row
from bot.database.telegram_schema import ChatRow
from bot.digests.subscription import (
    CatchUp,
    CatchUpRule,
    DeliveryState,
    Place,
    Subscription,
    SubscriptionState,
    Wish,
)
from bot.digests.types import DigestKind
from stats_tools.database import Database

CLOCK_TOLERANCE = timedelta(minutes=2)
"""A clock that is this much behind what was planned has been set back."""


class Subscriptions:
    """The register of subscriptions; safe between threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, wish: Wish, now: datetime, next_due: datetime | None) -> Subscription:
        """Keep a wish; the same wish of the same place is kept once, and runs again if it was paused."""
        with self._database.writing(exclusive=True) as connection:
            chat = chat_row(connection, wish.place.chat_id)
            same: dict[str, Any] = {
                "kind": wish.kind.value,
                "scope": wish.scope,
                "chat": chat,
                "topic": wish.place.topic,
            }
            same |= {"cron": wish.cron, "zone": wish.zone}
            agreed: dict[str, Any] = {"words": wish.words[:200], "catch_up": wish.catch_up.mode.value}
            agreed |= {"catch_up_hours": wish.catch_up.hours, "state": SubscriptionState.ACTIVE.value, "note": ""}
            kept = [SubscriptionRow.__table__.c[name] == value for name, value in same.items()]
            open_one = SubscriptionRow.state != SubscriptionState.ENDED.value
            known = connection.execute(select(SubscriptionRow.id, SubscriptionRow.state).where(*kept, open_one)).first()
            if known is None:
                start: dict[str, Any] = {
                    "created_by": wish.by[:80],
                    "created_at": now,
                    "planned_until": now,
                    "next_due": next_due,
                }
                new = insert(SubscriptionRow).values(**same, **agreed, **start).returning(SubscriptionRow.id)
                number = connection.execute(new).scalar_one()
            else:
                number = known.id
                if known.state == SubscriptionState.PAUSED.value:
                    agreed |= {"planned_until": now, "next_due": next_due}
                connection.execute(update(SubscriptionRow).where(SubscriptionRow.id == number).values(agreed))
        found = self.get(number)
        if found is None:
            raise LookupError(f"subscription {number} vanished while it was kept")
        return found

    def get(self, number: int) -> Subscription | None:
        """The subscription with a number, ended ones included; None where there is none."""
        return next(iter(self._read(SUBSCRIPTION.where(SubscriptionRow.id == number))), None)

    def everyone(self) -> tuple[Subscription, ...]:
        """All that have not ended, in the order of their numbers."""
        return self._read(SUBSCRIPTION.where(SubscriptionRow.state != SubscriptionState.ENDED.value))

    def of_chat(self, chat_id: int) -> tuple[Subscription, ...]:
        """Those of a chat that have not ended."""
        open_ones = SubscriptionRow.state != SubscriptionState.ENDED.value
        return self._read(SUBSCRIPTION.where(ChatRow.chat_id == chat_id, open_ones))

    def to_plan(self, now: datetime, most: int) -> tuple[Subscription, ...]:
        """Up to so many active ones of reachable chats, of which a run is due, or for which the clock was set back."""
        due = or_(SubscriptionRow.next_due <= now, SubscriptionRow.planned_until > now + CLOCK_TOLERANCE)
        active = SubscriptionRow.state == SubscriptionState.ACTIVE.value
        return self._read(SUBSCRIPTION.where(active, ChatRow.reachable.is_(True), due).limit(most))

    def pause(self, number: int, now: datetime) -> None:
        """Let nothing be sent; what waits to be sent is skipped."""
        self._stop(number, SubscriptionState.PAUSED, now)

    def end(self, number: int, now: datetime) -> None:
        """Unsubscribe; what was delivered stays accounted for."""
        self._stop(number, SubscriptionState.ENDED, now)

    def resume(self, number: int, now: datetime, next_due: datetime | None) -> None:
        """Run again from now on; what fell into the pause is not made up for."""
        values = {"state": SubscriptionState.ACTIVE.value, "planned_until": now, "next_due": next_due}
        self._set(number, **values)

    def lose_topic(self, number: int, note: str) -> None:
        """Send to the chat itself from now on, because the topic is gone."""
        self._set(number, topic=0, note=note[:300])

    def _set(self, number: int, **values: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(update(SubscriptionRow).where(SubscriptionRow.id == number).values(values))

    def _stop(self, number: int, state: SubscriptionState, now: datetime) -> None:
        with self._database.writing() as connection:
            connection.execute(update(SubscriptionRow).where(SubscriptionRow.id == number).values(state=state.value))
            waiting = (OccurrenceRow.subscription == number, OccurrenceRow.state == DeliveryState.DUE.value)
            skipped = {"state": DeliveryState.SKIPPED.value, "reason": state.value, "changed_at": now}
            connection.execute(update(OccurrenceRow).where(*waiting).values(skipped))

    def _read(self, query: Select[Any]) -> tuple[Subscription, ...]:
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(SubscriptionRow.id)).all()
        return tuple(subscription_of(row) for row in rows)


def readers(database: Database) -> Callable[[Subscription], Principal]:
    """Who reads in a subscription's chat: the group at its level, or the person of a private chat."""
    people = People(database)

    def of(subscription: Subscription) -> Principal:
        chat = subscription.wish.place.chat_id
        if chat < 0:
            return subscription.principal
        person = people.by_telegram(chat)
        return person.principal if person else Principal()

    return of


SUBSCRIPTION = select(
    *SubscriptionRow.__table__.columns,
    ChatRow.chat_id,
    ChatRow.role,
    ChatRow.cities,
    ChatRow.reachable,
    ChatRow.reason.label("chat_reason"),
).join(ChatRow, ChatRow.id == SubscriptionRow.chat)
"""A subscription with its chat."""


def subscription_of(row: Any) -> Subscription:
    """A row of ``SUBSCRIPTION`` as a value."""
    rule = CatchUpRule(CatchUp(row.catch_up), row.catch_up_hours)
    place = Place(row.chat_id, row.topic)
    wish = Wish(DigestKind(row.kind), row.scope, place, row.words, row.cron, row.zone, rule, row.created_by)
    principal = Principal(Role(row.role), f"telegram-group:{row.chat_id}", frozenset(json.loads(row.cities)))
    return Subscription(
        id=row.id,
        wish=wish,
        state=SubscriptionState(row.state),
        principal=principal,
        is_reachable=row.reachable,
        note=row.note or row.chat_reason,
        since=row.created_at,
        planned_until=row.planned_until,
        next_due=row.next_due,
    )
