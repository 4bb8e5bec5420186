"""Pings of all live connections by one thread. Engine.IO's own way takes one for each connection, which outlives it by the interval."""

import time
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any
from weakref import ref

from engineio.exceptions import SocketIsClosedError
from engineio.packet import PING, Packet
from engineio.socket import Socket


class Pings:
    """Pings connections an interval after they asked for it; one that is gone is forgotten at once."""

    def __init__(self, interval_s: float):
        self._interval_s = interval_s
        self._lock = Lock()
        self._thread: Thread | None = None
        # All wait equally long: who asked first is due first.
        self._due: SimpleQueue[tuple[float, ref[Any]]] = SimpleQueue()

    def later(self, connection: Socket) -> None:
        """Ping a connection after the interval, if it is still there."""
        connection.last_ping = None
        self._due.put((time.monotonic() + self._interval_s, ref(connection)))
        with self._lock:
            # Not before: it would not be there after a fork.
            if self._thread is None:
                self._thread = Thread(target=self._run, name="pings", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            due, known = self._due.get()
            time.sleep(max(0.0, due - time.monotonic()))
            connection = known()
            if connection and not connection.closing and not connection.closed:
                connection.last_ping = time.time()
                # Who leaves just now must not end the pings of all others.
                with suppress(SocketIsClosedError):
                    connection.send(Packet(PING))
            del connection


def by_one_thread(engine: Any) -> None:
    """Let an Engine.IO server ping by one thread for all."""
    pings = Pings(engine.ping_interval)
    start: Callable[..., Any] = engine.start_background_task

    def start_background_task(target: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        if getattr(target, "__func__", None) is Socket._send_ping:
            return pings.later(target.__self__)  # type: ignore[attr-defined]
        return start(target, *arguments, **named)

    engine.start_background_task = start_background_task
