"""FER2013 (Goodfellow et al. 2013, arXiv 1307.0414) and its FER+ labels (Barsoum et al. 2016, arXiv 1608.01041).

`fer2013.csv` holds `emotion,pixels,Usage` as in the Kaggle challenge; `fer2013new.csv` the ten taggers' votes for the
same rows. Usage Training, PublicTest and PrivateTest are train, validation and test.
"""

import csv
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from export.data import Samples, one_hot, require, resized

LABELS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
USAGES = {"train": "Training", "validation": "PublicTest", "test": "PrivateTest"}
VOTES = {
    "angry": "anger",
    "disgust": "disgust",
    "fear": "fear",
    "happy": "happiness",
    "sad": "sadness",
    "surprise": "surprise",
    "neutral": "neutral",
}
SIDE = 48
TAGGERS = 10


def load(folder: Path, split: str, side: int = SIDE) -> Samples:
    """Return the faces of `split` with their original labels, uint8 [count, side, side, 1]."""
    images, labels, usages, _ = _rows(_locate(folder))
    chosen = usages == USAGES[split]
    return Samples(resized(images[chosen], side), one_hot(labels[chosen], len(LABELS)), LABELS)


def load_votes(folder: Path, split: str) -> NDArray[np.float32]:
    """Return what FER+'s ten taggers answered to each face of `split`, [count, 10] shares: the seven labels, contempt, unknown, no face."""
    _, _, usages, votes = _rows(_locate(folder))
    return (np.concatenate(_present(votes, folder), axis=1)[usages == USAGES[split]] / TAGGERS).astype(np.float32)


def load_plus(folder: Path, split: str, side: int = SIDE) -> Samples:
    """Return the faces of `split` labelled by FER+ plurality among the seven labels, uint8 [count, side, side, 1].

    Left out, as in the FER+ paper's majority mode: rows that are no face, and rows whose most-voted answer is
    contempt, unknown or a tie of two.
    """
    images, _, usages, votes = _rows(_locate(folder))
    counts, others = _present(votes, folder)
    ordered = np.sort(counts, axis=1)
    clear = (ordered[:, -1] > ordered[:, -2]) & (ordered[:, -1] > others.max(axis=1))
    chosen = clear & (usages == USAGES[split])
    return Samples(resized(images[chosen], side), one_hot(counts[chosen].argmax(axis=1), len(LABELS)), LABELS)


def load_shares(folder: Path, split: str, side: int = SIDE) -> Samples:
    """Return the faces of `split` with FER+ as the truth; of the training split each label's share of the votes, else as `load_plus`.

    As in the FER+ paper's training on probabilities, a single tagger's vote for a label counts as a slip; faces are left out that
    have no name, or more votes for contempt, unknown and no face than for the seven labels.
    """
    if split != "train":
        return load_plus(folder, split, side)
    images, _, usages, votes = _rows(_locate(folder))
    counts, others = _present(votes, folder)
    kept = np.where(counts > 1, counts, 0)
    chosen = (kept.sum(axis=1) > 0) & (counts.sum(axis=1) >= others.sum(axis=1)) & (usages == USAGES[split])
    shares = (kept[chosen] / kept[chosen].sum(axis=1, keepdims=True)).astype(np.float32)
    return Samples(resized(images[chosen], side), shares, LABELS)


def _present(votes: tuple[NDArray, NDArray] | None, folder: Path) -> tuple[NDArray, NDArray]:
    if votes is None:
        raise FileNotFoundError(f"fer2013new.csv (FER+) expected beside fer2013.csv in {_locate(folder)}")
    return votes


def _locate(folder: Path) -> Path:
    inner = folder / "fer2013"
    return inner if inner.is_dir() else folder


@cache
def _rows(folder: Path) -> tuple[NDArray, NDArray, NDArray, tuple[NDArray, NDArray] | None]:
    images, labels, usages = [], [], []
    with open(require(folder / "fer2013.csv", "FER2013"), newline="") as source:
        for row in csv.DictReader(source):
            images.append(np.fromstring(row["pixels"], dtype=np.uint8, sep=" "))
            labels.append(int(row["emotion"]))
            usages.append(row["Usage"])
    faces = np.stack(images).reshape(-1, SIDE, SIDE, 1)
    return faces, np.array(labels), np.array(usages), _votes(folder / "fer2013new.csv")


def _votes(path: Path) -> tuple[NDArray, NDArray] | None:
    if not path.exists():
        return None
    with open(path, newline="") as source:
        rows = list(csv.DictReader(source))
    named = np.array([bool(row["Image name"]) for row in rows])[:, None]
    counts = np.array([[int(row[VOTES[label]]) for label in LABELS] for row in rows])
    others = np.array([[int(row[name]) for name in ("contempt", "unknown", "NF")] for row in rows])
    return counts * named, others
