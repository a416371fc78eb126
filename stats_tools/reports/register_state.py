"""The registers as reports and digests tell them: projects by stage, platforms, firms, and targets they count for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stats_tools.periods import Period
from stats_tools.registers.definitions import CLUSTER, TargetCount
from stats_tools.registers.desk import RegisterDesk
from stats_tools.registers.summaries import (
    Coverage,
    Obstacles,
    Summary,
    enterprise_tiers,
    obstacles,
    platform_counts,
    project_pipeline,
)
from stats_tools.types import Cluster


@dataclass(frozen=True, slots=True)
class RegisterProgress:
    """How far a register reaches towards a target of the plan.

    Args:
        target: code of the target.
        register: what the register is called.
        reached: rows that count; None where that must not be told.
        clusters: for a target that each cluster has, the rows of each; empty for others.
    """

    target: str
    register: str
    reached: int | None
    clusters: tuple[tuple[Cluster, int], ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterState:
    """The registers at the end of a quarter, as one viewer may be told of them.

    Args:
        pipeline: projects by cluster and stage.
        held_up: projects held up, by what holds them up.
        platforms: platforms by cluster and level.
        enterprises: firms by cluster and tier.
        progress: towards targets, by code; of registers that are usable only.
        sample: whether the figures told beside them are synthetic; registers of the other kind are not usable.
    """

    pipeline: Summary
    held_up: Obstacles
    platforms: Summary
    enterprises: Summary
    progress: Mapping[str, RegisterProgress]
    sample: bool

    def is_usable(self, coverage: Coverage) -> bool:
        """Whether a register has anything to tell beside figures of the same kind, synthetic or real."""
        return is_usable(coverage, sample=self.sample)


def is_usable(coverage: Coverage, *, sample: bool) -> bool:
    """Whether a register has anything, and of the same kind, synthetic or real."""
    return not coverage.is_empty and coverage.sample is sample


def register_state(desk: RegisterDesk, period: Period | None, *, sample: bool) -> RegisterState:
    """The registers at the end of a quarter.

    Args:
        desk: the registers as somebody may read them.
        period: the quarter; None for the newest filed.
        sample: whether the figures told beside them are synthetic.
    """
    return RegisterState(
        pipeline=project_pipeline(desk, period),
        held_up=obstacles(desk, period),
        platforms=platform_counts(desk, period),
        enterprises=enterprise_tiers(desk, period),
        progress=_progress(desk, period, sample=sample),
        sample=sample,
    )


def _progress(desk: RegisterDesk, period: Period | None, *, sample: bool) -> Mapping[str, RegisterProgress]:
    found: dict[str, RegisterProgress] = {}
    for register in desk.registers:
        for count in register.targets:
            one = _counted(desk, register.code, count, period, sample=sample)
            if one is not None:
                found[count.target] = one
    return found


def _counted(
    desk: RegisterDesk, register: str, count: TargetCount, period: Period | None, *, sample: bool
) -> RegisterProgress | None:
    view = desk.view(register, period)
    standing = view.standing
    if standing.period is None or standing.sample is not sample:
        return None
    matching = view.matching(count.where, count.level or "")
    reached = None if matching is None else matching.count()
    clusters: tuple[tuple[Cluster, int], ...] = ()
    if count.per_cluster:
        own = [
            (each, view.count((CLUSTER,), (each.code,))) for each in desk.registry.at_level(count.level or "national")
        ]
        clusters = tuple((each, rows) for each, rows in own if rows is not None)
    return RegisterProgress(count.target, view.definition.name, reached, clusters)
