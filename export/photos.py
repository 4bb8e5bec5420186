"""Measure a network end to end on whole photos: decoded, found, cropped and classified by the server's own pipeline."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np

from export.network import ExportedNetwork
from webapp.vision.crop import crop, crop_box
from webapp.vision.detect import load_detector

DETECT_SIDE = 640


def measure_smiles(folder: Path, photos: list[tuple[Path, bool]]) -> dict[str, Any]:
    """Return how often the largest face's smile, cut at the manifest's threshold, agrees with the photo's label.

    A photo in which no face is found counts as wrong.
    """
    network = ExportedNetwork(folder)
    threshold = network.manifest["calibration"]["smile_threshold"]
    smiles = [smile_of(network, path) for path, _ in photos]
    labels = np.array([smiling for _, smiling in photos])
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
