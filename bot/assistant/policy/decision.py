"""Answer or refuse: a logistic decision over what the selection found, calibrated on labelled questions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from pathlib import Path

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.assistant.policy.clause_index import ClauseIndex, Matches
from bot.assistant.policy.enumerations import listed
from bot.assistant.policy.lexicon import LexiconError
from bot.assistant.policy.question_types import Demand
from bot.assistant.policy.reading import Reading
from bot.assistant.policy.selection import Candidate, Selection

FILE = Path(__file__).with_name("decision.yaml")
FEATURES = ("coverage", "own", "lacking", "strange", "unmet_demand")
"""Names of the features every question has."""

KIND = "asked_kind"
"""The feature that only the encoder gives whose vectors the kinds of questions were learned from."""

_SPECIFIC = 0.3
_JOINING = re.compile(r"[和与及、]|同时|分别|两方面|\band\b|\bor\b")


class _DecisionRow(BaseModel):
    model_config = ConfigDict(extra="forbid")

    intercept: float
    threshold: float
    weights: dict[str, float]
    centres: dict[str, float]
    scales: dict[str, float]


class _DecisionRows(BaseModel):
    model_config = ConfigDict(extra="forbid")

    made_by: str
    with_kinds: _DecisionRow
    without_kinds: _DecisionRow


@dataclass(frozen=True, slots=True)
class Decision:
    """The calibrated rule.

    Args:
        intercept: log-odds of a question in the centre of all features.
        threshold: least probability at which a question is answered, 0 to 1.
        weights: log-odds per scale of each feature.
        centres: of each feature on the calibration questions.
        scales: standard deviation of each feature there, above 0.
    """

    intercept: float
    threshold: float
    weights: Mapping[str, float]
    centres: Mapping[str, float]
    scales: Mapping[str, float]

    def probability(self, features: Mapping[str, float]) -> float:
        """How likely it is that the documents answer, 0 to 1."""
        terms = (self.weights[n] * (features[n] - self.centres[n]) / self.scales[n] for n in self.weights)
        return 1 / (1 + exp(-min(max(self.intercept + sum(terms), -30.0), 30.0)))


@dataclass(frozen=True, slots=True)
class Decisions:
    """The rule for questions whose kind is known, and the one for other encoders, whose questions have none."""

    with_kinds: Decision
    without_kinds: Decision

    def rule(self, features: Mapping[str, float]) -> Decision:
        """The rule for a question with these features."""
        return self.with_kinds if KIND in features else self.without_kinds


def undecided() -> Decisions:
    """Decisions that find every question as likely as not to be answered, and answer it."""
    zeros, ones = dict.fromkeys(FEATURES, 0.0), dict.fromkeys(FEATURES, 1.0)
    rule = Decision(intercept=0.0, threshold=0.5, weights=zeros, centres=zeros, scales=ones)
    return Decisions(rule, rule)


@lru_cache(maxsize=4)
def load_decisions(path: Path = FILE) -> Decisions:
    """The decisions of a file.

    Raises:
        LexiconError: the file is not one the calibration script writes.
    """
    try:
        rows = _DecisionRows.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, ValidationError) as error:
        raise LexiconError(f"{path.name}: {error}") from error
    return Decisions(
        _decision(rows.with_kinds, {*FEATURES, KIND}, path.name),
        _decision(rows.without_kinds, set(FEATURES), path.name),
    )


def _decision(row: _DecisionRow, measured: set[str], name: str) -> Decision:
    for aspect, values in (("weights", row.weights), ("centres", row.centres), ("scales", row.scales)):
        if set(values) != measured:
            raise LexiconError(f"{name}: {aspect} name {sorted(values)}, the program measures {sorted(measured)}")
    return Decision(row.intercept, row.threshold, row.weights, row.centres, row.scales)


def features(reading: Reading, selection: Selection, index: ClauseIndex) -> dict[str, float]:
    """What decides whether a question is answered; every name of ``FEATURES`` with its value.

    ``coverage`` and ``own`` are shares of content, 0 to 1; ``lacking`` is the largest word weight not found,
    ``strange`` the sum for unlisted words nothing has; ``unmet_demand`` is 1 where a particular is asked for that has
    to be there and no sentence about the matter holds one.
    """
    held = _held(reading, selection)
    lacking = strange = 0.0
    for unit, share in zip(reading.units, held, strict=True):
        if unit.kind == "strange":
            strange += unit.weight * (1 - float(share))
        elif unit.weight > _SPECIFIC:
            lacking = max(lacking, unit.weight * (1 - float(share)))
    best = selection.best
    return {
        "coverage": best.coverage if best else 0.0,
        "own": best.own if best else 0.0,
        "lacking": lacking,
        "strange": min(strange, 2.0),
        "unmet_demand": _unmet_demand(reading, selection.looked_at, index),
    }


def _unmet_demand(reading: Reading, candidates: Sequence[Candidate], index: ClauseIndex) -> float:
    """How far the sentences that hold the particular asked for are from the matter asked about, 0 to 1."""
    demand = reading.demand
    if demand is None or not demand.strict or not candidates:
        return 0.0
    top = max(candidate.own for candidate in candidates)
    holding = (c.own for c in candidates if _gives(demand, reading, index.sentences[c.row].text))
    return 1.0 - (max(holding, default=0.0) / top if top > 0 else 0.0)


def _gives(demand: Demand, reading: Reading, sentence: str) -> bool:
    """Whether a folded sentence holds the particular asked for, as many times as the question says there are."""
    enough = not demand.as_many or reading.count is None or listed(sentence) >= reading.count
    return enough and demand.needs.search(sentence) is not None


def _held(reading: Reading, selection: Selection) -> Matches:
    """For each unit how well the best sentence holds it; all chosen ones together where the question joins matters."""
    held = np.zeros(len(reading.units), dtype=np.float32)
    together = _JOINING.search(reading.text) is not None
    for group in selection.chosen:
        for candidate in group:
            if together or candidate is selection.best:
                held = np.maximum(held, candidate.held)
    return held
