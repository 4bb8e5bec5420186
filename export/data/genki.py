"""GENKI-4K (MPLab, UC San Diego): ordinary photos of one person, labelled smiling or not.

`labels.csv` holds `file,smile,...`, the photos lie in `files/`. Never trained on. The authors give no split: a hash of the
file name makes one half validation, on which framing may be checked, and the other half test.
"""

import csv
import hashlib
from pathlib import Path

from export.data import require


def load(folder: Path, split: str) -> list[tuple[Path, bool]]:
    """Return (photo, smiling) of every photo of `split`, validation or test."""
    inner = folder / "GENKI-4K"
    root = inner if inner.is_dir() else folder
    with open(require(root / "labels.csv", "GENKI-4K"), newline="") as source:
        rows = [row for row in csv.DictReader(source) if split_of(row["file"]) == split]
    return [(root / "files" / row["file"], row["smile"] == "1") for row in rows]


def split_of(name: str) -> str:
    """Return validation or test for a file name, the same on every machine."""
    return "test" if int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) % 2 else "validation"
