"""The synthetic sample: figures for a first run, derived from a file of invented parameters, always the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import accumulate
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select

from stats_tools.database import Database
from stats_tools.definition_files import FOLDER, read_definition
from stats_tools.observation_table import Observation
from stats_tools.periods import Period
from stats_tools.recording import Filing, against_current, record
from stats_tools.schema import ImportRow
from stats_tools.versions import SAMPLE

_CENT = Decimal("0.01")


class _Definition(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SampleCluster(_Definition):
    """The invented parameters of one cluster; units as in the file's head."""

    code: str
    revenue: Decimal
    growth: Mapping[int, Decimal]
    margin: Decimal
    rd: Decimal
    employment: Decimal
    employment_growth: Decimal
    researchers: Decimal
    enterprises: Decimal
    provincial: tuple[int, int]
    national: tuple[int, int]
    quarter_margins: Mapping[str, Decimal] = Field(default_factory=dict)


class Sample(_Definition):
    """Parameters of the whole sample."""

    file_name: str
    seed: int
    first: str
    last: str
    seasonal: tuple[Decimal, Decimal, Decimal, Decimal]
    spread: Decimal
    clusters: tuple[SampleCluster, ...]

    @property
    def periods(self) -> tuple[Period, ...]:
        """The quarters covered."""
        first, last = Period.parse(self.first), Period.parse(self.last)
        return tuple(Period.from_index(index) for index in range(first.index, last.index + 1))

    def observations(self) -> Iterator[Observation]:
        """Every figure of the sample, the same on every machine."""
        for cluster in self.clusters:
            yield from self._flows(cluster)
            yield from self._stocks(cluster)

    def _flows(self, cluster: SampleCluster) -> Iterator[Observation]:
        """Revenue, profit, research spending and new enterprises, cumulated within each year."""
        annual = cluster.revenue
        for year in sorted({period.year for period in self.periods}):
            annual *= 1 + cluster.growth.get(year, Decimal(0)) / 100
            quarters = [Period(year, quarter) for quarter in (1, 2, 3, 4)]
            revenue = [self._revenue(cluster, annual, period) for period in quarters]
            series = {
                "revenue": revenue,
                "profit": [self._profit(cluster, period, sold) for period, sold in zip(quarters, revenue, strict=True)],
                "rd_spending": [
                    (sold * cluster.rd / 100 * self._wobble(cluster.code, "rd", period)).quantize(_CENT)
                    for period, sold in zip(quarters, revenue, strict=True)
                ],
                "new_enterprises": [
                    (cluster.enterprises / 4 * self._wobble(cluster.code, "enterprises", period)).quantize(Decimal(1))
                    for period in quarters
                ],
            }
            for indicator, values in series.items():
                for period, value in zip(quarters, accumulate(values), strict=True):
                    yield Observation(cluster.code, indicator, period, value)

    def _revenue(self, cluster: SampleCluster, annual: Decimal, period: Period) -> Decimal:
        share = self.seasonal[period.quarter - 1]
        return (annual * share * self._wobble(cluster.code, "revenue", period)).quantize(_CENT)

    def _profit(self, cluster: SampleCluster, period: Period, revenue: Decimal) -> Decimal:
        margin = cluster.quarter_margins.get(str(period), cluster.margin)
        return (revenue * margin / 100 * self._wobble(cluster.code, "profit", period)).quantize(_CENT)

    def _stocks(self, cluster: SampleCluster) -> Iterator[Observation]:
        """Employment, researchers and platforms at the end of each quarter; platforms never fall."""
        whole = Decimal(1)
        steps = len(self.periods) - 1
        for step, period in enumerate(self.periods):
            growth = 1 + cluster.employment_growth / 100 * step / 4
            employed = (cluster.employment * growth * (9 + self._wobble(cluster.code, "jobs", period)) / 10).quantize(
                whole
            )
            share = cluster.researchers / 100 * (1 + Decimal(step) / 100)
            yield Observation(cluster.code, "employment", period, employed)
            yield Observation(cluster.code, "researchers", period, (employed * share).quantize(whole))
            for indicator, (start, added) in (
                ("platforms_provincial", cluster.provincial),
                ("platforms_national", cluster.national),
            ):
                yield Observation(cluster.code, indicator, period, Decimal(start + added * step // steps))

    def _wobble(self, *key: object) -> Decimal:
        """A factor around 1, at most ``spread`` away from it, fixed by the seed and the key."""
        digest = hashlib.sha256(":".join(map(str, (self.seed, *key))).encode()).digest()
        fraction = Decimal(int.from_bytes(digest[:4], "big")) / Decimal(2**32)
        return 1 + self.spread * (2 * fraction - 1)


def load_sample(database: Database, at: datetime, path: Path = FOLDER / "sample.yaml") -> bool:
    """Put the sample into a database that has never had an import; True where that was the case.

    Args:
        database: upgraded and registered.
        at: the moment it is recorded at, with time zone.
        path: the parameters.

    Raises:
        DefinitionError: the parameter file is wrong.
    """
    with database.reading() as connection:
        if connection.execute(select(func.count()).select_from(ImportRow)).scalar_one():
            return False
    sample = read_definition(path, Sample)
    filing = Filing(sample.file_name, hashlib.sha256(path.read_bytes()).hexdigest(), "", "policybot", SAMPLE)
    with database.writing(exclusive=True) as connection:
        if connection.execute(select(func.count()).select_from(ImportRow)).scalar_one():
            return False
        record(connection, filing, against_current(connection, list(sample.observations()), SAMPLE), at)
    return True
