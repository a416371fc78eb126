"""Why a question cannot be run as it stands: typed, with the facts an answer needs, without words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ProblemKind(StrEnum):
    """What is wrong with a question."""

    UNKNOWN_CLUSTER = "unknown_cluster"
    AMBIGUOUS_CLUSTER = "ambiguous_cluster"
    UNKNOWN_INDICATOR = "unknown_indicator"
    BARE_INDICATOR = "bare_indicator"
    NO_INDICATOR = "no_indicator"
    BAD_PERIOD = "bad_period"
    REVERSED_RANGE = "reversed_range"
    UNIT_MISMATCH = "unit_mismatch"
    SECOND_HALF = "second_half"
    NO_SPAN = "no_span"
    SINGLE_FIRMS = "single_firms"


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a question from being run.

    Args:
        kind: which wording says it.
        facts: variables of that wording; a tuple is a list of names.
        options: complete questions to choose from.
    """

    kind: ProblemKind
    facts: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    options: tuple[str, ...] = ()


class UnreadableError(ValueError):
    """Raised inside the reader where a problem is found."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.kind.value)
        self.problem = problem
