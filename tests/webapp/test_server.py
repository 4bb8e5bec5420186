"""What only a real server shows: sockets, bodies without a length, refusals while a client still sends."""

import gc
import http.client
import json
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import socketio

from tests.e2e.program import program
from webapp.contract import FrameResponse
from webapp.server import keep_what_is_there

ANALYZE = "/api/v1/analyze"
JPEG = {"Content-Type": "image/jpeg"}
TOO_MUCH = 20_000_000


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with program(tmp_path_factory.mktemp("program")) as (url, _):
        yield url


@pytest.fixture
def connection(url: str) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)
    yield connection
    connection.close()


def test_a_client_that_sends_too_much_hears_why(connection: http.client.HTTPConnection) -> None:
    connection.request("POST", ANALYZE, bytes(TOO_MUCH), JPEG)
    answer = connection.getresponse()

    assert answer.status == 413
    assert b"smaller picture" in answer.read()


def test_a_body_that_never_told_its_length_is_too_large_as_well(connection: http.client.HTTPConnection, astronaut_jpeg: bytes) -> None:
    pieces = [astronaut_jpeg, *[bytes(65_536)] * (TOO_MUCH // 65_536)]
    connection.request("POST", ANALYZE, iter(pieces), JPEG, encode_chunked=True)

    assert connection.getresponse().status == 413


def test_a_body_without_a_length_is_looked_at(connection: http.client.HTTPConnection, astronaut_jpeg: bytes) -> None:
    connection.request("POST", ANALYZE, iter([astronaut_jpeg[:1000], astronaut_jpeg[1000:]]), JPEG, encode_chunked=True)

    assert connection.getresponse().status == 200


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_frames_are_answered_over_every_transport(url: str, astronaut_jpeg: bytes, transport: str) -> None:
    with socketio.SimpleClient() as client:
        client.connect(url, transports=[transport])
        answers = [client.call("frame", (astronaut_jpeg, {"time": 100 * number}), timeout=60) for number in range(3)]

    assert [[face.id for face in FrameResponse.model_validate(answer).faces] for answer in answers] == [[1], [1], [1]]


def test_it_sends_its_clients_away_and_stops_when_asked(tmp_path: Path) -> None:
    gone = threading.Event()
    client = socketio.Client(reconnection=False)
    client.on("disconnect", lambda *_: gone.set())
    with program(tmp_path, "--log-format", "json") as (url, process):
        client.connect(url, transports=["websocket"])

        process.terminate()
        told = gone.wait(30)
        process.wait(30)

    entries = [json.loads(line) for line in (tmp_path / "program.log").read_text().splitlines() if not line.startswith("INFO: Created")]
    assert told
    assert process.returncode == 0
    assert "stopping: 1 live connections end" in [entry["message"] for entry in entries]


def test_metrics_tell_of_frames_connections_and_the_pool(url: str, astronaut_jpeg: bytes) -> None:
    with socketio.SimpleClient() as client:
        client.connect(url, transports=["websocket"])
        client.call("frame", (astronaut_jpeg, {"time": 1}), timeout=60)
        client.call("frame", (b"no picture", {"time": 2}), timeout=60)
        with urllib.request.urlopen(f"{url}/metrics", timeout=60) as answer:
            told = dict(line.rsplit(" ", 1) for line in answer.read().decode().splitlines() if not line.startswith("#"))

    assert float(told["allsmiles_connections"]) >= 1
    assert float(told['allsmiles_pictures_total{outcome="seen",source="frame"}']) >= 1
    assert float(told['allsmiles_pictures_total{outcome="unsupported_type",source="frame"}']) >= 1
    assert float(told["allsmiles_frame_seconds_count"]) >= 1
    assert told["allsmiles_pool_taken"] == "0.0"
    assert told["allsmiles_pool_places"] == "10.0"


def test_what_is_there_when_a_server_begins_is_not_gone_through_again_and_again() -> None:
    made = [[] for _ in range(10)]

    keep_what_is_there()

    try:
        assert gc.get_freeze_count() > 10_000
        assert not any(one is known for known in gc.get_objects() for one in made)
    finally:
        gc.unfreeze()
