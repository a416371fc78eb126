"""Which clusters reported for a quarter after it was due, and which still have not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from stats_tools.operations.reporting import Coverage
from stats_tools.operations.sources import Sources
from stats_tools.periods import Period
from stats_tools.types import Cluster


@dataclass(frozen=True, slots=True)
class Due:
    """When the reports for a quarter are due.

    Args:
        moment: the last one that is in time, in the time zone of the office.
        backfilled_after: days after which what comes in is an older report entered later, and not a late one.
    """

    moment: datetime
    backfilled_after: int


DueOf = Callable[[Period], Due | None]
"""When the reports for a quarter are due; None where nothing says so."""


@dataclass(frozen=True, slots=True)
class LateReport:
    """A report that came in after it was due.

    Args:
        cluster: whose.
        arrived: the day of its first import, in the time zone of the office.
        days: between the day it was due and that one; 0 for later on the same day.
        import_id: number of that import.
    """

    cluster: Cluster
    arrived: date
    days: int
    import_id: int


@dataclass(frozen=True, slots=True)
class Lateness:
    """How punctual the reports for a quarter are.

    Args:
        period: the quarter.
        due: when they were due.
        late: what came in after that, the latest first.
        backfilled: what came in so long after that it is an older report entered later.
        overdue: clusters without a report although it is due.
        overdue_days: for how many days they have been.
        sample: whether the figures are synthetic, so that nobody is late.
    """

    period: Period
    due: Due
    late: tuple[LateReport, ...] = ()
    backfilled: tuple[LateReport, ...] = ()
    overdue: tuple[Cluster, ...] = ()
    overdue_days: int = 0
    sample: bool = False


def lateness(sources: Sources, held: Coverage, due_of: DueOf, today: date) -> Lateness | None:
    """How punctual the reports of some clusters are; None where nothing says when they are due.

    Args:
        sources: definitions and observations.
        held: who has reported for the quarter.
        due_of: when reports are due.
        today: the day on which it is judged what is overdue.
    """
    due = due_of(held.period)
    if due is None:
        return None
    if held.sample:
        return Lateness(held.period, due, sample=True)
    late = _late(sources, held.expected, held.period, due)
    days = (today - due.moment.date()).days
    return Lateness(
        period=held.period,
        due=due,
        late=tuple(each for each in late if each.days <= due.backfilled_after),
        backfilled=tuple(each for each in late if each.days > due.backfilled_after),
        overdue=held.missing if days > 0 else (),
        overdue_days=max(0, days),
    )


def _late(sources: Sources, clusters: Sequence[Cluster], period: Period, due: Due) -> list[LateReport]:
    codes = [indicator.code for indicator in sources.catalogue.indicators]
    arrivals = sources.observations.arrivals(codes, [each.code for each in clusters], period)
    late = []
    for cluster in clusters:
        arrival = arrivals.get(cluster.code)
        if arrival is not None and arrival.at > due.moment:
            arrived = arrival.at.astimezone(due.moment.tzinfo).date()
            days = (arrived - due.moment.date()).days
            late.append(LateReport(cluster, arrived, days, arrival.import_id))
    return sorted(late, key=lambda each: -each.days)
