"""Who may open a live connection, how many, and what a connection may ask for; on the real server."""

import contextlib
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack

import psutil
import pytest
import socketio

from tests.e2e.program import program
from tests.raw_socket import RawSocket

ABOUT = {"time": 1}
MOST, WAIT_S = 20_000, 0.05
"""Messages of 2 KB that are tried, and how long one may wait: a server that read all as it comes would take each in a fraction of that."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    options = (
        "--frame-kb",
        "200",
        "--connections-per-address",
        "6",
        "--allowed-origins",
        "https://shop.example",
        "--frames-per-second",
        "5",
    )
    with program(tmp_path_factory.mktemp("program"), *options, "--trusted-proxies", "1") as (url, process):
        yield url, process.pid


@pytest.fixture
def url(server: tuple[str, int]) -> str:
    return server[0]


def status_of(asked: urllib.request.Request) -> int:
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            status: int = answer.status
            return status
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code


@pytest.mark.parametrize(
    ("origin", "status"), [("https://evil.example", 400), ("null", 400), ("https://shop.example", 200), ("https://smiles.example", 200)]
)
def test_only_this_sites_pages_and_those_listed_may_connect(url: str, origin: str, status: int) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "smiles.example", "X-Forwarded-For": "192.0.2.1"}
    asked = urllib.request.Request(f"{url}/socket.io/?EIO=4&transport=polling", headers={"Origin": origin, **forwarded})

    assert status_of(asked) == status


def test_a_frame_that_is_too_large_is_told_so_and_the_connection_stays(url: str, astronaut_jpeg: bytes) -> None:
    with socketio.SimpleClient() as client:
        client.connect(url, transports=["websocket"])
        refused = client.call("frame", (bytes(300_000), ABOUT), timeout=30)
        seen = client.call("frame", (astronaut_jpeg, ABOUT), timeout=30)

    assert refused["error"] == "too_large"
    assert len(seen["faces"]) == 1


def test_a_client_that_sends_too_often_is_told_when_to_send_again(url: str, astronaut_jpeg: bytes) -> None:
    with socketio.SimpleClient() as client:
        client.connect(url, transports=["websocket"])
        answers = [client.call("frame", (astronaut_jpeg, {"time": number}), timeout=30) for number in range(40)]

    refused = [answer for answer in answers if "error" in answer]
    assert {answer["error"] for answer in refused} == {"busy"}
    assert all(0 < answer["retry_ms"] <= 200 for answer in refused)


def test_more_connections_of_one_address_are_refused_and_another_address_is_not(url: str) -> None:
    with ExitStack() as held:
        for _ in range(6):
            held.callback(RawSocket(url, {"X-Forwarded-For": "192.0.2.7"}).close)

        with pytest.raises(ConnectionRefusedError):
            RawSocket(url, {"X-Forwarded-For": "192.0.2.7"})
        RawSocket(url, {"X-Forwarded-For": "192.0.2.8"}).close()


@pytest.mark.parametrize(
    "message",
    [
        "42" + "[" * 200_000,
        "42" + "9" * 500,
        "\x00",
        "9",
        "44",
        "46[]",
        b"\xff\x00",
    ],
    ids=[
        "deep",
        "a long number",
        "zero",
        "no packet",
        "an error",
        "an answer to nothing",
        "bytes without a message",
    ],
)
def test_a_claim_that_nobody_needs_ends_its_connection_or_is_ignored(url: str, message: str | bytes, astronaut_jpeg: bytes) -> None:
    client = RawSocket(url)
    client.send(message)
    client.close()

    with socketio.SimpleClient() as good:
        good.connect(url, transports=["websocket"])
        assert len(good.call("frame", (astronaut_jpeg, ABOUT), timeout=30)["faces"]) == 1


def test_a_million_attachments_are_not_waited_for(url: str) -> None:
    client = RawSocket(url)

    client.send('451000000-1["frame",{"_placeholder":true,"num":0}]')
    client.send('422["frame"]')

    assert str(client.receive()).startswith('432[{"error":"no_image"')
    client.close()


def send_without_end(client: RawSocket) -> None:
    for _ in range(1000):
        client.send(bytes(100_000), finished=False)


def test_a_message_without_an_end_is_cut_off(url: str) -> None:
    client = RawSocket(url)

    with pytest.raises(ConnectionError):
        send_without_end(client)
    client.close()


def test_a_client_that_never_reads_slows_down_itself_alone(server: tuple[str, int], astronaut_jpeg: bytes) -> None:
    url, pid = server
    process = psutil.Process(pid)
    process = next(iter(process.children()), process)
    with contextlib.closing(RawSocket(url)) as client:
        message = client.packed(f'421["frame","{"x" * 2000}"]')
        # Read at the pace that messages may come, it has to wait as soon as the system's own buffers are full.
        client.socket.settimeout(WAIT_S)
        before = process.memory_info().rss

        sent = 0
        with contextlib.suppress(TimeoutError):
            for _ in range(MOST):
                client.socket.sendall(message)
                sent += 1
        with socketio.SimpleClient() as good:
            good.connect(url, transports=["websocket"])
            started = time.monotonic()
            seen = good.call("frame", (astronaut_jpeg, ABOUT), timeout=30)
            took = time.monotonic() - started

        assert sent < MOST
        assert len(seen["faces"]) == 1
        assert took < 5
        assert process.memory_info().rss - before < 20_000_000
