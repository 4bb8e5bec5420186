"""Redis stops while a server runs, and comes back."""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import requests
import socketio

from tests.e2e.program import program
from tests.services import free_port, redis_server

JOIN = {"code": "ABCDEF", "token": "a" * 32}
PATIENCE_S = 90


def until(condition: Callable[[], bool]) -> None:
    ends, pause = time.monotonic() + PATIENCE_S, threading.Event()
    while not condition():
        assert time.monotonic() < ends
        pause.wait(0.3)


def redis_up(url: str) -> bool:
    return "allsmiles_redis_up 1.0" in requests.get(f"{url}/metrics", timeout=30).text


def faces(url: str, picture: bytes) -> int:
    with socketio.SimpleClient() as client:
        client.connect(url, transports=["websocket"])
        return len(client.call("frame", (picture, {"time": 1}), timeout=30)["faces"])


def test_a_server_whose_redis_stops_goes_on_alone_says_so_and_shares_again_when_it_is_back(tmp_path: Path, astronaut_jpeg: bytes) -> None:
    port, heard = free_port(), threading.Event()
    client = socketio.Client()
    client.on("hello", lambda *_: heard.set())
    with ExitStack() as stack:
        with redis_server(port) as redis_url:
            url, _ = stack.enter_context(program(tmp_path, "--redis-url", redis_url))
            client.connect(url, transports=["websocket"])
            before = redis_up(url), client.call("room:join", JOIN, timeout=30)

        gone = redis_up(url), client.call("room:join", JOIN, timeout=30)
        ready = requests.get(f"{url}/readyz", timeout=30)
        seen = faces(url, astronaut_jpeg)

        stack.enter_context(redis_server(port))
        until(lambda: redis_up(url))
        again = client.call("room:join", JOIN, timeout=30)
        others = socketio.RedisManager(redis_url, channel="allsmiles", write_only=True)
        until(lambda: others.emit("hello", {}) or heard.wait(0.3))
        client.disconnect()

    assert before[0]
    assert before[1]["code"] == again["code"] == JOIN["code"]
    assert not gone[0]
    assert gone[1]["error"] == "unreachable"
    assert ready.ok
    assert "Redis cannot be reached" in ready.json()["detail"]
    assert seen == 1
    assert "Redis is back" in (tmp_path / "program.log").read_text()
