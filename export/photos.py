"""Measure a network end to end on whole photos: decoded, found, cropped and classified by the server's own pipeline."""

from collections.abc import Callable
from math import ceil
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from export.data.wider import OVERLAP, SMALLEST, Face
from export.network import MODELS
from webapp.vision.box import Box, centre, iou, size
from webapp.vision.classify import Classifier, load_classifier
from webapp.vision.detect import Detector, load_detector
from webapp.vision.image import decode

MAX_PIXELS = 50_000_000
TILTS = (15, 30, 45)
"""Degrees by which the report turns photos, every other one the other way."""


def measure_smiles(folder: Path, photos: list[tuple[Path, bool]], tilted: float = 0) -> dict[str, Any]:
    """Return how often the largest face's smile, cut at the manifest's threshold, agrees with the photo's label.

    A photo in which no face is found counts as wrong. `tilted` turns photos by so many degrees first, every other one the other way.
    """
    classify = load_classifier(folder)
    manifest = classify.network.manifest
    detect = load_detector(MODELS / "face")
    smiles = [_smile(detect, classify, _turned(_opened(path), _angle(tilted, i))[0]) for i, (path, _) in enumerate(photos)]
    labels = np.array([smiling for _, smiling in photos])
    threshold = manifest["calibration"]["smile_threshold"]
    right = np.array([smile is not None and (smile >= threshold) == label for smile, label in zip(smiles, labels, strict=True)])
    return {
        "count": len(photos),
        "accuracy": round(float(right.mean()), 6),
        "balanced_accuracy": round(float((right[labels].mean() + right[~labels].mean()) / 2), 6),
        "missed": sum(smile is None for smile in smiles),
        "per_label": {
            name: {"count": int(chosen.sum()), "recall": round(float(right[chosen].mean()), 6)}
            for name, chosen in (("smiling", labels), ("not smiling", ~labels))
        },
    }


def measure_gender(folder: Path, photos: dict[Path, list[Face]], tilted: float = 0) -> dict[str, Any]:
    """Return how often the perceived gender of a face in ordinary photos agrees with two people's, for faces that are found.

    Counted are faces of SMALLEST pixels and more in height; `missed` are those that were not found, `unknown` those found whose calibrated
    probability stays below the manifest's `unsure_below`: the product calls them unknown. The accuracy is that of all found.
    `tilted` turns photos by so many degrees first, every other one the other way.
    """
    classify, detect = load_classifier(folder), load_detector(MODELS / "face")
    labels = classify.network.manifest["labels"]
    asked: list[str] = []
    answers: list[dict[str, float]] = []
    missed = 0
    for i, (path, faces) in enumerate(photos.items()):
        image, place = _turned(_opened(path), _angle(tilted, i))
        found = detect(image)
        for face in faces:
            if not face.valid or face.gender is None or face.box.height < SMALLEST:
                continue
            box = place(face.box)
            nearest = max(found, key=lambda one: iou(box, one.box), default=None)
            if nearest is None or iou(box, nearest.box) < OVERLAP:
                missed += 1
                continue
            asked.append(face.gender)
            answers.append(classify(image, [nearest])[0])
    truth = np.array(asked)
    answer = np.array([max(row, key=row.__getitem__) for row in answers])
    sure = np.array([max(row.values()) for row in answers]) >= classify.network.manifest["calibration"]["unsure_below"]
    recalls = {label: {"count": int((truth == label).sum()), "recall": _share((answer == label)[truth == label])} for label in labels}
    return {
        "count": len(truth),
        "accuracy": _share(answer == truth),
        "balanced_accuracy": round(float(np.mean([row["recall"] for row in recalls.values()])), 6),
        "missed": missed,
        "unknown": _share(~sure),
        "accuracy_where_sure": _share((answer == truth)[sure]),
        "per_label": recalls,
    }


def _share(values: NDArray[np.bool_]) -> float:
    return round(float(values.mean()), 6) if len(values) else 0.0


def _opened(path: Path) -> NDArray[np.uint8]:
    return decode(path.read_bytes(), MAX_PIXELS)


def _angle(degrees: float, index: int) -> float:
    return degrees if index % 2 else -degrees


def _turned(image: NDArray[np.uint8], degrees: float) -> tuple[NDArray[np.uint8], Callable[[Box], Box]]:
    """Return a picture turned about its middle, whole, its edges drawn on, and where a face's box lies in it, as large as before."""
    if degrees == 0:
        return image, lambda box: box
    height, width = image.shape[:2]
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2 - 0.5, height / 2 - 0.5), degrees, 1), np.float64)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = ceil(width * cosine + height * sine), ceil(width * sine + height * cosine)
    matrix[:, 2] += np.array([size[0] - width, size[1] - height]) / 2

    def place(box: Box) -> Box:
        x, y = matrix @ (*centre(box), 1.0)
        return Box(x - box.width / 2, y - box.height / 2, box.width, box.height)

    return np.asarray(cv2.warpAffine(image, matrix, size, borderMode=cv2.BORDER_REPLICATE), np.uint8), place


def _smile(detect: Detector, classify: Classifier, image: NDArray[np.uint8]) -> float | None:
    detections = detect(image)
    if not detections:
        return None
    largest = max(detections, key=lambda detection: size(detection.box))
    return classify(image, [largest])[0][classify.network.manifest["smile_label"]]
