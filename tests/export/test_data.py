import shutil
from pathlib import Path

import numpy as np
import pytest

from export.data import fer2013, only, utkface


def test_fer2013_is_split_by_usage(fer2013_folder: Path) -> None:
    counts = {split: len(fer2013.load(fer2013_folder, split)) for split in ("train", "validation", "test")}

    assert counts == {"train": 98, "validation": 21, "test": 21}


def test_fer2013_keeps_pixels_and_labels_of_a_row(fer2013_folder: Path) -> None:
    samples = fer2013.load(fer2013_folder, "train")

    assert samples.images.shape == (98, 48, 48, 1)
    assert samples.images.dtype == np.uint8
    assert [int(row.argmax()) for row in samples.targets[:8]] == [0, 1, 2, 3, 4, 5, 6, 0]
    assert samples.images[3].mean() == pytest.approx(110, abs=1)


def test_ferplus_takes_the_plurality_and_leaves_out_unclear_rows(fer2013_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(fer2013_folder, tmp_path / "edited")
    votes = folder / "fer2013" / "fer2013new.csv"
    lines = votes.read_text().splitlines()
    private = [number for number, line in enumerate(lines) if line.startswith("PrivateTest")]
    lines[private[0]] = "PrivateTest,fer0000119.png,4,4,0,0,0,0,0,0,2,0"
    lines[private[1]] = "PrivateTest,fer0000120.png,1,2,0,0,0,0,0,7,0,0"
    lines[private[2]] = "PrivateTest,,8,0,0,0,0,0,0,0,0,2"
    lines[private[3]] = "PrivateTest,fer0000122.png,1,8,0,0,0,0,0,0,1,0"
    votes.write_text("\n".join(lines) + "\n")

    samples = fer2013.load_plus(folder, "test")

    assert len(samples) == 21 - 3
    assert samples.labels[int(samples.targets[0].argmax())] == "happy"


def test_learning_from_ferplus_takes_shares_of_votes_and_no_slips(fer2013_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(fer2013_folder, tmp_path / "edited")
    votes = folder / "fer2013" / "fer2013new.csv"
    lines = votes.read_text().splitlines()
    lines[1] = "Training,fer0000000.png,2,6,1,0,0,0,0,0,1,0"
    lines[2] = "Training,fer0000001.png,1,2,0,0,0,0,0,7,0,0"
    lines[3] = "Training,fer0000002.png,1,1,1,1,1,1,1,1,1,1"
    votes.write_text("\n".join(lines) + "\n")

    samples = fer2013.load_shares(folder, "train")

    assert len(samples) == 98 - 2
    shares = dict(zip(samples.labels, samples.targets[0].tolist(), strict=True))
    assert (shares["happy"], shares["neutral"], shares["surprise"]) == (0.75, 0.25, 0)


def test_what_is_learnt_from_ferplus_is_chosen_by_its_plurality(fer2013_folder: Path) -> None:
    chosen, plurality = (load(fer2013_folder, "validation") for load in (fer2013.load_shares, fer2013.load_plus))

    assert (chosen.targets == plurality.targets).all()


def test_a_missing_data_set_says_where_it_is_expected(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="--data"):
        fer2013.load(tmp_path, "train")


def test_utkface_reads_gender_age_and_race_from_the_name(utkface_folder: Path) -> None:
    samples = utkface.load(utkface_folder, "test")

    assert samples.images.shape[1:] == (56, 56, 3)
    assert list(samples.attributes["gender"]) == [samples.labels[int(row.argmax())] for row in samples.targets]
    assert set(samples.attributes["race"]) <= set(utkface.RACES)


def test_the_split_of_a_name_never_changes() -> None:
    names = [f"{age}_0_0_2017{age:04d}.jpg.chip.jpg" for age in range(1000)]
    shares = {split: sum(utkface.split_of(name) == split for name in names) / 1000 for split in ("train", "validation", "test")}

    assert utkface.split_of("100_0_0_20170112213500903.jpg.chip.jpg") == "test"
    assert shares["test"] == pytest.approx(0.2, abs=0.04)
    assert shares["validation"] == pytest.approx(0.1, abs=0.03)


@pytest.mark.parametrize(("age", "group"), [(1, "0-3"), (4, "4-12"), (12, "4-12"), (13, "13-19"), (60, "60-116"), (116, "60-116")])
def test_ages_fall_into_the_groups_of_the_report(age: int, group: str) -> None:
    assert utkface.age_group(age) == group


def test_some_labels_of_a_set_can_be_learnt_alone(fer2013_folder: Path) -> None:
    samples = only(fer2013.load(fer2013_folder, "train"), ("happy", "angry"))

    assert len(samples) == 28
    assert samples.labels == ("happy", "angry")
    assert samples.targets.sum(axis=1) == pytest.approx(1)
    assert samples.images[samples.targets[:, 0] == 1].mean() == pytest.approx(110, abs=1)


def test_a_label_that_a_set_does_not_have_is_told(fer2013_folder: Path) -> None:
    with pytest.raises(ValueError, match="contempt"):
        only(fer2013.load(fer2013_folder, "train"), ("happy", "contempt"))
