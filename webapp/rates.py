"""How often something may happen: token buckets, whose memory is bounded however many keys there are."""

from collections import OrderedDict
from threading import Lock


class Rate:
    """A token bucket: `per_second` on average, `burst` at once. Time is an argument, in seconds."""

    __slots__ = ("_burst", "_left", "_per_second", "_time")

    def __init__(self, per_second: float, burst: float | None = None):
        self._per_second = per_second
        self._burst = max(1.0, per_second if burst is None else burst)
        self._left = self._burst
        self._time: float | None = None

    def take(self, time: float) -> float:
        """Take one token and return 0.0, or return the seconds until there is one and take nothing."""
        if self._time is not None:
            self._left = min(self._burst, self._left + max(0.0, time - self._time) * self._per_second)
        self._time = time
        if self._left >= 1.0:
            self._left -= 1.0
            return 0.0
        return (1.0 - self._left) / self._per_second


class Rates:
    """A bucket per key; may be shared by threads. Of more than `keys` the one unused for longest is forgotten."""

    def __init__(self, per_second: float, burst: float | None = None, keys: int = 10_000):
        self._per_second, self._burst, self._keys = per_second, burst, keys
        self._lock = Lock()
        self._rates: OrderedDict[str, Rate] = OrderedDict()

    def take(self, key: str, time: float) -> float:
        """Take one token of `key` and return 0.0, or the seconds until there is one."""
        with self._lock:
            rate = self._rates.get(key)
            if rate is None:
                rate = self._rates[key] = Rate(self._per_second, self._burst)
                if len(self._rates) > self._keys:
                    self._rates.popitem(last=False)
            self._rates.move_to_end(key)
            return rate.take(time)

    def __len__(self) -> int:
        return len(self._rates)
