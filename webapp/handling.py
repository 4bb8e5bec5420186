"""Messages of one live connection are handled a few at a time; Socket.IO alone makes a thread for each that arrives, without a bound."""

import logging
from collections.abc import Callable
from concurrent.futures import Future
from threading import Semaphore
from typing import Any

from socketio import Server
from socketio.packet import ACK

from webapp.threads import Threads

Later = Callable[[], Any]
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
        if getattr(target, "__func__", target) not in (Server._handle_event_internal, _answer):
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


def decided_at_once(server: Server, event: str, decide: Callable[..., Any | Later]) -> None:
    """Let `decide(sid, *arguments)` return the answer to an event, or what makes the answer.

    It is asked in the thread that reads from the connection, so that an event that is refused costs no other thread; what makes an answer
    is called in one of the connection's few.
    """
    handle: Callable[..., None] = server._handle_event

    def handle_event(connection: str, namespace: str | None, number: int | None, data: Any) -> None:
        sid = server.manager.sid_from_eio_sid(connection, "/")
        mine = namespace in (None, "/") and isinstance(data, list) and data[:1] == [event]
        if not mine or not server.manager.is_connected(sid, "/"):
            handle(connection, namespace, number, data)
            return
        decided = decide(sid, *data[1:])
        later = decided if callable(decided) else lambda: decided
        if callable(decided) and server.async_handlers:
            server.start_background_task(_answer, server, sid, connection, number, later)
        else:
            _answer(server, sid, connection, number, later)

    server._handle_event = handle_event


def _answer(server: Server, _: str, connection: str, number: int | None, call: Later) -> None:
    answer = call()
    if number is not None:
        server._send_packet(connection, server.packet_class(ACK, namespace="/", id=number, data=[answer]))
