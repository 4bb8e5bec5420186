"""A camera that speaks RTSP (RFC 2326) and sends JPEG pictures by RTP (RFC 2435) over the same connection, for tests."""

import re
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from typing import Any

PAYLOAD = 1200
CLOCK = 90_000
"""RTP's clock of pictures, in ticks a second."""
JPEG = 26
"""RTP's number for JPEG pictures."""


@contextmanager
def rtsp_camera(port: int, pictures: Sequence[bytes], frames: int, rate: float = 25) -> Iterator[list[str]]:
    """Listen on `port`, and to who plays send `pictures` (JPEG, baseline, 4:2:0) in turn; after `frames` of them hang up.

    Gives what was asked for, a method a line.
    """
    asked: list[str] = []
    over = Event()

    class Camera(BaseRequestHandler):
        def handle(self) -> None:
            while request := self._read():
                method, address = request.split()[:2]
                asked.append(method)
                number = re.search(r"CSeq: *(\d+)", request, re.IGNORECASE)
                self._answer(number[1] if number else "0", *described(method, address))
                if method == "PLAY":
                    return self._play()

        def _read(self) -> str:
            read = b""
            while b"\r\n\r\n" not in read and (part := self.request.recv(4096)):
                read += part
            return read.decode()

        def _answer(self, number: str, headers: Sequence[str], body: str) -> None:
            lines = ["RTSP/1.0 200 OK", f"CSeq: {number}", "Session: 1", *headers, *([f"Content-Length: {len(body)}"] if body else [])]
            self.request.sendall(("\r\n".join(lines) + "\r\n\r\n" + body).encode())

        def _play(self) -> None:
            sequence = 0
            for number, picture in zip(range(frames), cycle(pictures), strict=False):
                for packet in packets(picture, sequence, round(number * CLOCK / rate)):
                    try:
                        self.request.sendall(struct.pack("!cBH", b"$", 0, len(packet)) + packet)
                    except OSError:
                        return
                    sequence += 1
                if over.wait(1 / rate):
                    return

    class Server(ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True

    with Server(("127.0.0.1", port), Camera) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield asked
        over.set()
        server.shutdown()
        thread.join()


def described(method: str, address: str) -> tuple[list[str], str]:
    """Return the headers and the body of the answer to a request."""
    if method == "DESCRIBE":
        body = f"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=camera\r\nt=0 0\r\nm=video 0 RTP/AVP {JPEG}\r\na=control:{address}/video\r\n"
        return ["Content-Type: application/sdp", f"Content-Base: {address}/"], body
    headers: dict[str, Any] = {
        "OPTIONS": ["Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN"],
        "SETUP": ["Transport: RTP/AVP/TCP;unicast;interleaved=0-1"],
    }
    return headers.get(method, []), ""


def packets(jpeg: bytes, sequence: int, time: int) -> Iterator[bytes]:
    """Yield the RTP packets of a picture, whose own headers are left out as RFC 2435 says; `time` in ticks of CLOCK."""
    tables, height, width, scan = parsed(jpeg)
    for begin in range(0, len(scan), PAYLOAD):
        part, last = scan[begin : begin + PAYLOAD], begin + PAYLOAD >= len(scan)
        rtp = struct.pack("!BBHII", 0x80, JPEG | (0x80 if last else 0), (sequence + begin // PAYLOAD) & 0xFFFF, time & 0xFFFFFFFF, 1)
        # Type 1 is 4:2:0; 255 says that the tables come along, with the first packet.
        picture = struct.pack("!IBBBB", begin, 1, 255, width // 8, height // 8)
        quantizers = struct.pack("!BBH", 0, 0, len(tables)) + tables if begin == 0 else b""
        yield rtp + picture + quantizers + part


def parsed(jpeg: bytes) -> tuple[bytes, int, int, bytes]:
    """Return the quantization tables of a JPEG file, its height and width, and its scan."""
    at, tables, height, width = 2, b"", 0, 0
    while True:
        marker, length = struct.unpack("!HH", jpeg[at : at + 4])
        body = jpeg[at + 4 : at + 2 + length]
        if marker == 0xFFDB:
            tables += b"".join(body[start + 1 : start + 65] for start in range(0, len(body), 65))
        if marker == 0xFFC0:
            height, width = struct.unpack("!HH", body[1:5])
        at += 2 + length
        if marker == 0xFFDA:
            return tables, height, width, jpeg[at:-2]
