"""WIDER FACE (Yang et al. 2016, arXiv 1511.06523), part of its validation photos, longest side 640 pixels.

`WIDER/faces.csv` holds `file,face,x,y,w,h,...,invalid,...,perceived_gender` in pixels of the photos beside it; perceived gender
(CC BY-NC 4.0) is given where two people agreed. Never trained on.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from export.data import require
from webapp.vision.box import Box

SMALLEST, OVERLAP = 40, 0.5
"""Height in pixels from which on a labelled face counts, and the overlap at which it is found: smaller ones are too coarse to classify."""


@dataclass(frozen=True)
class Face:
    """A labelled face: its box in pixels, whether the authors call it fit to be looked for, and its gender where it was agreed on."""

    box: Box
    valid: bool
    gender: str | None


def load(folder: Path) -> dict[Path, list[Face]]:
    """Return the faces of every photo; raise FileNotFoundError where the set is missing."""
    inner = folder / "WIDER"
    root = inner if inner.is_dir() else folder
    photos: dict[Path, list[Face]] = defaultdict(list)
    with open(require(root / "faces.csv", "WIDER FACE"), newline="") as source:
        for row in csv.DictReader(source):
            box = Box(*(float(row[name]) for name in "xywh"))
            gender = row["perceived_gender"].lower()
            photos[root / row["file"]].append(Face(box, row["invalid"] == "0", gender if gender in ("female", "male") else None))
    return dict(photos)
