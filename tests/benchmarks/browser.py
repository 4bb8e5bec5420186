"""Milliseconds per frame in Chromium: `python -m tests.benchmarks.browser [--json FILE] [--software-graphics]`.

Measures 1 and 4 faces at 640 x 480 on every backend that the browser has; graphics drawn by software only if asked, since it
says nothing about a device. `look_ms` is what the page waits for, handing over the frame included.
"""

import argparse
import base64
import io
import json
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page

from tests.benchmarks.frames import frame, machine, summary, table
from tests.e2e.static_site import FLAGS, ROOT, SOFTWARE_GPU, chromium, site

BACKENDS = ("wasm", "webgl", "webgpu")
MEASURE = """async ([pictures, backend, detect_side, frames, seconds]) => {
  const { createVision } = await import("/static/js/vision/vision.js");
  const { isAvailable } = await import("/static/js/vision/backend.js");
  const hardware = await isAvailable(backend);
  const before = performance.now();
  const vision = await createVision({ models_url: "/static/models/", backend, detect_side });
  const start_ms = performance.now() - before;
  const answers = [];
  for (const [faces, picture] of Object.entries(pictures)) {
    const blob = await (await fetch(`data:image/png;base64,${picture}`)).blob();
    const look = [], detect = [], classify = [];
    let seen = 0;
    vision.reset();
    const end = performance.now() + 1000 * seconds;
    for (let i = -5; i < frames && (i < 3 || performance.now() < end); i++) {
      const bitmap = await createImageBitmap(blob);
      const start = performance.now();
      const answer = await vision.look(bitmap, start);
      if (i < 0) continue;
      look.push(performance.now() - start);
      detect.push(answer.stats.detect_ms);
      classify.push(answer.stats.classify_ms);
      seen = answer.faces.length;
    }
    answers.push({ faces: Number(faces), seen, look, detect, classify });
  }
  vision.close();
  return { hardware, start_ms, answers };
}"""


def measure(page: Page, backend: str, detect_side: int, frames: int = 100, seconds: float = 20) -> list[dict[str, Any]]:
    """Return a row per number of faces; empty where the browser does not have the backend."""
    pictures = {str(faces): _png(faces) for faces in (1, 4)}
    try:
        answer = page.evaluate(MEASURE, [pictures, backend, detect_side, frames, seconds])
    except Exception as problem:
        if "NoBackend" not in str(problem):
            raise
        return []
    return [
        {
            "backend": backend if answer["hardware"] else f"{backend} by software",
            "detect_side": detect_side,
            "faces": one["faces"],
            "seen": one["seen"],
            "frames": len(one["look"]),
            "look_ms": summary(one["look"])["median_ms"],
            "look_p95_ms": summary(one["look"])["p95_ms"],
            "detect_ms": summary(one["detect"])["median_ms"],
            "classify_ms": summary(one["classify"])["median_ms"],
            "start_ms": round(answer["start_ms"]),
        }
        for one in answer["answers"]
    ]


def _png(faces: int) -> str:
    target = io.BytesIO()
    Image.fromarray(frame(faces)).save(target, "png")
    return base64.b64encode(target.getvalue()).decode()


def main() -> None:
    """Measure all and print a table; write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="file for the numbers")
    parser.add_argument("--software-graphics", action="store_true", help="also measure graphics drawn by the processor")
    parser.add_argument("--detect-side", type=int, nargs="+", default=[320, 640])
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    flags = SOFTWARE_GPU if options.software_graphics else ["--enable-unsafe-webgpu", "--ignore-gpu-blocklist"]
    with site({"/static/": ROOT / "static"}) as url, chromium(flags) as browser:
        page = browser.new_page()
        page.set_default_timeout(600_000)
        page.goto(url)
        for side in options.detect_side:
            for backend in BACKENDS:
                if options.software_graphics or backend == "wasm" or _has_graphics(page, backend):
                    rows += measure(page, backend, side)
        version = browser.version
    print(table(rows))
    if options.json:
        report = {"browser": f"Chromium {version}", "flags": [*FLAGS, *flags], "machine": machine(), "rows": rows}
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(report, indent=1) + "\n")


def _has_graphics(page: Page, backend: str) -> bool:
    return bool(page.evaluate("async (name) => (await import('/static/js/vision/backend.js')).isAvailable(name)", backend))


if __name__ == "__main__":
    main()
