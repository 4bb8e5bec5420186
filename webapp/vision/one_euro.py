"""The One-Euro filter: still while a value rests, quick while it moves; the twin of static/js/core/one_euro.js.

Source: Casiez, Roussel and Vogel, "1 Euro Filter", CHI 2012, section 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, pi


@dataclass(frozen=True, slots=True, kw_only=True)
class OneEuroConfig:
    """How a filter weighs calm against lag; each field with its unit and effect."""

    min_cutoff_hz: float = 1.0
    """Cutoff while at rest, in Hz. Lower: less jitter, more lag at slow motion."""
    beta: float = 5.0
    """How much the cutoff grows with speed, in Hz per (scale per second). Higher: less lag at fast motion."""
    speed_cutoff_hz: float = 1.5
    """Cutoff of the speed itself, in Hz. Lower: a single outlier counts less, a start is noticed later."""


def _share(elapsed_ms: float, cutoff_hz: float) -> float:
    """Give the share of the new value in a low-pass step.

    The paper uses the first-order approximation of this exponential; the exact form gives the same curve at every
    frame rate.
    """
    return 1 - exp((-2 * pi * cutoff_hz * elapsed_ms) / 1000)


class OneEuro:
    """A filter for a list of numbers that move together, such as the edges of a box."""

    def __init__(self, config: OneEuroConfig | None = None) -> None:
        self._config = config or OneEuroConfig()
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._time: float | None = None
        self._raw: list[float] = []
        self._speed: list[float] = []
        self._value: list[float] = []

    def filter(self, values: Sequence[float], time: float, scale: float = 1.0) -> list[float]:
        """Return the filtered values at `time` (ms).

        `scale` is the length that makes a speed comparable: the size of the face, so that near and far faces are
        treated alike. At the same time as before the answer is as before; at an earlier time, or with another number
        of values, the filter starts anew.
        """
        if self._time is None or time < self._time or len(values) != len(self._value):
            self._time = time
            self._raw, self._speed, self._value = list(values), [0.0] * len(values), list(values)
        elif time > self._time:
            elapsed = time - self._time
            speed_share = _share(elapsed, self._config.speed_cutoff_hz)
            for i, value in enumerate(values):
                measured = ((value - self._raw[i]) / scale / elapsed) * 1000
                self._speed[i] += speed_share * (measured - self._speed[i])
                cutoff_hz = self._config.min_cutoff_hz + self._config.beta * abs(self._speed[i])
                self._value[i] += _share(elapsed, cutoff_hz) * (value - self._value[i])
                self._raw[i] = value
            self._time = time
        return list(self._value)
