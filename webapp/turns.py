"""Whose frame is looked at next: of each connection one at a time, at most one waiting, and the newest wins."""

from concurrent.futures import Future
from threading import Lock


class Superseded(Exception):
    """A newer frame of the same connection came, or the connection ended, before this one's turn."""


class Turns:
    """The turns of one connection. Each frame is handled by a thread of its own, so threads may also arrive in the wrong order."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._looking: float | None = None
        self._waiting: tuple[float, Future[bool]] | None = None
        self._closed = False

    @property
    def taken(self) -> bool:
        """Tell whether a frame has its turn."""
        return self._looking is not None

    def take(self, time: float) -> None:
        """Wait for the turn of the frame of `time`; raise Superseded, at once, where a newer one takes its place."""
        with self._lock:
            if self._closed:
                raise Superseded
            if self._looking is None:
                self._looking = time
                return
            newest = self._waiting[0] if self._waiting else self._looking
            if time < newest:
                raise Superseded
            if self._waiting:
                self._waiting[1].set_result(False)
            mine: Future[bool] = Future()
            self._waiting = (time, mine)
        if not mine.result():
            raise Superseded

    def pass_on(self) -> None:
        """End a turn: the waiting frame, if any, is next."""
        with self._lock:
            self._looking = None
            if self._waiting:
                self._looking, next_one = self._waiting
                self._waiting = None
                next_one.set_result(True)

    def close(self) -> None:
        """End the waiting: the connection is gone."""
        with self._lock:
            self._closed = True
            if self._waiting:
                self._waiting[1].set_result(False)
                self._waiting = None
