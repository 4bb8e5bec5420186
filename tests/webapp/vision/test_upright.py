from math import cos, degrees, pi, radians, sin
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from webapp.vision import upright as turning
from webapp.vision.box import Box, Detection, Landmarks, centre, crop_box
from webapp.vision.crop import crop
from webapp.vision.pipeline import Asked, load_networks, sight
from webapp.vision.upright import FACE, tilt, turn, upright

MODELS = Path(__file__).resolve().parents[3] / "static" / "models"


def turned(points: Landmarks, angle: float, about: tuple[float, float] = (0.0, 0.0)) -> Landmarks:
    """Turn points clockwise by radians."""
    (x, y), c, s = about, cos(angle), sin(angle)
    return tuple((x + (a - x) * c - (b - y) * s, y + (a - x) * s + (b - y) * c) for a, b in points)


def turned_picture(image: NDArray[np.uint8], angle: float, about: tuple[float, float]) -> NDArray[np.uint8]:
    """Turn a picture clockwise by radians about a point in pixels."""
    matrix = cv2.getRotationMatrix2D((about[0] - 0.5, about[1] - 0.5), -degrees(angle), 1)
    return np.asarray(cv2.warpAffine(image, matrix, image.shape[1::-1], borderMode=cv2.BORDER_REPLICATE), np.uint8)


@given(st.floats(-3.1, 3.1), st.floats(1, 500), st.floats(-900, 900), st.floats(-900, 900))
def test_a_face_is_as_tilted_as_it_was_turned_at_any_size_and_place(angle: float, size: float, x: float, y: float) -> None:
    points = tuple((x + size * a, y + size * b) for a, b in turned(FACE, angle))

    assert tilt(points) == pytest.approx(angle, abs=1e-6)


@given(st.floats(-pi, pi), st.floats(-1e-6, 1e-6))
def test_a_little_more_tilt_turns_a_little_more_and_never_less(angle: float, more: float) -> None:
    assert abs(turn(angle + more) - turn(angle)) <= 2e-6
    assert abs(turn(angle)) <= abs(angle) * turning.GAIN
    assert turn(angle) * angle >= 0


def test_a_face_that_is_nearly_upright_is_cropped_from_the_picture_itself() -> None:
    image = skimage.data.astronaut()
    box = Box(178, 63, 90, 113)
    points = tuple((223 + 60 * a, 120 + 60 * b) for a, b in turned(FACE, radians(4.9)))

    pixels, framed = upright(image, box, points, crop_box(box, 1.2), 48)

    assert pixels is image
    assert framed == crop_box(box, 1.2)


@pytest.mark.parametrize("side", [24, 48, 140])
@pytest.mark.parametrize("angle", [-0.9, 0.4])
def test_a_tilted_face_is_cropped_as_if_it_were_upright(monkeypatch: pytest.MonkeyPatch, angle: float, side: int) -> None:
    monkeypatch.setattr(turning, "LEVEL", 0.0)
    monkeypatch.setattr(turning, "GAIN", 1.0)
    image, box = skimage.data.astronaut(), Box(178, 63, 90, 113)
    framed = crop_box(box, 1.1, 0.04)
    points = tuple((223 + 60 * a, 120 + 60 * b) for a, b in FACE)
    tilted = turned_picture(image, angle, centre(box))

    straight = crop(*upright(tilted, box, turned(points, angle, centre(box)), framed, side), side, side)

    assert np.abs(straight - crop(image, framed, side, side)).mean() < 4
    assert np.abs(crop(tilted, framed, side, side) - crop(image, framed, side, side)).mean() > 20


def test_a_smile_is_read_in_a_tilted_head() -> None:
    networks = load_networks(MODELS)
    for angle in (-35, 35):
        [face] = sight(networks, [Asked(turned_picture(skimage.data.astronaut()[:300, 80:380].copy(), radians(angle), (150, 120)))])[0]

        assert face.look.emotion["happy"] > 0.8
        assert face.look.gender["female"] > 0.6


def test_a_picture_in_grey_steps_stays_within_its_values() -> None:
    image = np.full((40, 40, 3), 200, np.uint8)
    face = Detection(Box(-10, -10, 30, 30), turned(FACE, 0.5), 0.9)

    pixels, _ = upright(image, face.box, face.landmarks, crop_box(face.box, 1), 12)

    assert pixels.min() == pytest.approx(200)
    assert pixels.max() == pytest.approx(200)
