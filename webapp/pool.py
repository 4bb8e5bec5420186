"""A bounded pool of workers that look at pictures: busy is an answer, not a delay."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Lock
from typing import TypeVar

from webapp.demand import Demand

Answer = TypeVar("Answer")
RETRY_MS = 500
WAITING_BELOW = 0.75
"""Near all that can be done frames would wait nearly always, and hardly more of them be looked at."""
LONGEST_RETRY = 4.0
"""The more is asked, up to so many times what can be done, the longer who was refused shall wait."""


class Busy(Exception):
    """The picture was not looked at, as `detail` says to people; try again after `retry_ms`."""

    def __init__(self, detail: str = "The server is looking at as many pictures as it can: send fewer.", retry_ms: int = RETRY_MS):
        super().__init__(detail)
        self.detail, self.retry_ms = detail, retry_ms


class Pool:
    """Runs up to `workers` calls at a time while up to `waiting` more wait; `taken` of both there are now."""

    def __init__(self, workers: int, waiting: int):
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="look")
        self._workers, self._waiting = workers, waiting
        self._lock = Lock()
        self._demand = Demand(workers)
        self.taken = 0

    def run(self, call: Callable[[], Answer], hasty: bool = False) -> Answer:
        """Return what `call` returns, run by a worker; raise Busy at once where there is no place for it.

        A `hasty` call would rather not be made than be late: of those no more wait than there are workers, and none while
        nearly as much is asked as the workers can do. Then a queue would always be full: all would be late, and hardly more be done.
        """
        return self.submit(call, hasty).result()

    def submit(self, call: Callable[[], Answer], hasty: bool = False) -> Future[Answer]:
        """Start `call` on a worker; raise Busy at once where there is no place for it."""
        with self._lock:
            share = self._demand.ask(time.monotonic())
            if self.taken >= (self._hasty_places(share) if hasty else self._workers + self._waiting):
                raise self._busy(share)
            self.taken += 1
        try:
            future = self._executor.submit(self._timed, call)
        except RuntimeError:
            self._leave()
            raise Busy from None
        future.add_done_callback(lambda _: self._leave())
        return future

    def refuse(self) -> Busy | None:
        """Return how a hasty call would be refused now, None where it would be made; only a refused one counts as asked."""
        with self._lock:
            now = time.monotonic()
            if self.taken < self._hasty_places(self._demand.share(now)):
                return None
            return self._busy(self._demand.ask(now))

    def on_all_workers(self, call: Callable[[], object]) -> None:
        """Run a call once on each worker, and return when all have: what each needs of its own is there before the first picture comes."""
        together = Barrier(self._workers)

        def alone() -> None:
            together.wait()
            call()

        for future in [self._executor.submit(alone) for _ in range(self._workers)]:
            future.result()

    def finish(self) -> None:
        """Wait until all that was taken in is done; whatever comes from now on is answered Busy."""
        self._executor.shutdown(wait=True)

    def _hasty_places(self, share: float) -> int:
        return self._workers + (min(self._workers, self._waiting) if share <= WAITING_BELOW else 0)

    def _busy(self, share: float) -> Busy:
        return Busy(retry_ms=round(RETRY_MS * min(max(share, 1.0), LONGEST_RETRY)))

    def _timed(self, call: Callable[[], Answer]) -> Answer:
        began = time.monotonic()
        try:
            return call()
        finally:
            with self._lock:
                now = time.monotonic()
                self._demand.work(now, now - began)

    def _leave(self) -> None:
        with self._lock:
            self.taken -= 1
