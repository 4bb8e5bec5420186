"""Measure a network end to end on whole photos: decoded, found, cropped and classified by the server's own pipeline."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from export.data.wider import OVERLAP, SMALLEST, Face
from export.network import MODELS
from webapp.vision.box import iou, size
from webapp.vision.classify import Classifier, load_classifier
from webapp.vision.detect import Detector, load_detector
from webapp.vision.image import decode

MAX_PIXELS = 50_000_000


def measure_smiles(folder: Path, photos: list[tuple[Path, bool]]) -> dict[str, Any]:
    """Return how often the largest face's smile, cut at the manifest's threshold, agrees with the photo's label.

    A photo in which no face is found counts as wrong.
    """
    classify = load_classifier(folder)
    manifest = classify.network.manifest
    detect = load_detector(MODELS / "face")
    smiles = [_smile(detect, classify, path) for path, _ in photos]
    labels = np.array([smiling for _, smiling in photos])
    threshold = manifest["calibration"]["smile_threshold"]
    right = np.array([smile is not None and (smile >= threshold) == label for smile, label in zip(smiles, labels, strict=True)])
    return {
        "count": len(photos),
        "accuracy": round(float(right.mean()), 4),
        "balanced_accuracy": round(float((right[labels].mean() + right[~labels].mean()) / 2), 4),
        "missed": sum(smile is None for smile in smiles),
        "per_label": {
            name: {"count": int(chosen.sum()), "recall": round(float(right[chosen].mean()), 4)}
            for name, chosen in (("smiling", labels), ("not smiling", ~labels))
        },
    }


def measure_gender(folder: Path, photos: dict[Path, list[Face]]) -> dict[str, Any]:
    """Return how often the perceived gender of a face in ordinary photos agrees with two people's, for faces that are found.

    Counted are faces of SMALLEST pixels and more in height; `missed` are those that were not found, `unknown` those found whose calibrated
    probability stays below the manifest's `unsure_below`: the product calls them unknown. The accuracy is that of all found.
    """
    classify, detect = load_classifier(folder), load_detector(MODELS / "face")
    labels = classify.network.manifest["labels"]
    asked: list[str] = []
    answers: list[dict[str, float]] = []
    missed = 0
    for path, faces in photos.items():
        image = decode(path.read_bytes(), MAX_PIXELS)
        boxes = [detection.box for detection in detect(image)]
        for face in faces:
            if not face.valid or face.gender is None or face.box.height < SMALLEST:
                continue
            nearest = max(boxes, key=lambda box: iou(face.box, box), default=None)
            if nearest is None or iou(face.box, nearest) < OVERLAP:
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
        "balanced_accuracy": round(float(np.mean([row["recall"] for row in recalls.values()])), 4),
        "missed": missed,
        "unknown": _share(~sure),
        "accuracy_where_sure": _share((answer == truth)[sure]),
        "per_label": recalls,
    }


def _share(values: NDArray[np.bool_]) -> float:
    return round(float(values.mean()), 4) if len(values) else 0.0


def _smile(detect: Detector, classify: Classifier, path: Path) -> float | None:
    image = decode(path.read_bytes(), MAX_PIXELS)
    detections = detect(image)
    if not detections:
        return None
    largest = max(detections, key=lambda detection: size(detection.box))
    return classify(image, [largest.box])[0][classify.network.manifest["smile_label"]]
