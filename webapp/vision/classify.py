"""Ask a classification network about faces: the twin of static/js/vision/classify.js."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from webapp.vision.box import Detection, crop_box
from webapp.vision.crop import crop, grey
from webapp.vision.network import Floats, Network
from webapp.vision.upright import upright

Scores = dict[str, float]


class Classifier:
    """Gives every face a probability per label with the network in `folder`; may be called from several threads."""

    def __init__(self, folder: Path):
        self.network = Network(folder)

    @property
    def labels(self) -> list[str]:
        """Return the labels, in the network's order."""
        labels: list[str] = self.network.manifest["labels"]
        return labels

    def __call__(self, image: NDArray[np.uint8], faces: Sequence[Detection]) -> list[Scores]:
        """Return the scores of each face in an RGB picture [height, width, 3], in the order of `faces`."""
        return self.classify(self.inputs(image, faces))

    def inputs(self, image: NDArray[np.uint8], faces: Sequence[Detection]) -> list[Floats]:
        """Return the network's input for each face in an RGB picture [height, width, 3]."""
        return [self._input(image, face) for face in faces]

    def classify(self, inputs: Sequence[Floats]) -> list[Scores]:
        """Return the scores of each of the inputs, which may come from several pictures, in one run of the network."""
        return self.read(self.network.run(np.stack(inputs))) if inputs else []

    def read(self, output: Floats) -> list[Scores]:
        """Turn network output [faces, labels] into calibrated scores."""
        manifest = self.network.manifest
        probabilities = output.astype(np.float64)
        if manifest["output"] == "logits":
            probabilities = _softmax(probabilities / manifest.get("calibration", {}).get("temperature", 1.0))
        return [dict(zip(manifest["labels"], map(float, row), strict=True)) for row in probabilities]

    def _input(self, image: NDArray[np.uint8], face: Detection) -> Floats:
        block = self.network.manifest["input"]
        framed = crop_box(face.box, block["crop_scale"], block.get("crop_shift", 0.0))
        pixels = crop(*upright(image, face.box, face.landmarks, framed, block["width"]), block["width"], block["height"])
        if block["color"] == "grey":
            pixels = grey(pixels)[..., None]
        scaled: Floats = pixels * np.float32(block["scale"]) + np.float32(block["offset"])
        return scaled


def load_classifier(folder: Path) -> Classifier:
    """Load the classifier in `folder`, such as static/models/emotion; raise FileNotFoundError where there is none."""
    return Classifier(folder)


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return result
