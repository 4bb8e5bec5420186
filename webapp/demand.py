"""How much is asked of workers, as a share of what they can do."""

from math import exp

MEMORY_S = 1.0


class Demand:
    """An average over the last `memory_s` or so; times are arguments, in seconds, and never go back."""

    def __init__(self, workers: int, memory_s: float = MEMORY_S):
        self._workers, self._memory_s = workers, memory_s
        self._asked = self._done = self._took_s = self._time = 0.0

    def ask(self, time: float) -> float:
        """Take note of a call, also of one that will be refused, and return the share: 1 is all that the workers can do."""
        self._fade(time)
        self._asked += 1.0
        mean_s = self._took_s / self._done if self._done else 0.0
        return self._asked / self._memory_s * mean_s / self._workers

    def work(self, time: float, took_s: float) -> None:
        """Take note of how long a worker took for a call."""
        self._fade(time)
        self._done += 1.0
        self._took_s += took_s

    def _fade(self, time: float) -> None:
        fade = exp((self._time - time) / self._memory_s)
        self._asked *= fade
        self._done *= fade
        self._took_s *= fade
        self._time = time
