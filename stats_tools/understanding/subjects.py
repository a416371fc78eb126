"""Of whom a question asks: the clusters named in it or carried over, together or one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stats_tools.metric_query import MetricQuery
from stats_tools.understanding.cues import Asked
from stats_tools.understanding.parts import Parts
from stats_tools.understanding.scope import Scope

PAIR = 2


def is_group(parts: Parts) -> bool:
    """Whether figures of a group were asked for in one, rather than of each of its members."""
    scope = parts.scope
    group = not (scope.clusters or scope.cities or scope.sectors or scope.is_empty)
    single = (len(parts.periods.periods) <= 1 or _is_growth(parts)) and not parts.periods.every
    return group and single and parts.previous is None and not parts.asked.flag("apart") and not parts.asked.text("by")


def unscoped(parts: Parts) -> bool:
    """Whether nothing at all was said about which clusters, so that their sum is meant."""
    single = (len(parts.periods.periods) <= 1 or _is_growth(parts)) and len(parts.indicators) == 1
    severally = parts.asked.flag("each") or parts.asked.flag("apart")
    return single and parts.scope.is_empty and parts.previous is None and not severally


def _is_growth(parts: Parts) -> bool:
    """Whether the second period said is what the growth of the first is measured from (2021比2020)."""
    return parts.asked.flag("between")


def subjects_of(parts: Parts) -> tuple[str, ...]:
    """The clusters named, here or in the question before."""
    if parts.previous is not None and keeps_subject(parts):
        return parts.previous.clusters
    if parts.scope.is_empty and parts.previous is not None and goes_on(parts):
        return parts.previous.clusters
    return parts.scope.clusters


def set_against(scope: Scope, asked: Asked, before: Sequence[str]) -> Scope:
    """The scope, with the one cluster talked about beside the one it is compared with (比临沂高几个点).

    Args:
        scope: as said.
        asked: what the cues say.
        before: the cluster of the question before, or that its answer named.
    """
    lone = len(scope.clusters) == 1 and len(before) == 1 and scope.clusters != tuple(before)
    if not lone or asked.text("operation") != "compare":
        return scope
    return replace(scope, clusters=(*before, *scope.clusters))


def asks_among(previous: MetricQuery | None, asked: Asked) -> bool:
    """Whether 谁 or 哪个 alone asks among several clusters talked about before."""
    several = previous is not None and (len(previous.clusters) >= PAIR or bool(previous.cities or previous.sectors))
    return several and asked.flag("among")


def goes_on(parts: Parts) -> bool:
    """Whether a question that names no clusters is of those talked about before."""
    return not parts.asked.flag("each") or asks_among(parts.previous, parts.asked)


def keeps_subject(parts: Parts) -> bool:
    """Whether the place or share of the cluster asked about before is wanted among those named (七个集群里排第几)."""
    scope, previous = parts.scope, parts.previous
    one = previous is not None and len(previous.clusters) == 1
    among = not (scope.clusters or scope.cities or scope.is_empty)
    return one and among and parts.asked.text("operation") in ("position", "share")


def compared(parts: Parts) -> int:
    """How many things there are to set against each other; clusters by filter count as several."""
    named = len(subjects_of(parts))
    if not named:
        return PAIR
    return max(named, len(parts.periods.periods), len(parts.indicators))


def of_whole(parts: Parts) -> bool:
    """Whether clusters are meant together: none was named, nor were they asked for one by one."""
    scope = parts.scope
    named = scope.clusters or scope.cities or scope.sectors
    return is_group(parts) or not (named or parts.previous or parts.asked.flag("apart"))
