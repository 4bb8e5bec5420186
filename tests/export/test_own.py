"""A person's own pictures, from files to faces."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage.data import astronaut

from export.data import own
from export.framing import framing

LABELS = ("angry", "happy", "neutral")


def test_a_folder_per_label_is_read(tmp_path: Path) -> None:
    save_faces(tmp_path)

    splits = {split: own.load(tmp_path, split, 48, 1, LABELS) for split in ("train", "validation", "test")}

    assert sum(len(samples) for samples in splits.values()) == 80
    assert splits["train"].labels == ("happy", "neutral")
    assert splits["train"].images.shape[1:] == (48, 48, 1)
    assert splits["train"].images[splits["train"].targets[:, 0] == 1].mean() > 180


def test_a_table_of_labels_is_read(tmp_path: Path) -> None:
    save_faces(tmp_path)
    with open(tmp_path / "labels.csv", "w", newline="") as table:
        csv.writer(table).writerows([["file", "label", "split"], ["happy/0.png", "angry", "train"], ["neutral/1.png", "happy", "test"]])

    samples = own.load(tmp_path, "train", 48, 3, LABELS)

    assert samples.labels == ("angry", "happy")
    assert samples.targets.tolist() == [[1, 0]]


def test_the_face_is_cut_out_of_a_photo(tmp_path: Path) -> None:
    (tmp_path / "happy").mkdir()
    cv2.imwrite(str(tmp_path / "happy" / "photo.png"), astronaut()[:, :, ::-1])
    (tmp_path / "labels.csv").write_text("file,label,split\nhappy/photo.png,happy,train\n")

    faces = own.load(tmp_path, "train", 64, 3, LABELS).images

    assert framing(faces)["crop_scale"] == pytest.approx(own.ROOM, abs=0.1)


def test_a_label_that_nobody_knows_is_told_with_its_file(tmp_path: Path) -> None:
    save_faces(tmp_path)

    with pytest.raises(ValueError, match=r"neutral.*use happy"):
        own.load(tmp_path, "train", 48, 1, ("happy",))


def test_a_broken_picture_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("file,label,split\nbroken.png,happy,train\n")
    (tmp_path / "broken.png").write_bytes(b"no picture")

    with pytest.raises(ValueError, match=r"broken\.png"):
        own.load(tmp_path, "train", 48, 1, LABELS)


def test_an_empty_folder_says_what_belongs_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="a folder per label"):
        own.load(tmp_path, "train", 48, 1, LABELS)


def save_faces(folder: Path) -> None:
    """Save forty plain pictures each for happy (bright) and neutral (dark)."""
    for label, brightness in (("happy", 200), ("neutral", 50)):
        (folder / label).mkdir()
        for number in range(40):
            cv2.imwrite(str(folder / label / f"{number}.png"), np.full((60, 50, 3), brightness, np.uint8))
