"""Measure a network end to end on whole photos: decoded, found, cropped and classified by the server's own pipeline."""

from pathlib import Path
from typing import Any

import numpy as np

from export.network import MODELS
from webapp.vision.box import size
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


def _smile(detect: Detector, classify: Classifier, path: Path) -> float | None:
    image = decode(path.read_bytes(), MAX_PIXELS)
    detections = detect(image)
    if not detections:
        return None
    largest = max(detections, key=lambda detection: size(detection.box))
    return classify(image, [largest.box])[0][classify.network.manifest["smile_label"]]
