import json
from collections import Counter
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from export.architectures import architecture
from export.architectures.gudi_cnn import LocalContrast
from export.convert import convert, litert_run, load_network, self_test_input, sha256
from export.graph_model import GraphModel

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS = ROOT / "export" / "weights"
PUBLISHED = sorted(path.parent for path in (ROOT / "static" / "models").glob("*/manifest.json"))
FACTS: dict[str, Any] = {
    "name": "emotion",
    "version": "0",
    "task": "emotion",
    "architecture": "mini_xception",
    "labels": list("abcdefg"),
    "input": {
        "width": 48,
        "height": 48,
        "channels": 1,
        "color": "grey",
        "scale": 2 / 255,
        "offset": -1.0,
        "crop_scale": 1.0,
    },
    "output": "logits",
    "metrics": {},
    "source": "test",
    "licence": "none",
}


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights of a network whose batch normalisation is far from neutral, as after training."""
    keras.utils.set_random_seed(1)
    random = np.random.default_rng(1)
    model = architecture("mini_xception").build((48, 48, 1), 7)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([random.uniform(0.5, 1.5, value.shape) for value in layer.get_weights()])
    path = tmp_path_factory.mktemp("run") / "best.keras"
    model.save(path)
    return path


@pytest.fixture(scope="module")
def exported(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of that network, exported."""
    folder = tmp_path_factory.mktemp("models") / "emotion"
    convert(weights, folder, FACTS)
    return folder


@pytest.mark.parametrize("count", [1, 5])
def test_all_forms_of_a_network_answer_alike_for_any_number_of_images(weights: Path, exported: Path, count: int) -> None:
    images = np.random.default_rng(2).uniform(-1, 1, (count, 48, 48, 1)).astype(np.float32)

    expected = load_network(weights)(images, training=False).numpy()

    assert GraphModel(exported)(images) == pytest.approx(expected, abs=2e-3)
    assert litert_run((exported / "model.tflite").read_bytes())(images) == pytest.approx(expected, abs=1e-4)


def test_a_network_with_local_contrast_answers_alike(tmp_path: Path) -> None:
    image = keras.Input((48, 48, 1), name="image")
    pooled = keras.layers.GlobalMaxPooling2D()(LocalContrast()(keras.layers.Conv2D(4, 5, activation="relu")(image)))
    model = keras.Model(image, keras.layers.Dense(7)(pooled))
    model.save(tmp_path / "best.keras")
    images = np.random.default_rng(2).uniform(-1, 1, (3, 48, 48, 1)).astype(np.float32)

    convert(tmp_path / "best.keras", tmp_path / "emotion", FACTS)

    expected = model(images, training=False).numpy()
    assert GraphModel(tmp_path / "emotion")(images) == pytest.approx(expected, abs=5e-3)
    assert litert_run((tmp_path / "emotion" / "model.tflite").read_bytes())(images) == pytest.approx(expected, abs=1e-4)


def test_batch_normalisation_is_folded_away(exported: Path) -> None:
    nodes = json.loads((exported / "model.json").read_text())["modelTopology"]["node"]

    operations = Counter(node["op"] for node in nodes)

    assert operations.keys().isdisjoint({"FusedBatchNormV3", "FusedBatchNorm", "Sub"})
    assert operations["_FusedConv2D"] == 14
    assert operations["DepthwiseConv2dNative"] == 8
    assert (operations["Rsqrt"], operations["Mul"]) == (1, 2)  # of the crop's own mean and deviation


def test_the_weights_that_travel_take_two_bytes_each(weights: Path, exported: Path) -> None:
    manifest = json.loads((exported / "manifest.json").read_text())

    size = sum(path.stat().st_size for path in exported.glob("*.bin"))

    assert size < 2 * manifest["parameters"]
    assert manifest["conversion"]["tfjs"]["kind"] in ("uint16", "float16")


def test_the_manifest_names_what_it_was_made_from_and_of(weights: Path, exported: Path) -> None:
    manifest = json.loads((exported / "manifest.json").read_text())

    assert manifest["weights"]["sha256"] == sha256(weights)
    assert set(manifest["sha256"]) == {"group1-shard1of1.bin", "model.tflite"}
    assert all(sha256(exported / name) == value for name, value in manifest["sha256"].items())
    assert {name: manifest[name] for name in FACTS} == FACTS


def test_missing_weights_name_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="allsmiles-export train"):
        convert(tmp_path / "best.keras", tmp_path, FACTS)


@pytest.mark.parametrize("folder", PUBLISHED, ids=lambda folder: folder.name)
def test_published_networks_are_those_of_the_committed_weights(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    weights = WEIGHTS / manifest["weights"]["file"]
    assert sha256(weights) == manifest["weights"]["sha256"], "the weights have changed: run allsmiles-export convert"
    assert all(sha256(folder / name) == value for name, value in manifest["sha256"].items())

    model = load_network(weights)
    probe = self_test_input(model, manifest["input"])
    promised = np.array(manifest["self_test"]["output"])
    limit = 0.01 * np.abs(promised).max()

    assert list(probe.shape) == manifest["self_test"]["input"]
    assert model(probe, training=False).numpy().ravel() == pytest.approx(promised, abs=limit / 100)
    assert GraphModel(folder)(probe).ravel() == pytest.approx(promised, abs=limit)
    assert litert_run((folder / "model.tflite").read_bytes())(probe).ravel() == pytest.approx(promised, abs=limit / 100)
