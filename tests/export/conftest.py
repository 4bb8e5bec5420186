"""Tiny data sets in their authors' layouts, for tests that need no download."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

VOTES = ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF"]


@pytest.fixture(scope="session")
def fer2013_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a FER2013 of 140 faces whose label decides their brightness, so that a network can learn it in seconds."""
    root = tmp_path_factory.mktemp("data")
    folder = root / "fer2013"
    folder.mkdir()
    random = np.random.default_rng(1)
    usages = ["Training"] * 98 + ["PublicTest"] * 21 + ["PrivateTest"] * 21
    with (
        open(folder / "fer2013.csv", "w", newline="") as kaggle,
        open(folder / "fer2013new.csv", "w", newline="") as plus,
    ):
        faces, votes = csv.writer(kaggle), csv.writer(plus)
        faces.writerow(["emotion", "pixels", "Usage"])
        votes.writerow(["Usage", "Image name", *VOTES])
        for number, usage in enumerate(usages):
            emotion = number % 7
            pixels = np.clip(random.normal(30 * emotion + 20, 3, 48 * 48), 0, 255).astype(int)
            faces.writerow([emotion, " ".join(map(str, pixels)), usage])
            counts = [0] * 10
            counts[VOTES.index(("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")[emotion])] = 8
            counts[VOTES.index("unknown")] = 2
            votes.writerow([usage, f"fer{number:07d}.png", *counts])
    return root


@pytest.fixture(scope="session")
def utkface_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a UTKFace of 200 plain images with names in the authors' form."""
    root = tmp_path_factory.mktemp("data")
    folder = root / "UTKFace"
    folder.mkdir()
    for number in range(200):
        name = f"{number % 90}_{number % 2}_{number % 5}_{20170100000000000 + number}.jpg.chip.jpg"
        cv2.imwrite(str(folder / name), np.full((112, 112, 3), 100 + number % 50, np.uint8))
    return root
