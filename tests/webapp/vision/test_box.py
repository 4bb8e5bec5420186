import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.vision.box import Box, centre, crop_box, iou, size

position, extent = st.floats(-500, 500), st.floats(1, 500)
boxes = st.builds(Box, position, position, extent, extent)


def test_a_box_covers_itself_wholly_and_half_of_its_double() -> None:
    half = Box(10, 10, 20, 10)

    assert iou(half, half) == 1
    assert iou(half, half._replace(height=20)) == 0.5


def test_boxes_that_only_touch_do_not_overlap() -> None:
    assert iou(Box(0, 0, 5, 5), Box(5, 0, 5, 5)) == 0


@given(boxes, boxes)
def test_overlap_is_the_same_from_both_sides_and_lies_between_0_and_1(a: Box, b: Box) -> None:
    assert iou(a, b) == pytest.approx(iou(b, a))
    assert 0 <= iou(a, b) <= 1 + 1e-9


@given(boxes, st.floats(0.5, 3), st.floats(-0.2, 0.2))
def test_a_face_is_framed_by_a_square_about_or_below_its_middle(face: Box, scale: float, shift: float) -> None:
    framed = crop_box(face, scale, shift)

    assert framed.width == framed.height == max(face.width, face.height) * scale
    x, y = centre(face)
    assert centre(framed) == pytest.approx((x, y + shift * framed.height), abs=1e-9)


def test_the_size_of_a_box_can_always_be_divided_by() -> None:
    assert size(Box(0, 0, 40, 90)) == 60
    assert size(Box(0, 0, 0, -3)) == 1
