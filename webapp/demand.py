"""How much is asked of workers, as a share of what they can do."""

from math import exp

MEMORY_S = 1.0
RUSH_LOOKS = 24
"""A rush is seen once more is asked than can be done in the time of so many calls; the average over a second sees it half a second late."""
RUSH_CERTAIN = 0.8
"""Over so short a time more may be asked by chance: a quarter more is no rush yet."""


class Demand:
    """An average over the last `memory_s` or so, and at a rush over less; times are arguments, in seconds, and never go back."""

    def __init__(self, workers: int, memory_s: float = MEMORY_S):
        self._workers, self._memory_s = workers, memory_s
        self._asked = self._lately = self._done = self._took_s = self._time = 0.0

    def ask(self, time: float) -> float:
        """Take note of a call, also of one that will be refused, and return the share: 1 is all that the workers can do."""
        self._fade(time)
        self._asked += 1.0
        self._lately += 1.0
        return self._share()

    def share(self, time: float) -> float:
        """Return the share without a further call."""
        self._fade(time)
        return self._share()

    def work(self, time: float, took_s: float) -> None:
        """Take note of how long a worker took for a call."""
        self._fade(time)
        self._done += 1.0
        self._took_s += took_s

    def _share(self) -> float:
        each_s = self._each_s()
        return max(self._asked / self._memory_s, RUSH_CERTAIN * self._lately / self._rush_s(each_s)) * each_s if each_s else 0.0

    def _each_s(self) -> float:
        """Return the seconds that all workers together take for a call; 0 while nothing is known."""
        return self._took_s / self._done / self._workers if self._done else 0.0

    def _rush_s(self, each_s: float) -> float:
        return min(self._memory_s, RUSH_LOOKS * each_s)

    def _fade(self, time: float) -> None:
        passed_s, each_s = self._time - time, self._each_s()
        fade = exp(passed_s / self._memory_s)
        self._asked *= fade
        self._done *= fade
        self._took_s *= fade
        self._lately *= exp(passed_s / self._rush_s(each_s)) if each_s else 1.0
        self._time = time
