"""The outbox: every run of every subscription once, and every message of it once, whoever asks and whatever breaks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from bot.database.digest_schema import (
    DigestFileRow,
    OccurrenceRow,
    PartRow,
    SnapshotRow,
    SubscriptionRow,
)
from bot.database.digest_subscriptions import SUBSCRIPTION, subscription_of
from bot.digests.frozen import KeptDigest, thawed
from bot.digests.subscription import Claim, DeliveryState, PartState, Subscription
from stats_tools.database import Database

LONGEST_DELAY = timedelta(hours=6)
"""Between two attempts; one further ahead was set by a clock that has been set back since."""
_OPEN = (PartState.WAITING.value, PartState.LEAVING.value)


class FencedError(Exception):
    """Somebody else has taken this run over; nothing may be sent for it here any more."""


class Outbox:
    """Runs from their planning to their end; safe between threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def plan(
        self,
        subscription: Subscription,
        due: Iterable[datetime],
        skipped: Iterable[datetime],
        now: datetime,
        next_due: datetime | None,
    ) -> None:
        """Account for every run of a subscription up to now: those ``due`` are to be sent, those ``skipped`` are not.

        A run that has a row keeps it, except that an earlier one of which nothing was sent is left out where only the
        latest counts.
        """
        with self._database.writing(exclusive=True) as connection:
            mine = OccurrenceRow.subscription == subscription.id
            # A run was skipped because it was over; after the clock was set back it is ahead again.
            left_out = OccurrenceRow.state == DeliveryState.SKIPPED.value
            connection.execute(delete(OccurrenceRow).where(mine, left_out, OccurrenceRow.due_at > now))
            known = set(connection.scalars(select(OccurrenceRow.due_at).where(mine)))
            rows = [_row(subscription.id, at, DeliveryState.SKIPPED, now) for at in skipped if at not in known]
            new = [_row(subscription.id, at, DeliveryState.DUE, now) for at in due if at not in known]
            if new and subscription.wish.catch_up.mode != "all":
                _supersede(connection, subscription.id, now)
            if rows or new:
                connection.execute(insert(OccurrenceRow), [*rows, *new])
            planned = {"planned_until": now, "next_due": next_due}
            connection.execute(update(SubscriptionRow).where(SubscriptionRow.id == subscription.id).values(planned))

    def add_trial(self, subscription: int, now: datetime) -> int:
        """Have a digest sent now, beside the schedule; returns the number of the run."""
        values = _row(subscription, now, DeliveryState.DUE, now) | {"trial": True}
        with self._database.writing() as connection:
            return connection.execute(insert(OccurrenceRow).values(values).returning(OccurrenceRow.id)).scalar_one()

    def recover(self, holder: str, now: datetime) -> None:
        """Take over what others had claimed; the caller holds the lease, so they are gone or no longer allowed to send.

        What may have left becomes unknown; the rest is due again.
        """
        claimed = (OccurrenceRow.state == DeliveryState.CLAIMED.value, OccurrenceRow.holder != holder)
        leaving = select(PartRow.occurrence).where(PartRow.state == PartState.LEAVING.value)
        with self._database.writing(exclusive=True) as connection:
            lost = {"fence": OccurrenceRow.fence + 1, "changed_at": now}
            unknown = {**lost, "state": DeliveryState.UNKNOWN.value, "reason": "interrupted"}
            connection.execute(update(OccurrenceRow).where(*claimed, OccurrenceRow.id.in_(leaving)).values(unknown))
            again = {**lost, "state": DeliveryState.DUE.value, "next_try": now}
            connection.execute(update(OccurrenceRow).where(*claimed).values(again))

    def claim(self, holder: str, now: datetime, count: int) -> tuple[Claim, ...]:
        """Take up to so many runs that are due, oldest first."""
        ready = or_(OccurrenceRow.next_try <= now, OccurrenceRow.next_try > now + LONGEST_DELAY)
        # A trial is due at the moment somebody asked for it, whatever the clock says since.
        due = and_(OccurrenceRow.state == DeliveryState.DUE.value, ready, or_(OccurrenceRow.due_at <= now, _TRIAL))
        with self._database.writing(exclusive=True) as connection:
            query = select(OccurrenceRow.id).where(due).order_by(OccurrenceRow.due_at, OccurrenceRow.id).limit(count)
            ids = list(connection.scalars(query))
            if not ids:
                return ()
            taken = {"state": DeliveryState.CLAIMED.value, "holder": holder, "changed_at": now}
            taken |= {"fence": OccurrenceRow.fence + 1, "attempts": OccurrenceRow.attempts + 1}
            connection.execute(update(OccurrenceRow).where(OccurrenceRow.id.in_(ids)).values(taken))
            return _claims(connection, ids)

    def freeze(
        self, claim: Claim, digest: KeptDigest, files: Mapping[str, bytes], audience: str, parts: int, now: datetime
    ) -> None:
        """Keep what is going to be sent in so many parts, and for whom, so that a later attempt sends the same.

        Raises:
            FencedError: the run was taken over.
        """
        snapshot = digest.key
        with self._database.writing(exclusive=True) as connection:
            _hold(connection, claim)
            if connection.execute(select(SnapshotRow.id).where(SnapshotRow.id == snapshot)).first() is None:
                connection.execute(insert(SnapshotRow).values(id=snapshot, body=digest.body, made_at=now))
                have = set(connection.scalars(select(DigestFileRow.id).where(DigestFileRow.id.in_(list(files)))))
                new = [{"id": key, "content": content} for key, content in files.items() if key not in have]
                if new:
                    connection.execute(insert(DigestFileRow), new)
            kept = {"snapshot": snapshot, "audience": audience}
            connection.execute(update(OccurrenceRow).where(OccurrenceRow.id == claim.id).values(kept))
            connection.execute(delete(PartRow).where(PartRow.occurrence == claim.id))
            connection.execute(insert(PartRow), [_part(claim.id, position) for position in range(parts)])

    def snapshot(self, key: str) -> str:
        """The body of a kept digest; empty where it is not kept any more."""
        with self._database.reading() as connection:
            return connection.execute(select(SnapshotRow.body).where(SnapshotRow.id == key)).scalar() or ""

    def file(self, key: str) -> bytes:
        """The content of a kept file; empty where it is not kept any more."""
        with self._database.reading() as connection:
            found = connection.execute(select(DigestFileRow.content).where(DigestFileRow.id == key)).scalar()
        return found or b""

    def previous(self, claim: Claim) -> KeptDigest | None:
        """The digest the subscription got before; None for the first."""
        sent = (OccurrenceRow.state == DeliveryState.SENT.value, OccurrenceRow.snapshot.is_not(None))
        before = (OccurrenceRow.subscription == claim.subscription.id, OccurrenceRow.due_at < claim.due)
        query = select(SnapshotRow.body).join(OccurrenceRow, OccurrenceRow.snapshot == SnapshotRow.id)
        scheduled = query.where(*sent, *before, OccurrenceRow.trial.is_(False))
        with self._database.reading() as connection:
            body = connection.execute(scheduled.order_by(OccurrenceRow.due_at.desc()).limit(1)).scalar()
        return thawed(body) if body else None

    def leaving(self, claim: Claim, position: int, now: datetime) -> None:
        """Note that a message may be on its way from now on; raises FencedError where it must not leave."""
        with self._database.writing(exclusive=True) as connection:
            _hold(connection, claim)
            left = {"state": PartState.LEAVING.value, "fence": claim.fence, "at": now}
            waiting = PartRow.state.in_(_OPEN)
            if not connection.execute(update(PartRow).where(*_at(claim, position), waiting).values(left)).rowcount:
                raise FencedError(f"part {position} of {claim.id}")

    def arrived(self, claim: Claim, position: int, message: int, now: datetime) -> None:
        """Note that a message arrived; that is true also where the run has been taken over or given up meanwhile."""
        self._close(claim, position, PartState.SENT, message, "", now)

    def refused(self, claim: Claim, position: int, reason: str, now: datetime) -> None:
        """Note that Telegram does not take a message; the others go without it."""
        self._close(claim, position, PartState.REFUSED, 0, reason, now)

    def not_left(self, claim: Claim, position: int) -> None:
        """Note that a message certainly did not arrive and may be sent again."""
        with self._database.writing() as connection:
            waiting = {"state": PartState.WAITING.value}
            mine = (*_at(claim, position), PartRow.fence == claim.fence)
            connection.execute(update(PartRow).where(*mine).values(waiting))

    def finish(
        self, claim: Claim, state: DeliveryState, reason: str, now: datetime, next_try: datetime | None = None
    ) -> None:
        """End an attempt; without effect where somebody else has taken the run over."""
        values = {"state": state.value, "reason": reason[:300], "changed_at": now, "next_try": next_try or now}
        with self._database.writing() as connection:
            connection.execute(update(OccurrenceRow).where(*_held(claim)).values(values))

    def _close(self, claim: Claim, position: int, state: PartState, message: int, reason: str, now: datetime) -> None:
        values = {"state": state.value, "message": message, "reason": reason[:300], "at": now}
        with self._database.writing(exclusive=True) as connection:
            mine = (*_at(claim, position), PartRow.fence == claim.fence, PartRow.state.in_(_OPEN))
            connection.execute(update(PartRow).where(*mine).values(values))
            still_open = select(PartRow.position).where(PartRow.occurrence == claim.id, PartRow.state.in_(_OPEN))
            if connection.execute(still_open).first() is not None:
                return
            # With its last message a run is over, in the same transaction; an unknown one is settled by the answer.
            unsettled = OccurrenceRow.state.in_((DeliveryState.CLAIMED.value, DeliveryState.UNKNOWN.value))
            refusals = select(func.max(PartRow.reason)).where(PartRow.occurrence == claim.id).scalar_subquery()
            over = {"state": DeliveryState.SENT.value, "changed_at": now, "reason": func.coalesce(refusals, "")}
            connection.execute(update(OccurrenceRow).where(OccurrenceRow.id == claim.id, unsettled).values(over))


_TRIAL = OccurrenceRow.trial.is_(True)


def _row(subscription: int, at: datetime, state: DeliveryState, now: datetime) -> dict[str, Any]:
    row = {"subscription": subscription, "due_at": at, "trial": False, "state": state.value, "attempts": 0}
    left_out = "caught_up" if state is DeliveryState.SKIPPED else ""
    row |= {"next_try": now, "holder": "", "fence": 0, "audience": "", "snapshot": None, "reason": left_out}
    return row | {"changed_at": now}


def _part(occurrence: int, position: int) -> dict[str, Any]:
    state = PartState.WAITING.value
    return {"occurrence": occurrence, "position": position, "state": state, "fence": 0, "message": 0, "reason": ""}


def _supersede(connection: Connection, subscription: int, now: datetime) -> None:
    """Leave out earlier runs of which nothing has been sent yet."""
    begun = select(PartRow.occurrence).where(PartRow.state != PartState.WAITING.value)
    waiting = (OccurrenceRow.subscription == subscription, OccurrenceRow.state == DeliveryState.DUE.value)
    untouched = (OccurrenceRow.trial.is_(False), OccurrenceRow.id.not_in(begun))
    skipped = {"state": DeliveryState.SKIPPED.value, "reason": "superseded", "changed_at": now}
    connection.execute(update(OccurrenceRow).where(*waiting, *untouched).values(skipped))


def _claims(connection: Connection, ids: Sequence[int]) -> tuple[Claim, ...]:
    wanted = OccurrenceRow.id.in_(ids)
    own = OccurrenceRow.__table__.c
    columns = [own[name].label(f"own_{name}") for name in ("id", "due_at", "trial", "attempts", "fence", "snapshot")]
    query = SUBSCRIPTION.add_columns(*columns, own.audience).join(OccurrenceRow, own.subscription == SubscriptionRow.id)
    rows = connection.execute(query.where(wanted).order_by(own.due_at, own.id)).all()
    parts: defaultdict[int, list[PartState]] = defaultdict(list)
    states = select(PartRow.occurrence, PartRow.state).where(PartRow.occurrence.in_(ids))
    for occurrence, state in connection.execute(states.order_by(PartRow.occurrence, PartRow.position)):
        parts[occurrence].append(PartState(state))
    return tuple(
        Claim(
            id=row.own_id,
            fence=row.own_fence,
            subscription=subscription_of(row),
            due=row.own_due_at,
            trial=row.own_trial,
            attempts=row.own_attempts,
            snapshot=row.own_snapshot or "",
            audience=row.audience,
            parts=tuple(parts[row.own_id]),
        )
        for row in rows
    )


def _held(claim: Claim) -> tuple[Any, ...]:
    claimed = OccurrenceRow.state == DeliveryState.CLAIMED.value
    return (OccurrenceRow.id == claim.id, OccurrenceRow.fence == claim.fence, claimed)


def _hold(connection: Connection, claim: Claim) -> None:
    if connection.execute(select(OccurrenceRow.id).where(*_held(claim)).with_for_update()).first() is None:
        raise FencedError(f"run {claim.id}")


def _at(claim: Claim, position: int) -> tuple[Any, ...]:
    return (PartRow.occurrence == claim.id, PartRow.position == position)
