"""A person's own pictures: one folder per label, or a `labels.csv` with the columns file, label and, if wanted, split.

Photos and face crops may be mixed: where the face detector finds a face that fills less than 60 % of a picture, the largest one is
cut out, square and with a little room around it; any other picture is taken whole. Without a column `split`, the SHA-256 of the file's name
decides, as for UTKFace.
"""

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from export.data import Samples, one_hot, resized
from export.data.utkface import split_of
from export.network import MODELS
from webapp.vision.box import crop_box, size
from webapp.vision.crop import crop
from webapp.vision.detect import Detector, load_detector
from webapp.vision.image import BadImage, decode

KINDS = {".jpg", ".jpeg", ".png", ".webp"}
FILLS, ROOM = 0.6, 1.05
MAX_PIXELS = 100_000_000


def load(folder: Path, split: str, side: int, channels: int, known: tuple[str, ...]) -> Samples:
    """Return the faces of `split`, uint8 [count, side, side, channels], with those labels of `known` that occur, in that order.

    Raises ValueError that names the file where a picture cannot be read or a label is not known, and FileNotFoundError where no picture is.
    """
    rows = _listed(folder) if (folder / "labels.csv").exists() else _sorted(folder)
    strange = {label: path for path, label, _ in rows if label not in known}
    if strange:
        label, path = next(iter(strange.items()))
        raise ValueError(f"{path} has the label {label!r}: use {', '.join(known)}")
    labels = tuple(label for label in known if any(label == row[1] for row in rows))
    chosen = [(path, label) for path, label, part in rows if part == split]
    if not chosen:
        raise FileNotFoundError(f"no picture for {split} in {folder}: it needs a folder per label with pictures in it, or labels.csv")
    detect = load_detector(MODELS / "face")
    faces = np.concatenate([resized(_face(path, detect)[None], side) for path, _ in chosen])
    targets = one_hot(np.array([labels.index(label) for _, label in chosen]), len(labels))
    return Samples(faces if channels == 3 else _grey(faces), targets, labels)


def _sorted(folder: Path) -> list[tuple[Path, str, str]]:
    paths = [path for path in sorted(folder.glob("*/*")) if path.suffix.lower() in KINDS]
    return [(path, path.parent.name, split_of(path.name)) for path in paths]


def _listed(folder: Path) -> list[tuple[Path, str, str]]:
    with open(folder / "labels.csv", newline="") as source:
        rows = list(csv.DictReader(source))
    if not rows or not {"file", "label"} <= rows[0].keys():
        raise ValueError(f"{folder / 'labels.csv'} needs a first line `file,label` (and `split`, if wanted) and a line per picture")
    return [(folder / row["file"], row["label"], row.get("split") or split_of(Path(row["file"]).name)) for row in rows]


def _face(path: Path, detect: Detector) -> NDArray[np.uint8]:
    try:
        picture = decode(path.read_bytes(), MAX_PIXELS)
    except (BadImage, OSError) as problem:
        raise ValueError(f"{path}: {problem}") from None
    boxes = [found.box for found in detect(picture)]
    largest = max(boxes, key=size, default=None)
    if largest is None or size(largest) > FILLS * min(picture.shape[:2]):
        return _square(picture)
    box = crop_box(largest, ROOM)
    wide = round(box.width)
    return _whole(crop(picture, (box.x, box.y, box.width, box.height), wide, wide))


def _square(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    side = max(height, width)
    return _whole(crop(picture, ((width - side) / 2, (height - side) / 2, side, side), side, side))


def _grey(faces: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return _whole(faces @ np.array([[0.299], [0.587], [0.114]]))


def _whole(pixels: NDArray) -> NDArray[np.uint8]:
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
