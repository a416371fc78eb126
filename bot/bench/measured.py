"""A measured value beside its limit."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Measured:
    """One result of a measurement.

    Args:
        name: what was measured, e.g. ``answer.policy.median``.
        value: in ``unit``.
        unit: ``x`` for a ratio of two times of the same run, ``s``, ``ms``, or empty for a score from 0 to 1.
        limit: the value may not go beyond it; None for values that only explain.
        at_least: whether the limit is a floor rather than a ceiling.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False

    @property
    def passed(self) -> bool:
        """Whether the limit is kept; True without one."""
        if self.limit is None:
            return True
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def record(self) -> dict[str, Any]:
        """The result as JSON."""
        return {
            "name": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
            "limit": self.limit,
            "at_least": self.at_least,
            "passed": self.passed,
        }


def seconds(action: Callable[[], object]) -> float:
    """Wall time of one call."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share (0 to 1) of the values do not exceed."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, max(0, -int(-share * len(ranked) // 1) - 1))]
