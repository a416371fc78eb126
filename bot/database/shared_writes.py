"""Writes that come at the same time, carried out in one transaction: what costs is the transaction, not the rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from stats_tools.database import Database

Step = Callable[[Connection], None]
"""A write that leaves nothing behind but rows, so that it can be carried out again after a rollback."""


def write_together(database: Database, steps: Sequence[Step]) -> list[Exception | None]:
    """Carry steps out in their order and tell of each why it failed, or None.

    They share a transaction; where that fails, each gets one of its own, so that none fails because of another.
    """
    if len(steps) > 1:
        try:
            with database.writing() as connection:
                for step in steps:
                    step(connection)
        except Exception:
            return [_alone(database, step) for step in steps]
        return [None] * len(steps)
    return [_alone(database, step) for step in steps]


def _alone(database: Database, step: Step) -> Exception | None:
    try:
        with database.writing() as connection:
            step(connection)
    except Exception as error:
        return error
    return None
