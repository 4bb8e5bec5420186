"""Find faces in a frame: the twin of static/js/vision/detect.js and decode.js."""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from webapp.vision.box import Box, Detection, iou
from webapp.vision.network import Floats, Network

CANDIDATES = 1000
"""More candidates than faces fit into a frame: the rest, least certain, are not compared with each other."""

POINTS_DOWN_TO = 0.5
"""Down to this size pixels are sampled between four, as a browser's canvas does, so that both find the same boxes in live frames.
Beyond, sampling points would miss some: all pixels are averaged."""


class Detector:
    """Finds faces with the network in `folder`; may be called from several threads."""

    def __init__(self, folder: Path):
        self.network = Network(folder)

    def __call__(self, image: NDArray[np.uint8], side: int | None = None) -> list[Detection]:
        """Return the faces of an RGB picture [height, width, 3], most certain first, in its own pixels.

        The picture is fitted into `side` pixels (the manifest's `detection.still_side` unless given) and never enlarged.
        """
        rules = self.network.manifest["detection"]
        fitted, scale = _fit(image, side or rules["still_side"])
        block = self.network.manifest["input"]
        padded = _pad(fitted, block["multiple"], block["border"])
        cells = self.network.run(padded * np.float32(block["scale"]) + np.float32(block["offset"]))[0]
        height, width = (length - block["border"] for length in padded.shape[1:3])
        found = decode(cells, width, height, rules["strides"], rules["score_threshold"])
        return [_enlarge(detection, scale) for detection in suppress(found, rules["iou_threshold"])]


def load_detector(folder: Path) -> Detector:
    """Load the detector in `folder`, such as static/models/face; raise FileNotFoundError where there is none."""
    return Detector(folder)


def decode(cells: Floats, width: int, height: int, strides: list[int], threshold: float) -> list[Detection]:
    """Turn network output [cells, 16] for an input of `width` x `height` pixels into detections of at least `threshold`.

    Cells run row by row over the map of each stride. Per cell: logits of class and objectness, whose probabilities' geometric mean
    is the score; then, in strides, the box's centre from the cell and the logarithms of its extent, and five landmarks from the cell.
    Source: libfacedetection's priors, as OpenCV's FaceDetectorYN reads them.
    """
    columns, rows, sizes = _grid(width, height, tuple(strides))
    scores = np.sqrt(_sigmoid(cells[:, 0]) * _sigmoid(cells[:, 1]))
    chosen = np.flatnonzero(scores >= threshold)
    chosen = chosen[np.argsort(-scores[chosen], kind="stable")][:CANDIDATES]
    cells, stride = cells[chosen], sizes[chosen, None]
    corners = np.stack([columns[chosen], rows[chosen]], axis=1)
    extents = np.exp(cells[:, 4:6]) * stride
    uppers = (corners + cells[:, 2:4]) * stride - extents / 2
    points = (cells[:, 6:].reshape(-1, 5, 2) + corners[:, None]) * stride[:, None]
    found = zip(uppers.tolist(), extents.tolist(), points.tolist(), scores[chosen].tolist(), strict=True)
    return [Detection(Box(*upper, *extent), tuple((x, y) for x, y in marks), score) for upper, extent, marks, score in found]


def suppress(detections: list[Detection], threshold: float) -> list[Detection]:
    """Keep of detections that cover each other by more than `threshold` (IoU) only the most certain; expects them most certain first."""
    kept: list[Detection] = []
    for detection in detections:
        if all(iou(detection.box, other.box) <= threshold for other in kept):
            kept.append(detection)
    return kept


def _fit(image: NDArray[np.uint8], side: int) -> tuple[NDArray[np.uint8], tuple[float, float]]:
    """Return the picture no larger than `side`, and the factors in x and y that lead back."""
    height, width = image.shape[:2]
    shrink = min(1.0, side / max(width, height))
    if shrink == 1.0:
        return image, (1.0, 1.0)
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    factors = (width / size[0], height / size[1])
    if factors == (2.0, 2.0):
        return _halved(image), factors
    picture = Image.fromarray(image)
    if shrink >= POINTS_DOWN_TO:
        resized = picture.transform(size, Image.Transform.AFFINE, (factors[0], 0, 0, 0, factors[1], 0), Image.Resampling.BILINEAR)
    else:
        resized = picture.resize(size, Image.Resampling.BILINEAR)
    return np.asarray(resized), factors


def _halved(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return what sampling between four pixels gives at half the size, which most pages ask for, in a sixth of the time."""
    lines = np.add(image[0::2], image[1::2], dtype=np.uint16).reshape(len(image) // 2, -1)
    sums = np.empty_like(lines)
    # Each number and the one a pixel further on; of those every second pixel's count.
    np.add(lines[:, :-3], lines[:, 3:], out=sums[:, :-3])
    sums >>= 2
    return sums.astype(np.uint8).reshape(len(lines), -1, 6)[:, :, :3]


def _pad(image: NDArray[np.uint8], multiple: int, border: int) -> Floats:
    """Return a batch of one: black at the right and bottom up to the next multiple, and `border` black pixels at the left and top."""
    height, width = image.shape[:2]
    padded = np.zeros((1, border - height // -multiple * multiple, border - width // -multiple * multiple, 3), np.float32)
    padded[0, border : border + height, border : border + width] = image
    return padded


@lru_cache(maxsize=8)
def _grid(width: int, height: int, strides: tuple[int, ...]) -> tuple[Floats, Floats, Floats]:
    """Return column, row and stride of every cell."""
    rows, columns, sizes = [], [], []
    for stride in strides:
        row, column = np.indices((height // stride, width // stride), np.float32)
        rows.append(row.ravel())
        columns.append(column.ravel())
        sizes.append(np.full(row.size, stride, np.float32))
    return np.concatenate(columns), np.concatenate(rows), np.concatenate(sizes)


def _sigmoid(logits: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-logits))
    return result


def _enlarge(detection: Detection, scale: tuple[float, float]) -> Detection:
    x, y = scale
    box = detection.box
    landmarks = tuple((px * x, py * y) for px, py in detection.landmarks)
    return Detection(Box(box.x * x, box.y * y, box.width * x, box.height * y), landmarks, detection.score)
