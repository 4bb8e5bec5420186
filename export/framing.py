"""How tightly a data set frames its faces, in terms of the detector's boxes: the crop scale at which inference sees what training saw."""

import cv2
import numpy as np
from numpy.typing import NDArray

from export.network import MODELS
from webapp.vision.detect import load_detector

SHOWN, CANVAS = 240, 320
"""Crops are enlarged to SHOWN pixels and shown to the detector in the middle of a square of CANVAS pixels."""


def crop_scale(crops: NDArray[np.uint8], limit: int = 600) -> float:
    """Return the median, over crops [count, side, side, 1 or 3] in which one face is found, of crop side over the larger side of its box.

    Labels are not looked at. Raises ValueError where fewer than half of the crops show exactly one face.
    """
    detect = load_detector(MODELS / "face")
    scales = []
    for crop in crops[:: max(1, len(crops) // limit)]:
        detections = detect(shown(crop), CANVAS)
        if len(detections) == 1:
            box = detections[0].box
            scales.append(SHOWN / max(box.width, box.height))
    if len(scales) * 2 < min(limit, len(crops)):
        raise ValueError(f"one face was found in only {len(scales)} crops: are these face crops?")
    return round(float(np.median(scales)), 2)


def shown(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the crop enlarged, in the middle of a square whose border continues its edge: uint8 RGB [CANVAS, CANVAS, 3]."""
    rgb = np.repeat(crop, 3, axis=2) if crop.shape[2] == 1 else crop
    large = cv2.resize(rgb, (SHOWN, SHOWN), interpolation=cv2.INTER_CUBIC)
    border = (CANVAS - SHOWN) // 2
    return np.asarray(cv2.copyMakeBorder(large, border, border, border, border, cv2.BORDER_REPLICATE), np.uint8)
