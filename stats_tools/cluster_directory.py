"""The register looked up: which clusters there are by city, field, level and batch, and where that is known from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from stats_tools.registry import Batch, Registry
from stats_tools.types import Cluster


class DirectoryQuery(BaseModel):
    """What of the register is asked for; an empty field does not narrow it.

    Args:
        cities: without 市.
        sectors: fields of the plan.
        level: ``national``, ``provincial`` or empty.
        batch: e.g. 第一批; empty for all.
        clusters: codes; the clusters asked about, or that share a name that was said.
        describes: whether it is asked what the named clusters are, rather than which there are.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    cities: tuple[str, ...] = Field(default=(), description="城市，不带“市”，如 烟台", max_length=16)
    sectors: tuple[str, ...] = Field(default=(), description="领域，如 新材料", max_length=10)
    level: str = Field(default="", description="national（国家级）或 provincial（省级），不限则留空", max_length=20)
    batch: str = Field(default="", description="批次，如 第一批，不限则留空", max_length=20)
    clusters: tuple[str, ...] = Field(default=(), description="集群代码", max_length=60)
    describes: bool = Field(default=False, description="是否在问这些集群本身的级别、批次、城市、领域")


@dataclass(frozen=True, slots=True)
class Registered:
    """A cluster with the batch it was announced in."""

    cluster: Cluster
    batch: Batch


@dataclass(frozen=True, slots=True)
class Directory:
    """An answer of the register.

    Args:
        query: what was asked for.
        found: the registered clusters that fit, in registered order.
        elsewhere: where none fit at the level asked for: those of the other levels that fit otherwise.
        unnamed: batches that fit and have clusters no source names.
    """

    query: DirectoryQuery
    found: tuple[Registered, ...]
    elsewhere: tuple[Registered, ...]
    unnamed: tuple[Batch, ...]

    @property
    def counts_alone(self) -> bool:
        """Whether all that is known is how many clusters the batch asked for has, and no name of them."""
        query = self.query
        narrowed = query.cities or query.sectors or query.clusters
        return bool(query.batch and self.unnamed) and not (self.found or narrowed)

    @property
    def is_certain(self) -> bool:
        """Whether the register may deny: it holds every cluster of the batches asked for."""
        return not self.unnamed


def look_up(query: DirectoryQuery, registry: Registry) -> Directory:
    """What the register holds on a query; unknown codes and names simply fit nothing."""
    of_batch = [batch for batch in registry.batches if batch.batch.endswith(query.batch)]
    of_level = [batch for batch in of_batch if not query.level or batch.level == query.level]
    # Asked whether a cluster is of a level, the answer is what it is.
    found = _registered(query, of_batch if query.describes and query.clusters else of_level, registry)
    elsewhere = () if found else _registered(query, of_batch, registry)
    return Directory(query, found, elsewhere, tuple(batch for batch in of_level if batch.names_unknown))


def _registered(query: DirectoryQuery, batches: Sequence[Batch], registry: Registry) -> tuple[Registered, ...]:
    of_batches = ((registry.cluster(entry.code), batch) for batch in batches for entry in batch.clusters)
    return tuple(Registered(cluster, batch) for cluster, batch in of_batches if _fits(cluster, query))


def _fits(cluster: Cluster, query: DirectoryQuery) -> bool:
    return (
        (not query.cities or cluster.city in query.cities)
        and (not query.sectors or cluster.sector in query.sectors)
        and (not query.clusters or cluster.code in query.clusters)
    )
