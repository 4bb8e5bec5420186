"""Nothing acknowledged is lost when the server is killed at random moments under load."""

import os
import random
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select

from tests.webapp.shop.counts import batch, bearer, cell, make_shop
from webapp.config import Config
from webapp.shop import store
from webapp.shop.schema import hours, minutes
from webapp.shop.store import open_store

ROOT = Path(__file__).resolve().parents[3]
KILLS = 3
STATIONS = 4


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_was_acknowledged_survives_kill_9(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = "" if kind == "sqlite" else request.getfixturevalue("new_postgres")()
    opened = open_store(Config(data_dir=tmp_path, database_url=url))
    shops = [make_shop(opened) for _ in range(STATIONS)]
    dice, over = random.Random(20261123), threading.Event()
    server = Killable(tmp_path, url)

    with ThreadPoolExecutor(STATIONS) as pool:
        senders = [pool.submit(send_until, over, server, station, key) for _, station, key in shops]
        acknowledged = server.acknowledged
        for _ in range(KILLS):
            assert acknowledged.wait_for_more(20 + dice.randrange(40)), "the server answers nobody"
            server.kill()
            server.start()
        assert acknowledged.wait_for_more(20)
        over.set()
        sent = [sender.result(60) for sender in senders]
    server.kill()

    with opened.reading() as connection:
        kept = [
            tuple(
                connection.execute(select(func.sum(table.c.visits)).where(table.c.station_id == station)).scalar()
                for table in (minutes, hours)
            )
            for _, station, _ in shops
        ]
    opened.engine.dispose()
    assert kept == [(visits, visits) for visits in sent]
    assert server.broken > 0, "no request was in flight at any kill"


def send_until(over: threading.Event, server: "Killable", station: int, key: str) -> int:
    """Send batch after batch, each again until it is acknowledged; return the visits in all of them."""
    sequence = visits = 0
    with requests.Session() as session:
        while not over.is_set():
            sequence += 1
            body = batch(sequence, *(cell(store.now() * 1000 - 60_000 * minute, visits=1 + sequence % 3) for minute in range(5)))
            visits += sum(one["visits"] for one in body["cells"])
            deliver(session, server, station, key, body)
    return visits


def deliver(session: requests.Session, server: "Killable", station: int, key: str, body: dict[str, object]) -> None:
    for _ in range(3000):
        try:
            answer = session.post(f"{server.url}/api/v1/stations/{station}/counts", json=body, headers=bearer(key), timeout=20)
        except requests.RequestException:
            server.broken += 1
            server.up.wait(60)
            continue
        assert answer.status_code == 200, answer.text
        server.acknowledged.add()
        return
    raise AssertionError("a batch was never acknowledged")


class Tally:
    """Counts up, and lets a thread wait for that."""

    def __init__(self) -> None:
        self.count = 0
        self.changed = threading.Condition()

    def add(self) -> None:
        with self.changed:
            self.count += 1
            self.changed.notify_all()

    def wait_for_more(self, more: int) -> bool:
        with self.changed:
            target = self.count + more
            return self.changed.wait_for(lambda: self.count >= target, 60)


class Killable:
    """The real program, which can be killed with all its processes and started again on the same port."""

    def __init__(self, folder: Path, database_url: str):
        self.folder, self.environment = folder, {**os.environ, "ALLSMILES_DATABASE_URL": database_url}
        self.up, self.acknowledged = threading.Event(), Tally()
        self.url, self.port, self.broken = "", "0", 0
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "webapp", "--port", self.port, "--data-dir", str(self.folder)]
        with (self.folder / "program.log").open("a") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
            )
        assert self.process.stdout
        line = next((line for line in self.process.stdout if "http://" in line), None)
        assert line, (self.folder / "program.log").read_text()
        self.url = next(word for word in line.split() if word.startswith("http://"))
        self.port = self.url.rsplit(":", 1)[1]
        self.up.set()

    def kill(self) -> None:
        self.up.clear()
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)
        assert self.process.stdout
        self.process.stdout.close()
