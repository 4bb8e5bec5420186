"""UTKFace (Zhang, Song, Qi 2017): aligned, loosely cropped faces whose file name holds age, gender and race.

The authors give no split. Here the SHA-256 of the file name decides: a fifth is test, a tenth validation, the rest train.
"""

import hashlib
from pathlib import Path

import cv2
import numpy as np

from export.data import Samples, one_hot, require, resized

LABELS = ("female", "male")
RACES = ("White", "Black", "Asian", "Indian", "Others")
AGE_GROUPS = ((0, 3), (4, 12), (13, 19), (20, 39), (40, 59), (60, 116))


def load(folder: Path, split: str, side: int = 56) -> Samples:
    """Return the faces of `split`, uint8 RGB [count, side, side, 3], with age group, labelled race and gender as attributes."""
    inner = folder / "UTKFace"
    root = require(inner if inner.is_dir() else folder, "UTKFace")
    paths = sorted(path for path in root.glob("*_*_*_*.jpg*") if split_of(path.name) == split)
    if not paths:
        raise FileNotFoundError(f"no image named age_gender_race_time.jpg in {root}: pass the UTKFace folder with --data")
    fields = [path.name.split("_") for path in paths]
    genders = np.array([1 - int(field[1]) for field in fields])
    return Samples(
        np.concatenate([resized(_pixels(path)[None], side) for path in paths]),
        one_hot(genders, len(LABELS)),
        LABELS,
        {
            "age": np.array([age_group(int(field[0])) for field in fields]),
            "race": np.array([RACES[int(field[2])] for field in fields]),
            "gender": np.array([LABELS[gender] for gender in genders]),
        },
    )


def split_of(name: str) -> str:
    """Return train, validation or test for a file name, the same on every machine."""
    twentieth = int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) % 20
    return "test" if twentieth < 4 else "validation" if twentieth < 6 else "train"


def age_group(age: int) -> str:
    """Return the report's age group of `age` in years, such as "20-39"."""
    low, high = next(group for group in AGE_GROUPS if age <= group[1])
    return f"{low}-{high}"


def _pixels(path: Path) -> np.ndarray:
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError(f"{path} is no readable image: remove it or unpack the data set again")
    return np.ascontiguousarray(image[:, :, ::-1])
