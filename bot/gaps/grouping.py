"""Questions that ask for the same thing: average-linkage clustering over embeddings and character bigrams."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from knowledge.folding import fold

_RULES_FILE = Path(__file__).with_suffix(".yaml")
_NO_LETTER = re.compile(r"\W+")
_NEVER = -2.0
"""Below every similarity."""
Embed = Callable[[str], NDArray[np.float32]]
"""A question to its vector: float32, shape (dimensions,), length 1."""
Matrix = NDArray[np.float64]


class GroupingRules(BaseModel):
    """See ``grouping.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dense: float = Field(ge=0, le=1)
    alike: float = Field(ge=-1, le=1)
    most: int = Field(ge=2)
    reference: tuple[str, ...] = Field(min_length=2)


@cache
def grouping_rules() -> GroupingRules:
    """The rules as shipped; pydantic.ValidationError names a wrong entry."""
    return GroupingRules.model_validate(yaml.safe_load(_RULES_FILE.read_text(encoding="utf-8")))


def groups(questions: Sequence[str], embed: Embed, rules: GroupingRules | None = None) -> list[list[int]]:
    """Positions of questions that ask for the same thing, each position in exactly one group.

    Args:
        questions: different ones; their number squared is the memory this takes.
        embed: the encoder's ``query``.
        rules: how alike they have to be; those shipped where left out.
    """
    rules = rules or grouping_rules()
    if len(questions) < 2:
        return [[position] for position in range(len(questions))]
    spelt = _overlap([_bigrams(text) for text in questions], [_bigrams(text) for text in rules.reference])
    meant = _cosines(questions, rules.reference, embed)
    return _linked(rules.dense * meant + (1 - rules.dense) * spelt, rules.alike)


def _cosines(questions: Sequence[str], reference: Sequence[str], embed: Embed) -> Matrix:
    # Cosines of e5 crowd together near the top; seen from the middle of many questions they spread out.
    middle = np.mean([embed(text) for text in reference], axis=0)
    vectors = np.array([embed(text) for text in questions], dtype=np.float64) - middle
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    cosines: Matrix = vectors @ vectors.T
    return cosines


def _overlap(questions: Sequence[frozenset[str]], reference: Sequence[frozenset[str]]) -> Matrix:
    """Shared bigrams by weight, 0 to 1; a bigram weighs the more, the fewer questions hold it."""
    held = Counter(pair for text in (*questions, *reference) for pair in text)
    every = len(questions) + len(reference)
    names = {pair: column for column, pair in enumerate(held)}
    weights = np.array([math.log((every + 1) / (count + 0.5)) for count in held.values()])
    present = np.zeros((len(questions), len(names)))
    for row, text in enumerate(questions):
        present[row, [names[pair] for pair in text]] = 1
    sums = np.maximum(present @ weights, 1e-9)
    overlap: Matrix = (present * weights) @ present.T / np.sqrt(np.outer(sums, sums))
    return overlap


def _linked(similarity: Matrix, alike: float) -> list[list[int]]:
    """Groups that are joined, nearest first, as long as their members are alike on average."""
    members = [[position] for position in range(len(similarity))]
    near = similarity.copy()
    np.fill_diagonal(near, _NEVER)
    while True:
        kept, joined = divmod(int(near.argmax()), len(near))
        if near[kept, joined] < alike:
            return [group for group in members if group]
        here, there = len(members[kept]), len(members[joined])
        near[kept] = near[:, kept] = (near[kept] * here + near[joined] * there) / (here + there)
        near[joined] = near[:, joined] = near[kept, kept] = _NEVER
        members[kept] += members[joined]
        members[joined] = []


def _bigrams(text: str) -> frozenset[str]:
    letters = _NO_LETTER.sub("", fold(text))
    return frozenset(letters[start : start + 2] for start in range(max(1, len(letters) - 1)))
