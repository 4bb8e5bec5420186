"""A Socket.IO client without manners: it sends what it is told, and reads only when asked to."""

import json
import socket
import ssl
from typing import Any
from urllib.parse import urlsplit

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Event, Message, Request, TextMessage


class RawSocket:
    """A WebSocket to the Socket.IO server at `url`, joined to its default namespace; encrypted where there is a `context`."""

    def __init__(self, url: str, headers: dict[str, str] | None = None, join: bool = True, context: ssl.SSLContext | None = None):
        where = urlsplit(url)
        self.socket = socket.create_connection((where.hostname or "", where.port or 80), timeout=30)
        # As browsers do: a frame is two messages, and the second would wait 40 ms for the first to be acknowledged.
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context:
            self.socket = context.wrap_socket(self.socket, server_hostname=where.hostname)
        self._connection = WSConnection(ConnectionType.CLIENT)
        extra = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
        request = Request(host=where.netloc, target="/socket.io/?EIO=4&transport=websocket", extra_headers=extra)
        self.socket.sendall(self._connection.send(request))
        answer = self._event()
        if not isinstance(answer, AcceptConnection):
            self.close()
            raise ConnectionRefusedError(f"no WebSocket: {answer}")
        if join:
            self.receive()
            self.send("40")
            self.receive()

    def send(self, message: str | bytes, finished: bool = True) -> None:
        """Send a message, or with `finished` False a piece of one that goes on."""
        self.socket.sendall(self.packed(message, finished))

    def packed(self, message: str | bytes, finished: bool = True) -> bytes:
        """Return a message as it goes over the wire."""
        kind = TextMessage if isinstance(message, str) else BytesMessage
        event: Message = kind(data=message, message_finished=finished)
        return self._connection.send(event)

    def receive(self) -> str | bytes | None:
        """Return the next message, None at the end of the connection."""
        event = self._event()
        return event.data if isinstance(event, TextMessage | BytesMessage) else None

    def answer(self) -> Any:
        """Return the answer to a message of number 0, as a server that lives gives it."""
        while not (message := str(self.receive())).startswith("430"):
            assert message != "None", "the connection has ended"
            if message == "2":
                self.send("3")
        return json.loads(message[3:])[0]

    def part(self) -> None:
        """Leave as a page does: end the membership and the connection, and wait for the server's goodbye."""
        self.send("41")
        self.socket.sendall(self._connection.send(CloseConnection(code=1000)))
        self.receive()
        self.close()

    def close(self) -> None:
        """Leave without a goodbye."""
        self.socket.close()

    def _event(self) -> Event:
        while True:
            for event in self._connection.events():
                return event
            try:
                content = self.socket.recv(65_536)
            except ConnectionError:
                content = b""
            if not content:
                return CloseConnection(code=1006)
            self._connection.receive_data(content)
