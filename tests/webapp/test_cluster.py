"""Three processes behind nginx, with Redis between them, as docs/deploy.md sets them up, are one server."""

import re
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest
import requests
import socketio

from tests.e2e.program import program
from tests.services import free_port, needed, nginx
from webapp.https import certificate

DEPLOY = Path(__file__).resolve().parents[2] / "docs" / "deploy.md"
PAGE = {"reconnection_delay": 0.25, "randomization_factor": 0.5}
"""How static/js/net/socket.js comes back."""


class Cluster(NamedTuple):
    url: str
    redis_url: str
    processes: dict[str, psutil.Process]
    session: requests.Session


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, redis_url: str) -> Iterator[Cluster]:
    needed("nginx")
    tmp_path = tmp_path_factory.mktemp("cluster")
    with ExitStack() as stack:
        processes = {}
        for number in range(3):
            folder = tmp_path / str(number)
            folder.mkdir()
            url, process = stack.enter_context(program(folder, "--redis-url", redis_url, "--trusted-proxies", "1", "--workers", "1"))
            processes[url] = psutil.Process(process.pid)
        port = free_port()
        files = certificate(tmp_path / "https", ["127.0.0.1"])
        changes = {"listen 443 ssl": f"listen 127.0.0.1:{port} ssl"}
        changes |= {"/etc/ssl/smiles.pem": str(files.certificate), "/etc/ssl/smiles.key": str(files.key)}
        changes |= dict(zip([f"127.0.0.1:500{n}" for n in (1, 2, 3)], [url.removeprefix("http://") for url in processes], strict=True))
        stack.enter_context(nginx(documented(changes)))
        session = stack.enter_context(requests.Session())
        session.trust_env = False
        session.verify = str(files.certificate)
        yield Cluster(f"https://127.0.0.1:{port}", redis_url, processes, session)


def documented(changes: dict[str, str]) -> str:
    """Return nginx's part of docs/deploy.md with the addresses and files of this test."""
    found = re.search(r"```nginx\n(.*?)```", DEPLOY.read_text(), re.S)
    assert found
    text = found[1]
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    return text


def connections(url: str) -> float:
    with urllib.request.urlopen(f"{url}/metrics", timeout=60) as answer:
        return float(next(line.split()[1] for line in answer.read().decode().splitlines() if line.startswith("allsmiles_connections ")))


def kill(process: psutil.Process) -> None:
    """End a server as a power cut would."""
    family = [process, *process.children(recursive=True)]
    for member in family:
        member.kill()
    psutil.wait_procs(family[1:], timeout=30)


def test_what_one_process_says_reaches_the_clients_of_all(cluster: Cluster) -> None:
    heard = [threading.Event() for _ in cluster.processes]
    clients = [socketio.Client(reconnection=False) for _ in cluster.processes]
    for client, event, url in zip(clients, heard, cluster.processes, strict=True):
        client.on("hello", lambda *_, event=event: event.set())
        client.connect(url, transports=["websocket"])

    socketio.RedisManager(cluster.redis_url, channel="allsmiles", write_only=True).emit("hello", {"to": "all"})
    all_heard = [event.wait(30) for event in heard]
    for client in clients:
        client.disconnect()

    assert all_heard == [True, True, True]


def test_a_client_without_websockets_stays_with_one_process(cluster: Cluster, astronaut_jpeg: bytes) -> None:
    with socketio.SimpleClient(http_session=cluster.session) as client:
        client.connect(cluster.url, transports=["polling"])
        answers = [client.call("frame", (astronaut_jpeg, {"time": 100 * number}), timeout=60) for number in range(4)]

    assert [[face["id"] for face in answer["faces"]] for answer in answers] == [[1]] * 4


def test_the_public_sees_the_pages_and_not_the_metrics(cluster: Cluster) -> None:
    page = cluster.session.get(cluster.url, timeout=60)
    metrics = cluster.session.get(f"{cluster.url}/metrics", timeout=60)

    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert metrics.status_code == 403


# The last one, since it leaves two processes of the three.
def test_a_client_whose_process_is_killed_sees_its_faces_again_within_two_seconds(cluster: Cluster, astronaut_jpeg: bytes) -> None:
    faces, connected = threading.Event(), threading.Event()
    client = socketio.Client(http_session=cluster.session, **PAGE)

    def look(*_: Any) -> None:
        connected.set()
        client.emit("frame", (astronaut_jpeg, {"time": 1, "still": True}), callback=lambda answer: answer.get("faces") and faces.set())

    client.on("connect", look)
    client.connect(cluster.url, transports=["websocket"])
    assert faces.wait(60)
    served_by = [url for url in cluster.processes if connections(url)]
    faces.clear()

    kill(cluster.processes[served_by[0]])
    killed = time.monotonic()
    seen = faces.wait(30)
    took = time.monotonic() - killed
    left = [url for url in cluster.processes if url not in served_by and connections(url)]
    client.disconnect()

    assert len(served_by) == 1
    assert seen
    assert took < 2
    assert len(left) == 1
