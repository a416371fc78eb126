"""The register of clusters and of the cities, fields and levels they are sorted by, read from files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from stats_tools.cluster_names import ClusterNames
from stats_tools.definition_files import FOLDER, DefinitionError, read_definition
from stats_tools.types import Cluster

_YEAR_MONTH = r"^\d{4}(-\d{2})?$"


class _Definition(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class City(_Definition):
    """A prefecture-level city, named without 市."""

    name: str
    aliases: tuple[str, ...]


class Sector(_Definition):
    """A field of the plan, e.g. 新材料."""

    name: str
    aliases: tuple[str, ...]


class Level(_Definition):
    """Who recognised a cluster: ``national`` or ``provincial``, with the word for it."""

    code: Literal["national", "provincial"]
    name: str
    aliases: tuple[str, ...]


class Dimensions(_Definition):
    """What clusters are sorted by."""

    cities: tuple[City, ...]
    sectors: tuple[Sector, ...]
    levels: tuple[Level, ...]
    omissible: tuple[str, ...]


class ClusterEntry(_Definition):
    """One cluster as written in a register file."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=64)]
    name: str = Field(max_length=120)
    short_name: str = Field(max_length=120)
    city: str
    district: str = ""
    sector: str
    aliases: tuple[str, ...]


class NamedIn(_Definition):
    """The words of a stored document or policy card that name a batch; ``quote`` is verbatim."""

    doc_id: str
    quote: str


class Batch(_Definition):
    """One register file: the clusters announced together, and where that is known from.

    Args:
        level: who recognised them.
        batch: name of the batch.
        announced: year, or year and month.
        names_unknown: how many further clusters of the batch are not registered because no source names them.
        source: address of the source that names them.
        source_date: year and month of the source.
        confidence: 种子 (named in the plan), 见A (official site) or 见B (other media).
        named_in: the words to cite for the batch; None where no stored document names it.
        clusters: those registered.
    """

    level: Literal["national", "provincial"]
    batch: str
    announced: str = Field(pattern=_YEAR_MONTH)
    names_unknown: int = Field(default=0, ge=0)
    source: str
    source_date: str = Field(pattern=_YEAR_MONTH)
    confidence: Literal["种子", "见A", "见B"]
    named_in: NamedIn | None = None
    clusters: tuple[ClusterEntry, ...]


class Registry:
    """All registered clusters.

    Args:
        batches: the register files, in the order in which clusters are listed.
        dimensions: cities, fields and levels.

    Raises:
        DefinitionError: a code or name is used twice, or a cluster's city or field is not in the dimensions.
    """

    def __init__(self, batches: tuple[Batch, ...], dimensions: Dimensions) -> None:
        self.batches = batches
        self.dimensions = dimensions
        self.clusters: tuple[Cluster, ...] = tuple(
            Cluster(entry.code, entry.name, entry.short_name, entry.city, entry.sector, batch.level, entry.aliases)
            for batch in batches
            for entry in batch.clusters
        )
        self._check()

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Self:
        """Read ``dimensions.yaml`` and every ``clusters-*.yaml`` of the folder.

        Raises:
            DefinitionError: a file is not valid, or the files contradict each other.
        """
        batches = tuple(read_definition(path, Batch) for path in sorted(folder.glob("clusters-*.yaml")))
        return cls(batches, read_definition(folder / "dimensions.yaml", Dimensions))

    def _check(self) -> None:
        if len(self._by_code) != len(self.clusters):
            raise DefinitionError("a cluster code is registered twice")
        cities = {city.name for city in self.dimensions.cities}
        sectors = {sector.name for sector in self.dimensions.sectors}
        for cluster in self.clusters:
            if cluster.city not in cities or cluster.sector not in sectors:
                raise DefinitionError(f"{cluster.code}: no such city or sector: {cluster.city}, {cluster.sector}")

    @cached_property
    def _by_code(self) -> Mapping[str, Cluster]:
        return {cluster.code: cluster for cluster in self.clusters}

    @cached_property
    def names(self) -> ClusterNames:
        """The index that tells which cluster a written name means."""
        spellings = {name: city.name for city in self.dimensions.cities for name in (city.name, *city.aliases)}
        return ClusterNames(self.clusters, spellings, self.dimensions.omissible)

    def cluster(self, code: str) -> Cluster:
        """The cluster with this code; raises KeyError where there is none."""
        return self._by_code[code]

    def at_level(self, level: str) -> tuple[Cluster, ...]:
        """The clusters of one level, in registered order."""
        return tuple(cluster for cluster in self.clusters if cluster.level == level)

    def level_name(self, code: str) -> str:
        """The word for a level, e.g. 国家级; raises KeyError where there is no such level."""
        names: dict[str, str] = {level.code: level.name for level in self.dimensions.levels}
        return names[code]
