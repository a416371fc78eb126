"""What kind of thing a question asks, learned from labelled questions: a linear score of its embedding."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.assistant.policy.lexicon import LexiconError
from retrieval.types import QuestionVector

FILE = Path(__file__).with_name("question_kinds.yaml")
MOST_SAID = 1.5
"""Log-odds the kind of a question may say at most, so that strong words in a document, or their absence, still win."""


class _KindRows(BaseModel):
    model_config = ConfigDict(extra="forbid")

    made_by: str
    encoder: str
    documents: str
    intercept: float
    weights: str


@dataclass(frozen=True, slots=True, eq=False)
class QuestionKinds:
    """The learned score; it belongs to one encoder, and to the documents its questions were put to.

    Args:
        encoder: name of the encoder whose vectors it reads.
        intercept: log-odds of a zero vector.
        weights: log-odds per dimension, float64, shape (dimensions,).
        documents: identifiers of the documents it was learned over; it says nothing of what another one answers.
    """

    encoder: str
    intercept: float
    weights: NDArray[np.float64]
    documents: frozenset[str] = frozenset()

    def score(self, vector: QuestionVector) -> float | None:
        """Log-odds that questions of this kind are answered by papers, within ±``MOST_SAID``.

        None for a vector of another encoder.
        """
        if vector.encoder != self.encoder or vector.values.shape != self.weights.shape:
            return None
        return float(np.clip(self.intercept + self.weights @ vector.values, -MOST_SAID, MOST_SAID))


@lru_cache(maxsize=4)
def load_question_kinds(path: Path = FILE) -> QuestionKinds:
    """The learned kinds of a file.

    Raises:
        LexiconError: the file is not one the calibration script writes.
    """
    try:
        rows = _KindRows.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
        weights = np.array([float(weight) for weight in rows.weights.split()])
    except (yaml.YAMLError, ValidationError, ValueError) as error:
        raise LexiconError(f"{path.name}: {error}") from error
    return QuestionKinds(rows.encoder, rows.intercept, weights, frozenset(rows.documents.split()))
