import numpy as np
import pytest
from skimage.data import astronaut

from export.spoil import SPOILT, spoil

FACE = astronaut()[None, 70:198:2, 160:288:2]


@pytest.mark.parametrize("how", SPOILT)
@pytest.mark.parametrize("channels", [1, 3])
def test_a_spoilt_face_differs_but_keeps_its_shape_and_is_the_same_every_time(how: str, channels: int) -> None:
    crops = np.ascontiguousarray(FACE[..., :channels])

    spoilt = spoil(crops, how)

    assert spoilt.shape == crops.shape
    assert spoilt.dtype == np.uint8
    assert np.abs(spoilt.astype(int) - crops).mean() > 1
    assert np.array_equal(spoilt, spoil(crops, how))


def test_little_light_leaves_a_fifth() -> None:
    assert spoil(FACE, "dark").mean() == pytest.approx(FACE.mean() / 5, rel=0.1)


def test_an_unknown_way_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match="dark"):
        spoil(FACE, "underwater")
