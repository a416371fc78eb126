"""The kind of question that papers answer, learned from labelled question vectors, and tested on questions left out."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.assistant.policy.question_kinds import QuestionKinds
from eval.ridge_logistic import Numbers, logistic

KIND_RIDGE = 50.0
FOLDS = 10


def learned(encoder: str, vectors: Numbers, answerable: Numbers) -> QuestionKinds:
    """The linear score of question vectors that best tells answerable questions from others.

    Args:
        encoder: name of the encoder the vectors come from.
        vectors: shape (questions, dimensions).
        answerable: 0 or 1, shape (questions,).
    """
    centre, scale = vectors.mean(axis=0), vectors.std(axis=0) + 1e-9
    coefficients = logistic((vectors - centre) / scale, answerable, KIND_RIDGE)
    weights = coefficients[1:] / scale
    return QuestionKinds(encoder, float(coefficients[0] - weights @ centre), weights)


def fold_of(question_ids: Sequence[str]) -> NDArray[np.int64]:
    """The fold each question belongs to, 0 to ``FOLDS`` - 1, by its id alone."""
    return np.array([crc32(question_id.encode()) % FOLDS for question_id in question_ids], dtype=np.int64)
