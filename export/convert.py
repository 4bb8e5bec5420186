"""Turn a trained Keras network into what a browser and the server load: TF.js graph model, LiteRT copy, manifest.

Keras -> SavedModel -> graph model and `model.tflite`: the layers format of Keras 3 does not load in TF.js, and LiteRT's converter
gives NaN for it unless it starts from a SavedModel. Batch normalisation is folded into the convolutions on the way.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from export.architectures import yunet  # noqa: F401  its layer must be known before its weights are read
from export.graph_model import GraphModel
from export.tfjs_converter import convert_saved_model

INPUT, OUTPUT = "image", "output"
LOSS_ALLOWED = 0.01
"""The largest change of any output, beside the largest output, at which a smaller form of the weights is taken."""

Run = Callable[[NDArray[np.float32]], NDArray[np.float32]]


def convert(weights: Path, folder: Path, facts: dict[str, Any], samples: NDArray[np.float32] | None = None) -> dict[str, Any]:
    """Write `model.json`, weight files, `model.tflite` and `manifest.json` of the network in `weights` to `folder`; return the manifest.

    `weights` is a .keras file of one input [batch, height, width, channels] and one output; height and width may be free.
    `facts` are the manifest's fields that only the training knows: name, version, task, architecture, labels, input, output, metrics,
    source, licence and, where there is one, calibration and smile_label. `samples` are inputs to measure the loss of smaller weights
    with, already scaled; without them, the self-test's. Raises FileNotFoundError without the weights, ValueError on another backend.
    """
    model = load_network(weights)
    probe = self_test_input(model, facts["input"])
    expected = _keras_run(model)(probe)
    samples = probe if samples is None else samples
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        _save(model, work / "saved")
        lost = {
            "tfjs": _smallest_graph_model(work, folder, samples, _keras_run(model)),
            "tflite": _tflite(work / "saved", folder / "model.tflite", samples, _keras_run(model)),
        }
    manifest = {
        **facts,
        "parameters": int(model.count_params()),
        "weights": {"file": f"{weights.parent.name}/{weights.name}", "sha256": sha256(weights)},
        "conversion": lost,
        "sha256": {path.name: sha256(path) for path in [*sorted(folder.glob("*.bin")), folder / "model.tflite"]},
        "self_test": {"input": list(probe.shape), "output": [float(f"{value:.6g}") for value in expected.ravel()]},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    return manifest


def load_network(weights: Path) -> keras.Model:
    """Return the Keras network in a .keras file; raise FileNotFoundError without it, ValueError on another backend than TensorFlow."""
    if keras.backend.backend() != "tensorflow":
        raise ValueError(f"conversion needs Keras on TensorFlow, not on {keras.backend.backend()}: unset KERAS_BACKEND")
    if not weights.exists():
        raise FileNotFoundError(f"no weights at {weights}: run allsmiles-export train")
    return keras.models.load_model(weights, compile=False)


def self_test_input(model: keras.Model, block: dict[str, Any]) -> NDArray[np.float32]:
    """Return the network input every engine is tried with: flat index i has pixel value (i * 37) mod 256, scaled as the manifest says.

    One image of the network's size; where that is free, one multiple of it plus its border.
    """
    free = block.get("multiple", 0) + block.get("border", 0)
    height, width, channels = (size or free for size in model.input_shape[1:])
    pixels = (np.arange(height * width * channels) * 37) % 256
    return (pixels * block["scale"] + block["offset"]).astype(np.float32).reshape(1, height, width, channels)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _keras_run(model: keras.Model) -> Run:
    return lambda batch: model(batch, training=False).numpy()


def _save(model: keras.Model, folder: Path) -> None:
    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint(
        "serving_default",
        lambda image: {OUTPUT: model(image, training=False)},
        input_signature=[tf.TensorSpec(model.input_shape, tf.float32, name=INPUT)],
    )
    archive.write_out(str(folder), verbose=False)


def _smallest_graph_model(work: Path, folder: Path, samples: NDArray[np.float32], reference: Run) -> dict[str, Any]:
    """Convert with float32, float16 and uint16 weights; copy the best small one that keeps the outputs, else float32."""
    losses = {}
    for kind in ("float32", "float16", "uint16"):
        convert_saved_model(work / "saved", work / kind, None if kind == "float32" else kind)
        losses[kind] = _loss(GraphModel(work / kind), samples, reference)
    best = min(("uint16", "float16"), key=lambda kind: losses[kind])
    kind = best if losses[best] <= LOSS_ALLOWED else "float32"
    for old in [*folder.glob("*.bin"), *folder.glob("model.json")]:
        old.unlink()
    for path in [*(work / kind).glob("*.bin"), work / kind / "model.json"]:
        shutil.copy(path, folder)
    return {"kind": kind, "loss": losses}


def _tflite(saved: Path, path: Path, samples: NDArray[np.float32], reference: Run) -> dict[str, Any]:
    """Convert to LiteRT with float32 weights: this copy never travels, and so it need not lose anything."""
    converter = tf.lite.TFLiteConverter.from_saved_model(str(saved), signature_keys=["serving_default"])
    path.write_bytes(converter.convert())
    return {"kind": "float32", "loss": {"float32": _loss(litert_run(path.read_bytes()), samples, reference)}}


def litert_run(content: bytes) -> Run:
    """Return a function that runs a LiteRT network of one input and one output on batches of any size it allows."""
    interpreter = Interpreter(model_content=content, num_threads=1)
    index = interpreter.get_input_details()[0]["index"]

    def run(batch: NDArray[np.float32]) -> NDArray[np.float32]:
        interpreter.resize_tensor_input(index, batch.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(index, batch)
        interpreter.invoke()
        return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])

    return run


def _loss(run: Run, samples: NDArray[np.float32], reference: Run) -> float:
    """Return the largest change of an output, as a share of the largest output."""
    expected = reference(samples)
    return float(f"{np.abs(run(samples) - expected).max() / np.abs(expected).max():.2g}")
