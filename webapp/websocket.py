"""WebSockets that hold no more than they can handle: a client that sends too much, or never reads, slows down itself alone.

Engine.IO's own wrapper of simple-websocket takes in everything a client sends, and in pieces without an end.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from queue import Queue
from selectors import EVENT_READ, DefaultSelector
from threading import Event, Lock
from typing import Any

import simple_websocket

from webapp.rates import Rate

READ_BYTES = 65_536
"""Read at once: a frame comes in one piece or two instead of five, each of which is taken apart and put together in Python."""
UNREAD = 32
"""Messages that may wait to be handled before no more are read from the network."""
UNSENT = 64
"""Answers that may wait to be sent before no more messages are read from the network."""
SILENCE_S = 60
"""A connection without a sign of life for so long, both pings unanswered, is dead; so is one that takes no byte for so long."""
SOCKETS = ("gunicorn.socket", "werkzeug.socket")


class BoundedWebSocket:
    """What Engine.IO asks of a WebSocket: `wait`, `send`, `close`, and to be a WSGI application."""

    def __init__(self, handler: Callable[[Any], Any], max_message_size: int, messages_per_second: float):
        self._handler = handler
        self._max_message_size = max_message_size
        self._rate = Rate(messages_per_second)
        # Engine.IO's handler is a method of its connection, in whose queue its answers wait.
        self._connection = handler.__self__  # type: ignore[attr-defined]
        self._unsent: Queue[Any] = self._connection.queue

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Hold the connection until it ends."""
        # Pictures do not shrink, and each connection that compresses holds 300 KB.
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        name = next(name for name in SOCKETS if name in environ)
        self._socket = _GatedSocket(environ[name])
        self._server = simple_websocket.Server(
            {**environ, name: self._socket}, receive_bytes=READ_BYTES, max_message_size=self._max_message_size
        )
        self._socket.full = self._full
        # Its reader says that it ends before it has ended, and whoever is quick to look would wait for ever.
        self._socket.ended = self._server.event.set
        try:
            result: Iterable[bytes] = self._handler(self)
        finally:
            self._socket.close()
            self._server.thread.join()
            # Engine.IO itself would find out within half a minute.
            if self._connection.closed:
                self._connection.server.sockets.pop(self._connection.sid, None)
        if self._server.mode == "gunicorn":
            raise StopIteration
        if self._server.mode == "werkzeug":
            raise ConnectionError
        return result

    def wait(self) -> str | bytes | None:
        """Return the next message, None when the connection has ended; not faster than messages may come."""
        try:
            message: str | bytes | None = self._server.receive()
        except simple_websocket.ConnectionClosed:
            return None
        self._socket.room.set()
        while pause := self._rate.take(time.monotonic()):
            time.sleep(pause)
        return message

    def send(self, message: str | bytes) -> None:
        """Send a message; raise OSError when the connection has ended."""
        try:
            self._server.send(message)
        except simple_websocket.ConnectionClosed:
            raise OSError from None
        self._socket.room.set()

    def close(self) -> None:
        """End the connection."""
        self._socket.full = lambda: False
        self._socket.room.set()
        if self._server.connected:
            self._server.close()

    def _full(self) -> bool:
        unread = self._server.input_buffer
        return len(unread) > UNREAD or sum(map(len, unread)) > self._max_message_size or self._unsent.qsize() > UNSENT


class _GatedSocket:
    """A socket that is read from only while what it brings is handled, and that sends whole messages.

    Its end is for the server to close, whose thread knows when nobody uses it any more. Closed earlier, its number is the next connection's
    at once, and an encrypted connection that was about to read or write there would do so in the midst of a stranger's.
    """

    def __init__(self, connection: Any):
        connection.settimeout(SILENCE_S)
        self._socket = connection
        self._lock = Lock()
        self._encrypted = isinstance(connection, ssl.SSLSocket)
        self._open = True
        self.full: Callable[[], bool] = lambda: False
        self.ended: Callable[[], None] = lambda: None
        self.room = Event()

    def recv(self, size: int) -> bytes:
        while self._open and self.full():
            self.room.clear()
            if self.full():
                self.room.wait(1)
        content: bytes = self._decrypted(size) if self._encrypted else self._socket.recv(size)
        return content

    def send(self, content: bytes) -> int:
        with self._lock:
            if not self._open:
                raise BrokenPipeError
            self._socket.sendall(content)
        return len(content)

    def close(self) -> None:
        """End both ways, whoever waits; when this returns nobody is sending, and nobody will."""
        self._open = False
        self.room.set()
        with suppress(OSError):
            # Not the encrypted socket's own, which forgets that it is encrypted.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
        with self._lock:
            pass
        self.ended()

    def _decrypted(self, size: int) -> bytes:
        """Receive while nobody sends: the state of an encrypted connection is one for both ways."""
        while True:
            with self._lock:
                if not self._open:
                    return b""
                self._socket.settimeout(0)
                try:
                    content: bytes = self._socket.recv(size)
                    return content
                except ssl.SSLWantReadError:
                    pass
                finally:
                    self._socket.settimeout(SILENCE_S)
            with DefaultSelector() as selector:
                selector.register(self._socket, EVENT_READ)
                if not selector.select(SILENCE_S):
                    raise TimeoutError

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)
