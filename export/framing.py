"""How a data set frames its faces, in terms of the detector's boxes, so that inference sees what training saw."""

import cv2
import numpy as np
from numpy.typing import NDArray

from export.network import MODELS
from webapp.vision.box import centre
from webapp.vision.detect import load_detector

SHOWN, CANVAS = 240, 320
"""Crops are enlarged to SHOWN pixels and shown to the detector in the middle of a square of CANVAS pixels."""


def framing(crops: NDArray[np.uint8], limit: int = 600) -> dict[str, float]:
    """Return the manifest's `crop_scale` and `crop_shift` for crops [count, side, side, 1 or 3] such as a network was trained on.

    Over the crops in which one face is found: the median of the crop's side over the larger side of the box, and of how far the crop's
    centre lies below the box's, as a share of the crop's side. Labels are not looked at. Raises ValueError where fewer than half of
    the crops show exactly one face.
    """
    detect = load_detector(MODELS / "face")
    chosen = crops[:: max(1, len(crops) // limit)]
    found = [detections[0].box for detections in (detect(shown(crop), CANVAS) for crop in chosen) if len(detections) == 1]
    if len(found) * 2 < len(chosen):
        raise ValueError(f"one face was found in only {len(found)} of {len(chosen)} crops: are these face crops?")
    scales = [SHOWN / max(box.width, box.height) for box in found]
    shifts = [(CANVAS / 2 - centre(box)[1]) / SHOWN for box in found]
    return {"crop_scale": round(float(np.median(scales)), 2), "crop_shift": round(float(np.median(shifts)), 3)}


def shown(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the crop enlarged, in the middle of a square whose border continues its edge: uint8 RGB [CANVAS, CANVAS, 3]."""
    rgb = np.repeat(crop, 3, axis=2) if crop.shape[2] == 1 else crop
    large = cv2.resize(rgb, (SHOWN, SHOWN), interpolation=cv2.INTER_CUBIC)
    border = (CANVAS - SHOWN) // 2
    return np.asarray(cv2.copyMakeBorder(large, border, border, border, border, cv2.BORDER_REPLICATE), np.uint8)
