"""Names of clusters by what they mean: the last resort for a name that nothing in the register looks like.

A name is found exactly, by an alias, shortened or with a character mistyped before this is asked.  What it finds is
only ever offered in a question back: what a name means to an encoder is too weak to show another cluster's figures.
"""

from __future__ import annotations

from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.types import Encoder
from stats_tools.registry import Registry

CLOSE = 0.968
"""Cosine from which a name may be meant, for multilingual-e5-small.

Measured over sixteen invented names of clusters in our cities: those that reword one of ours (制药, 软件) come to 0.970
and more but for one of 0.965 (济南大数据), those of another trade (白酒, 旅游, 物流) to 0.961 at most.
"""


class MeantNames(Protocol):
    """Finds the registered name that somebody may have meant."""

    def of(self, said: str) -> str:
        """The short name of a cluster in the city that is said; empty where none is close."""


class NamesByMeaning:
    """Compares a name with those of the register by an encoder.

    Args:
        registry: the registered clusters.
        encoder: encodes names; loaded when it is first asked.
    """

    def __init__(self, registry: Registry, encoder: Encoder) -> None:
        self._registry = registry
        self._encoder = encoder

    @cached_property
    def _vectors(self) -> NDArray[np.float32]:
        return self._encoder.passages([each.name for each in self._registry.clusters])

    def of(self, said: str) -> str:
        """The short name of a cluster in the city that is said; empty where none is close."""
        here = [n for n, each in enumerate(self._registry.clusters) if each.city in said]
        if not here:
            return ""
        scores = self._vectors[here] @ self._encoder.passages([said])[0]
        best = int(np.argmax(scores))
        return self._registry.clusters[here[best]].short_name if scores[best] >= CLOSE else ""
