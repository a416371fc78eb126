"""Rows held against the targets of the plan: how many count, how far it is, and in whose words the target stands."""

from __future__ import annotations

from dataclasses import replace

from stats_tools.operations.results import Clause, Fact, Finding, Grid
from stats_tools.registers.answering import Asking
from stats_tools.registers.definitions import CLUSTER, TargetCount
from stats_tools.registers.query import RegisterResult
from stats_tools.registers.selection import Selection
from stats_tools.targets import NotMeasuredHere, Target


def hold_against_targets(asking: Asking) -> RegisterResult:
    """Each target asked for (all the register counts against, without any) with its count, distance and clause."""
    targets = {each.code: each for each in asking.targets}
    counted = [
        each
        for each in asking.definition.targets
        if each.target in targets and (not asking.query.targets or each.target in asking.query.targets)
    ]
    if not counted:
        return asking.result(Finding("target_none", {"register": asking.definition.name}))
    told = [_held(asking, each, targets[each.target]) for each in counted]
    shown = [each for each in told if each.ending == "answered"]
    findings = tuple(finding for each in told for finding in each.findings)
    clauses = tuple(dict.fromkeys(Clause(targets[c.target].doc_id, targets[c.target].quote) for c in counted))
    notes = [*_due(asking, [targets[c.target] for c in counted]), *_other_basis([targets[c.target] for c in counted])]
    first = shown[0] if shown else told[0]
    return replace(
        first,
        findings=(*findings, *notes),
        figures=tuple(figure for each in told for figure in each.figures),
        clauses=clauses,
        grid=next((each.grid for each in told if each.grid is not None), None),
    )


def _held(asking: Asking, rule: TargetCount, target: Target) -> RegisterResult:
    if rule.per_cluster:
        return _by_cluster(asking, rule, target)
    return _as_one(asking, asking.selection.where(rule.where, rule.level), target)


def _as_one(asking: Asking, selection: Selection, target: Target) -> RegisterResult:
    number = selection.count()
    about = Finding("about") if target.approximate else ""
    facts: dict[str, Fact] = {"name": target.name, "about": about, "goal": target.count or 0, "unit": target.unit}
    if number is None:
        key = "denied_target_outside" if asking.view.viewer.internal else "denied_target"
        return replace(asking.denied(key, **facts), remarks=asking.remarks())
    gap = (target.count or 0) - number
    verdict = Finding("gap", {"gap": gap, "unit": target.unit}) if gap > 0 else Finding("met")
    finding = Finding("target", {**facts, **asking.what, "scope": asking.scope, "count": number, "verdict": verdict})
    return replace(asking.result(finding), figures=(asking.figure(number, target.name),))


def _by_cluster(asking: Asking, rule: TargetCount, target: Target) -> RegisterResult:
    goal = target.count or 0
    registry = asking.desk.registry
    clusters = [each for each in registry.clusters if not rule.level or each.level == rule.level]
    if asking.query.clusters or asking.query.cities:
        clusters = [
            each for each in registry.clusters if each.code in asking.query.clusters or each.city in asking.query.cities
        ]
    counts = [(each, asking.selection.narrowed(**{CLUSTER: (each.code,)}).count()) for each in clusters]
    known = [(cluster, number) for cluster, number in counts if number is not None]
    about = Finding("about") if target.approximate else ""
    facts: dict[str, Fact] = {"name": target.name, "about": about, "goal": goal, "unit": target.unit}
    if not known:
        return replace(asking.denied("denied_target", **facts), remarks=asking.remarks())
    reached = tuple(cluster.short_name for cluster, number in known if number >= goal)
    short = len(known) - len(reached)
    told = {**facts, **asking.what, "clusters": len(known), "reached": len(reached), "short": short}
    findings = [Finding("target_clusters", told)]
    if len(known) < len(counts):
        findings.append(Finding("target_hidden", {"hidden": len(counts) - len(known)}))
    headers = (
        Finding("header", {"name": asking.definition.column(CLUSTER).header}),
        Finding("header_unit", {"name": asking.definition.counted, "unit": target.unit}),
        Finding("header_gap", {"goal": goal, "unit": target.unit}),
    )
    rows = tuple(_row(cluster.short_name, number, goal) for cluster, number in counts)
    figures = tuple(asking.figure(number, target.name, cluster=cluster.code) for cluster, number in known)
    return replace(asking.result(*findings), grid=Grid(headers, rows), figures=figures)


def _row(name: str, number: int | None, goal: int) -> tuple[Fact, ...]:
    if number is None:
        return name, Finding("cell_kept_back"), Finding("cell_kept_back")
    return name, str(number), str(max(goal - number, 0))


def _due(asking: Asking, targets: list[Target]) -> list[Finding]:
    days = dict.fromkeys(target.due for target in targets)
    return [
        Finding("due_passed" if day < asking.desk.today else "due", {"due": f"{day.year}年{day.month}月{day.day}日"})
        for day in days
    ]


def _other_basis(targets: list[Target]) -> list[Finding]:
    """A target that the quarterly report measures too is told on both bases, side by side."""
    if any(not isinstance(target.measure, NotMeasuredHere) for target in targets):
        return [Finding("other_basis")]
    return []
