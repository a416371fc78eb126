"""Whom the answers of a conversation named, kept with the turns so that 它 and 第二名 can be understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.assistant.types import ToolResult
from stats_tools.cluster_directory import Directory
from stats_tools.operations.results import MetricResult
from stats_tools.understanding.references import NOBODY, Mentioned

_MOST_RECENT = 6
_SUMMED_UP = frozenset({"sum", "mean", "median", "overall", "share", "reporting", "target_progress"})
"""Operations whose figures are those of a whole, so that nobody is picked out by them."""


def mentioned_in(memory: Mapping[str, Any]) -> Mentioned:
    """What is kept of the turns before."""
    stored = memory.get("mentioned")
    return Mentioned.model_validate(stored) if stored else NOBODY


def with_mentions(state: Mapping[str, Any], results: Sequence[ToolResult]) -> Mapping[str, Any]:
    """The state of a turn with whom its answer named added to those before; as it is where none was."""
    values = [each.outcome.value for each in results if each.ok]
    told = [each for each in values if isinstance(each, MetricResult)]
    listed = [each.cluster.code for value in values if isinstance(value, Directory) for each in value.found]
    if not told and not listed:
        return state
    before = mentioned_in(state)
    named = tuple(dict.fromkeys([*listed, *(who for result in told for who in _named(result))]))
    recent = (*(each for each in before.recent if each not in named), *named)
    ranked = next((each for each in told if each.order), None)
    order = ranked.order if ranked else before.order
    rising = ranked.query.order == "asc" if ranked else before.rising
    kept = Mentioned(named=named, recent=recent[-_MOST_RECENT:], order=order, rising=rising)
    return {**state, "mentioned": kept.model_dump(mode="json")}


def _named(result: MetricResult) -> tuple[str, ...]:
    """The clusters that figures were told of, or the cities; nobody where the figures are those of a whole."""
    query = result.query
    if query.operation in _SUMMED_UP and not query.clusters:
        return ()
    by_cluster = query.by == "cluster"
    named = (each.cluster if by_cluster else each.cluster_name for each in result.figures)
    return tuple(dict.fromkeys(filter(None, named))) if by_cluster or query.by == "city" else ()
