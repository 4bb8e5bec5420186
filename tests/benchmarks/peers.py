"""Frames per core of other ways to read expressions: PyPI's `fer`, and a naive server's decode, Haar cascade, keras predict per face.

Run by tests/benchmarks/server_live.py with a Python of its own, since `fer` wants an OpenCV before 5 and a setuptools before 81:
`python -m venv peers && peers/bin/pip install fer "opencv-contrib-python<5" "setuptools<81" tensorflow`. Takes JPEG files, prints JSON.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

BEST = Path(__file__).resolve().parents[2] / "export" / "weights" / "emotion" / "best.keras"
SECONDS, ROUNDS = 6, 4


def measured(look: Callable[[bytes], int], jpeg: bytes) -> dict[str, float]:
    """Return faces seen and frames per second of processor time, all threads together, the best of some rounds."""
    faces = look(jpeg)
    best = 0.0
    for _ in range(ROUNDS):
        frames, wall, started = 0, time.perf_counter(), time.process_time()
        while time.perf_counter() - wall < SECONDS / ROUNDS or frames < 2:
            look(jpeg)
            frames += 1
        best = max(best, frames / (time.process_time() - started))
    return {"seen": faces, "frames_per_core": round(best, 2)}


def with_fer() -> Callable[[bytes], int]:
    """Return a look with `fer` as its documents show it."""
    from fer.fer import FER

    detector = FER()
    return lambda jpeg: len(detector.detect_emotions(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)))


def naive() -> Callable[[bytes], int]:
    """Return a look as tutorials have it, with this project's own network in Keras."""
    import keras

    model: Any = keras.models.load_model(BEST, compile=False)
    side = model.input_shape[1] or 48
    cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")

    def look(jpeg: bytes) -> int:
        grey = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
        faces = cascade.detectMultiScale(grey, 1.3, 5)
        for x, y, width, height in faces:
            crop = cv2.resize(grey[y : y + height, x : x + width], (side, side)).astype(np.float32)
            model.predict(crop[None, ..., None], verbose=0)
        return len(faces)

    return look


def main() -> None:
    """Measure both ways on each file; a way that cannot be loaded says why."""
    told: dict[str, Any] = {}
    for name, load in (("fer", with_fer), ("naive", naive)):
        try:
            look = load()
        except Exception as problem:
            told[name] = {"missing": f"{type(problem).__name__}: {problem}"}
            continue
        told[name] = {Path(file).stem: measured(look, Path(file).read_bytes()) for file in sys.argv[1:]}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
