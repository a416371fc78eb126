"""``policybot ask`` as a whole process, and where its time goes."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from operator import itemgetter
from statistics import median

from bot.bench.measured import Measured, seconds

QUESTION = "骨干企业可以用哪些直接债务融资工具？"
RUNS = 5
LONGEST_SECONDS = 2.5
SHOWN = 8
"""How many of the most expensive packages are named."""
_IMPORT_LINE = re.compile(r"import time:\s*(?P<own>\d+) \|\s*\d+ \|\s*(?P<module>[\w.]+)")


def cold_start() -> Iterator[Measured]:
    """Median wall time of the process, of a bare interpreter, and of importing the packages that cost most."""
    runs = [seconds(lambda: _run(_ASK)) for _ in range(RUNS)]
    yield Measured("cold.ask", median(runs), "s", LONGEST_SECONDS)
    yield Measured("cold.ask.best", min(runs), "s")
    yield Measured("cold.python", min(seconds(lambda: _run(("-c", "pass"))) for _ in range(RUNS)), "s")
    costs = import_costs(_run(("-X", "importtime", *_ASK)))
    yield Measured("cold.imports", sum(costs.values()), "s")
    for package, cost in sorted(costs.items(), key=itemgetter(1), reverse=True)[:SHOWN]:
        yield Measured(f"cold.import.{package}", cost, "s")


def import_costs(trace: str) -> dict[str, float]:
    """Seconds spent in the modules of each top-level package, from the trace of ``-X importtime``."""
    costs: dict[str, float] = defaultdict(float)
    for line in _IMPORT_LINE.finditer(trace):
        costs[line["module"].partition(".")[0]] += float(line["own"]) / 1e6
    return costs


_ASK = ("-m", "bot", "ask", QUESTION)


def _run(arguments: tuple[str, ...]) -> str:
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, check=True, text=True, encoding="utf-8").stderr
