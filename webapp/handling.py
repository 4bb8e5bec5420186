"""Messages of one live connection are handled a few at a time; Socket.IO alone makes a thread for each that arrives, without a bound."""

import logging
from collections.abc import Callable
from concurrent.futures import Future
from threading import Semaphore
from typing import Any

from socketio import Server

from webapp.threads import Threads

AT_ONCE = 3
"""Of one connection: a frame is looked at, one waits, and a newer one must come through to take its place."""
IDLE_S = 2.0
log = logging.getLogger("socketio.server")


class _Handling:
    """The places and threads of one connection: with one lock for all, hundreds of threads would stand at it in a flood."""

    def __init__(self) -> None:
        self.places = Semaphore(AT_ONCE)
        self.threads = Threads(AT_ONCE, IDLE_S)


def few_at_a_time(server: Server) -> None:
    """Let a Socket.IO server read no further from a connection while AT_ONCE of its messages are being handled."""
    engine = server.eio
    start: Callable[..., Any] = engine.start_background_task

    def start_background_task(target: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        if getattr(target, "__func__", None) is not Server._handle_event_internal:
            return start(target, *arguments, **named)
        connection = engine.sockets.get(arguments[2])
        if connection is None:
            return None
        handling: _Handling = vars(connection).get("handling") or vars(connection).setdefault("handling", _Handling())

        def done(future: Future[Any]) -> None:
            handling.places.release()
            if problem := future.exception():
                log.error("a message could not be handled", exc_info=problem)

        # Here reads the thread of the connection: while it waits, nothing more is read.
        handling.places.acquire()
        handled = handling.threads.submit(target, *arguments, **named)
        handled.add_done_callback(done)
        return handled

    engine.start_background_task = start_background_task
