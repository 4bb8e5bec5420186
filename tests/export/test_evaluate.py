from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from export.calibrate import Outcome, expected_calibration_error, fit_temperature, group_thresholds, share_bounds, smile_threshold
from export.data import Samples, one_hot
from export.data.wider import Face
from export.evaluate import confusion_matrix, evaluate, measure
from export.network import MODELS, softmax
from export.photos import measure_gender, measure_smiles
from webapp.vision.box import Box


def test_accuracy_counts_every_image_and_balanced_accuracy_every_label_alike() -> None:
    truth = np.array([0] * 8 + [1] * 2)
    samples = Samples(np.zeros((10, 1, 1, 1), np.uint8), one_hot(truth, 2), ("female", "male"))
    always_female = np.tile([0.9, 0.1], (10, 1))

    measured = measure(always_female, samples)

    assert measured["accuracy"] == 0.8
    assert measured["balanced_accuracy"] == 0.5
    assert measured["per_label"]["male"]["recall"] == 0
    assert measured["confusion"]["counts"] == [[8, 0], [2, 0]]


def test_groups_too_small_to_say_anything_are_left_out() -> None:
    ages = np.array(["20-39"] * 60 + ["0-3"] * 10)
    samples = Samples(np.zeros((70, 1, 1, 1), np.uint8), one_hot(np.zeros(70, int), 2), ("female", "male"), {"age": ages})

    probabilities = np.tile([0.9, 0.1], (70, 1))
    probabilities[:15] = 0.6, 0.4

    groups = measure(probabilities, samples, 0.8)["groups"]

    assert groups == {"age": {"20-39": {"count": 60, "accuracy": 1.0, "answered": 0.75, "accuracy_where_answered": 1.0}}}


def test_rows_of_the_confusion_are_the_truth() -> None:
    assert confusion_matrix(np.array([0, 0, 1]), np.array([1, 0, 1]), 2).tolist() == [[1, 1], [0, 1]]


def test_temperature_undoes_overconfidence() -> None:
    random = np.random.default_rng(5)
    logits = random.normal(0, 1.5, (4000, 3))
    drawn = np.array([random.choice(3, p=row) for row in softmax(logits)])

    temperature = fit_temperature(logits * 2, one_hot(drawn, 3))

    assert temperature == pytest.approx(2.0, rel=0.1)
    assert expected_calibration_error(softmax(logits * 2 / temperature), drawn) < expected_calibration_error(softmax(logits * 2), drawn)


def test_thresholds_for_groups_keep_their_promises_with_confidence_and_else_come_nearest() -> None:
    good = {
        0.1: Outcome(moments=400, fired=400, photos=600, outside=100),
        0.2: Outcome(moments=400, fired=392, photos=500, outside=40),
        0.4: Outcome(moments=400, fired=382, photos=450, outside=9),
        0.6: Outcome(moments=400, fired=340, photos=400, outside=2),
        0.8: Outcome(moments=400, fired=100, photos=110, outside=0),
    }

    chosen = group_thresholds(good)

    assert (chosen["low"], chosen["high"]) == (0.6, 0.2)
    assert 0.2 < chosen["medium"] < 0.6
    assert group_thresholds({at: good[at] for at in (0.4, 0.6)})["high"] == 0.4
    assert group_thresholds({at: good[at] for at in (0.1, 0.2)})["low"] == 0.2
    assert share_bounds(0, 0) == (0, 1)


def test_the_smile_threshold_separates_what_can_be_separated() -> None:
    threshold = smile_threshold(np.array([0.1, 0.2, 0.3, 0.7, 0.8]), np.array([False, False, False, True, True]))

    assert 0.3 < threshold <= 0.7


def test_a_tilted_photo_is_whole_and_its_face_is_found_where_it_is_said_to_be(tmp_path: Path) -> None:
    picture = tmp_path / "astronaut.png"
    picture.write_bytes(cv2.imencode(".png", skimage.data.astronaut()[:, :, ::-1])[1].tobytes())
    faces = {picture: [Face(Box(178, 63, 90, 113), True, "female")]}

    for tilted in (0, 30):
        measured = measure_gender(MODELS / "gender", faces, tilted)

        assert (measured["count"], measured["missed"], measured["accuracy"]) == (1, 0, 1)
    smiles = measure_smiles(MODELS / "emotion", [(picture, True), (picture, False)], 30)
    assert {label: row["recall"] for label, row in smiles["per_label"].items()} == {"smiling": 1, "not smiling": 0}


def test_crops_cannot_be_tilted() -> None:
    with pytest.raises(ValueError, match="choose --set genki or wider"):
        evaluate(MODELS / "gender", Path("nowhere"), "utkface", "test", tilted=30)
