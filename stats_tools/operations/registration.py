"""The operations by name; a module that defines one registers it by being imported."""

from __future__ import annotations

from collections.abc import Callable

from stats_tools.operations.inquiry import Inquiry
from stats_tools.operations.results import MetricResult

Operation = Callable[[Inquiry], MetricResult]

OPERATIONS: dict[str, Operation] = {}


def operation(name: str) -> Callable[[Operation], Operation]:
    """Register a function under a name; a name taken twice is a programming error."""

    def register(function: Operation) -> Operation:
        if name in OPERATIONS:
            raise ValueError(f"operation {name} is defined twice")
        OPERATIONS[name] = function
        return function

    return register
