"""Which cluster a written name means: exact, alias or unambiguous shortening; never a guess."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stats_tools.spelling import spelling_key
from stats_tools.types import Cluster

_SHORTEST_WITHOUT_CITY = 3
_CANDIDATES = 3
_CITY_MARK = "市"


@dataclass(frozen=True, slots=True)
class NameMatch:
    """What a written name means.

    Args:
        cluster: the one cluster meant, or None.
        candidates: where none is meant: the clusters that fit equally, or else the nearest ones, best first.
        ambiguous: whether the name fits several clusters (as opposed to none).
    """

    cluster: Cluster | None
    candidates: tuple[Cluster, ...] = ()
    ambiguous: bool = False


class ClusterNames:
    """Index of every name of the registered clusters.

    Args:
        clusters: the registered clusters.
        cities: any spelling of a city -> its name.
        omissible: parts of a name that may be left out, longest first.

    Raises:
        ValueError: a name or alias means two clusters.
    """

    def __init__(self, clusters: Sequence[Cluster], cities: Mapping[str, str], omissible: Sequence[str]) -> None:
        self._cities = sorted(
            ((spelling_key(each), spelling_key(name)) for each, name in cities.items()), key=lambda c: -len(c[0])
        )
        self._omissible = [spelling_key(part) for part in omissible]
        self._keys: dict[str, Cluster] = {}
        for cluster in clusters:
            for name in (cluster.name, cluster.short_name, *cluster.aliases):
                if self._keys.setdefault(self.key(name), cluster) is not cluster:
                    raise ValueError(f"{name} names two clusters: {self._keys[self.key(name)].code}, {cluster.code}")

        self._parts = [(*self._split(key), cluster) for key, cluster in self._keys.items()]

    def key(self, name: str) -> str:
        """The name as it is compared: folded, the city without 市, and without the parts that may be left out."""
        text = spelling_key(name)
        for part in self._omissible:
            text = text.replace(part, "")
        city, rest = self._split(text)
        return city + rest

    def _split(self, text: str) -> tuple[str, str]:
        """The name of the city that the text begins with (empty when none) and the rest."""
        for spelling, city in self._cities:
            if text.startswith(spelling):
                return city, text[len(spelling) :]
        return "", text

    def city(self, name: str) -> str:
        """The city whose name this is and no more; empty for any other name."""
        city, rest = self._split(spelling_key(name))
        return "" if rest.removesuffix(_CITY_MARK) else city

    def resolve(self, name: str, *, candidates: bool = True) -> NameMatch:
        """The one cluster a name means, or the candidates when it means several or none.

        Args:
            name: as written.
            candidates: whether to look for the nearest clusters after a miss, which takes longer than the rest.
        """
        key = self.key(name)
        if key in self._keys:
            return NameMatch(self._keys[key])
        fitting = self._shortened(key)
        if len(fitting) == 1:
            return NameMatch(fitting[0])
        if fitting:
            return NameMatch(None, fitting, ambiguous=True)
        return NameMatch(None, self.nearest(name) if candidates else ())

    def _shortened(self, key: str) -> tuple[Cluster, ...]:
        """Clusters of which the key is a shortening.

        After a city any of their characters in order will do; without one it takes an unbroken run.
        """
        city, rest = self._split(key)
        if not key or (not city and len(rest) < _SHORTEST_WITHOUT_CITY):
            return ()
        found: dict[str, Cluster] = {}
        for full_city, full_rest, cluster in self._parts:
            fits = full_city == city and _in_order(rest, full_rest) if city else rest in full_rest
            if fits:
                found[cluster.code] = cluster
        return tuple(found.values())

    def nearest(self, name: str, limit: int = _CANDIDATES) -> tuple[Cluster, ...]:
        """The registered clusters whose names look most like this one, best first; none for an empty name."""
        from rapidfuzz import fuzz, process  # 30 ms to import, needed only after a miss

        found: dict[str, Cluster] = {}
        keys = list(self._keys)
        for key, _, _ in process.extract(self.key(name), keys, scorer=fuzz.ratio, limit=4 * limit, score_cutoff=30):
            found.setdefault(self._keys[key].code, self._keys[key])
        return tuple(found.values())[:limit]


def _in_order(part: str, whole: str) -> bool:
    """Whether the characters of one text occur in the other in the same order."""
    position = 0
    for character in part:
        position = whole.find(character, position) + 1
        if not position:
            return False
    return True
