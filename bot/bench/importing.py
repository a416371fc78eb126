"""Importing a report of 200 000 rows in a process of its own: how long it takes and how much memory it needs."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from bot.bench.enlarged import enlarged_reference, write_report
from bot.bench.measured import Measured

CLUSTERS = 5_000
QUARTERS = 40
MOST_SECONDS = 60.0
MOST_MEGABYTES = 1024.0
PARTS = ("reading", "checking", "writing")


def import_speed() -> Iterator[Measured]:
    """Reading, checking and writing 200 000 rows of 8 indicators, and the same report once more with nothing new."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "季报.xlsx"
        rows = write_report(path, enlarged_reference(CLUSTERS), QUARTERS)
        yield Measured("import.rows", rows, "")
        for name in ("first", "again"):
            command = [sys.executable, "-m", "bot.bench.importing", folder]
            done = subprocess.run(command, capture_output=True, check=True, text=True, encoding="utf-8")
            measured = json.loads(done.stdout)
            yield Measured(f"import.{name}.values", measured["new"], "")
            for part in PARTS:
                yield Measured(f"import.{name}.{part}", measured[part], "s")
            total = sum(measured[part] for part in PARTS)
            yield Measured(f"import.{name}.seconds", total, "s", MOST_SECONDS)
            yield Measured(f"import.{name}.peak", measured["peak"], "MB", MOST_MEGABYTES)


def _import(folder: Path) -> dict[str, float]:
    """One import, as ``policybot stats import --yes`` carries it out; seconds by part, peak memory in MB."""
    import resource

    from stats_tools.database import open_database
    from stats_tools.importing.applying import apply_import, preview_import
    from stats_tools.importing.reading import read_report
    from stats_tools.registration import register

    now = datetime.now(UTC)
    reference = enlarged_reference(CLUSTERS)
    database = open_database(f"sqlite:///{folder / 'import.sqlite3'}")
    database.upgrade()
    register(database, reference.registry, reference.catalogue, ())
    moments = [time.perf_counter()]
    reading = read_report(folder / "季报.xlsx", reference, now.date())
    moments.append(time.perf_counter())
    preview = preview_import(database, reading, reference)
    moments.append(time.perf_counter())
    receipt = apply_import(database, preview, "policybot bench", now, confirmed=True)
    moments.append(time.perf_counter())
    database.close()
    lasted = (after - before for before, after in pairwise(moments))
    # Linux counts in kilobytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**dict(zip(PARTS, lasted, strict=True)), "new": receipt.new, "peak": peak}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_import(Path(sys.argv[1]))))
