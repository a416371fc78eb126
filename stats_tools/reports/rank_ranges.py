"""How firm a ranking is: where each place moves when the weights of the dimensions do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from stats_tools.reports.evaluation_rules import Sensitivity

if TYPE_CHECKING:
    import numpy as np

_HUNDRED = Decimal(100)
_SAME = 9
"""Decimals to which two totals of a random weighting are told apart."""


@dataclass(frozen=True, slots=True)
class RankRange:
    """Ranks of one cluster.

    Args:
        moved: rank by what was done to the weights: the code of a dimension and the percent it was moved by.
        best, worst: over all weightings, the given, the moved and the random ones.
        usual: share (0 to 1) of the random weightings in which the rank is that of the given weights.
    """

    moved: Mapping[tuple[str, Decimal], int]
    best: int
    worst: int
    usual: Decimal


def ranks(totals: Sequence[Decimal]) -> list[int]:
    """The rank of each total, 1 for the highest; equal ones share a rank."""
    return [1 + sum(other > total for other in totals) for total in totals]


def rank_ranges(
    scores: Sequence[Mapping[str, Decimal]], weights: Mapping[str, Decimal], how: Sensitivity
) -> list[RankRange]:
    """Where each cluster ranks under other weights.

    Ranks do not change when all weights are multiplied by the same number, so that moved weights need no rescaling.

    Args:
        scores: of each cluster by dimension.
        weights: by dimension.
        how: how far weights are moved, and how many random weightings are tried.
    """
    if not scores:
        return []
    given = ranks(_totals(scores, weights))
    moved = {step: ranks(_totals(scores, changed)) for step, changed in _steps(weights, how.percent)}
    drawn = _drawn(scores, weights, how)
    ranges = []
    for place in range(len(scores)):
        own = {step: held[place] for step, held in moved.items()}
        every = {given[place], *own.values(), *(int(rank) for rank in drawn[:, place])}
        usual = Decimal(int((drawn[:, place] == given[place]).sum())) / how.draws
        ranges.append(RankRange(own, min(every), max(every), usual))
    return ranges


def _steps(
    weights: Mapping[str, Decimal], percent: Decimal
) -> Iterator[tuple[tuple[str, Decimal], Mapping[str, Decimal]]]:
    for code, weight in weights.items():
        for change in (-percent, percent):
            yield (code, change), {**weights, code: weight * (_HUNDRED + change) / _HUNDRED}


def _totals(scores: Sequence[Mapping[str, Decimal]], weights: Mapping[str, Decimal]) -> list[Decimal]:
    return [sum((weight * held[code] for code, weight in weights.items()), Decimal(0)) for held in scores]


def _drawn(
    scores: Sequence[Mapping[str, Decimal]], weights: Mapping[str, Decimal], how: Sensitivity
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Ranks by draw and cluster, every weight moved by a uniformly random share within the range; always the same."""
    import numpy as np

    reach = float(how.percent / _HUNDRED)
    factors = np.random.default_rng(how.seed).uniform(1 - reach, 1 + reach, size=(how.draws, len(weights)))
    given = np.array([float(weight) for weight in weights.values()])
    held = np.array([[float(each[code]) for code in weights] for each in scores])
    totals = np.round((factors * given) @ held.T / given.sum(), _SAME)
    higher = totals[:, None, :] > totals[:, :, None]
    drawn: np.ndarray[tuple[int, int], np.dtype[np.int64]] = higher.sum(axis=2).astype(np.int64) + 1
    return drawn
