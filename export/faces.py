"""Measure how many faces the detector finds in the photos of WIDER FACE."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from export.data import wider
from export.data.wider import OVERLAP, SMALLEST, Face
from webapp.vision.box import iou
from webapp.vision.detect import Detector, load_detector

SIDES = (320, 480, 640)


def measure_faces(folder: Path, data: Path) -> dict[str, Any]:
    """Return recall and precision of the detector in `folder` for faces of 40 pixels and more, for each side it may look at."""
    detect = load_detector(folder)
    photos = wider.load(data)
    return {"set": "WIDER FACE val", "photos": len(photos), "smallest_px": SMALLEST} | {
        str(side): _at_side(detect, photos, side) for side in SIDES
    }


def _at_side(detect: Detector, photos: dict[Path, list[Face]], side: int) -> dict[str, float]:
    wanted = found = given = right = 0
    for path, faces in photos.items():
        boxes = [one.box for one in detect(np.asarray(Image.open(path).convert("RGB")), side)]
        counted = [face.box for face in faces if face.valid and face.box.height >= SMALLEST]
        wanted += len(counted)
        found += sum(any(iou(face, box) >= OVERLAP for box in boxes) for face in counted)
        large = [box for box in boxes if box.height >= SMALLEST]
        given += len(large)
        right += sum(any(iou(face.box, box) >= OVERLAP for face in faces) for box in large)
    return {"recall": round(found / wanted, 3), "precision": round(right / given, 3)}
