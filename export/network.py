"""Read an exported network as the server does: manifest and LiteRT copy, nothing of Keras."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from export.tasks import GREY

MODELS = Path(__file__).resolve().parent.parent / "static" / "models"


class ExportedNetwork:
    """A converted classifier in its folder; `probabilities` takes crops of 0..255 as any data set holds them."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.manifest: dict[str, Any] = read_manifest(folder)
        self.labels: list[str] = self.manifest["labels"]
        self._interpreter = Interpreter(model_path=str(folder / "model.tflite"), num_threads=1)
        self._interpreter.allocate_tensors()

    def logits(self, crops: NDArray) -> NDArray[np.float32]:
        """Return raw outputs [count, labels] for uint8 or float crops [count, height, width, 1 or 3] of the network's size."""
        return np.concatenate([self._run(self._scaled(crops[i : i + 256])) for i in range(0, len(crops), 256)])

    def probabilities(self, crops: NDArray) -> NDArray[np.float64]:
        """Return calibrated probabilities [count, labels]."""
        return softmax(self.logits(crops) / self.manifest.get("calibration", {}).get("temperature", 1.0))

    def _scaled(self, crops: NDArray) -> NDArray[np.float32]:
        block = self.manifest["input"]
        pixels = np.asarray(crops, np.float32)
        if block["color"] == "grey" and pixels.shape[-1] == 3:
            pixels = (pixels @ GREY)[..., None]
        if block["color"] == "rgb" and pixels.shape[-1] == 1:
            pixels = np.repeat(pixels, 3, axis=-1)
        return pixels * np.float32(block["scale"]) + np.float32(block["offset"])

    def _run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        entry = self._interpreter.get_input_details()[0]
        if tuple(entry["shape"]) != batch.shape:
            self._interpreter.resize_tensor_input(entry["index"], batch.shape)
            self._interpreter.allocate_tensors()
        self._interpreter.set_tensor(entry["index"], batch)
        self._interpreter.invoke()
        return self._interpreter.get_tensor(self._interpreter.get_output_details()[0]["index"])


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest in `folder`; raise FileNotFoundError with the remedy where there is none."""
    path = folder / "manifest.json"
    if not path.exists():
        raise FileNotFoundError(f"no network in {folder}: run allsmiles-export convert, or name one of {', '.join(names())}")
    return json.loads(path.read_text())


def find(name: str) -> Path:
    """Return the folder of a network given by name or by path."""
    folder = Path(name)
    return folder if (folder / "manifest.json").exists() else MODELS / name


def names() -> list[str]:
    """Return the names of all networks that are there."""
    return sorted(path.parent.name for path in MODELS.glob("*/manifest.json"))


def softmax(logits: NDArray) -> NDArray[np.float64]:
    """Return probabilities along the last axis."""
    shifted = np.exp(np.asarray(logits, np.float64) - np.max(logits, axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)
