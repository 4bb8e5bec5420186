"""The golden files, made by tests/golden/make.py, hold for the Python side as for the JavaScript side."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.webapp.vision.scenes import look, play
from webapp.vision.box import Box, Detection
from webapp.vision.crop import crop, grey
from webapp.vision.group import GroupConfig, Grouper
from webapp.vision.one_euro import OneEuroConfig
from webapp.vision.smooth import Look, SmoothConfig, Smoother
from webapp.vision.track import Track, TrackConfig, Tracker
from webapp.vision.upright import tilt, upright

FOLDER = Path(__file__).parents[2] / "golden"


def golden(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text())


CROPS = golden("crop")


@pytest.mark.parametrize("case", CROPS["cases"], ids=lambda case: case["name"])
def test_crops_are_as_the_golden_file_says(case: dict[str, Any]) -> None:
    image = CROPS["images"][case["image"]]
    pixels = np.array(image["data"], np.uint8).reshape(image["height"], image["width"], -1)

    cropped = crop(pixels, Box(**case["box"]), case["width"], case["height"])

    actual, expected = (cropped, case["pixels"]) if "pixels" in case else (grey(cropped), case["grey"])
    np.testing.assert_allclose(actual.ravel(), expected, rtol=0, atol=1e-3)


UPRIGHT = golden("upright")


@pytest.mark.parametrize("case", UPRIGHT["cases"], ids=lambda case: case["name"])
def test_tilted_faces_are_cropped_as_the_golden_file_says(case: dict[str, Any]) -> None:
    image = UPRIGHT["image"]
    pixels = np.array(image["data"], np.uint8).reshape(image["height"], image["width"], 4)
    marks, side = points(case), case["side"]

    cropped = crop(*upright(pixels, Box(**case["box"]), marks, Box(**case["framed"]), side), side, side)

    assert tilt(marks) == pytest.approx(case["tilt"], abs=1e-6)
    np.testing.assert_allclose(grey(cropped).ravel(), case["grey"], rtol=0, atol=1e-3)


def test_faces_are_followed_as_the_golden_file_says() -> None:
    tracker = Tracker()
    for frame in golden("track")["frames"]:
        found = [Detection(Box(**one["box"]), points(one), one["score"]) for one in frame["detections"]]

        tracks = tracker.track(found, frame["time"])

        actual = [{"id": one.id, "visible": one.visible, "box": one.box._asdict(), "last_seen": one.last_seen} for one in tracks]
        assert actual == frame["tracks"]


def test_faces_are_smoothed_as_the_golden_file_says_labels_exactly_and_boxes_to_a_millionth() -> None:
    known = golden("smooth")
    smoother = Smoother(SmoothConfig(**known["config"]))
    for frame in known["frames"]:
        tracks = [Track(**one | {"box": Box(**one["box"]), "landmarks": points(one)}) for one in frame["tracks"]]
        looks = {int(number): Look(**look) for number, look in frame["looks"].items()}

        faces = smoother.smooth(tracks, looks, frame["time"])

        assert len(faces) == len(frame["faces"])
        for face, expected in zip(faces, frame["faces"], strict=True):
            assert (face.id, face.emotion, face.sure, face.gender) == tuple(expected[name] for name in ("id", "emotion", "sure", "gender"))
            assert face.box._asdict() == pytest.approx(expected["box"], abs=1e-6)
            assert np.array(face.landmarks) == pytest.approx(np.array(expected["landmarks"]), abs=1e-6)
            assert face.scores == pytest.approx(expected["scores"], abs=1e-6)
            assert face.gender_scores == pytest.approx(expected["gender_scores"], abs=1e-6)
            assert face.smile == pytest.approx(expected["smile"], abs=1e-6)


def test_groups_are_judged_as_the_golden_file_says() -> None:
    known = golden("group")
    grouper = Grouper(GroupConfig(**known["config"]))
    (face,) = play([0], lambda *_: look("happy"))
    for frame in known["frames"]:
        faces = [replace(face, **one | {"box": Box(**one["box"])}) for one in frame["faces"]]

        group = asdict(grouper.group(faces, frame["time"]))

        people, expected = [one.pop("people") for one in (group, frame["group"])]
        assert group == frame["group"]
        assert [one | {"progress": pytest.approx(one["progress"], abs=1e-6)} for one in expected] == list(people)


def test_the_golden_files_carry_the_defaults_of_today() -> None:
    known = golden("smooth")

    assert asdict(TrackConfig()) == golden("track")["defaults"]
    assert asdict(OneEuroConfig()) == known["one_euro_defaults"]
    assert asdict(SmoothConfig(**known["config"])) == known["config"] | known["defaults"]
    assert asdict(GroupConfig(smile_threshold=0.5)) == {"smile_threshold": 0.5} | known["group_defaults"]


def points(one: dict[str, Any]) -> tuple[tuple[float, float], ...]:
    return tuple((x, y) for x, y in one["landmarks"])
