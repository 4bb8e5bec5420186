"""A person's own pictures, from files to faces."""

import csv
import json
import os
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.data import astronaut

from export.cli import main
from export.data import own
from export.evaluate import evaluate
from export.framing import framing
from export.network import MODELS
from export.publish import WEIGHTS, publish
from webapp.pages import networks

PLAIN = np.full((60, 60, 3), 210, np.uint8)
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


@pytest.mark.parametrize("how", [["--start", "emotion", "--hardy", "0.4"], ["--architecture", "resezap"]])
def test_a_network_of_ones_own_tells_of_itself_and_not_of_the_one_whose_place_it_takes(tmp_path: Path, how: list[str]) -> None:
    mine, run, models = tmp_path / "mine", tmp_path / "run", tmp_path / "models"
    mine.mkdir()
    save_faces(mine, astronaut()[40:190, 150:300])
    shutil.copytree(MODELS / "emotion", models / "emotion")

    told = main(["train", "--task", "emotion", "--own", "--data", str(mine), *how, "--epochs", "1", "--out", str(run)])
    publish("emotion", mine, run, models)

    assert told == 0
    manifest = json.loads((models / "emotion" / "manifest.json").read_text())
    assert manifest["labels"] == ["happy", "neutral"]
    assert manifest["metrics"].keys() == {"own_validation", "own_test"}
    assert "FER2013" not in json.dumps(manifest)
    [shown] = networks(models)
    assert [figure["set"] for figure in shown["figures"]] == ["pictures of one's own"]
    count, accuracy = (manifest["metrics"]["own_test"][name] for name in ("count", "accuracy"))
    assert f"Of {count} further faces {accuracy:.1%} are read as they are labelled" in shown["card"]
    assert "seven" not in shown["card"]
    assert ("It began with the weights of" in shown["card"]) == ("--start" in how)
    recipe = json.loads((run / "history.json").read_text())["recipe"]
    assert recipe["start"] == (os.path.relpath(WEIGHTS / "emotion") if "--start" in how else None)
    spoilt = {name: recipe["augmentation"][name] for name in ("spoilt", "noise", "blur")}
    assert (spoilt == {"spoilt": 0.4, "noise": 30.0, "blur": 2.0}) == recipe["clear_to_teachers"] == ("--hardy" in how)


def test_the_usual_network_is_measured_on_pictures_that_show_some_of_its_labels(tmp_path: Path) -> None:
    save_faces(tmp_path)

    figures = evaluate(MODELS / "emotion", tmp_path, "own", "test")

    recalls = [figures["per_label"][label]["recall"] for label in ("happy", "neutral")]
    assert figures["balanced_accuracy"] == pytest.approx(np.mean(recalls), abs=1e-5)
    assert {label: row["count"] for label, row in figures["per_label"].items() if row["count"]}.keys() == {"happy", "neutral"}


def test_a_run_that_is_not_there_lists_those_that_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_faces(tmp_path)
    command = ["train", "--task", "emotion", "--own", "--data", str(tmp_path), "--start", "emotions", "--out", str(tmp_path / "run")]

    assert main(command) == 2
    assert "emotion-best" in capsys.readouterr().err


def save_faces(folder: Path, face: NDArray[np.uint8] = PLAIN) -> None:
    """Save forty pictures of `face` each for happy (bright) and neutral (dark)."""
    for label, light in (("happy", 1.0), ("neutral", 0.5)):
        (folder / label).mkdir()
        for number in range(40):
            cv2.imwrite(str(folder / label / f"{number}.png"), (face * (light - number / 400)).astype(np.uint8))
