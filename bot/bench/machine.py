"""How fast the machine is while something is measured on it, so that figures of two runs can be compared.

Milliseconds of a machine that others share tell little: the same code took once and twice as long within an hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from statistics import median

from bot.bench.measured import Measured, seconds

_ADDITIONS = 200_000
_PASSES = 5


def beside_the_machine(name: str, results: Iterable[Measured]) -> Iterator[Measured]:
    """The results of one measurement, then the machine's time for a loop of 200 000 additions before and after it.

    Args:
        name: of the measurement; the loop is ``NAME.machine``, in ms, and has no limit.
        results: measured while they are read.
    """
    before = _loops()
    yield from results
    yield Measured(f"{name}.machine", median([*before, *_loops()]) * 1000, "ms")


def _loops() -> list[float]:
    return [seconds(_additions) for _ in range(_PASSES)]


def _additions() -> int:
    total = 0
    for number in range(_ADDITIONS):
        total += number
    return total
