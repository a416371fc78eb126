"""Which city and sector a firm names, and which registered clusters those two belong to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict

from stats_tools.registry import Batch, NamedIn, Registry
from stats_tools.types import Cluster
from stats_tools.understanding.entities import Places
from stats_tools.understanding.passage import normal

_FILE = Path(__file__).with_name("sectors.yaml")


class Sector(BaseModel):
    """What firms make, with the cluster themes it belongs to; see ``sectors.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    themes: tuple[str, ...]
    words: tuple[str, ...]
    broad: bool = False
    open: bool = False


class SectorLanguage(BaseModel):
    """The sectors file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sectors: tuple[Sector, ...]
    province: str
    none_of_these: str
    makes: str
    districts: dict[str, tuple[str, ...]]
    located: str

    @classmethod
    def load(cls, path: Path = _FILE) -> Self:
        """Read the file; pydantic.ValidationError names a wrong entry."""
        return cls.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


@dataclass(frozen=True, slots=True)
class Membership:
    """What city and sector say about clusters.

    Args:
        clusters: those that fit, national ones first.
        unsettled: whether the sector is too broad to tell which of them is meant.
        outside: whether the sector is none that clusters are made of.
        unnamed: how many provincial clusters are known to exist without being registered by name.
        named_in: the words that name these clusters, or that tell of the unnamed ones where there are none.
    """

    clusters: tuple[Cluster, ...] = ()
    unsettled: bool = False
    outside: bool = False
    unnamed: int = 0
    named_in: tuple[NamedIn, ...] = ()

    @property
    def is_in(self) -> bool | None:
        """Whether the firm's city and sector are those of a registered cluster; None where that is open."""
        if self.clusters:
            return None if self.unsettled else True
        return False if self.outside or not self.unnamed else None


class Belonging:
    """Reads cities and sectors out of texts and finds the clusters of a pair of them.

    Args:
        registry: the registered clusters and the cities.
        language: the sectors file; the shipped one without it.
        places: places outside the province; the shipped file without it.
    """

    def __init__(
        self, registry: Registry, language: SectorLanguage | None = None, places: Places | None = None
    ) -> None:
        self._registry = registry
        self._language = language or SectorLanguage.load()
        known = {name: city.name for city in registry.dimensions.cities for name in (city.name, *city.aliases)}
        known |= {name: city for city, names in self._language.districts.items() for name in names}
        self._cities = {normal(name): city for name, city in known.items()}
        self._city = re.compile(_any(self._cities))
        outside = [each for each in (places or Places.load()).places.split() if normal(each) not in self._cities]
        self._elsewhere = re.compile(self._language.located.replace("{places}", _any(outside)))
        self._words = {normal(word): sector for sector in self._language.sectors for word in sector.words}
        self._word = re.compile(_any(self._words))
        self._makes = re.compile(self._language.makes.replace("{cities}", _any(self._cities)))
        self._incomplete = [batch for batch in registry.batches if batch.names_unknown]
        self._unnamed = sum(batch.names_unknown for batch in self._incomplete)

    @cached_property
    def sectors(self) -> Mapping[str, Sector]:
        """Every sector by its name."""
        return {sector.name: sector for sector in self._language.sectors}

    @property
    def province(self) -> str:
        """The province all cities are in."""
        return self._language.province

    @property
    def none_of_these(self) -> str:
        """The sector of a firm that fits no other."""
        return self._language.none_of_these

    def cities(self, text: str) -> tuple[str, ...]:
        """The cities a folded text names, by themselves or by one of their counties, each once."""
        return tuple(dict.fromkeys(self._cities[match[0]] for match in self._city.finditer(text)))

    def elsewhere(self, text: str) -> str:
        """A place outside the province that a folded text says the firm is in; empty for none."""
        match = self._elsewhere.search(text)
        return match["place"] if match else ""

    def sector(self, text: str) -> Sector | None:
        """The sector of the longest word in a folded text, a precise one before a broad one; None for none."""
        # A city's name is no product: 东营市东营区 says nothing of what a firm makes.
        found = sorted(
            (match[0] for match in self._word.finditer(text)), key=lambda word: (self._words[word].broad, -len(word))
        )
        return self._words[found[0]] if found else None

    def product(self, text: str) -> str:
        """What a folded text says the firm makes, where no list knows it; empty where it says nothing."""
        match = self._makes.search(text)
        return match["what"] if match else ""

    def membership(self, city: str, sector: str) -> Membership:
        """The clusters of a city and a sector, both by their names."""
        known = self.sectors.get(sector)
        if known is None or not known.themes:
            is_outside = known is not None and not known.open
            return Membership(outside=is_outside, unnamed=self._unnamed, named_in=_named_in(self._incomplete))
        fitting = [c for c in self._of(known) if c.city == city]
        ordered = tuple(sorted(fitting, key=lambda cluster: cluster.level != "national"))
        codes = {cluster.code for cluster in ordered}
        naming = [batch for batch in self._registry.batches if codes & {entry.code for entry in batch.clusters}]
        unsettled = known.broad and len(ordered) > 1
        return Membership(ordered, unsettled, unnamed=self._unnamed, named_in=_named_in(naming or self._incomplete))

    def choices(self, city: str, sector: str = "") -> tuple[str, ...]:
        """Sectors to choose from: those of the city's clusters, or the precise ones of a broad sector's themes."""
        themes = set(self.sectors[sector].themes) if sector in self.sectors else set()
        precise = [each for each in self.sectors.values() if each.themes and not each.broad]
        if themes:
            precise = [each for each in precise if themes & set(each.themes)]
        local = [each for each in precise if any(cluster.city == city for cluster in self._of(each))]
        return (*(each.name for each in local or precise), self._language.none_of_these)

    def level_name(self, level: str) -> str:
        """The word for a cluster's level."""
        return self._registry.level_name(level)

    @property
    def levels(self) -> Mapping[str, str]:
        """The words for the levels of clusters."""
        return {level.code: level.name for level in self._registry.dimensions.levels}

    @property
    def city_names(self) -> tuple[str, ...]:
        """The cities of the province, in registered order."""
        return tuple(city.name for city in self._registry.dimensions.cities)

    def _of(self, sector: Sector) -> list[Cluster]:
        return [c for c in self._registry.clusters if any(theme in c.short_name for theme in sector.themes)]


def _named_in(batches: Iterable[Batch]) -> tuple[NamedIn, ...]:
    return tuple(batch.named_in for batch in batches if batch.named_in is not None)


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))
