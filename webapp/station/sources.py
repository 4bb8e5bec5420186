"""Pictures from a camera by number or address, or from a video file, each with its time."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Event, Thread
from typing import Any

import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)
PATIENCE_MS = 10_000
"""How long a camera may be silent before it counts as gone."""
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
TICK_S = 1.0
UNKNOWN_RATE = 25.0


class NoSource(ValueError):
    """There is nothing to look at; the text says what to change."""


@dataclass(frozen=True)
class Sight:
    """A picture, uint8 RGB [height, width, 3], or None while there is none; `time` grows, in ms; `at` in ms since 1970."""

    image: NDArray[np.uint8] | None
    time: float
    at: float


def sights(source: str, per_second: float, stop: Event, begun_at: float | None = None, rate: float | None = None) -> Iterator[Sight]:
    """Give about `per_second` pictures a second of what `source` names, until `stop` or the end of a file.

    With `begun_at` (ms since 1970) a file is looked at as fast as it goes, as if it had been recorded then; else at its own pace.
    `rate` is the frames a second of a file that does not know them. Raises NoSource with the remedy.
    """
    cv2 = _cv2()
    if source.isdigit():
        return _camera(cv2, int(source), per_second, stop)
    if "://" in source:
        return _camera(cv2, source, per_second, stop)
    if not Path(source).is_file():
        raise NoSource(f"there is no file {source}: name a video, a camera's address such as rtsp://camera.local/stream, or its number")
    return _recorded(cv2, source, per_second, stop, begun_at, rate)


def _cv2() -> Any:
    try:
        import cv2
    except ImportError:
        raise NoSource("OpenCV is missing, which reads cameras and videos: `pip install 'allsmiles[station]'` brings it") from None
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2


def _recorded(cv2: Any, path: str, per_second: float, stop: Event, begun_at: float | None, rate: float | None) -> Iterator[Sight]:
    video = cv2.VideoCapture(path)
    try:
        if not video.isOpened():
            raise NoSource(f"{path} is no video that can be read: convert it, such as to MP4 with H.264")
        rate = rate or video.get(cv2.CAP_PROP_FPS) or UNKNOWN_RATE
        step = max(1, round(rate / per_second))
        begun, number = time.monotonic(), 0
        while not stop.is_set() and video.grab():
            spent = number / rate
            late = time.monotonic() - begun - spent
            # What comes too late at its own pace is left out, as a camera would.
            if number % step == 0 and (begun_at is not None or late < 1 / per_second):
                there, image = video.retrieve()
                if begun_at is None and late < 0:
                    stop.wait(-late)
                if there:
                    yield Sight(_rgb(image), spent * 1000, time.time() * 1000 if begun_at is None else begun_at + spent * 1000)
            number += 1
        if number == 0:
            raise NoSource(f"{path} holds no picture: convert it, such as to MP4 with H.264")
    finally:
        video.release()


def _camera(cv2: Any, source: int | str, per_second: float, stop: Event) -> Iterator[Sight]:
    """Follow a camera for ever; while it is gone, try again at growing intervals and give a Sight without picture every second."""
    wait = FIRST_WAIT_S
    while not stop.is_set():
        reader = _Reader(cv2, source)
        try:
            due = time.monotonic()
            while not stop.is_set():
                image = reader.newest(PATIENCE_MS / 1000)
                if image is None:
                    break
                wait = FIRST_WAIT_S
                yield Sight(_rgb(image), time.monotonic() * 1000, time.time() * 1000)
                due = max(due + 1 / per_second, time.monotonic())
                stop.wait(due - time.monotonic())
        finally:
            reader.close()
        if stop.is_set():
            return
        log.warning("no picture from %s: trying again in %d s", _shown(source), round(wait))
        until = time.monotonic() + wait
        wait = min(LONGEST_WAIT_S, 2 * wait)
        while not stop.is_set() and (left := until - time.monotonic()) > 0:
            yield Sight(None, time.monotonic() * 1000, time.time() * 1000)
            stop.wait(min(TICK_S, left))


class _Reader:
    """Reads a camera from a thread of its own and keeps the newest picture only: a camera does not wait for who looks slowly."""

    def __init__(self, cv2: Any, source: int | str):
        self._cv2, self._source = cv2, source
        self._changed = Condition()
        self._image: NDArray[np.uint8] | None = None
        self._ended = self._closed = False
        Thread(target=self._read, name="camera", daemon=True).start()

    def newest(self, patience_s: float) -> NDArray[np.uint8] | None:
        """Wait for a picture that was not given yet; None where the camera is gone."""
        with self._changed:
            self._changed.wait_for(lambda: self._image is not None or self._ended, patience_s)
            image, self._image = self._image, None
            return image

    def close(self) -> None:
        with self._changed:
            self._closed = True

    def _read(self) -> None:
        cv2 = self._cv2
        if isinstance(self._source, int):
            video = cv2.VideoCapture(self._source)
        else:
            limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, PATIENCE_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, PATIENCE_MS]
            video = cv2.VideoCapture(self._source, cv2.CAP_FFMPEG, limits)
        there = video.isOpened()
        while there and not self._closed:
            there, image = video.read()
            with self._changed:
                self._image = image if there else self._image
                self._changed.notify_all()
        video.release()
        with self._changed:
            self._ended = True
            self._changed.notify_all()


def _rgb(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(image[..., ::-1])


def _shown(source: int | str) -> str:
    """Return a source without the password in it."""
    return f"camera {source}" if isinstance(source, int) else source.split("://")[0] + "://" + source.split("://")[1].rsplit("@", 1)[-1]
