"""A station's line to the server: what was counted stays on this machine's disk until the server has it on its own."""

import json
import logging
import re
import ssl
import time
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from webapp.station.queue import Cell, Queue

log = logging.getLogger(__name__)
PATIENCE_S = 15.0
CLOCK_S = 2.0
LEARN_S = 3600.0
LATEST_RETRY_S = 60.0


@dataclass(frozen=True)
class Access:
    """What a station's link tells: the server, the station and its key."""

    server: str
    id: int
    key: str
    context: ssl.SSLContext | None = None


class WrongAccess(ValueError):
    """The server does not know this station by this key; the text says what to do."""


def parse_link(link: str, certificate: Path | None = None) -> Access:
    """Take server, id and key out of a station's link; raise ValueError where it is none."""
    found = re.fullmatch(r"(https?://[^/#\s]+(?:/[^#\s]*)?)/station#(\d+)\.([A-Za-z0-9_-]+)", link.strip())
    if not found:
        raise ValueError(
            "this is not a station's link: copy it from the dashboard, under Places, such as https://shop.example/station#3.Ab..."
        )
    context = None
    if certificate is not None:
        try:
            context = ssl.create_default_context(cafile=str(certificate))
        except (OSError, ssl.SSLError) as problem:
            raise ValueError(f"cannot read the certificate {certificate} ({problem}): name the server's certificate.pem") from None
    return Access(found[1], int(found[2]), found[3], context)


class Line:
    """Sends what waits in `queue` from a thread of its own, so that looking never waits for the network."""

    def __init__(self, access: Access, queue: Queue, retry_s: float = 5.0):
        self.settings: dict[str, Any] | None = None
        self._access, self._queue, self._retry_s = access, queue, retry_s
        self._news, self._stopped = Event(), Event()
        self._state, self._learned = "", -LEARN_S
        self._origin = time.time() - time.monotonic()
        self._thread = Thread(target=self._run, name="line", daemon=True)

    def learn(self) -> dict[str, Any] | None:
        """Ask what this station is called; None where the server cannot be reached now. Raise WrongAccess for a wrong key."""
        status, body = self._ask("", None)
        if status == 200:
            self.settings, self._learned = body, time.monotonic()
            return body
        if 400 <= status < 500:
            raise WrongAccess(str(body.get("detail", f"the server answers {status}")))
        return None

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def add(self, cell: Cell) -> None:
        """Keep a cell on disk, and have it sent."""
        origin = time.time() - time.monotonic()
        if abs(origin - self._origin) > CLOCK_S:
            # This machine's clock was set: what was counted by the old one moves along.
            self._queue.move_open((origin - self._origin) * 1000)
        self._origin = origin
        self._queue.add(cell)
        self._news.set()

    def stop(self, patience_s: float = PATIENCE_S) -> int:
        """Send what still goes out within `patience_s`, then stop; return how many minutes wait on disk."""
        until = time.monotonic() + patience_s
        while self._queue.waiting() and self._state in ("", "sending") and time.monotonic() < until:
            self._news.set()
            self._stopped.wait(0.05)
        self._stopped.set()
        self._news.set()
        self._thread.join(PATIENCE_S)
        return self._queue.waiting()

    def _run(self) -> None:
        retry_s = self._retry_s
        while not self._stopped.is_set():
            self._news.wait(LEARN_S)
            self._news.clear()
            while not self._stopped.is_set() and (sent := self._send_one()) is not None:
                if sent:
                    retry_s = self._retry_s
                else:
                    self._stopped.wait(retry_s)
                    retry_s = min(LATEST_RETRY_S, 2 * retry_s)

    def _send_one(self) -> bool | None:
        """Send one batch: True when it is dealt with, False to try again later, None where nothing waits."""
        batch = self._queue.batch()
        if batch is None:
            return None
        status, body = self._ask("/counts", {**batch, "sent_at": round(time.time() * 1000)})
        if status in (200, 422):
            # 422: the server will never take it; it must not stand in the way of the others.
            self._queue.acknowledge(batch["sequence"])
            self._tell("sending", "counting" if status == 200 else f"a batch was not understood: {body.get('detail')}")
            self._learn_again()
            return True
        if 400 <= status < 500:
            self._tell("refused", f"{body.get('detail', status)} Counts are kept on this machine.")
        else:
            self._tell("offline", f"the server at {self._access.server} does not answer: counting on, counts are kept on this machine")
        return False

    def _learn_again(self) -> None:
        if time.monotonic() - self._learned > LEARN_S:
            self._learned = time.monotonic()
            status, body = self._ask("", None)
            if status == 200:
                self.settings = body

    def _tell(self, state: str, text: str) -> None:
        if state != self._state:
            log.log(logging.INFO if state == "sending" else logging.WARNING, text)
        self._state = state

    def _ask(self, path: str, message: Any) -> tuple[int, dict[str, Any]]:
        """Return status and answer; status 0 where nobody answered."""
        headers = {"Authorization": f"Bearer {self._access.key}", "Content-Type": "application/json"}
        body = None if message is None else json.dumps(message).encode()
        request = Request(f"{self._access.server}/api/v1/stations/{self._access.id}{path}", body, headers)
        try:
            with urlopen(request, timeout=PATIENCE_S, context=self._access.context) as answer:
                return answer.status, json.load(answer)
        except HTTPError as problem:
            with problem:
                return problem.code, _json(problem.read())
        except (OSError, HTTPException, ValueError):
            return 0, {}


def _json(content: bytes) -> dict[str, Any]:
    try:
        read = json.loads(content)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
