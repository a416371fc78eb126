"""What figures, bases and groups of clusters are called, read from a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from stats_tools.definition_files import read_definition
from stats_tools.metric_query import Measure, MetricQuery
from stats_tools.periods import Basis, Period
from stats_tools.registry import Registry
from stats_tools.types import Cluster

FOLDER = Path(__file__).parent

Aggregate = Literal["sum", "mean", "median"]
_LONGEST_LIST = 3


class _GroupNames(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    all: str
    level: str
    city: str
    city_one: str
    sector: str
    listed: str


class Naming(BaseModel):
    """Names of measures, bases and groups."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    measures: dict[Measure, str]
    words: dict[Measure, str]
    over: str
    growth_over: str
    change_over: str
    compound_over: str
    word_compound_over: str
    bases: dict[Basis, str]
    percentage_points: str
    aggregates: dict[Aggregate, str]
    group: _GroupNames
    separator: str
    aggregate: str
    missing: str
    hidden: str
    undefined: str
    quarter_name: str
    ordinals: tuple[str, str, str, str]
    day_name: str

    @classmethod
    def load(cls, path: Path = FOLDER / "naming.yaml") -> Self:
        """Read the file; raises DefinitionError where it is wrong."""
        return read_definition(path, cls)

    def quarter(self, period: Period) -> str:
        """A quarter as the period of a report, e.g. 2021年三季度."""
        return self.quarter_name.format(year=period.year, ordinal=self.ordinals[period.quarter - 1])

    def day(self, day: date) -> str:
        """A day as people write it, e.g. 2021年12月31日."""
        return self.day_name.format(year=day.year, month=day.month, day=day.day)

    def measure(self, measure: Measure, base: str = "") -> str:
        """What a growth is called, e.g. 同比增速 or 较2019年全年增速; empty for the figure itself."""
        if base and measure is Measure.CAGR:
            return self.compound_over.format(base=base)
        if base:
            return (self.growth_over if measure.is_rate else self.change_over).format(base=base)
        return self.measures.get(measure, "")

    def word(self, measure: Measure, base: str = "") -> str:
        """The word before a growth, e.g. 同比 or 较2019年全年."""
        over = self.word_compound_over if measure is Measure.CAGR else self.over
        return over.format(base=base) if base else self.words[measure]

    def clusters(self, clusters: tuple[Cluster, ...], query: MetricQuery, registry: Registry) -> str:
        """What several clusters are called together, e.g. 7个国家级集群."""
        count = len(clusters)
        if count <= _LONGEST_LIST and (query.clusters or count == 1):
            return self.group.listed.format(names=self.separator.join(each.short_name for each in clusters))
        cities = {each.city for each in clusters}
        if len(cities) == 1:
            return self.group.city.format(city=cities.pop(), count=count)
        if query.sectors:
            return self.group.sector.format(sector=self.separator.join(query.sectors), count=count)
        levels = {each.level for each in clusters}
        if len(levels) == 1:
            return self.group.level.format(level=registry.level_name(levels.pop()), count=count)
        return self.group.all.format(count=count)
