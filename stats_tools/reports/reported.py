"""What a report or digest rests on: its source files, what it lacks, and which periods there are instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from stats_tools.office_time import office_day
from stats_tools.operations.observations import Observation
from stats_tools.operations.results import Gap
from stats_tools.operations.sources import Sources
from stats_tools.periods import Period


class NoFiguresError(LookupError):
    """There is nothing to report of a period.

    Args:
        period: the quarter asked for.
        extent: first and last quarter with any figure for this viewer; None without any.
        hidden: whether there are figures of the period that this viewer may not read.
    """

    def __init__(self, period: Period, extent: tuple[Period, Period] | None, *, hidden: bool = False) -> None:
        super().__init__(f"no figures for {period}")
        self.period = period
        self.extent = extent
        self.hidden = hidden


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One imported report and how many values of it were used.

    Args:
        import_id: its number.
        file_name: as handed in.
        status: of its values: ``sample`` | ``reported`` | ``verified`` | ``published``.
        values: how many stored values were used.
        first, last: quarters of those values.
        recorded_on: day (UTC) on which the newest of them entered the database.
    """

    import_id: int
    file_name: str
    status: str
    values: int
    first: Period
    last: Period
    recorded_on: date


def source_files(inputs: Iterable[Observation]) -> tuple[SourceFile, ...]:
    """The reports that stored values come from, by import number."""
    grouped: dict[tuple[int, str], list[Observation]] = {}
    for each in {each.key: each for each in inputs}.values():
        grouped.setdefault((each.provenance.import_id, each.provenance.status), []).append(each)
    return tuple(
        SourceFile(
            import_id=number,
            file_name=held[0].provenance.file_name,
            status=status,
            values=len(held),
            first=min(each.key.period for each in held),
            last=max(each.key.period for each in held),
            recorded_on=office_day(max(each.provenance.recorded_at for each in held)),
        )
        for (number, status), held in sorted(grouped.items())
    )


@dataclass(frozen=True, slots=True)
class MissingValues:
    """The indicators that one cluster lacks in one quarter.

    Args:
        cluster: what it is called.
        period: the quarter.
        indicators: what they are called.
        hidden: on record, but not for this viewer.
    """

    cluster: str
    period: Period
    indicators: tuple[str, ...]
    hidden: bool


def missing_values(gaps: Iterable[Gap], sources: Sources) -> tuple[MissingValues, ...]:
    """Gaps by cluster, quarter and whether they are only hidden, in the order of the register."""
    grouped: dict[tuple[int, Period, bool], list[str]] = {}
    order = {cluster.code: place for place, cluster in enumerate(sources.registry.clusters)}
    for gap in dict.fromkeys(gaps):
        grouped.setdefault((order[gap.cluster], gap.period, gap.hidden), []).append(gap.indicator)
    return tuple(
        MissingValues(
            sources.registry.clusters[place].short_name,
            period,
            tuple(sources.catalogue.get(code).name for code in codes),
            hidden,
        )
        for (place, period, hidden), codes in sorted(grouped.items())
    )


def require_figures(sources: Sources, clusters: Iterable[str], period: Period) -> None:
    """Check that some cluster has some figure for a quarter.

    Raises:
        NoFiguresError: none has, or none that this viewer may read.
    """
    codes, names = tuple(each.code for each in sources.catalogue.indicators), tuple(clusters)
    if sources.observations.read(codes, names, [period]):
        return
    extent = sources.observations.extent(codes, names)
    hidden = bool(sources.observations.hidden(codes, names, [period]))
    raise NoFiguresError(period, extent, hidden=hidden)
