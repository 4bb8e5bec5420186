"""What several looks at one face say together; the twin of static/js/core/log_average.js."""

from collections.abc import Mapping
from math import exp, log

Scores = dict[str, float]

FLOOR = 0.02
"""The least probability one look of many may claim: a look that is wrong and certain must not outweigh the others."""

ALONE = 1e-9
"""The same for a look that stands alone: as good as what the network says."""

_FIRST_LOOK_MS = 100.0
"""How long the first look counts: about a frame of a slow device."""


class LogAverage:
    """An average of log-probabilities over time.

    A look stands for the time since the look before, so that the answer does not depend on the frame rate. Until
    `memory_ms` is filled all looks count alike, then old ones fade exponentially. Longer: calmer, later to follow a
    change.
    """

    def __init__(self, memory_ms: float, floor: float = FLOOR) -> None:
        self._memory_ms = memory_ms
        self._floor = floor
        self.reset()

    def reset(self) -> None:
        """Forget all looks."""
        self._time: float | None = None
        self._filled = 0.0
        self._logs: dict[str, float] = {}

    def average(self, scores: Mapping[str, float], time: float, weight: float = 1.0, pace: float = 1.0) -> Scores:
        """Take the scores of one look at `time` (ms) and return those of all looks so far, sum 1.

        `weight` says how much the look counts beside others (1: fully), `pace` for how much of the time since the look
        before it stands: at less than 1 old looks fade less. When time runs backwards the average starts anew.
        """
        if self._time is None or time < self._time:
            self.reset()
            self._time = time - _FIRST_LOOK_MS
        fade = exp(pace * (self._time - time) / self._memory_ms)
        part = weight * (1 - fade)
        self._filled = self._filled * fade + part
        self._time = time
        for label, probability in scores.items():
            claimed = log(max(self._floor, probability))
            old = self._logs.get(label, claimed)
            self._logs[label] = old + (part / self._filled) * (claimed - old) if self._filled > 0 else claimed
        return _probabilities(self._logs)


def _probabilities(logs: Mapping[str, float]) -> Scores:
    top = max(logs.values())
    powers = {label: exp(value - top) for label, value in logs.items()}
    total = sum(powers.values())
    return {label: power / total for label, power in powers.items()}
