"""Threads for requests and live connections: as many as there is work for, and none that stays without any."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

Answer = TypeVar("Answer")
IDLE_S = 10.0
Task = Callable[[], None]


class Threads(Executor):
    """Runs calls on up to `most` threads. One that has had nothing to do for `idle_s` ends, and gives its memory back.

    Who was busy last is asked first, so that those who are not needed any more find out. More calls than threads wait their turn.
    """

    def __init__(self, most: int, idle_s: float = IDLE_S):
        self._most, self._idle_s = most, idle_s
        self._lock = Lock()
        self._idle: list[SimpleQueue[Task | None]] = []
        self._waiting: SimpleQueue[Task] = SimpleQueue()
        self._count = 0
        self._closed = False

    def submit(self, call: Callable[..., Answer], /, *arguments: Any, **named: Any) -> Future[Answer]:
        """Start a call; raise RuntimeError after `shutdown`."""
        future: Future[Answer] = Future()

        def task() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(call(*arguments, **named))
            except BaseException as problem:  # whoever asks for the result is told
                future.set_exception(problem)

        with self._lock:
            if self._closed:
                raise RuntimeError("these threads were shut down")
            if self._idle:
                self._idle.pop().put(task)
            elif self._count < self._most:
                self._count += 1
                Thread(target=self._work, args=[task], name="request").start()
            else:
                self._waiting.put(task)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls, and let threads end when they have done what they were given; waiting for them is left to Python's exit."""
        with self._lock:
            self._closed = True
            for mine in self._idle:
                mine.put(None)
            self._idle.clear()

    def _work(self, task: Task | None) -> None:
        mine: SimpleQueue[Task | None] = SimpleQueue()
        while task:
            task()
            # What it held is free now, not when the next call comes.
            task = None
            task = self._next(mine)

    def _next(self, mine: SimpleQueue[Task | None]) -> Task | None:
        """Return the next call of a thread, None where it shall end."""
        with self._lock:
            try:
                return self._waiting.get_nowait()
            except Empty:
                if self._closed:
                    self._count -= 1
                    return None
                self._idle.append(mine)
        try:
            return mine.get(timeout=self._idle_s)
        except Empty:
            with self._lock:
                # A call may have come in the last moment.
                if mine in self._idle:
                    self._idle.remove(mine)
                    self._count -= 1
                    return None
        return mine.get()
