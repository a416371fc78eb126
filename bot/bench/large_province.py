"""A province far larger than any real one, to measure on: many clusters over many quarters, all figures invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from stats_tools.database import Database
from stats_tools.observation_table import Observation
from stats_tools.operations.sources import Definitions
from stats_tools.periods import Period
from stats_tools.recording import Filing, against_current, record
from stats_tools.registration import register
from stats_tools.registry import Batch, ClusterEntry, Registry

FIRST = Period(2015, 1)
_WHOLE = Decimal(1)
_CENT = Decimal("0.01")


def large_definitions(clusters: int) -> Definitions:
    """The shipped definitions with a register of so many provincial clusters beside the national ones."""
    known = Definitions.load()
    cities, sectors = known.registry.dimensions.cities, known.registry.dimensions.sectors
    national = tuple(batch for batch in known.registry.batches if batch.level == "national")
    entries = tuple(
        ClusterEntry(
            code=f"large-{number}",
            name=f"{cities[number % len(cities)].name}市第{number}产业集群",
            short_name=f"{cities[number % len(cities)].name}第{number}",
            city=cities[number % len(cities)].name,
            sector=sectors[number % len(sectors)].name,
            aliases=(),
        )
        for number in range(clusters - sum(len(batch.clusters) for batch in national))
    )
    model = next(batch for batch in known.registry.batches if batch.level == "provincial")
    large = Batch.model_validate({**model.model_dump(), "clusters": entries, "names_unknown": 0})
    return replace(known, registry=Registry((*national, large), known.registry.dimensions))


def fill(database: Database, definitions: Definitions, quarters: int) -> Period:
    """Put one report of every indicator, cluster and quarter into an empty database; the last quarter."""
    database.upgrade()
    register(database, definitions.registry, definitions.catalogue, definitions.targets)
    filing = Filing("large.xlsx", "0" * 64, "1", "bench", "published")
    with database.writing(exclusive=True) as connection:
        found = against_current(connection, list(_observations(definitions, quarters)), filing.status)
        record(connection, filing, found, datetime.now(UTC))
    return FIRST.shift(quarters - 1)


def _observations(definitions: Definitions, quarters: int) -> Iterator[Observation]:
    for number, cluster in enumerate(definitions.registry.clusters):
        for place, indicator in enumerate(definitions.catalogue.indicators):
            for step in range(quarters):
                period = FIRST.shift(step)
                season = period.quarter if indicator.nature.value == "flow" else 4
                value = Decimal((number * 37 + place * 101 + step * 7) % 900 + 100) * season
                exact = value if indicator.whole else (value / 7).quantize(_CENT)
                yield Observation(
                    cluster.code, indicator.code, period, exact.quantize(_WHOLE if indicator.whole else _CENT), "C3"
                )
