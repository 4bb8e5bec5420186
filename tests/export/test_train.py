import json
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from export.augment import Augmentation, vary
from export.cli import main
from export.network import ExportedNetwork, find
from export.tasks import OFFSET, SCALE, TASKS
from export.train import Batches, Recipe, begin_with, build, samples, train

SMALL = Recipe(task="emotion", architecture="resezap", epochs=3, batch=14, sides=((0.5, 2 / 3), (1.0, 1.0)))
"""Of the designs the one with the fewest layers: TensorFlow takes longer to prepare each than to train it here."""


@pytest.fixture(scope="module")
def run(fer2013_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole small run."""
    folder = tmp_path_factory.mktemp("run")
    train(SMALL, fer2013_folder, folder)
    return folder


def test_a_few_steps_lower_the_loss_and_leave_a_whole_record(run: Path) -> None:
    record = json.loads((run / "history.json").read_text())

    assert (run / "best.keras").exists()
    assert (run / "curves.png").exists()
    assert [row["side"] for row in record["history"]] == [32, 32, 48]
    assert record["history"][1]["loss"] < record["history"][0]["loss"]
    assert record["recipe"]["seed"] == SMALL.seed
    assert record["environment"]["backend"] == keras.backend.backend()


def test_a_stopped_run_goes_on_as_if_never_stopped(
    run: Path, fer2013_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Recipe, "side", _interrupted_after_first_epoch)
        with pytest.raises(KeyboardInterrupt):
            train(SMALL, fer2013_folder, tmp_path)

    train(SMALL, fer2013_folder, tmp_path)

    whole, resumed = (json.loads((folder / "history.json").read_text())["history"] for folder in (run, tmp_path))
    assert [row["epoch"] for row in resumed] == [1, 2, 3]
    assert resumed[2]["loss"] == pytest.approx(whole[2]["loss"], rel=0.02)
    steps = [int(keras.saving.load_model(folder / "checkpoint.keras").optimizer.iterations) for folder in (run, tmp_path)]
    assert steps == [21, 21]


def test_fewer_samples_than_a_batch_are_learnt_all_the_same(fer2013_folder: Path, tmp_path: Path) -> None:
    train(replace(SMALL, epochs=1, batch=10_000), fer2013_folder, tmp_path)

    assert json.loads((tmp_path / "history.json").read_text())["history"][0]["loss"] > 0
    assert int(keras.saving.load_model(tmp_path / "checkpoint.keras").optimizer.iterations) == 1


def test_a_folder_with_another_recipe_is_left_alone(run: Path, fer2013_folder: Path) -> None:
    with pytest.raises(ValueError, match="--out"):
        train(replace(SMALL, epochs=9), fer2013_folder, run)


def test_a_run_begins_with_what_an_earlier_one_answers_for_the_same_labels(run: Path) -> None:
    labels = ("neutral", "happy", "angry")
    model = build(SMALL, len(labels))
    face = np.random.default_rng(6).normal(0, 1, (1, 48, 48, 1)).astype(np.float32)

    begin_with(run, model, SMALL, labels)

    earlier = keras.saving.load_model(run / "best.keras").predict(face, verbose=0)[0]
    known = TASKS["emotion"].labels
    np.testing.assert_allclose(model.predict(face, verbose=0)[0], [earlier[known.index(label)] for label in labels], atol=1e-5)


@pytest.mark.parametrize(("recipe", "labels"), [(replace(SMALL, architecture="simple_cnn"), ("happy",)), (SMALL, ("happy", "bored"))])
def test_a_run_does_not_begin_with_one_that_is_about_something_else(run: Path, recipe: Recipe, labels: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="--start"):
        begin_with(run, build(recipe, len(labels)), recipe, labels)


def test_without_any_variation_a_face_stays_as_it_is() -> None:
    face = np.random.default_rng(3).integers(0, 256, (48, 48, 1), np.uint8)
    nothing = Augmentation(flip=False, rotation_degrees=0, zoom=0, shift=0, contrast=0, brightness=0, colour=0, grey=0, spoilt=0, erase=0)

    _, varied = vary(face, 48, np.random.default_rng(4), nothing)

    np.testing.assert_allclose(varied, face, atol=1)


def test_sharp_variations_keep_every_grey_level_as_it_was() -> None:
    face = np.random.default_rng(3).integers(0, 256, (48, 48, 1), np.uint8)
    moved = Augmentation(flip=False, sharp=1, contrast=0, brightness=0, spoilt=0, erase=0)

    _, varied = vary(face, 48, np.random.default_rng(5), moved)

    middle = varied[10:-10, 10:-10, 0]
    windows = np.lib.stride_tricks.sliding_window_view(face[..., 0], middle.shape)
    assert (windows == middle).all(axis=(2, 3)).sum() == 1


def test_variations_stay_in_range_and_differ() -> None:
    face = np.random.default_rng(3).integers(0, 256, (48, 48, 3), np.uint8)
    random = np.random.default_rng(4)

    first, second = (vary(face, 40, random, Augmentation())[1] for _ in range(2))

    assert first.shape == (40, 40, 3)
    assert first.min() >= 0
    assert first.max() <= 255
    assert np.abs(first - second).mean() > 1


def _interrupted_after_first_epoch(recipe: Recipe, epoch: int) -> int:
    if epoch > 0:
        raise KeyboardInterrupt
    return 32


def test_teachers_answers_are_the_share_of_the_targets_that_is_asked_for(fer2013_folder: Path) -> None:
    recipe = replace(SMALL, teachers=("emotion",), teaching=0.75, sides=((1.0, 1.0),))
    training, _ = samples(recipe, TASKS["emotion"], fer2013_folder)
    teacher = ExportedNetwork(find("emotion"))

    images, targets = Batches(training, recipe, 0, [teacher])[0]
    _, labels = Batches(training, recipe, 0)[0]

    pixels = (images - np.float32(OFFSET)) / np.float32(SCALE)
    np.testing.assert_allclose(targets, 0.25 * labels + 0.75 * teacher.probabilities(pixels), atol=1e-4)


def test_teachers_may_see_a_crop_before_it_is_spoilt(fer2013_folder: Path) -> None:
    clear = Augmentation(contrast=0, brightness=0, spoilt=0, erase=0)
    recipe = replace(SMALL, batch=1, teachers=("emotion",), teaching=1.0, sides=((1.0, 1.0),), augmentation=clear)
    hardy = replace(recipe, augmentation=Augmentation(spoilt=1, noise=60, blur=3), clear_to_teachers=True)
    training, _ = samples(recipe, TASKS["emotion"], fer2013_folder)
    teachers = [ExportedNetwork(find("emotion"))]

    images, answers = Batches(training, recipe, 0, teachers)[0]
    spoilt, learnt = Batches(training, hardy, 0, teachers)[0]

    assert np.abs(images - spoilt).mean() > 5 * SCALE
    np.testing.assert_allclose(learnt, answers, atol=1e-4)


@pytest.mark.parametrize("share", ["40", "-0.1", "nan", "most"])
def test_what_is_no_share_is_refused_before_anything_is_made(share: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = tmp_path / "run"

    with pytest.raises(SystemExit):
        main(["train", "--task", "emotion", f"--hardy={share}", "--data", str(tmp_path), "--out", str(run)])

    assert "from 0 to 1" in capsys.readouterr().err
    assert not run.exists()


def test_another_set_of_the_task_is_learnt_without_hints(fer2013_folder: Path) -> None:
    training, _ = samples(replace(SMALL, data_set="ferplus"), TASKS["emotion"], fer2013_folder)

    assert set(np.unique(training.targets)) == {0.0, 1.0}


def test_an_unknown_set_lists_the_known_ones(fer2013_folder: Path) -> None:
    with pytest.raises(ValueError, match="ferplus"):
        samples(replace(SMALL, data_set="affectnet"), TASKS["emotion"], fer2013_folder)


def test_a_teacher_of_another_task_is_refused(fer2013_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="--teachers"):
        train(replace(SMALL, teachers=("gender",)), fer2013_folder, tmp_path)


def test_of_young_people_only_that_every_answer_is_as_likely_is_learnt(utkface_folder: Path) -> None:
    recipe = Recipe("gender", epochs=1, undecided_below=13)

    training, validation = samples(recipe, TASKS["gender"], utkface_folder)

    young = np.isin(training.attributes["age"], ("0-3", "4-12"))
    assert young.any()
    assert (training.targets[young] == 0.5).all()
    assert set(np.unique(training.targets[~young])) == {0.0, 1.0}
    assert not np.isin(validation.attributes["age"], ("0-3", "4-12")).any()


def test_pictures_without_ages_cannot_be_left_undecided(fer2013_folder: Path) -> None:
    with pytest.raises(ValueError, match="--undecided-below"):
        samples(replace(SMALL, undecided_below=13), TASKS["emotion"], fer2013_folder)
