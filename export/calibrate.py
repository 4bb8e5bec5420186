"""Make a network's probabilities mean what they say: temperature scaling (Guo et al. 2017, arXiv 1706.04599)."""

import numpy as np
from numpy.typing import NDArray

from export.network import softmax

SURE = {"emotion": 0.4, "gender": 0.8}
"""The calibrated chance of being right below which a page says "unsure" or "unknown" instead of the label."""


def fit_temperature(logits: NDArray, targets: NDArray) -> float:
    """Return the temperature that minimises the negative log-likelihood of `targets` (rows of distributions)."""
    candidates = np.exp(np.linspace(np.log(0.25), np.log(4), 400))
    losses = [-(targets * np.log(softmax(logits / t) + 1e-12)).sum(axis=1).mean() for t in candidates]
    return round(float(candidates[int(np.argmin(losses))]), 4)


def expected_calibration_error(probabilities: NDArray, truth: NDArray, bins: int = 15) -> float:
    """Return the mean gap between confidence and accuracy over equal-width bins, weighted by their counts."""
    rows = reliability(probabilities, truth, bins)
    return sum(abs(row["confidence"] - row["accuracy"]) * row["count"] for row in rows) / len(truth)


def reliability(probabilities: NDArray, truth: NDArray, bins: int = 15) -> list[dict[str, float]]:
    """Return mean confidence, accuracy and count of the answers in each of `bins` equal ranges of confidence that holds any."""
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        {
            "confidence": round(float(confidence[index == b].mean()), 6),
            "accuracy": round(float(right[index == b].mean()), 6),
            "count": int((index == b).sum()),
        }
        for b in np.unique(index)
    ]


def smile_threshold(smile: NDArray, smiling: NDArray) -> float:
    """Return the probability of smiling from which on calling it a smile is right most often on validation faces."""
    candidates = np.linspace(0.05, 0.95, 91)
    right = [((smile >= threshold) == smiling).mean() for threshold in candidates]
    return round(float(candidates[int(np.argmax(right))]), 2)
