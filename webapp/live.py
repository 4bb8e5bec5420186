"""Socket.IO: frames to the server, faces back; for browsers that cannot run the networks themselves."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from flask import request
from flask_socketio import SocketIO
from pydantic import ValidationError

from webapp.api import analyzed
from webapp.config import Config
from webapp.contract import FrameRequest, FrameResponse, Problem, SeenFace
from webapp.handling import decided_at_once
from webapp.looking import Looking, NotReady
from webapp.pool import Busy
from webapp.rates import Rate, Rates
from webapp.turns import Superseded, Turns
from webapp.vision.image import BadImage
from webapp.vision.pipeline import Viewer


@dataclass
class Connection:
    """What is remembered of one connection, and forgotten with it: its faces, whose turn it is, and how much it sends."""

    address: str
    rate: Rate
    turns: Turns = field(default_factory=Turns)
    viewer: Viewer | None = None


class Refused(Exception):
    """A frame that is not looked at, with the answer for who sent it."""

    def __init__(self, error: str, detail: str, retry_ms: int | None = None):
        super().__init__(detail)
        self.answer = Problem(error=error, detail=detail, retry_ms=retry_ms).model_dump(exclude_none=True)


class Live:
    """All connections of this process."""

    def __init__(self, config: Config, looking: Looking):
        self._config, self._looking = config, looking
        self._lock = Lock()
        self._connections: dict[str, Connection] = {}
        self._addresses = Rates(config.frames_per_address)

    def welcome(self, name: str, address: str) -> None:
        """Remember a new connection."""
        with self._lock:
            self._connections[name] = Connection(address, Rate(self._config.frames_per_second))

    def forget(self, name: str) -> None:
        """Drop all that is known of a connection; its waiting frame is not looked at."""
        with self._lock:
            connection = self._connections.pop(name, None)
        if connection:
            connection.turns.close()

    def decide(self, name: str, content: Any = None, about: Any = None, *_: Any) -> dict[str, Any] | Callable[[], dict[str, Any]]:
        """Return why a frame is not looked at, or what looks at it and returns the answer: that takes a while, this does not."""
        arrived = time.monotonic()
        try:
            asked = self._asked(content, about)
            connection = self._connection(name)
            self._keep_to_rate(connection)
        except Refused as problem:
            return self._refused(problem)
        # Behind a frame of the same client it waits for its turn, not for a worker.
        if not connection.turns.taken and (busy := self._looking.refuse_frame()):
            return _busy(busy)
        return lambda: self._answer(connection, bytes(content), asked, arrived)

    def _answer(self, connection: Connection, content: bytes, asked: FrameRequest, arrived: float) -> dict[str, Any]:
        try:
            answer = self._looked_at(connection, content, asked)
        except Refused as problem:
            return self._refused(problem)
        except BadImage as problem:
            return Refused(problem.error, problem.detail).answer
        except Busy as problem:
            return _busy(problem)
        self._looking.metrics.frame_delay.observe(time.monotonic() - arrived)
        return answer

    def _refused(self, problem: Refused) -> dict[str, Any]:
        self._looking.metrics.pictures.labels("frame", problem.answer["error"]).inc()
        return problem.answer

    def _looked_at(self, connection: Connection, content: bytes, asked: FrameRequest) -> dict[str, Any]:
        try:
            connection.turns.take(asked.time)
        except Superseded:
            raise Refused("superseded", "A newer frame came before this one's turn: send the next after the answer to the last.") from None
        try:
            viewer = self._viewer(connection, asked.still)
            looked = self._looking.look(content, viewer, asked.time, "frame", asked.side, self._config.frame_mp * 1_000_000)
        finally:
            connection.turns.pass_on()
        seen = [SeenFace(**analyzed(face).model_dump(), id=face.id, landmarks=list(face.landmarks)) for face in looked.faces]
        return FrameResponse(width=looked.width, height=looked.height, faces=seen, elapsed_ms=looked.elapsed_ms).model_dump()

    def _asked(self, content: Any, about: Any) -> FrameRequest:
        """Return what comes with a frame after all that can be checked without decoding it."""
        if self._config.routes == "device":
            raise Refused("not_offered", "This server looks at no frames: look at them on the device.")
        if not isinstance(content, (bytes, bytearray)):
            raise Refused("no_image", 'Send the bytes of a JPEG, PNG or WebP, and {"time": milliseconds}.')
        if len(content) > self._config.frame_kb * 1000:
            raise Refused("too_large", f"The frame has more than {self._config.frame_kb} kilobytes: send a smaller one.")
        return _understood(about)

    def _connection(self, name: str) -> Connection:
        with self._lock:
            connection = self._connections.get(name)
        if connection is None:
            raise Refused("superseded", "The connection has ended.")
        return connection

    def _keep_to_rate(self, connection: Connection) -> None:
        now = time.monotonic()
        with self._lock:
            wait = connection.rate.take(now)
        if wait := wait or self._addresses.take(connection.address, now):
            raise Refused("busy", "More frames than this server takes from one client: send fewer.", max(1, round(wait * 1000)))

    def _viewer(self, connection: Connection, still: bool) -> Viewer:
        try:
            if still:
                return self._looking.viewer(still=True, most_faces=self._config.frame_faces)
            connection.viewer = connection.viewer or self._looking.viewer(most_faces=self._config.frame_faces)
            return connection.viewer
        except NotReady as problem:
            raise Refused("not_ready", str(problem)) from None


def register(socketio: SocketIO, config: Config, looking: Looking, forget: Callable[[str], None] = lambda _: None) -> None:
    """Answer `frame` on `socketio`: a binary picture and {"time": ms} in, faces with stable `id` back as acknowledgement."""
    live = Live(config, looking)

    @socketio.on("connect")
    def connect(*_: Any) -> None:
        live.welcome(request.sid, request.remote_addr or "")  # type: ignore[attr-defined]

    @socketio.on("disconnect")
    def disconnect(*_: Any) -> None:
        live.forget(request.sid)  # type: ignore[attr-defined]
        forget(request.sid)  # type: ignore[attr-defined]

    decided_at_once(socketio.server, "frame", live.decide)


def _busy(problem: Busy) -> dict[str, Any]:
    return Refused("busy", problem.detail, problem.retry_ms).answer


def _understood(about: Any) -> FrameRequest:
    try:
        return FrameRequest.model_validate(about)
    except ValidationError as problem:
        first = problem.errors()[0]
        named = str((first["loc"] or ("time",))[0])
        if named == "time":
            raise Refused("no_time", 'Send {"time": milliseconds} with every frame: faces are followed over time.') from None
        raise Refused("bad_field", f"{named} of a frame is wrong: {first['msg']}.") from None
