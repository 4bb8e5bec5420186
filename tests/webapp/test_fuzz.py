"""The short form of `python -m tests.fuzz`: bad messages in thousands, and nothing of them stays."""

from pathlib import Path

import numpy as np
import psutil
import requests
from flask import Flask
from PIL import Image

from tests.conftest import encoded
from tests.e2e.program import program
from tests.fuzz import UNLIMITED, besiege, come_and_go, frame, two_programs, withstood
from tests.raw_socket import RawSocket

MARK = b"the words in this picture"
VISITOR = "192.0.2.77"


def test_thousands_of_bad_messages_leave_the_good_client_and_the_memory_as_they_were(tmp_path: Path) -> None:
    with two_programs(tmp_path) as (url, pid, untouched):
        told = besiege(url, pid, untouched, messages=1_500, visits=100)
        threads = max(member.num_threads() for member in [psutil.Process(pid), *psutil.Process(pid).children()])

    assert withstood(told), told
    assert threads < 600, "more than the most connections need"
    assert (tmp_path / "program.log").stat().st_size < 100_000


def test_who_comes_and_goes_leaves_no_thread_behind(tmp_path: Path) -> None:
    with program(tmp_path, *UNLIMITED.split()) as (url, process):
        come_and_go(url, 20)
        [worker] = psutil.Process(process.pid).children()
        before = worker.num_threads()
        come_and_go(url, 300)
        after = worker.num_threads()

    # Connections take turns on the same threads, of which a few more may be about to end.
    assert after < before + 60


def test_no_picture_and_no_address_is_on_disk_or_in_the_log(tmp_path: Path, astronaut_jpeg: bytes) -> None:
    marked = astronaut_jpeg[:2] + b"\xff\xfe\x00\x1b" + MARK + astronaut_jpeg[2:]
    assert len(MARK) == 0x1B - 2
    options = "--trusted-proxies", "1", "--log-level", "debug"

    with program(tmp_path, *options) as (url, _):
        client = RawSocket(url, {"X-Forwarded-For": VISITOR})
        for picture in (marked, marked[:3000]):
            for part in frame(picture):
                client.send(part)
            assert str(client.receive()).startswith("430")
        client.close()
        seen = requests.post(
            f"{url}/api/v1/analyze", marked, headers={"Content-Type": "image/jpeg", "X-Forwarded-For": VISITOR}, timeout=60
        ).json()
        kept = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    assert len(seen["faces"]) == 1
    assert tmp_path / "program.log" in kept
    assert [path for path, content in kept.items() if MARK in content or VISITOR.encode() in content] == []


def test_of_a_crowd_only_so_many_are_told_that_the_server_is_not_held(astronaut: np.ndarray, app: Flask) -> None:
    face = np.asarray(Image.fromarray(astronaut[0:260, 90:350]).resize((32, 32)))
    crowd = encoded(Image.fromarray(np.tile(face, (15, 20, 1))), "PNG")

    answer = app.extensions["socketio"].test_client(app).emit("frame", crowd, {"time": 1}, callback=True)

    assert len(answer["faces"]) == 64
