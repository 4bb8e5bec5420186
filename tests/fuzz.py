"""Everything that no client should send, to a server of its own on this machine: `python -m tests.fuzz [--messages 1000000]`.

Stops after that many messages, or `--seconds`, and says how many were sent. A good client asks before, meanwhile and afterwards; fails when
it is then answered more slowly than by a server of the same kind that nobody attacked, or the memory of the server has grown.
"""

import argparse
import json
import math
import random
import struct
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from statistics import median
from typing import Any

import psutil
import skimage.data
import socketio
from PIL import Image

from tests.conftest import encoded
from tests.e2e.program import program
from tests.raw_socket import RawSocket

UNLIMITED = "--messages-per-second 10000000 --frames-per-second 10000000 --frames-per-address 10000000 --connections-per-address 400"
SLOWER, GROWN_MB = 2.0, 40
"""What is still the same: a median delay of a good frame beside the untouched server's, in turns so that other work weighs on both,
and the memory of a Python process that has seen much."""
FRAMES = 30
BATCH = 50
SETTLED_S, GOOD_IN_A_ROW = 60, 10
TOLD = 11
"""How often, evenly spread over an attack, memory is told."""
SILENCE_S = 0.5
"""A message may have ended its sender's membership or begun one that waits for parts: then nothing is answered."""


def bad_messages(seed: int, jpeg: bytes) -> Iterator[list[str | bytes]]:
    """Yield without end what a WebSocket of Socket.IO should never carry; each list is one message with its binary parts."""
    chance = random.Random(seed)
    kinds: list[Callable[[], list[str | bytes]]] = [
        lambda: frame(chance.randbytes(chance.randrange(2000))),
        lambda: frame(jpeg[: chance.randrange(len(jpeg))]),
        lambda: frame(spoilt(jpeg, chance)),
        lambda: frame(huge_png(chance.randrange(5_000, 2**31))),
        lambda: frame(huge_jpeg(jpeg)),
        lambda: frame(jpeg, anything(chance, 3)),
        lambda: [f"420{json.dumps(['frame', anything(chance, 3), anything(chance, 2)])}"],
        lambda: [f"420{json.dumps(['frame', *(anything(chance, 1) for _ in range(chance.randrange(9)))])}"],
        lambda: [f"420{json.dumps([anything(chance, 2)])}"],
        lambda: [f"42{json.dumps(anything(chance, 4))}"],
        lambda: ['451-0["frame",{"_placeholder":true,"num":' + str(chance.randrange(-9, 99)) + "}]", chance.randbytes(9)],
        lambda: [f"45{chance.randrange(10**9)}-[]"],
        lambda: ["42" + "[" * chance.randrange(20_000)],
        lambda: [chance.choice("0123456789") + "".join(chance.choices('0123456789[]{}",:-/abc\x00é', k=chance.randrange(30)))],
        lambda: [chance.randbytes(chance.randrange(300))],
    ]
    while True:
        yield chance.choice(kinds)()


def frame(picture: bytes, about: object = None) -> list[str | bytes]:
    """Return the parts of a `frame` message that asks for no answer but gets one."""
    told = {"time": 1, "still": True} if about is None else about
    return [f"451-0{json.dumps(['frame', {'_placeholder': True, 'num': 0}, told])}", picture]


def anything(chance: random.Random, depth: int) -> object:
    """Return some JSON value."""
    leaves = [None, True, -1, 10**400, 1.5e308, "", "x" * 300, "frame", "\ud7ff", float(chance.random())]
    kind = chance.randrange(4) if depth else 3
    if kind == 0:
        return [anything(chance, depth - 1) for _ in range(chance.randrange(4))]
    if kind == 1:
        return {chance.choice(["time", "still", "side", "_placeholder", "num"]): anything(chance, depth - 1) for _ in range(3)}
    return chance.choice(leaves)


def spoilt(picture: bytes, chance: random.Random) -> bytes:
    """Return a picture with some bytes changed."""
    changed = bytearray(picture)
    for _ in range(chance.randrange(1, 20)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def huge_png(side: int) -> bytes:
    """Return the beginning of a PNG that says it has `side` x `side` pixels."""
    header = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header)) + b"\x00\x00\x00\x09IDAT" + bytes(13)
    )


def huge_jpeg(picture: bytes) -> bytes:
    """Return a JPEG that says it has 65535 x 65535 pixels."""
    size = picture.index(b"\xff\xc0") + 5
    return picture[:size] + b"\xff\xff\xff\xff" + picture[size + 4 :]


def attack(url: str, seed: int, messages: int, jpeg: bytes, until: float = math.inf) -> int:
    """Send many bad messages, not beyond the time `until`, and return how many were sent; answers are read now and then."""
    bad, sent = bad_messages(seed, jpeg), 0
    while sent < messages and time.monotonic() < until:
        with _visit(url) as client:
            while sent < messages and time.monotonic() < until:
                for _ in range(BATCH):
                    for part in next(bad):
                        client.send(part)
                    sent += 1
                client.send('427["frame"]')
                while (answer := client.receive()) is not None and not str(answer).startswith("437"):
                    if answer == "2":
                        client.send("3")
                if answer is None:
                    break
    return sent


def come_and_go(url: str, times: int) -> None:
    """Connect and leave without a goodbye, at every stage of the handshake."""
    for number in range(times):
        with _visit(url, join=number % 2 == 0) as client:
            if number % 3 == 0:
                client.send("451-0" + json.dumps(["frame", {"_placeholder": True, "num": 0}, {"time": 1}]))


@contextmanager
def _visit(url: str, join: bool = True) -> Iterator[RawSocket]:
    """Connect, and leave when the server ends the connection or falls silent. A server that is full has room again in a moment.

    Raises TimeoutError when it had none for `SETTLED_S`.
    """
    started = time.monotonic()
    while True:
        try:
            client = RawSocket(url, join=join)
            break
        except OSError as problem:
            if time.monotonic() > started + SETTLED_S:
                raise TimeoutError(f"no connection to {url} in {SETTLED_S} s") from problem
            time.sleep(0.2)
    client.socket.settimeout(SILENCE_S)
    with suppress(OSError), closing(client):
        yield client


class GoodClient:
    """A client that behaves, and its delays in milliseconds."""

    def __init__(self, url: str, jpeg: bytes):
        self._client = socketio.SimpleClient()
        self._client.connect(url, transports=["websocket"])
        self._jpeg, self._time = jpeg, 0

    def delay_ms(self) -> float:
        """Return the delay of one frame; raise AssertionError when it shows no face."""
        started = time.perf_counter()
        answer = self._ask()
        assert answer.get("faces"), answer
        return (time.perf_counter() - started) * 1000

    def beside(self, attack: Future[int], memory: Callable[[], float]) -> dict[str, Any]:
        """Ask ten times a second until an attack is over; return how that went, and the server's memory in between."""
        delays, busy, taken = [], 0, [memory()]
        while not attack.done():
            started = time.perf_counter()
            answer = self._ask()
            took = time.perf_counter() - started
            if "retry_ms" in answer:
                busy += 1
            else:
                delays.append(took * 1000)
            taken.append(memory())
            time.sleep(max(answer.get("retry_ms", 0) / 1000, 0.1 - took, 0))
        told = {"meanwhile_ms": median(delays) if delays else math.inf, "meanwhile_seen": len(delays), "meanwhile_busy": busy}
        return {**told, "memory_mb": [round(taken[len(taken) * part // TOLD]) for part in range(TOLD)], "most_mb": max(taken)}

    def settled_s(self) -> float:
        """Return the seconds until the server is no longer busy with what was sent before; raise AssertionError after `SETTLED_S`."""
        started, good = time.monotonic(), 0
        while good < GOOD_IN_A_ROW:
            answer = self._ask()
            good = 0 if "retry_ms" in answer else good + 1
            time.sleep(answer.get("retry_ms", 0) / 1000)
            assert time.monotonic() < started + SETTLED_S, answer
        return time.monotonic() - started

    def _ask(self) -> dict[str, Any]:
        self._time += 100
        answer: dict[str, Any] = self._client.call("frame", (self._jpeg, {"time": self._time, "side": 320}), timeout=60)
        return answer

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()


def in_turns(*clients: GoodClient) -> list[float]:
    """Return each one's median delay in milliseconds, of frames sent one after the other."""
    return [median(delays) for delays in zip(*([client.delay_ms() for client in clients] for _ in range(FRAMES)), strict=True)]


def besiege(
    url: str, pid: int, untouched: str, messages: int, visits: int, attackers: int = 4, seconds: float = math.inf
) -> dict[str, Any]:
    """Attack the server at `url`, whose process is `pid`; return delays and memory before, meanwhile and after, and the messages sent.

    Afterwards the server at the URL `untouched` is asked in turns with it.
    """
    # The process that serves is there when it has answered.
    RawSocket(url).close()
    worker = next(iter(psutil.Process(pid).children()), psutil.Process(pid))
    jpeg = encoded(Image.fromarray(skimage.data.astronaut()).resize((320, 320)), "JPEG", quality=80)

    def memory() -> float:
        return worker.memory_info().rss / 1e6

    _storm(url, messages // 20, visits // 20, attackers, jpeg, time.monotonic() + seconds / 10)
    good, elsewhere = GoodClient(url, jpeg), GoodClient(untouched, jpeg)
    good.settled_s()
    [before_ms], before_mb = in_turns(good), memory()
    with ThreadPoolExecutor(1) as threads:
        storm = threads.submit(_storm, url, messages, visits, attackers, jpeg, time.monotonic() + seconds)
        meanwhile = good.beside(storm, memory)
        sent = storm.result()
    settled_s = good.settled_s()
    elsewhere.settled_s()
    (after_ms, untouched_ms), after_mb = in_turns(good, elsewhere), memory()
    good.close()
    elsewhere.close()
    delays = {"before_ms": before_ms, "after_ms": after_ms, "untouched_ms": untouched_ms}
    before_and_after = {**delays, "before_mb": before_mb, "after_mb": after_mb}
    return {"messages": sent, "settled_s": settled_s, **before_and_after, **meanwhile}


def _storm(url: str, messages: int, visits: int, attackers: int, jpeg: bytes, until: float = math.inf) -> int:
    def one(seed: int) -> int:
        come_and_go(url, visits // attackers)
        return attack(url, seed, messages // attackers, jpeg, until)

    with ThreadPoolExecutor(attackers) as threads:
        return sum(threads.map(one, range(attackers)))


def withstood(told: dict[str, Any]) -> bool:
    """Tell whether the good client is served as by a server that nobody attacked, and memory is where it was."""
    return told["after_ms"] < SLOWER * told["untouched_ms"] and told["after_mb"] - told["before_mb"] < GROWN_MB


@contextmanager
def two_programs(folder: Path) -> Iterator[tuple[str, int, str]]:
    """Start two servers without limits of pace, which keep theirs in `folder`; give URL and process of one, and the other's URL."""
    other = folder / "untouched"
    other.mkdir()
    with program(folder, *UNLIMITED.split()) as (url, process), program(other, *UNLIMITED.split()) as (untouched, _):
        yield url, process.pid, untouched


def main() -> int:
    """Run the long attack and print what it did; return 1 where the server did not withstand it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--visits", type=int, default=5_000)
    parser.add_argument("--attackers", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=math.inf)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, two_programs(Path(folder)) as (url, pid, untouched):
        started = time.monotonic()
        told = besiege(url, pid, untouched, options.messages, options.visits, options.attackers, options.seconds)
        rounded = {name: value if isinstance(value, list) else round(value, 1) for name, value in told.items()}
        print(json.dumps({**rounded, "seconds": round(time.monotonic() - started)}))
    return 0 if withstood(told) else 1


if __name__ == "__main__":
    sys.exit(main())
