"""Logistic regression with a ridge, both labels weighing the same in sum; more columns than rows are welcome."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ROUNDS = 50

Numbers = NDArray[np.float64]


def logistic(table: Numbers, labels: Numbers, ridge: float) -> Numbers:
    """Intercept and one coefficient a column, in log-odds (iteratively reweighted least squares, ridge on the columns).

    Args:
        table: standardised features, shape (rows, columns).
        labels: 0 or 1, shape (rows,).
        ridge: penalty on the squared coefficients, above 0 (Hoerl and Kennard 1970); the intercept goes free.
    """
    design = np.hstack([np.ones((len(table), 1)), table])
    balance = np.where(labels > 0, 0.5 / max(labels.mean(), 1e-9), 0.5 / max(1 - labels.mean(), 1e-9))
    penalty = ridge * np.eye(design.shape[1])
    penalty[0, 0] = 0.0
    coefficients = np.zeros(design.shape[1])
    for _ in range(ROUNDS):
        probabilities = 1 / (1 + np.exp(-np.clip(design @ coefficients, -30, 30)))
        slope = design.T @ (balance * (labels - probabilities)) - penalty @ coefficients
        curve = (design * (balance * probabilities * (1 - probabilities))[:, None]).T @ design + penalty
        step = np.linalg.solve(curve, slope)
        coefficients = coefficients + step
        if np.abs(step).max() < 1e-8:
            break
    return coefficients
