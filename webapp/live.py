"""Socket.IO: frames to the server, faces back; for browsers that cannot run the networks themselves."""

from threading import Lock
from typing import Any

from flask import current_app, request
from flask_socketio import SocketIO
from pydantic import ValidationError

from webapp.api import analyzed
from webapp.contract import FrameRequest, FrameResponse, Problem, SeenFace
from webapp.looking import Looking, NotReady
from webapp.pool import RETRY_MS, Busy
from webapp.vision.image import BadImage
from webapp.vision.pipeline import Viewer


class Connections:
    """What is remembered of each connection: its faces, and whether a frame of it is being looked at."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._viewers: dict[str, Viewer] = {}
        self._in_flight: set[str] = set()

    def take(self, name: str, looking: Looking) -> Viewer:
        """Return the viewer of a connection for one frame; raise Busy while it has another."""
        with self._lock:
            if name in self._in_flight:
                raise Busy
            viewer = self._viewers.get(name) or looking.viewer()
            self._viewers[name] = viewer
            self._in_flight.add(name)
            return viewer

    def give_back(self, name: str) -> None:
        """Let the next frame of a connection in."""
        with self._lock:
            self._in_flight.discard(name)

    def forget(self, name: str) -> None:
        """Drop all that is known of a connection."""
        with self._lock:
            self._viewers.pop(name, None)
            self._in_flight.discard(name)


def register(socketio: SocketIO, offered: bool = True) -> None:
    """Answer `frame` on `socketio`: a binary picture and {"time": ms} in, faces with stable `id` back as acknowledgement.

    Where it is not `offered`, every frame is refused unseen.
    """
    connections = Connections()

    @socketio.on("frame")
    def frame(content: Any = None, about: Any = None) -> dict[str, Any]:
        name: str = request.sid  # type: ignore[attr-defined]
        looking: Looking = current_app.extensions["allsmiles"]
        if not offered:
            return _problem("not_offered", "This server looks at no frames: look at them on the device.")
        try:
            asked = _asked(content, about)
            viewer = connections.take(name, looking)
        except BadImage as problem:
            return _problem(problem.error, problem.detail)
        except NotReady as problem:
            return _problem("not_ready", str(problem))
        except Busy:
            return _problem("busy", "One frame at a time: wait for the answer to the last one.", RETRY_MS)
        try:
            viewer = looking.viewer(still=True) if asked.still else viewer
            image, faces, elapsed_ms = looking.look(bytes(content), viewer, asked.time, "frame", asked.side)
        except BadImage as problem:
            return _problem(problem.error, problem.detail)
        except Busy:
            return _problem("busy", "The server is looking at as many pictures as it can: send fewer frames.", RETRY_MS)
        finally:
            connections.give_back(name)
        height, width = image.shape[:2]
        seen = [SeenFace(**analyzed(face).model_dump(), id=face.id, landmarks=list(face.landmarks)) for face in faces]
        return FrameResponse(width=width, height=height, faces=seen, elapsed_ms=elapsed_ms).model_dump()

    @socketio.on("disconnect")
    def disconnect(*_: Any) -> None:
        connections.forget(request.sid)  # type: ignore[attr-defined]


def _asked(content: Any, about: Any) -> FrameRequest:
    if not isinstance(content, (bytes, bytearray)):
        raise BadImage(400, "no_image", 'Send the bytes of a JPEG, PNG or WebP, and {"time": milliseconds}.')
    try:
        return FrameRequest.model_validate(about)
    except ValidationError as problem:
        field = str((problem.errors()[0]["loc"] or ("time",))[0])
        if field == "time":
            raise BadImage(400, "no_time", 'Send {"time": milliseconds} with every frame: faces are followed over time.') from None
        raise BadImage(400, "bad_field", f"{field} of a frame is wrong: {problem.errors()[0]['msg']}.") from None


def _problem(error: str, detail: str, retry_ms: int | None = None) -> dict[str, Any]:
    return Problem(error=error, detail=detail, retry_ms=retry_ms).model_dump(exclude_none=True)
