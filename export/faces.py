"""Measure how many faces the detector finds in photos: WIDER FACE (Yang et al. 2016, arXiv 1511.06523), validation part.

`WIDER/faces.csv` holds `file,face,x,y,w,h,...,invalid,...` in pixels of the photos beside it. Never trained on.
"""

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from export.data import require
from webapp.vision.box import Box, iou
from webapp.vision.detect import Detector, load_detector

SIDES = (320, 480, 640)
SMALLEST = 40
"""Height in pixels of the photo, whose longest side is 640, of the faces that count: smaller ones are too coarse to classify."""
OVERLAP = 0.5


def measure_faces(folder: Path, data: Path) -> dict[str, Any]:
    """Return recall and precision of the detector in `folder` for faces of 40 pixels and more, for each side it may look at."""
    detect = load_detector(folder)
    photos = load(data)
    return {"set": "WIDER FACE val", "photos": len(photos), "smallest_px": SMALLEST} | {
        str(side): _at_side(detect, photos, side) for side in SIDES
    }


def load(data: Path) -> dict[Path, list[tuple[Box, bool]]]:
    """Return by photo its faces, each with whether it is fit to be counted; raise FileNotFoundError where the set is missing."""
    root = data / "WIDER"
    photos: dict[Path, list[tuple[Box, bool]]] = defaultdict(list)
    with open(require(root / "faces.csv", "WIDER FACE"), newline="") as source:
        for row in csv.DictReader(source):
            box = Box(*(float(row[name]) for name in "xywh"))
            photos[root / row["file"]].append((box, row["invalid"] == "0" and box.height >= SMALLEST))
    return dict(photos)


def _at_side(detect: Detector, photos: dict[Path, list[tuple[Box, bool]]], side: int) -> dict[str, float]:
    wanted = found = given = right = 0
    for path, faces in photos.items():
        boxes = [one.box for one in detect(np.asarray(Image.open(path).convert("RGB")), side)]
        wanted += sum(counts for _, counts in faces)
        found += sum(counts and any(iou(face, box) >= OVERLAP for box in boxes) for face, counts in faces)
        large = [box for box in boxes if box.height >= SMALLEST]
        given += len(large)
        right += sum(any(iou(face, box) >= OVERLAP for face, _ in faces) for box in large)
    return {"recall": round(found / wanted, 3), "precision": round(right / given, 3)}
