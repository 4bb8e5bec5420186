"""Turn bytes from anywhere into upright RGB pixels, or say why not; everything is checked before it is decoded."""

import struct
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from PIL.ExifTags import Base

FORMATS = ("JPEG", "PNG", "WEBP")
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What brings a picture upright, by its EXIF orientation."""

# Pixels are checked below against the operator's own limit, before any of them is decoded.
Image.MAX_IMAGE_PIXELS = None


class BadImage(Exception):
    """A picture that cannot be looked at: `status` for HTTP, `error` for programs, and a sentence for people."""

    def __init__(self, status: int, error: str, detail: str):
        super().__init__(status, error, detail)
        self.status, self.error, self.detail = status, error, detail

    def __str__(self) -> str:
        return self.detail


def decode(content: bytes, max_pixels: int) -> NDArray[np.uint8]:
    """Return the picture as uint8 RGB [height, width, 3], turned upright as its EXIF says.

    Takes JPEG, PNG and WebP by content, not by name; grey, palette, 16-bit and CMYK become RGB, and what is transparent becomes white.
    Raises BadImage: 400 empty, animated or damaged, 413 more than `max_pixels`, 415 another type.
    """
    if not content:
        raise BadImage(400, "empty", "No picture arrived: send the bytes of a JPEG, PNG or WebP.")
    try:
        picture = Image.open(BytesIO(content), formats=FORMATS)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise BadImage(415, "unsupported_type", "This is no JPEG, PNG or WebP: convert the picture first.") from None
    with picture:
        _check(picture, max_pixels)
        try:
            picture.load()
            return np.asarray(_rgb(_upright(picture)))
        except (OSError, SyntaxError, ValueError, EOFError, IndexError) as problem:
            raise BadImage(400, "damaged", f"The picture is damaged and cannot be decoded ({problem}): send the whole file.") from None


def _check(picture: Image.Image, max_pixels: int) -> None:
    width, height = picture.size
    if width * height > max_pixels:
        limit = f"{max_pixels / 1e6:g} million pixels"
        raise BadImage(413, "too_large", f"The picture has {width} x {height} pixels, more than {limit}: send a smaller one.")
    # MPO is the JPEG of phones that keep a second picture behind the first; that is no animation.
    if picture.format != "MPO" and getattr(picture, "n_frames", 1) > 1:
        raise BadImage(400, "animated", "The picture is animated: send one frame of it.")


def _upright(picture: Image.Image) -> Image.Image:
    """Turn a picture as its EXIF says; damaged EXIF says nothing, since the pixels are good."""
    try:
        turn = TURNS.get(picture.getexif().get(Base.Orientation, 1))
    except (OSError, SyntaxError, ValueError, TypeError, struct.error):
        return picture
    return picture if turn is None else picture.transpose(turn)


def _rgb(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I;16"):
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.mode == "I":
        picture = picture.point(lambda value: value / 256).convert("L")
    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        picture = Image.new("RGBA", seen.size, "white")
        picture.alpha_composite(seen)
    return picture if picture.mode == "RGB" else picture.convert("RGB")
