import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import skimage.data

from webapp.vision.box import Box, Detection
from webapp.vision.classify import Classifier, load_classifier
from webapp.vision.network import self_test

MODELS = Path(__file__).resolve().parents[3] / "static" / "models"
EYES_AND_MOUTH = ((204, 108), (246, 106), (227, 133), (208, 152), (243, 151))
FACES = [Detection(box, EYES_AND_MOUTH, 0.9) for box in (Box(178, 63, 90, 113), Box(170, 60, 100, 120), Box(-20, -20, 60, 60))]


@pytest.fixture(scope="module", params=["emotion", "gender"])
def classify(request: pytest.FixtureRequest) -> Classifier:
    return load_classifier(MODELS / request.param)


def test_every_face_gets_a_probability_for_every_label(classify: Classifier) -> None:
    scores = classify(skimage.data.astronaut(), FACES)

    assert len(scores) == len(FACES)
    for one in scores:
        assert list(one) == classify.labels
        assert sum(one.values()) == pytest.approx(1)


def test_a_face_is_judged_alike_alone_and_among_others(classify: Classifier) -> None:
    together = classify(skimage.data.astronaut(), FACES)

    alone = [classify(skimage.data.astronaut(), [face])[0] for face in FACES]

    assert [list(one.values()) for one in alone] == pytest.approx(np.array([list(one.values()) for one in together]), abs=1e-5)


def test_without_a_face_nothing_is_asked(classify: Classifier) -> None:
    assert classify(skimage.data.astronaut(), []) == []


def test_the_network_answers_as_its_manifest_promises(classify: Classifier) -> None:
    assert self_test(classify.network) < 1e-4


def test_other_weights_than_promised_are_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "emotion"
    shutil.copytree(MODELS / "emotion", folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["self_test"]["output"][0] += 1
    (folder / "manifest.json").write_text(json.dumps(manifest))

    assert self_test(load_classifier(folder).network) > 0.01


def test_a_higher_temperature_makes_the_network_less_sure(tmp_path: Path) -> None:
    folder = tmp_path / "emotion"
    shutil.copytree(MODELS / "emotion", folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["calibration"]["temperature"] *= 3
    (folder / "manifest.json").write_text(json.dumps(manifest))

    [plain], [softened] = (load_classifier(one)(skimage.data.astronaut(), FACES[:1]) for one in (MODELS / "emotion", folder))

    assert max(softened.values()) < max(plain.values())
    assert max(softened, key=softened.__getitem__) == max(plain, key=plain.__getitem__)
