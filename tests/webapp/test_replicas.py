"""Ray Serve looks with two replicas; one of them is killed under load."""

import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest
import requests

from tests.e2e.program import program, stop
from tests.fuzz import frame
from tests.raw_socket import RawSocket
from webapp.pool import Busy
from webapp.replicas import NAME, Replicas, missing
from webapp.sights import Picture

PATIENCE_S = 240
CLIENTS = 4
FAILING = """
import sys
import ray
from ray import serve

@serve.deployment
class Broken:
    def __init__(self):
        raise ImportError("not on this machine")

ray.init(sys.argv[1], log_to_driver=False)
serve.start(http_options={"location": "NoServer"})
serve.run(Broken.bind(), name=sys.argv[2], route_prefix=None)
"""
"""A program that starts on a cluster what cannot start there."""


class Server(NamedTuple):
    url: str
    process: psutil.Process


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if reason := missing("ray"):
        pytest.skip(reason)
    with program(tmp_path_factory.mktemp("ray"), "--inference", "ray", "--replicas", "2") as (url, process):
        server = Server(url, psutil.Process(process.pid))
        until(lambda: ready(url))
        yield server
        started = server.process.children(recursive=True)
    _, left = psutil.wait_procs(started, timeout=30)
    assert not left, "Ray outlives the server that started it"


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, psutil.Process]]:
    """A cluster of this machine alone, started as docs/deploy.md says: its address for a server, and its process."""
    if reason := missing("ray"):
        pytest.skip(reason)
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    monkeypatch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(16))
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    port, entrance = free_ports(2)
    # Not pytest's own folder: Ray makes sockets there, whose names may not be long.
    with tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as folder:
        options = (
            f"--head --block --port={port} --ray-client-server-port={entrance} --num-cpus=2 --include-dashboard=false --temp-dir={folder}"
        )
        command = [Path(sys.executable).with_name("ray"), "start", *options.split(), "--object-store-memory=100000000"]
        with subprocess.Popen(command) as head:
            process = psutil.Process(head.pid)
            try:
                yield f"ray://127.0.0.1:{entrance}", process
            finally:
                started = process.children(recursive=True)
                stop(head)
                for left in psutil.wait_procs(started, timeout=30)[1]:
                    left.kill()


def free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in sockets]


def ready(url: str) -> bool:
    return requests.get(f"{url}/readyz", timeout=60).ok


def until(condition: Any) -> None:
    ends, pause = time.monotonic() + PATIENCE_S, threading.Event()
    while not condition():
        assert time.monotonic() < ends
        pause.wait(0.5)


def replicas(server: Server) -> list[psutil.Process]:
    return replicas_of(server.process)


def replicas_of(process: psutil.Process) -> list[psutil.Process]:
    return [process for process in process.children(recursive=True) if titled(process, "ray::ServeReplica")]


def titled(process: psutil.Process, title: str) -> bool:
    try:
        return process.cmdline()[:1] != [] and process.cmdline()[0].startswith(title)
    except psutil.Error:
        return False


def answer(client: RawSocket, picture: bytes) -> dict[str, Any]:
    for part in frame(picture):
        client.send(part)
    told: dict[str, Any] = client.answer()
    return told


def faces(url: str, picture: bytes) -> list[Any]:
    """Return the faces that a server's replicas see; one that has just begun on a busy machine may be late, which the server says."""
    with closing(RawSocket(url)) as sender:
        ends = time.monotonic() + PATIENCE_S
        while "retry_ms" in (said := answer(sender, picture)):
            assert time.monotonic() < ends, said
            time.sleep(said["retry_ms"] / 1000)
    found: list[Any] = said["faces"]
    return found


def test_replicas_see_what_the_server_itself_sees(server: Server, astronaut_jpeg: bytes, tmp_path: Path) -> None:
    with program(tmp_path) as (url, _), closing(RawSocket(url)) as here, closing(RawSocket(server.url)) as there:
        seen_here, seen_there = answer(here, astronaut_jpeg), answer(there, astronaut_jpeg)
        damaged = answer(there, astronaut_jpeg[:5000])

    assert len(seen_there["faces"]) == 1
    assert seen_here["faces"] == seen_there["faces"]
    assert damaged["error"] == "damaged"


def test_a_replica_killed_under_load_costs_a_clear_word_and_no_answer(server: Server, astronaut_jpeg: bytes) -> None:
    told: list[Counter[str]] = [Counter() for _ in range(CLIENTS)]
    end, served = threading.Event(), threading.Semaphore(0)

    def client(counts: Counter[str]) -> None:
        with closing(RawSocket(server.url)) as sender:
            while not end.is_set():
                said = answer(sender, astronaut_jpeg)
                counts["seen" if said.get("faces") else f"{said['error']} {'retry_ms' in said}"] += 1
                if "faces" in said:
                    served.release()

    # Busy, a replica bears another title.
    until(lambda: len(replicas(server)) == 2)
    killed = replicas(server)[0]
    threads = [threading.Thread(target=client, args=[counts]) for counts in told]
    for thread in threads:
        thread.start()
    with_both = [served.acquire(timeout=60) for _ in range(20)]
    killed.kill()
    with_one = [served.acquire(timeout=60) for _ in range(100)]
    end.set()
    for thread in threads:
        thread.join(60)

    assert all(with_both + with_one)
    assert [set(counts) - {"seen", "busy True"} for counts in told] == [set()] * CLIENTS
    assert all(counts["seen"] for counts in told)
    until(lambda: len(replicas(server)) == 2 and killed not in replicas(server))


def test_replicas_of_a_cluster_look_for_one_server_and_then_for_the_next(
    cluster: tuple[str, psutil.Process], astronaut_jpeg: bytes, tmp_path: Path
) -> None:
    address, process = cluster
    seen, looking = [], []
    for name in ("first", "next"):
        (tmp_path / name).mkdir()
        with program(tmp_path / name, "--inference", address, "--replicas", "2") as (url, _):
            until(lambda url=url: ready(url))
            seen.append(faces(url, astronaut_jpeg))
            until(lambda: len(replicas_of(process)) == 2)
            looking.append({replica.pid for replica in replicas_of(process)})

    assert len(seen[0]) == 1
    assert seen[0] == seen[1]
    assert looking[0] == looking[1]


def test_what_a_cluster_could_not_start_is_started_by_the_next_server(
    cluster: tuple[str, psutil.Process], astronaut_jpeg: bytes, tmp_path: Path
) -> None:
    address, _ = cluster
    failed = subprocess.run([sys.executable, "-c", FAILING, address, NAME], capture_output=True, text=True, timeout=120)
    assert "Deploying application" in failed.stderr

    with program(tmp_path, "--inference", address, "--replicas", "1") as (url, _):
        until(lambda: ready(url))
        assert len(faces(url, astronaut_jpeg)) == 1


def test_a_cluster_that_is_not_there_is_named_and_costs_nobody_time(astronaut_jpeg: bytes, models: Path) -> None:
    eyes = Replicas("ray://127.0.0.1:9", 2, models)
    started = time.monotonic()

    with pytest.raises(Busy) as told:
        eyes(Picture(astronaut_jpeg, 10**7))
    took = time.monotonic() - started
    eyes.finish()

    assert "Ray" in told.value.detail
    assert took < 1
