"""What one server holds: `python -m tests.benchmarks.server_live [--live] [--peers PYTHON] [--json FILE]`.

Frames per second of one core, whole looks with decoding, beside PyPI's `fer` and a naive server in the same run where `--peers` names a
Python that has them (tests/benchmarks/peers.py); delays against the number of clients; memory per client; and twice the load it can hold.
Every run is short, and on this machine alone.
"""

import argparse
import io
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from PIL import Image

from tests.benchmarks.crowd import Heard, load
from tests.benchmarks.frames import frame, machine, table
from tests.e2e.program import ROOT, program
from tests.raw_socket import RawSocket
from webapp import allocator
from webapp.vision.image import decode
from webapp.vision.pipeline import Networks, Viewer, load_networks

SIZES = (320, 240), (640, 480)
CLIENTS = 1, 10, 50, 100, 200
FRAMES_PER_CLIENT = 1.0
LIMITS = "--frames-per-address 100000 --connections-per-address 500"
SECONDS = 6
ROUNDS = 4
PAGE_SIDE = 320


def jpeg(width: int, height: int, faces: int) -> bytes:
    """Return a frame with a known number of faces as a page sends it."""
    target = io.BytesIO()
    Image.fromarray(frame(faces)).resize((width, height)).save(target, "jpeg", quality=80)
    return target.getvalue()


def per_core() -> list[dict[str, Any]]:
    """Return frames per second of processor time for whole looks."""
    # As the server does.
    allocator.settle()
    networks = load_networks(ROOT / "static" / "models")
    rows = []
    for width, height in SIZES:
        for faces in (1, 4):
            picture = jpeg(width, height, faces)
            # Pages ask for a detector of 320 pixels, the choice in their settings; programs get all there is unless they ask.
            for side in dict.fromkeys((PAGE_SIDE, width)):
                seen, speed = looked(networks, picture, side)
                rows.append({"size": f"{width}x{height}", "detector": side, "faces": faces, "seen": seen, "frames_per_core": speed})
    return rows


def looked(networks: Networks, picture: bytes, side: int) -> tuple[int, float]:
    """Return how many faces are seen in a frame, and how many such frames a second of processor time is enough for."""
    viewer, clock = Viewer(networks), iter(range(0, 10**9, 100))
    seen = len(viewer.look(decode(picture, 10**7), next(clock), side))
    best = 0.0
    # The best of several, as beside it: what else the machine does costs caches, and so processor time.
    for _ in range(ROUNDS):
        frames, wall, started = 0, time.perf_counter(), time.process_time()
        while time.perf_counter() - wall < SECONDS / ROUNDS:
            viewer.look(decode(picture, 10**7), next(clock), side)
            frames += 1
        best = max(best, frames / (time.process_time() - started))
    return seen, round(best, 1)


def beside(rows: list[dict[str, Any]], python: str) -> dict[str, Any]:
    """Add the peers' figures to `rows`, measured by another Python; return what it said."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for width, height in SIZES:
            for faces in (1, 4):
                files.append(Path(folder) / f"{width}x{height}-{faces}.jpg")
                files[-1].write_bytes(jpeg(width, height, faces))
        command = [python, str(Path(__file__).with_name("peers.py")), *map(str, files)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"})
    if done.returncode:
        return {"missing": done.stderr.splitlines()[-1:]}
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    for row in rows:
        for name, figures in told.items():
            theirs = figures.get(f"{row['size']}-{row['faces']}")
            row[name] = f"{theirs['frames_per_core']} ({theirs['seen']} seen)" if theirs else "-"
            row[f"times_{name}"] = round(row["frames_per_core"] / theirs["frames_per_core"], 1) if theirs else "-"
    return told


def row(heard: Heard) -> dict[str, Any]:
    """Return the summary of a table."""
    everything = len(heard.seen) + len(heard.busy)
    return {
        "frames_per_second": round(len(heard.seen) / SECONDS, 1),
        "p50_ms": _quantile(heard.seen, 0.5),
        "p99_ms": _quantile(heard.seen, 0.99),
        "first_p99_ms": _quantile(heard.first, 0.99),
        "busy_share": round(len(heard.busy) / max(1, everything), 2),
        "busy_p99_ms": _quantile(heard.busy, 0.99),
    }


def against_clients(url: str, worker: psutil.Process, picture: bytes) -> list[dict[str, Any]]:
    """Return delays and memory with 1 to 200 clients of one frame a second each."""
    rows = []
    for count in CLIENTS:
        before = worker.memory_info().rss
        sockets = [RawSocket(url) for _ in range(count)]
        heard = load(sockets, picture, FRAMES_PER_CLIENT, SECONDS)
        memory = worker.memory_info().rss - before
        _leave(sockets)
        rows.append({"clients": count, **row(heard), "kb_per_client": round(memory / count / 1000)})
    return rows


def overload(url: str, worker: psutil.Process, picture: bytes) -> list[dict[str, Any]]:
    """Return what happens at twice the frames a second that the server can hold, before and a second after.

    Once with clients who go on at their pace whatever they are told, and once with such as wait as they are told, as pages do.
    """
    sockets = [RawSocket(url) for _ in range(40)]
    # What it holds is what it looks at when it is asked for more.
    most = len(load(sockets, picture, 6, SECONDS).seen) / SECONDS
    each = most / len(sockets)
    before = load(sockets[:1], picture, 5, SECONDS)
    memory = worker.memory_info().rss
    rows = [{"load": "one client, idle server", "asked": 5, **row(before)}]
    for name, share, patient in (("half of what it holds", 0.5, False), ("twice", 2, False), ("twice, who wait as told", 2, True)):
        heard = load(sockets, picture, share * each, SECONDS, patient)
        asked = round((len(heard.seen) + len(heard.busy)) / SECONDS)
        rows.append({"load": name, "asked": asked, **row(heard)})
    grown = worker.memory_info().rss - memory
    time.sleep(1)
    rows.append({"load": "one client, a second after", "asked": 5, **row(load(sockets[:1], picture, 5, SECONDS))})
    _leave(sockets)
    return [{**one, "grown_mb": round(grown / 1e6, 1) if one is rows[-1] else ""} for one in rows]


def _leave(sockets: list[RawSocket]) -> None:
    for socket in sockets:
        socket.close()


def _quantile(times: list[float], share: float) -> float | str:
    return round(float(np.quantile(times, share)), 1) if times else "-"


def main() -> None:
    """Measure all and print tables; write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", help="a Python with fer, OpenCV before 5 and TensorFlow")
    parser.add_argument("--live", action="store_true", help="leave out the frames of one core")
    parser.add_argument("--json", type=Path, help="file for the numbers")
    options = parser.parse_args()
    rows = [] if options.live else per_core()
    told = beside(rows, options.peers) if options.peers and rows else {}
    if rows:
        print(table(rows), "\n")
    with tempfile.TemporaryDirectory() as folder, program(Path(folder), *LIMITS.split()) as (url, process):
        RawSocket(url).close()
        worker = next(iter(psutil.Process(process.pid).children()))
        picture = jpeg(320, 240, 1)
        clients = against_clients(url, worker, picture)
        print(table(clients), "\n")
        twice = overload(url, worker, picture)
        print(table(twice))
    report = {"machine": {**machine(), "load": os.getloadavg()[0]}, "per_core": rows, "peers": told, "clients": clients, "overload": twice}
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
