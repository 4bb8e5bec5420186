"""Make a network's probabilities mean what they say: temperature scaling (Guo et al. 2017, arXiv 1706.04599)."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from export.network import softmax

MOST_OUTSIDE = 0.02
"""At low sensitivity at most this share of photos may be taken while not everyone smiles."""
LEAST_FIRED = 0.95
"""At high sensitivity at least this share of a group's moments must fire."""

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


@dataclass(frozen=True)
class Outcome:
    """What came of some groups at one threshold: their moments and how many fired, the photos and how many were taken outside a moment."""

    moments: int
    fired: int
    photos: int
    outside: int


def group_thresholds(outcomes: Mapping[float, Outcome]) -> dict[str, float]:
    """Return the smile thresholds of the three sensitivities, of those whose outcomes on validation groups are given.

    Low: the readiest that keeps MOST_OUTSIDE; high: the strictest that keeps LEAST_FIRED; both with 95 % confidence, so that a promise
    does not rest on a few lucky groups, else the one that comes nearest. Medium: halfway between, in log-odds.
    """
    early = {at: share_bounds(one.outside, one.photos)[1] for at, one in outcomes.items()}
    fired = {at: share_bounds(one.fired, one.moments)[0] for at, one in outcomes.items()}
    high = max((at for at in outcomes if fired[at] >= LEAST_FIRED), default=max(outcomes, key=lambda at: (fired[at], at)))
    least = min((at for at in outcomes if early[at] <= MOST_OUTSIDE), default=min(outcomes, key=lambda at: (early[at], at)))
    low = max(least, high)
    middle = (log(low / (1 - low)) + log(high / (1 - high))) / 2
    return {"low": round(low, 3), "medium": round(1 / (1 + exp(-middle)), 3), "high": round(high, 3)}


def share_bounds(count: int, whole: int) -> tuple[float, float]:
    """Return the bounds of Wilson's 95 % interval of a share; 0 and 1 where nothing was counted."""
    if whole == 0:
        return 0.0, 1.0
    share, squared = count / whole, 1.96**2
    middle = share + squared / (2 * whole)
    reach = 1.96 * sqrt(share * (1 - share) / whole + squared / (4 * whole**2))
    return (middle - reach) / (1 + squared / whole), (middle + reach) / (1 + squared / whole)
