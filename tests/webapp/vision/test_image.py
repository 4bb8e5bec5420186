from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from tests.conftest import encoded
from webapp.vision.image import BadImage, decode

LIMIT = 1_000_000
LEFT_RED = Image.fromarray(
    np.concatenate([np.full((40, 30, 3), (250, 0, 0), np.uint8), np.full((40, 30, 3), (0, 0, 250), np.uint8)], axis=1)
)


def test_a_turned_photo_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn a quarter clockwise

    pixels = decode(encoded(LEFT_RED, "JPEG", exif=exif), LIMIT)

    assert pixels.shape == (60, 40, 3)
    assert pixels[5, 20, 0] > 200
    assert pixels[55, 20, 2] > 200


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_way_to_hold_a_camera_is_read_like_pillow_does(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = encoded(LEFT_RED, "PNG", exif=exif)

    expected = np.asarray(ImageOps.exif_transpose(Image.open(BytesIO(content))))

    assert np.array_equal(decode(content, LIMIT), expected)


def test_damaged_notes_do_not_spoil_a_good_photo() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x011A] = 72.0
    content = encoded(LEFT_RED, "JPEG", exif=exif)
    kinds = content.index(b"\x01\x12\x00\x03") + 2, content.index(b"\x01\x1a\x00\x05") + 2
    damaged = bytearray(content)
    for kind in kinds:
        damaged[kind : kind + 2] = b"\x00\x02"  # says text where a number is

    assert decode(bytes(damaged), LIMIT).shape in ((40, 60, 3), (60, 40, 3))


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "I;16", "1"])
def test_every_kind_of_pixel_becomes_rgb(mode: str) -> None:
    if mode == "I;16":
        picture = Image.fromarray(np.full((20, 30), 40_000, np.uint16))
    else:
        picture = Image.new("RGB", (30, 20), (156, 156, 156)).convert(mode)

    pixels = decode(encoded(picture, "JPEG" if mode == "CMYK" else "PNG"), LIMIT)

    assert pixels.shape == (20, 30, 3)
    assert pixels.dtype == np.uint8
    assert mode == "1" or abs(int(pixels.mean()) - 156) <= 3


def test_what_is_transparent_is_white() -> None:
    assert decode(encoded(Image.new("RGBA", (9, 9), (0, 0, 0, 0)), "PNG"), LIMIT).min() == 255


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_an_animation_is_refused(kind: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]

    with pytest.raises(BadImage, match="animated") as refused:
        decode(encoded(frames[0], kind, save_all=True, append_images=frames[1:]), LIMIT)

    assert refused.value.status == 400


def test_a_phone_jpeg_with_a_second_picture_is_looked_at() -> None:
    two = encoded(LEFT_RED, "MPO", save_all=True, append_images=[LEFT_RED])

    assert decode(two, LIMIT).shape == (40, 60, 3)


def test_a_huge_claim_of_size_is_refused_before_decoding() -> None:
    bomb = encoded(Image.new("L", (20_000, 20_000)), "PNG")

    with pytest.raises(BadImage, match="20000 x 20000") as refused:
        decode(bomb, LIMIT)

    assert refused.value.status == 413


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@given(share=st.floats(0.0, 0.98))
@settings(max_examples=25, deadline=None)
def test_a_cut_off_file_is_refused_and_never_crashes(kind: str, share: float) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8))
    whole = encoded(noise, kind)

    with pytest.raises(BadImage) as refused:
        decode(whole[: int(len(whole) * share)], LIMIT)

    assert refused.value.status in (400, 415)


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_random_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(BadImage):
        decode(content, LIMIT)
