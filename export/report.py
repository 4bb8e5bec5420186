"""Rebuild every number that the project prints about its networks, measured on the exported files.

Writes docs/report.json, docs/networks.md with its pictures, the `metrics` of each manifest, and the table between the
markers of README.md. The test splits are read here and nowhere earlier in the making of a network.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from export.evaluate import SETS, evaluate, kept
from export.network import MODELS, names, read_manifest
from export.page import NAMES, PHOTOS, TAKEN_APART, page, summary
from export.photos import TILTS
from export.plots import draw_confusion, draw_curves, draw_optimizers, draw_reliability
from export.publish import WEIGHTS, publish
from export.spoil import SPOILT

ROOT = MODELS.parent.parent
DOCS = ROOT / "docs"
SPEED = DOCS / "network-speed.json"
REPORT = DOCS / "report.json"
MEASURED = {
    "emotion": (("fer2013", "validation"), ("fer2013", "test"), ("ferplus", "test"), ("genki", "validation"), ("genki", "test")),
    "gender": (("utkface", "validation"), ("utkface", "test"), ("wider", "test")),
}
START, END = "<!-- networks: written by allsmiles-export report -->", "<!-- end of networks -->"


def report(data: Path) -> dict[str, Any]:
    """Measure every network on every set it answers for and write all that is derived from it; return the report."""
    earlier = json.loads(REPORT.read_text())["compared"] if REPORT.exists() else {}
    networks = {name: _measured(name, data) for name in classifiers()}
    compared = {run: _compared(run, data, earlier.get(run)) for run in other_runs()}
    for of, records in optimizers_compared().items():
        draw_optimizers(records, DOCS / "images" / f"optimizers-{of}.png")
    REPORT.write_text(json.dumps({"networks": networks, "compared": compared}, indent=1) + "\n")
    (DOCS / "networks.md").write_text(page(networks, compared))
    readme = ROOT / "README.md"
    readme.write_text(replaced(readme.read_text(), summary(networks)))
    return networks


def classifiers() -> list[str]:
    """Return the names of the product's own classifiers: emotion before gender, the usual one of each first."""
    found = [name for name in names() if read_manifest(MODELS / name)["task"] in MEASURED and (WEIGHTS / name / "history.json").exists()]
    return sorted(found, key=lambda name: (name.split("-")[0], len(name), name))


def other_runs() -> list[str]:
    """Return the names of the training runs whose networks are not part of the product, but compared with it."""
    return sorted(path.parent.name for path in WEIGHTS.glob("*/history.json") if not (MODELS / path.parent.name).exists())


def optimizers_compared() -> dict[str, dict[str, Any]]:
    """Return the records of the designs that were trained with several optimizers: by `<task>-<design>`, then by optimizer."""
    found: dict[str, dict[str, Any]] = {}
    for run in other_runs():
        recipe = _record(run)["recipe"]
        found.setdefault(f"{recipe['task']}-{recipe['architecture']}", {})[recipe["optimizer"]] = _record(run)
    return {of: records for of, records in found.items() if len(records) > 1}


def _measured(name: str, data: Path) -> dict[str, Any]:
    """Measure one network of the product; write its manifest's metrics and its pictures."""
    folder = MODELS / name
    task = read_manifest(folder)["task"]
    results = [evaluate(folder, data, kind, split) for kind, split in MEASURED[task]]
    photos_of, photo_split = PHOTOS[task]
    tilted = {str(degrees): evaluate(folder, data, photos_of, photo_split, tilted=degrees)["accuracy"] for degrees in TILTS}
    _write_metrics(folder, results)
    _draw(name, results)
    return {**_facts(folder), "epochs": _epochs(_record(name)), "results": results, "spoilt": _spoilt(folder, data), "tilted": tilted}


def _compared(run: str, data: Path, earlier: dict[str, Any] | None) -> dict[str, Any]:
    """Export the network of a run that is not part of the product to a temporary folder and measure it.

    Weights of many megabytes are not kept with the project: without them the `earlier` figures stand. Raises FileNotFoundError
    where there are neither.
    """
    if not (WEIGHTS / run / "best.keras").exists():
        if earlier is None:
            raise FileNotFoundError(
                f"no best.keras in {WEIGHTS / run} and no figures of it in {REPORT}: train it anew, or delete the folder"
            )
        return {**earlier, "milliseconds": _speeds().get(run)}
    recipe = _record(run)["recipe"]
    with tempfile.TemporaryDirectory() as place:
        folder = publish(run, data, WEIGHTS / run, Path(place))
        results = [evaluate(folder, data, kind, split) for kind, split in MEASURED[recipe["task"]] if kind in SETS]
        facts = {**_facts(folder), "results": results, "spoilt": _spoilt(folder, data)}
    _draw(run, results)
    return facts | {"optimizer": recipe["optimizer"], "epochs": _epochs(_record(run))}


def _spoilt(folder: Path, data: Path) -> dict[str, float]:
    """Return the accuracy in each way in which crops are spoilt."""
    kind, split = TAKEN_APART[read_manifest(folder)["task"]]
    return {how: evaluate(folder, data, kind, split, how)["accuracy"] for how in SPOILT}


def _draw(name: str, results: list[dict[str, Any]]) -> None:
    """Draw the training curves, and confusion and calibration on each test split."""
    draw_curves(_record(name), WEIGHTS / name / "curves.png")
    for result in results:
        if "confusion" in result and result["split"] == "test":
            about = f"{name} on {NAMES[result['set']]} test"
            draw_confusion(result["confusion"], f"{about}, % of each label", DOCS / "images" / f"confusion-{name}-{result['set']}.png")
            draw_reliability(result["reliability"], about, DOCS / "images" / f"calibration-{name}-{result['set']}.png")


def _epochs(record: dict[str, Any] | None) -> int:
    """Return how many epochs led to a run's weights, those of the runs it started from included."""
    return len(record["history"]) + _epochs(record.get("earlier")) if record else 0


def replaced(text: str, table: str) -> str:
    """Return `text` with what stands between the markers replaced by `table`; raise ValueError where a marker is missing."""
    if START not in text or END not in text:
        raise ValueError(f"README.md needs the lines {START} and {END} round its table of networks")
    return text.split(START)[0] + f"{START}\n{table}\n{END}" + text.split(END)[1]


def multiply_adds(path: Path) -> int:
    """Count the multiply-adds of the convolutions and dense layers of a LiteRT network for one input."""
    interpreter = Interpreter(model_path=str(path))
    interpreter.allocate_tensors()
    shapes = {tensor["index"]: tensor["shape"] for tensor in interpreter.get_tensor_details()}
    total = 0
    for operation in interpreter._get_ops_details():
        if operation["op_name"] in ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"):
            kernel, output = shapes[operation["inputs"][1]], shapes[operation["outputs"][0]]
            per_output = int(np.prod(kernel[1:3] if operation["op_name"] == "DEPTHWISE_CONV_2D" else kernel[1:]))
            total += per_output * int(np.prod(output[1:]))
    return total


def _facts(folder: Path) -> dict[str, Any]:
    manifest = read_manifest(folder)
    browser = sum(path.stat().st_size for path in [folder / "model.json", *folder.glob("*.bin")])
    return {
        "task": manifest["task"],
        "architecture": manifest["architecture"],
        "parameters": manifest["parameters"],
        "multiply_adds": multiply_adds(folder / "model.tflite"),
        "browser_kilobytes": round(browser / 1024),
        "server_kilobytes": round((folder / "model.tflite").stat().st_size / 1024),
        "milliseconds": _speeds().get(folder.name),
        "crop_scale": manifest["input"]["crop_scale"],
        "crop_shift": manifest["input"]["crop_shift"],
        "calibration": manifest["calibration"],
    }


def _speeds() -> dict[str, dict[str, float]]:
    """Return milliseconds per face by network, as the last run of tests.benchmarks.networks kept them."""
    if not SPEED.exists():
        return {}
    return {row["network"]: {key: value for key, value in row.items() if key != "network"} for row in json.loads(SPEED.read_text())["rows"]}


def _record(name: str) -> dict[str, Any]:
    return json.loads((WEIGHTS / name / "history.json").read_text())


def _write_metrics(folder: Path, results: list[dict[str, Any]]) -> None:
    manifest = read_manifest(folder)
    manifest["metrics"] = kept(results)
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
