import random
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import skimage.data
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from webapp.vision.box import Box, Detection, iou
from webapp.vision.detect import Detector, _fit, decode, load_detector, suppress

FACE = Path(__file__).resolve().parents[3] / "static" / "models" / "face"
STRIDES = [8, 16, 32]
LANDMARKS = [0, 0, 1, 0, 0.5, 0.5, 0, 1, 1, 1]


@pytest.fixture(scope="module")
def detect() -> Detector:
    return load_detector(FACE)


def cells(faces: dict[int, list[float]]) -> np.ndarray:
    """Return the output for a picture of 32 x 32 pixels without any face, but for the cells given by index."""
    output = np.full((21, 16), -9, np.float32)
    for cell, numbers in faces.items():
        output[cell] = numbers
    return output


def test_a_cells_numbers_become_a_box_around_its_centre() -> None:
    [face] = decode(cells({5: [5, 5, 0.5, 0.25, np.log(2), np.log(4), *LANDMARKS]}), 32, 32, STRIDES, 0.6)

    assert tuple(face.box) == pytest.approx((4, -6, 16, 32))
    assert face.landmarks == ((8, 8), (16, 8), (12, 12), (8, 16), (16, 16))


def test_the_most_certain_face_comes_first_whatever_its_stride() -> None:
    found = decode(cells({0: [1, 3, 0, 0, 0, 0, *LANDMARKS], 20: [9, 9, 0, 0, 0, 0, *LANDMARKS]}), 32, 32, STRIDES, 0.6)

    assert [face.box.width for face in found] == pytest.approx([32, 8])


boxes = st.builds(Box, *[st.floats(0, 60)] * 2, *[st.floats(1, 60)] * 2)


@given(st.lists(boxes, max_size=15))
def test_of_faces_that_cover_each_other_the_most_certain_stays(found: list[Box]) -> None:
    detections = [Detection(box, (), 1 - index / 100) for index, box in enumerate(found)]

    kept = suppress(detections, 0.3)

    for one in detections:
        covered = any(other.score > one.score and iou(one.box, other.box) > 0.3 for other in kept)
        assert (one in kept) == (not covered)


def test_the_astronaut_is_found_with_her_eyes_above_her_mouth(detect: Detector) -> None:
    [face] = detect(skimage.data.astronaut())

    right_eye, left_eye, nose, right_mouth, left_mouth = face.landmarks
    assert tuple(face.box) == pytest.approx((178, 63, 90, 113), abs=3)
    assert right_eye[1] < nose[1] < right_mouth[1]
    assert right_eye[0] < left_eye[0]
    assert right_mouth[0] < left_mouth[0]


@given(st.tuples(st.integers(1, 9), st.integers(1, 9)), st.randoms(use_true_random=False))
def test_half_the_size_has_the_very_pixels_of_the_general_way(size: tuple[int, int], chance: random.Random) -> None:
    columns, rows = size
    image = np.frombuffer(chance.randbytes(rows * columns * 12), np.uint8).reshape(2 * rows, 2 * columns, 3)
    general = Image.fromarray(image).transform(size, Image.Transform.AFFINE, (2, 0, 0, 0, 2, 0), Image.Resampling.BILINEAR)

    fitted, factors = _fit(image, max(columns, rows))

    assert factors == (2, 2)
    assert np.array_equal(fitted, np.asarray(general))


@pytest.mark.parametrize("shape", [(1, 1), (7, 900), (33, 31), (480, 640)])
def test_a_picture_of_any_shape_without_a_face_has_none(detect: Detector, shape: tuple[int, int]) -> None:
    assert detect(np.full((*shape, 3), 128, np.uint8)) == []


def test_threads_share_a_detector(detect: Detector) -> None:
    astronaut = skimage.data.astronaut()
    expected = {side: detect(astronaut, side) for side in (160, 320, 480)}
    answers: dict[int, list[list[Detection]]] = {side: [] for side in expected}
    threads = [Thread(target=lambda side=side: answers[side].extend(detect(astronaut, side) for _ in range(5))) for side in expected]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == {side: [found] * 5 for side, found in expected.items()}


def test_a_missing_network_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="allsmiles-export convert"):
        load_detector(tmp_path)
