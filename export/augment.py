"""Random variations of face crops: what a camera and a detector do to a face, and nothing a face cannot do."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Augmentation:
    """How far each variation may go; every one is drawn anew per image and epoch."""

    flip: bool = True
    sharp: float = 0.5  # share of images moved by whole pixels only: resampling blurs, and a network that sees no sharp face misreads one
    rotation_degrees: float = 10.0
    zoom: float = 0.1  # factor exp(+-zoom): crops are framed a little closer or wider
    shift: float = 0.06  # of the side, in each direction
    contrast: float = 0.2  # factor exp(+-contrast)
    brightness: float = 0.1  # of the full range
    colour: float = 0.15  # factor exp(+-colour) per channel: white balance; RGB only
    grey: float = 0.1  # share of images without colour; RGB only
    spoilt: float = 0.1  # share of images that are blurred, and of those that get noise
    noise: float = 15.0  # deviation in grey levels, at most
    blur: float = 1.2  # deviation in pixels, at most
    erase: float = 0.05  # share of images with a rectangle of 2 to 15 % of the area in one grey: hands, phones, hair


GENTLE = Augmentation(rotation_degrees=7, zoom=0.07, shift=0.04, contrast=0.15, brightness=0.08)
"""For the last epochs, so that they look more like what the network will see."""

HARDY = {"noise": 30.0, "blur": 2.0, "rotation_degrees": 20.0}
"""For faces in poor light, far away and of heads held askew, in as large a share of images as one wants."""

PLAIN: dict[str, Any] = {
    "augmentation": Augmentation(
        sharp=0, rotation_degrees=10, zoom=0.1, shift=0.1, contrast=0, brightness=0, colour=0, grey=0, spoilt=0, erase=0
    ),
    "label_smoothing": 0.0,
    "hints": 0.0,
}
"""What the authors of the published designs did, where they tell it: the labels as they are, crops turned by 10 degrees, moved and
zoomed by a tenth, and mirrored (Arriaga et al.'s training script)."""


def vary(
    image: NDArray[np.uint8], side: int, random: np.random.Generator, how: Augmentation
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return a variation of `image` uint8 [height, width, channels]: only placed otherwise as uint8, and as a network sees it as float32.

    Both are [side, side, channels] in 0..255. The second is the first through a poor camera, in other light, with something before it.
    """
    clear = _placed(image, side, random, how)
    lit = _light(_soften(clear, random, how).reshape(clear.shape).astype(np.float32), random, how)
    if random.random() < how.erase:
        _erase(lit, random)
    return clear, lit


def _placed(image: NDArray[np.uint8], side: int, random: np.random.Generator, how: Augmentation) -> NDArray[np.uint8]:
    """Turn, move, zoom and mirror."""
    height, width, channels = image.shape
    sharp = random.random() < how.sharp
    angle = 0.0 if sharp else random.uniform(-1, 1) * how.rotation_degrees
    zoom = 1.0 if sharp else np.exp(random.uniform(-how.zoom, how.zoom))
    shift = random.uniform(-how.shift, how.shift, 2) * side
    matrix = cv2.getRotationMatrix2D((width / 2 - 0.5, height / 2 - 0.5), angle, side / width * zoom)
    matrix[:, 2] = matrix[:, 2] + np.array([side - width, side - height]) / 2 + (np.rint(shift) if sharp else shift)
    if how.flip and random.random() < 0.5:
        matrix[0] = -matrix[0]
        matrix[0, 2] += side - 1
    varied = cv2.warpAffine(image, matrix, (side, side), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(varied, np.uint8).reshape(side, side, channels)


def _soften(image: NDArray, random: np.random.Generator, how: Augmentation) -> NDArray:
    """Blur or add noise, as small and dim faces have it."""
    if random.random() < how.spoilt:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), random.uniform(0.3, how.blur)), np.uint8)
    if random.random() < how.spoilt:
        return image + random.normal(0, random.uniform(0, how.noise), image.shape)
    return image


def _erase(image: NDArray[np.float32], random: np.random.Generator) -> None:
    """Cover a rectangle, as random erasing does (Zhong et al. 2017, arXiv 1708.04896)."""
    area, ratio = random.uniform(0.02, 0.15), np.exp(random.uniform(-1, 1))
    height, width = (min(image.shape[0], round(image.shape[0] * np.sqrt(part))) for part in (area * ratio, area / ratio))
    top, left = random.integers(0, image.shape[0] - height + 1), random.integers(0, image.shape[1] - width + 1)
    image[top : top + height, left : left + width] = random.uniform(0, 255)


def _light(image: NDArray[np.float32], random: np.random.Generator, how: Augmentation) -> NDArray[np.float32]:
    if image.shape[2] == 3:
        image = image * np.exp(random.uniform(-how.colour, how.colour, 3)).astype(np.float32)
        if random.random() < how.grey:
            image = np.repeat(image @ np.array([[0.299], [0.587], [0.114]], np.float32), 3, axis=2)
    middle = image.mean()
    image = (image - middle) * np.float32(np.exp(random.uniform(-how.contrast, how.contrast))) + middle
    return np.clip(image + np.float32(random.uniform(-1, 1) * how.brightness * 255), 0, 255)
