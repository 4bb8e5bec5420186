"""Many clients of the server's looking in one thread, so that they take little of the processors whose server is measured."""

import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from selectors import EVENT_READ, DefaultSelector

from tests.fuzz import frame as message
from tests.raw_socket import RawSocket

PATIENCE_S = 30


@dataclass
class Heard:
    """What clients were answered: milliseconds of frames that were looked at, and of those told busy; the first frame of each apart too."""

    seen: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)


class _Client:
    def __init__(self, socket: RawSocket, picture: bytes):
        self.socket = socket.socket
        # The bytes of every frame are the same: what they cost is paid before.
        self.frame = b"".join(map(socket.packed, message(picture)))
        self.pong = socket.packed("3")
        self.sent = 0.0
        self.asked = 0
        self._unread = bytearray()

    def read(self) -> Iterator[bytes]:
        """Yield the whole messages that have come; raise ConnectionError at the end of the connection."""
        content = self.socket.recv(65_536)
        if not content:
            raise ConnectionError("the server has ended a connection")
        self._unread += content
        # Of a server's frames: two bytes, then the length where it does not fit into the second.
        while len(self._unread) >= 2:
            more = {126: 2, 127: 8}.get(self._unread[1] & 127, 0)
            length = int.from_bytes(self._unread[2 : 2 + more], "big") if more else self._unread[1] & 127
            end = 2 + more + length
            if len(self._unread) < 2 + more or len(self._unread) < end:
                return
            yield bytes(self._unread[2 + more : end])
            del self._unread[:end]


def load(sockets: list[RawSocket], picture: bytes, per_client: float, seconds: float, patient: bool = False) -> Heard:
    """Let clients send for some seconds, each `per_client` frames a second, and the next only after the answer to the last.

    Who is `patient` waits after "busy" as long as it is told, and up to half as long again, as pages do; others go on at their pace.
    """
    heard, began = Heard(), time.perf_counter()
    end = began + seconds
    clients = [_Client(socket, picture) for socket in sockets]
    due = [(began + number / len(sockets) / per_client, number) for number in range(len(sockets))]
    heapify(due)
    flying = 0
    with DefaultSelector() as selector:
        for number, client in enumerate(clients):
            selector.register(client.socket, EVENT_READ, number)
        while flying or due[0][0] < end:
            while due and due[0][0] <= min(time.perf_counter(), end):
                _, number = heappop(due)
                clients[number].sent = time.perf_counter()
                clients[number].socket.sendall(clients[number].frame)
                flying += 1
            now = time.perf_counter()
            pause_s = max(0.0, min(due[0][0], end) - now) if due and now < end else PATIENCE_S
            ready = selector.select(pause_s)
            assert ready or pause_s < PATIENCE_S, "the server has stopped answering"
            for key, _ in ready:
                number = key.data
                for text in clients[number].read():
                    if text == b"2":
                        clients[number].socket.sendall(clients[number].pong)
                    elif text.startswith(b"430"):
                        flying -= 1
                        heappush(due, (_answered(clients[number], text, heard, per_client, patient), number))
    return heard


def _answered(client: _Client, text: bytes, heard: Heard, per_client: float, patient: bool) -> float:
    """Take note of an answer; return when the client's next frame is due."""
    now = time.perf_counter()
    took_ms = (now - client.sent) * 1000
    busy = b'"error"' in text
    (heard.busy if busy else heard.seen).append(took_ms)
    if not client.asked:
        heard.first.append(took_ms)
    client.asked += 1
    pause = json.loads(text[3:])[0].get("retry_ms", 0) / 1000 * (1 + random.random() / 2) if busy and patient else 0.0
    return max(client.sent + 1 / per_client, now + pause)
