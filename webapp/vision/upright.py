"""Turn tilted heads upright before they are cropped: the twin of static/js/core/upright.js."""

from math import atan2, ceil, copysign, cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from webapp.vision.box import Box, Landmarks, centre

Pixels = NDArray[np.uint8] | NDArray[np.float32]

FACE = ((-0.357, -0.382), (0.357, -0.382), (0.0, 0.037), (-0.308, 0.363), (0.308, 0.363))
"""Landmarks of an upright face: the detector's mean over 1,200 aligned faces (UTKFace, validation), about their middle, symmetric."""
LEVEL = radians(5)
"""Heads tilted less than this are left as they are: networks were taught with turns of ten degrees, and most faces cost nothing then."""
GAIN = 1.35
"""Of what is over LEVEL so much is turned back: the detector's landmarks lie less tilted than the head."""
DENSITY = 2
"""Samples per pixel of the crop along each axis, where the picture has as many."""


def tilt(landmarks: Landmarks) -> float:
    """Return by how many radians a face is turned clockwise in its picture, -pi to pi: the rotation that fits its landmarks best.

    After Kabsch 1976 (Acta Cryst. A32, 922) in the plane. All five points count, so that a face in profile, whose eyes lie close together,
    is read as steadily as one from the front.
    """
    middle_x, middle_y = (sum(axis) / len(landmarks) for axis in zip(*landmarks, strict=True))
    points = [(x - middle_x, y - middle_y) for x, y in landmarks]
    across = sum(fx * y - fy * x for (fx, fy), (x, y) in zip(FACE, points, strict=True))
    along = sum(fx * x + fy * y for (fx, fy), (x, y) in zip(FACE, points, strict=True))
    return atan2(across, along)


def turn(angle: float) -> float:
    """Return by how many radians a face that is tilted by `angle` is turned back: nothing up to LEVEL, and no jump there."""
    return copysign(max(0.0, abs(angle) - LEVEL) * GAIN, angle)


def upright(image: Pixels, face: Box, landmarks: Landmarks, framed: Box, side: int) -> tuple[Pixels, Box]:
    """Return a picture in which a face stands upright, and its `framed` square in that picture, for a crop of `side` pixels.

    `image` is RGB or RGBA [height, width, 3 or 4]; `face` the detected box, about whose middle the picture is turned, and `framed` the
    square round it that the network wants. A face that is upright gets both back as they are; else the picture is float32 [n, n, 3],
    holds no more than the square and what its crop reads beside it, and has at most DENSITY pixels per pixel of the crop. Pixels outside
    `image` are the nearest of its edge.
    """
    angle = turn(tilt(landmarks))
    if angle == 0:
        return image, framed
    step = framed.width / side
    spacing = max(1.0, step / DENSITY)
    margin = ceil(max(1.0, step) / spacing) + 1
    count = ceil(framed.width / spacing) + 2 * margin
    (about_x, about_y), places = centre(face), (np.arange(count) + 0.5 - margin) * spacing
    across, down = framed.x + places - about_x, (framed.y + places - about_y)[:, None]
    pixels = _sample(image, about_x + across * cos(angle) - down * sin(angle), about_y + across * sin(angle) + down * cos(angle))
    return pixels, Box(margin, margin, framed.width / spacing, framed.height / spacing)


def _sample(image: Pixels, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the colours [..., 3] between the pixels of a picture at x and y [...], bilinear."""
    height, width = image.shape[:2]
    x, y = np.clip(x - 0.5, 0, width - 1), np.clip(y - 0.5, 0, height - 1)
    left, top = x.astype(np.intp), y.astype(np.intp)
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    share_x, share_y = (x - left).astype(np.float32)[..., None], (y - top).astype(np.float32)[..., None]
    flat = image.reshape(height * width, -1)
    upper = flat[top * width + left, :3] * (1 - share_x) + flat[top * width + right, :3] * share_x
    lower = flat[bottom * width + left, :3] * (1 - share_x) + flat[bottom * width + right, :3] * share_x
    sampled: NDArray[np.float32] = upper * (1 - share_y) + lower * share_y
    return sampled.astype(np.float32)
