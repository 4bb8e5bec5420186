"""What comes before Socket.IO: how many connections there may be, and how much of one address."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from flask_socketio import SocketIO
from socketio.packet import Packet

from webapp.api import refused
from webapp.config import Config, origins
from webapp.handling import few_at_a_time
from webapp.metrics import Metrics
from webapp.pings import by_one_thread
from webapp.rates import Rates
from webapp.websocket import BoundedWebSocket

PATH = "/socket.io"
PER_FRAME = 4
"""HTTP requests that a frame may take where a network lets no WebSocket through."""
ATTACHMENTS = 4
"""Binary parts of one message; a client may claim a million, and they are kept until the last has come."""
ROOM = 4
"""How many times larger than a frame a message may be and still be told so, instead of being cut off."""

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class BoundedPacket(Packet):  # type: ignore[misc]  # python-socketio has no types
    """A Socket.IO packet that is refused before it can ask for much."""

    def decode(self, encoded_packet: Any) -> int:
        """Return how many binary parts follow; raise ValueError for more than one message needs."""
        try:
            count: int = super().decode(encoded_packet)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        if count > ATTACHMENTS:
            raise ValueError("too many attachments")
        return count


def bound(socketio: SocketIO, config: Config) -> None:
    """Let WebSockets of `socketio` hold no more than they can handle."""
    engine = socketio.server.eio

    def websocket(handler: Callable[[Any], Any], _: object) -> BoundedWebSocket:
        return BoundedWebSocket(handler, max_message_bytes(config), config.messages_per_second)

    engine._async = {**engine._async, "websocket": websocket}
    by_one_thread(engine)
    few_at_a_time(socketio.server)


def allowed_origins(config: Config) -> Callable[[str, dict[str, Any]], bool]:
    """Return whether a page may open live connections: those of this server, and of the sites that are listed."""
    others = origins(config)

    def allowed(origin: str, environ: dict[str, Any]) -> bool:
        return "*" in others or origin in others or origin == f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', '')}"

    return allowed


def max_message_bytes(config: Config) -> int:
    """Return how long a message may be before its connection is cut."""
    return config.frame_kb * 1000 * ROOM


class Gate:
    """WSGI around an application: refuses with a reason what would leave others without a connection."""

    def __init__(self, application: Application, config: Config, metrics: Metrics):
        self._application, self._config = application, config
        self._lock = Lock()
        self._open: Counter[str] = Counter()
        self._rates = Rates(config.frames_per_address * PER_FRAME)
        metrics.connections.set_function(lambda: self._open.total())

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Pass a request on, or answer it with 429 or 503."""
        if not environ.get("PATH_INFO", "").startswith(PATH):
            return self._application(environ, start_response)
        address = environ.get("REMOTE_ADDR", "")
        if wait := self._rates.take(address, time.monotonic()):
            answer = refused(429, "too_many_requests", "Too many requests from this address: send fewer.", round(wait * 1000) + 1)
            return answer(environ, start_response)
        if reason := self._enter(address):
            return refused(503, "full", reason, 5000)(environ, start_response)
        try:
            return self._application(environ, start_response)
        finally:
            self._leave(address)

    def _enter(self, address: str) -> str:
        with self._lock:
            if self._open.total() >= self._config.connections:
                return "This server has as many live connections as it can hold: try again later."
            if self._open[address] >= self._config.connections_per_address:
                return "There are too many live connections from this address: close some."
            self._open[address] += 1
            return ""

    def _leave(self, address: str) -> None:
        with self._lock:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]
