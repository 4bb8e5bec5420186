import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from webapp.vision.box import Box
from webapp.vision.crop import crop, grey

position, extent, side = st.floats(-40, 40), st.floats(0.1, 90), st.integers(1, 12)
boxes = st.builds(Box, position, position, extent, extent)


def noise(width: int, height: int, channels: int = 3) -> NDArray[np.uint8]:
    return np.random.default_rng(5).integers(0, 256, (height, width, channels), dtype=np.uint8)


def definition(start: float, extent: float, positions: int, limit: int) -> NDArray[np.float64]:
    """Write the weights of the definition as a matrix [positions, limit], one by one."""
    step = extent / positions
    support = max(1.0, step)
    matrix = np.zeros((positions, limit))
    for i, row in enumerate(matrix):
        centre = start + (i + 0.5) * step
        sources = range(int(centre - support) - 3, int(centre + support) + 3)
        weights = [max(0.0, 1 - abs(j + 0.5 - centre) / support) for j in sources]
        for j, weight in zip(sources, weights, strict=True):
            row[min(max(j, 0), limit - 1)] += weight / sum(weights)
    return matrix


def test_a_picture_cropped_whole_at_its_own_size_stays_as_it_is() -> None:
    image = noise(48, 48)

    assert np.array_equal(crop(image, Box(0, 0, 48, 48), 48, 48), image)


@given(boxes, side, side)
def test_every_pixel_is_the_weighted_sum_of_the_definition(box: Box, width: int, height: int) -> None:
    image = noise(17, 13)
    across, down = definition(box.x, box.width, width, 17), definition(box.y, box.height, height, 13)

    pixels = crop(image, box, width, height)

    assert pixels.dtype == np.float32
    np.testing.assert_allclose(pixels, np.einsum("iy,jx,yxc->ijc", down, across, image), rtol=0, atol=1e-3)


@given(boxes, side, side)
def test_a_picture_of_one_colour_has_that_colour_wherever_it_is_cropped(box: Box, width: int, height: int) -> None:
    image = np.full((7, 9, 4), (12, 200, 99, 5), np.uint8)

    pixels = crop(image, box, width, height)

    np.testing.assert_allclose(pixels, np.broadcast_to([12, 200, 99], (height, width, 3)), rtol=0, atol=1e-3)


@settings(max_examples=20)
@given(st.integers(0, 255))
def test_alpha_does_not_matter(alpha: int) -> None:
    image = noise(20, 10, 4)
    image[:, :, 3] = alpha

    assert np.array_equal(crop(image, Box(2.5, -1, 12, 9), 6, 6), crop(image[:, :, :3], Box(2.5, -1, 12, 9), 6, 6))


def test_brightness_weighs_green_most_and_keeps_white_white() -> None:
    colours = np.array([[255, 255, 255], [100, 0, 0], [0, 100, 0], [0, 0, 100]], np.float32)

    np.testing.assert_allclose(grey(colours), [255, 29.9, 58.7, 11.4], rtol=0, atol=1e-3)


@pytest.mark.parametrize(
    ("channels", "box", "width", "remedy"),
    [
        (1, Box(0, 0, 4, 4), 2, "convert the picture"),
        (3, Box(0, 0, 0, 4), 2, "leave out faces"),
        (3, Box(float("nan"), 0, 4, 4), 2, "leave out faces"),
        (3, Box(0, 0, 4, 4), 0, "give a width"),
    ],
)
def test_what_cannot_be_cropped_is_refused_with_the_remedy(channels: int, box: Box, width: int, remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        crop(noise(5, 5, channels), box, width, 2)
