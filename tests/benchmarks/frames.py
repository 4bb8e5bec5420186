"""Frames of 640 x 480 with a known number of faces, and the summary of timings."""

import platform
from statistics import median
from typing import Any

import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image

WIDTH, HEIGHT = 640, 480
TILES = {1: (1, 1), 4: (2, 2)}


def frame(faces: int) -> NDArray[np.uint8]:
    """Return an RGB picture [480, 640, 3] that shows the astronaut once or four times."""
    columns, rows = TILES[faces]
    portrait = Image.fromarray(skimage.data.astronaut()[0:300, 30:430])
    tile = np.asarray(portrait.resize((WIDTH // columns, HEIGHT // rows), Image.Resampling.BILINEAR))
    return np.ascontiguousarray(np.tile(tile, (rows, columns, 1)))


def summary(times: list[float]) -> dict[str, float]:
    """Return median and 95th percentile of milliseconds."""
    return {"median_ms": round(median(times), 1), "p95_ms": round(float(np.quantile(times, 0.95)), 1)}


def table(rows: list[dict[str, Any]]) -> str:
    """Return rows of equal keys as a Markdown table."""
    names = list(rows[0])
    lines = [names, ["---"] * len(names), *([str(row[name]) for name in names] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine() -> dict[str, str]:
    """Return what the numbers were measured on."""
    return {"system": f"{platform.system()} {platform.machine()}", "python": platform.python_version(), "processor": _processor()}


def _processor() -> str:
    try:
        with open("/proc/cpuinfo") as source:
            return next(line.split(":")[1].strip() for line in source if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()
