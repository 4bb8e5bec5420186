"""Geometry of bounding boxes in pixels of the frame; the twin of static/js/core/box.js."""

from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

Landmarks = tuple[tuple[float, float], ...]
"""Five (x, y) in pixels: right eye, left eye, nose tip, right and left corner of the mouth, as the subject has them."""


class Box(NamedTuple):
    """A rectangle by its upper left corner and extent, in pixels."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Detection:
    """A face found in one frame; `score` is the detector's, 0 to 1."""

    box: Box
    landmarks: Landmarks
    score: float


def iou(a: Box, b: Box) -> float:
    """Tell how much two boxes cover each other: intersection over union, 0 (apart) to 1 (equal)."""
    across = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    down = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    if across <= 0 or down <= 0:
        return 0.0
    shared = across * down
    return shared / (a.width * a.height + b.width * b.height - shared)


def centre(box: Box) -> tuple[float, float]:
    """Give the middle of a box, x and y in pixels."""
    return box.x + box.width / 2, box.y + box.height / 2


def size(box: Box) -> float:
    """Give the side in pixels of the square with the area of a box, at least 1 so that it can be divided by."""
    return max(1.0, sqrt(max(0.0, box.width * box.height)))


def crop_box(box: Box, scale: float, shift: float = 0.0) -> Box:
    """Frame a face for a network: the square around the longer side of its box, `scale` times as large, same centre.

    `scale` is the manifest's `input.crop_scale`; 1 is the longer side itself. `shift`, its `input.crop_shift`, moves the
    square down by that share of its side.
    """
    side = max(box.width, box.height) * scale
    x, y = centre(box)
    return Box(x - side / 2, y - side / 2 + shift * side, side, side)
