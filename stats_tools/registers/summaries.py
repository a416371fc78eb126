"""Registers in numbers for digests and reports: by cluster and group, with what it was the quarter before.

Each function reads for the desk's viewer: a number that must not be told to them is None, and so is everything a
viewer other than an unlimited official asks of an earlier quarter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from stats_tools.periods import Period
from stats_tools.registers.definitions import CLUSTER
from stats_tools.registers.desk import RegisterDesk, View
from stats_tools.registers.standing import FilingSource
from stats_tools.types import Cluster

PROJECTS, PLATFORMS, ENTERPRISES, NEEDS = "projects", "platforms", "enterprises", "needs"
"""Codes of the registers summed up here."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows, now and at the quarter filed before.

    Args:
        rows: None where it must not be told.
        before: None where there was no quarter before, or it must not be told.
    """

    rows: int | None
    before: int | None = None

    @property
    def change(self) -> int | None:
        """Rows more than the quarter before; None where either number is not known."""
        return None if self.rows is None or self.before is None else self.rows - self.before


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a summary rests on.

    Args:
        register: code of the register; ``name`` is what it is called, ``unit`` the counting word of its rows.
        asked: the quarter asked for; None for the newest.
        period: the newest quarter filed up to then; None where nothing was filed.
        previous: the quarter filed before it, to which ``before`` refers; None without any.
        carried: rows not filed anew for ``period`` that stand from an earlier quarter; None where rows may not be seen.
        without_rows: national clusters without any row, told to those who may see the rows.
        sources: the imports behind it, latest first.
        sample: whether the rows are the synthetic sample.
    """

    register: str
    name: str
    unit: str
    asked: Period | None
    period: Period | None
    previous: Period | None
    carried: int | None
    without_rows: tuple[Cluster, ...]
    sources: tuple[FilingSource, ...]
    sample: bool

    @property
    def is_empty(self) -> bool:
        """Whether the register was never filed up to the quarter asked for."""
        return self.period is None


@dataclass(frozen=True, slots=True)
class Counts:
    """The rows of one cluster (None for all of them): how many, and how many in each group."""

    cluster: Cluster | None
    total: Count
    groups: Mapping[str, Count]


@dataclass(frozen=True, slots=True)
class Summary:
    """A register by cluster and group.

    Args:
        coverage: what it rests on.
        groups: the groups in the order of the register.
        clusters: in the order of the cluster register: the national ones and every other with rows.
        total: of all clusters.
    """

    coverage: Coverage
    groups: tuple[str, ...]
    clusters: tuple[Counts, ...]
    total: Counts


@dataclass(frozen=True, slots=True)
class OpenNeed:
    """A need that is not settled, for those who may see rows; ``due`` as written, empty for none."""

    firm: str
    cluster: Cluster
    kind: str
    matter: str
    owner: str
    status: str
    due: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class OpenNeeds:
    """The needs that are not settled; the counts are None for those who may not see the rows.

    Args:
        coverage: what it rests on.
        open: how many.
        overdue: how many of them are past their day.
        by_kind: how many of each kind.
        needs: those the viewer may see, by day due, those without a day last.
    """

    coverage: Coverage
    open: Count
    overdue: Count
    by_kind: Mapping[str, Count]
    needs: tuple[OpenNeed, ...]


@dataclass(frozen=True, slots=True)
class BlockedProject:
    """A project held up for want of land, environmental capacity or energy, for those who may see rows.

    Args:
        investment: 亿元; None where it is not known.
        adjustment: what is asked for, empty for nothing.
    """

    name: str
    cluster: Cluster
    stage: str
    obstacles: tuple[str, ...]
    adjustment: str
    investment: Decimal | None


@dataclass(frozen=True, slots=True)
class Obstacles:
    """What projects are held up by: counts by obstacle, and the projects the viewer may see."""

    coverage: Coverage
    by_obstacle: Mapping[str, Count]
    projects: tuple[BlockedProject, ...]


def project_pipeline(desk: RegisterDesk, period: Period | None = None) -> Summary:
    """Projects by cluster and stage (竣工, 开工, 储备, 谋划)."""
    return summary(desk, PROJECTS, "stage", period)


def platform_counts(desk: RegisterDesk, period: Period | None = None) -> Summary:
    """Platforms on the register by cluster and level; the quarterly report counts on another basis."""
    return summary(desk, PLATFORMS, "level", period)


def enterprise_tiers(desk: RegisterDesk, period: Period | None = None) -> Summary:
    """Firms of the library by cluster and tier of revenue."""
    return summary(desk, ENTERPRISES, "tier", period)


def summary(desk: RegisterDesk, register: str, column: str, period: Period | None = None) -> Summary:
    """Any register by cluster and by one of its columns that has groups; raises KeyError for no such register."""
    now = desk.view(register, period)
    before = _before(desk, register, now)
    definition = now.definition
    groups = tuple(each.name for each in definition.column(column).groups)
    pair = _Pair(now, before)
    clusters = tuple(
        Counts(
            cluster,
            pair.count((CLUSTER,), (cluster.code,)),
            {name: pair.count((CLUSTER, column), (cluster.code, name)) for name in groups},
        )
        for cluster in _clusters(desk, (group[0] for group in now.groups((CLUSTER,))))
    )
    whole = Counts(None, pair.count(), {name: pair.count((column,), (name,)) for name in groups})
    return Summary(_coverage(desk, now), groups, clusters, whole)


def open_needs(desk: RegisterDesk, period: Period | None = None) -> OpenNeeds:
    """The needs of the 一企一策 ledger that are not settled."""
    now = desk.view(NEEDS, period)
    before = _before(desk, NEEDS, now)
    definition = now.definition
    is_open, is_late = definition.state("open").where, definition.state("overdue").where
    counted = _Pair(now.matching(is_open), before.matching(is_open) if before else None)
    late = _Pair(now.matching(is_late), before.matching(is_late) if before else None)
    rows = [entry for entry in now.rows if now.reader.meets(entry, is_open)]
    needs = [
        OpenNeed(
            entry.text("firm"),
            desk.registry.cluster(entry.text(CLUSTER)),
            entry.text("kind"),
            entry.text("matter"),
            entry.text("owner"),
            entry.text("status"),
            entry.text("due"),
            now.reader.meets(entry, is_late),
        )
        for entry in rows
    ]
    return OpenNeeds(
        _coverage(desk, now),
        counted.count(),
        late.count(),
        {each.name: counted.count(("kind",), (each.name,)) for each in definition.column("kind").groups},
        tuple(sorted(needs, key=lambda need: (not need.due, need.due))),
    )


def obstacles(desk: RegisterDesk, period: Period | None = None) -> Obstacles:
    """Projects held up, by what holds them up."""
    now = desk.view(PROJECTS, period)
    column = now.definition.column("obstacles")
    counted = _Pair(now, _before(desk, PROJECTS, now))
    projects = tuple(
        BlockedProject(
            entry.text("name"),
            desk.registry.cluster(entry.text(CLUSTER)),
            entry.text("stage"),
            now.reader.groups(entry, column.code),
            entry.text("adjustment"),
            entry.amount("investment"),
        )
        for entry in now.rows
        if entry.values.get(column.code)
    )
    return Obstacles(
        _coverage(desk, now),
        {each.name: counted.count((column.code,), (each.name,)) for each in column.groups},
        projects,
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    """A view now and the quarter before; None for one that must not be told of, or a quarter that there is not."""

    now: View | None
    before: View | None

    def count(self, grouping: tuple[str, ...] = (), group: tuple[str, ...] = ()) -> Count:
        rows = None if self.now is None else self.now.count(grouping, group)
        return Count(rows, None if self.before is None or rows is None else self.before.count(grouping, group))


def _before(desk: RegisterDesk, register: str, now: View) -> View | None:
    return desk.view(register, now.standing.previous) if now.standing.previous is not None else None


def _clusters(desk: RegisterDesk, with_rows: Iterable[str]) -> tuple[Cluster, ...]:
    named = set(with_rows)
    return tuple(each for each in desk.registry.clusters if each.level == "national" or each.code in named)


def _coverage(desk: RegisterDesk, view: View) -> Coverage:
    standing, definition = view.standing, view.definition
    have: set[str] = {entry.text(CLUSTER) for entry in standing.entries}
    without = (each for each in desk.registry.at_level("national") if each.code not in have)
    return Coverage(
        definition.code,
        definition.name,
        definition.unit,
        standing.asked,
        standing.period,
        standing.previous,
        standing.carried if view.is_complete else None,
        tuple(without) if view.is_complete else (),
        standing.sources,
        standing.sample,
    )
