"""Milliseconds per face of every classifier, in Chromium (WASM) and on the server (LiteRT, one thread), in one run:
`python -m tests.benchmarks.networks [--data FOLDER] [--json docs/network-speed.json]`.

Both read the same crops, 1 and 4 at a time. With the data sets, the networks of the other runs are exported and measured too, with
weights that have learnt nothing where the trained ones are not kept with the project: a multiplication takes no longer for that.
`allsmiles-export report` puts the kept numbers into docs/networks.md.
"""

import argparse
import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from playwright.sync_api import Page

from tests.benchmarks.frames import machine, table
from tests.e2e.static_site import FLAGS, NO_GPU, ROOT, chromium, site
from webapp.vision.network import Network

MODELS = ROOT / "static" / "models"
FACES = (1, 4)
WARM = 5
MEASURE = """async ([address, counts, warm, runs]) => {
  const { createEngine } = await import("/static/js/vision/engine.js");
  const { fetchModel } = await import("/static/js/vision/models.js");
  const engine = await createEngine("wasm");
  const network = await engine.load(await fetchModel(address));
  const { width, height, channels } = network.manifest.input;
  const all = [];
  for (const count of counts) {
    const input = Float32Array.from({ length: count * width * height * channels }, (_, i) => ((i * 37) % 256) / 128 - 1);
    const times = [];
    for (let i = -warm; i < runs; i++) {
      const start = performance.now();
      await network.run(input, [count, height, width, channels]);
      if (i >= 0) times.push(performance.now() - start);
    }
    all.push(times);
  }
  engine.close();
  return all;
}"""


def measure(page: Page, folder: Path, runs: int) -> dict[str, Any]:
    """Return median milliseconds per face of the network in `folder`."""
    place = "/static/models" if folder.parent == MODELS else "/compared"
    browser = page.evaluate(MEASURE, [f"{place}/{folder.name}/", list(FACES), WARM, runs])
    server = _server(folder, runs)
    row: dict[str, Any] = {"network": folder.name}
    for place, times in (("browser", browser), ("server", server)):
        for count, of_count in zip(FACES, times, strict=True):
            row[f"{place}_{count}_ms"] = round(median(of_count) / count, 2)
    return row


def compared(data: Path, place: Path) -> list[Path]:
    """Export the networks of the runs that are not part of the product; return their folders."""
    from export.publish import WEIGHTS, publish
    from export.report import other_runs

    return [publish(run, data, _with_weights(WEIGHTS / run, place), place) for run in other_runs()]


def _with_weights(run: Path, place: Path) -> Path:
    """Return the folder of a run, or a copy of its record in `place` beside weights as they were before the first epoch."""
    if (run / "best.keras").exists():
        return run
    import keras

    from export.architectures import architecture
    from export.tasks import TASKS

    record = json.loads((run / "history.json").read_text())
    recipe, side = record["recipe"], record["history"][-1]["side"]
    task, design = TASKS[recipe["task"]], architecture(recipe["architecture"])
    copy = place / f"untrained-{run.name}"
    copy.mkdir()
    shutil.copy(run / "history.json", copy)
    keras.utils.set_random_seed(0)
    labels = recipe["labels"] or task.labels
    design.build((side, side, design.channels or task.channels), len(labels)).save(copy / "best.keras")
    return copy


def _server(folder: Path, runs: int) -> list[list[float]]:
    network = Network(folder)
    shape = [network.manifest["input"][name] for name in ("height", "width", "channels")]
    return [[_timed(network, np.zeros((count, *shape), np.float32)) for _ in range(WARM + runs)][WARM:] for count in FACES]


def _timed(network: Network, batch: np.ndarray) -> float:
    start = time.perf_counter()
    network.run(batch)
    return 1000 * (time.perf_counter() - start)


def main() -> None:
    """Measure all classifiers and print a table; write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="file for the numbers")
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--data", type=Path, default=os.environ.get("ALLSMILES_DATA"), help="folder of the data sets")
    options = parser.parse_args()
    folders = sorted(path.parent for path in MODELS.glob("*/manifest.json") if "calibration" in path.read_text())
    with tempfile.TemporaryDirectory() as place, chromium(NO_GPU) as browser:
        folders += compared(options.data, Path(place)) if options.data else []
        with site({"/static/": ROOT / "static", "/compared/": Path(place)}) as url:
            page = browser.new_page()
            page.goto(url)
            # What comes first pays for the browser's slow start, in which WebAssembly is not optimised yet: once in vain.
            rows = [measure(page, folder, options.runs) for folder in (folders[0], *folders)][1:]
        version = browser.version
    print(table(rows))
    if options.json:
        report = {"browser": f"Chromium {version}", "flags": [*FLAGS, *NO_GPU], "machine": machine(), "rows": rows}
        options.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
