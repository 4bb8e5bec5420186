"""What cameras and rooms do to faces, at fixed strengths, to measure how far a network's answers hold.

The five are the weaknesses that Shah and Revi (2020) name for networks of this family. Strengths are for crops of about 48 pixels.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Crops = NDArray[np.uint8]


def dark(crop: Crops, random: np.random.Generator) -> Crops:
    """A fifth of the light, with the noise that comes with it."""
    return _bytes(crop * 0.2 + random.normal(0, 4, crop.shape))


def noisy(crop: Crops, random: np.random.Generator) -> Crops:
    """Noise with a deviation of 20 grey levels."""
    return _bytes(crop + random.normal(0, 20, crop.shape))


def blurred(crop: Crops, random: np.random.Generator) -> Crops:
    """A Gaussian blur with a deviation of 1/32 of the side."""
    return _shaped(cv2.GaussianBlur(crop, (0, 0), crop.shape[0] / 32), crop)


def small(crop: Crops, random: np.random.Generator) -> Crops:
    """A face of 24 pixels, enlarged again."""
    shrunk = cv2.resize(crop, (24, 24), interpolation=cv2.INTER_AREA)
    return _shaped(cv2.resize(shrunk, crop.shape[1::-1], interpolation=cv2.INTER_LINEAR), crop)


def turned(crop: Crops, random: np.random.Generator) -> Crops:
    """A head tilted by 20 degrees to either side."""
    height, width = crop.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2 - 0.5, height / 2 - 0.5), 20 if random.random() < 0.5 else -20, 1)
    return _shaped(cv2.warpAffine(crop, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE), crop)


SPOILT: dict[str, Callable[[Crops, np.random.Generator], Crops]] = {
    "dark": dark,
    "noisy": noisy,
    "blurred": blurred,
    "small": small,
    "turned": turned,
}


def spoil(crops: Crops, how: str) -> Crops:
    """Return uint8 crops [count, height, width, channels] spoilt in one way, the same every time; raise ValueError for an unknown way."""
    if how not in SPOILT:
        raise ValueError(f"no way {how!r} to spoil a picture: choose one of {', '.join(SPOILT)}")
    random = np.random.default_rng(11)
    return np.stack([SPOILT[how](crop, random) for crop in crops])


def _bytes(pixels: NDArray) -> Crops:
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)


def _shaped(pixels: NDArray, like: Crops) -> Crops:
    return np.asarray(pixels, np.uint8).reshape(like.shape)
