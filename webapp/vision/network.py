"""Run an exported network with LiteRT: `static/models/<name>`, its manifest and its `model.tflite`."""

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Network:
    """A network in its folder: `manifest` as written by the export, and `run`.

    Every thread gets an interpreter of its own, since one must not be shared. Raises FileNotFoundError with the remedy.
    """

    def __init__(self, folder: Path):
        for name in ("manifest.json", "model.tflite"):
            if not (folder / name).exists():
                raise FileNotFoundError(f"no {name} in {folder}: run allsmiles-export convert, or reinstall AllSmiles")
        self.manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
        self._content = (folder / "model.tflite").read_bytes()
        self._local = threading.local()

    def run(self, batch: Floats) -> Floats:
        """Return the output [batch, ...] for float32 input [batch, height, width, channels], already scaled; batch is at least 1."""
        interpreter = self._interpreter(batch.shape)
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], batch)
        interpreter.invoke()
        output: Floats = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
        return output

    def _interpreter(self, shape: tuple[int, ...]) -> Interpreter:
        """Return this thread's interpreter, made ready for inputs of `shape`."""
        mine = self._local
        if not hasattr(mine, "interpreter"):
            mine.interpreter, mine.shape = Interpreter(model_content=self._content, num_threads=1), None
        interpreter: Interpreter = mine.interpreter
        if mine.shape != shape:
            mine.shape = None
            interpreter.resize_tensor_input(interpreter.get_input_details()[0]["index"], shape)
            interpreter.allocate_tensors()
            mine.shape = shape
        return interpreter


def self_test(network: Network) -> float:
    """Return how far the network is from what its manifest promises for the self-test input, as a share of the largest output."""
    block, probe = network.manifest["input"], network.manifest["self_test"]
    shape = probe["input"]
    pixels = (np.arange(np.prod(shape)) * 37) % 256
    output = network.run((pixels * block["scale"] + block["offset"]).astype(np.float32).reshape(shape))
    expected = np.array(probe["output"])
    return float(np.abs(output.ravel() - expected).max() / np.abs(expected).max())
