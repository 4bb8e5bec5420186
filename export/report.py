"""Rebuild every number that the project prints about its networks, measured on the exported files.

Writes docs/report.json, docs/networks.md with its pictures, the `metrics` of each manifest, and the table between the
markers of README.md. The test splits are read here and nowhere earlier in the making of a network.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from export.evaluate import evaluate
from export.network import MODELS, read_manifest
from export.plots import draw_confusion, draw_curves
from export.spoil import SPOILT

ROOT = MODELS.parent.parent
DOCS = ROOT / "docs"
MEASURED = {
    "emotion": (("fer2013", "validation"), ("fer2013", "test"), ("ferplus", "test"), ("genki", "validation"), ("genki", "test")),
    "gender": (("utkface", "validation"), ("utkface", "test")),
}
TAKEN_APART = {"emotion": ("fer2013", "test"), "gender": ("utkface", "test")}
"""On which crops light, noise, blur, size and tilt are measured."""
NAMES = {"fer2013": "FER2013", "ferplus": "FER+", "utkface": "UTKFace", "genki": "GENKI-4K smiles"}
START, END = "<!-- networks: written by allsmiles-export report -->", "<!-- end of networks -->"


def report(data: Path) -> dict[str, Any]:
    """Measure every network on every set it answers for and write all that is derived from it; return the report."""
    networks = {}
    for name, measured in MEASURED.items():
        results = [evaluate(MODELS / name, data, kind, split) for kind, split in measured]
        kind, split = TAKEN_APART[name]
        spoilt = {how: evaluate(MODELS / name, data, kind, split, how)["accuracy"] for how in SPOILT}
        networks[name] = {**_facts(MODELS / name), "results": results, "spoilt": spoilt}
        _write_metrics(MODELS / name, results)
        for result in results:
            if "confusion" in result and result["split"] == "test":
                title = f"{name} on {NAMES[result['set']]} test, % of each label"
                draw_confusion(result["confusion"], title, DOCS / "images" / f"confusion-{name}-{result['set']}.png")
        draw_curves(_record(name), ROOT / "export" / "weights" / name / "curves.png")
    (DOCS / "report.json").write_text(json.dumps(networks, indent=1) + "\n")
    (DOCS / "networks.md").write_text(page(networks))
    readme = ROOT / "README.md"
    readme.write_text(replaced(readme.read_text(), summary(networks)))
    return networks


def summary(networks: dict[str, Any]) -> str:
    """Return the README's table: one row per network and test set."""
    rows = ["| network | parameters | in the browser | measured on | images | accuracy | balanced |", "|---|---|---|---|---|---|---|"]
    for name, network in networks.items():
        for result in network["results"]:
            if result["split"] != "test":
                continue
            size = f"{network['parameters']:,} | {network['browser_kilobytes']} KB"
            figures = f"{result['count']:,} | {_percent(result['accuracy'])} | {_percent(result['balanced_accuracy'])}"
            rows.append(f"| `{name}` ({network['architecture']}) | {size} | {NAMES[result['set']]} test | {figures} |")
    return "\n".join(rows)


def replaced(text: str, table: str) -> str:
    """Return `text` with what stands between the markers replaced by `table`; raise ValueError where a marker is missing."""
    if START not in text or END not in text:
        raise ValueError(f"README.md needs the lines {START} and {END} round its table of networks")
    return text.split(START)[0] + f"{START}\n{table}\n{END}" + text.split(END)[1]


def page(networks: dict[str, Any]) -> str:
    """Return docs/networks.md."""
    parts = [
        "<!-- Made by `allsmiles-export report`; edit export/report.py instead. -->",
        "# The networks, measured",
        "All figures are of the exported files in `static/models/`, as the server reads them, on splits the network was neither "
        "trained nor chosen on unless the heading says validation. FER2013's test is PrivateTest with its original labels; people agree "
        "with these labels about 65 % of the time. UTKFace has no official split: a fifth, chosen by a hash of the file name, is test.",
        summary(networks),
    ]
    for name, network in networks.items():
        parts += [f"## {name}", _facts_line(network), f"![training curves of {name}](../export/weights/{name}/curves.png)"]
        for result in network["results"]:
            parts += _section(name, result)
        parts += _robustness(name, network)
    return "\n\n".join(parts) + "\n"


def _section(name: str, result: dict[str, Any]) -> list[str]:
    parts = [f"### {NAMES[result['set']]}, {result['split']}", _headline(result)]
    parts.append(_per_label(result["per_label"]))
    if result["split"] == "test" and "confusion" in result:
        parts.append(f"![confusion matrix of {name} on {NAMES[result['set']]}](images/confusion-{name}-{result['set']}.png)")
    for group, cells in result.get("groups", {}).items():
        rows = [f"| {group} | images | accuracy |", "|---|---|---|"]
        rows += [f"| {cell} | {row['count']:,} | {_percent(row['accuracy'])} |" for cell, row in cells.items()]
        parts.append("\n".join(rows))
    return parts


def _robustness(name: str, network: dict[str, Any]) -> list[str]:
    kind, split = TAKEN_APART[name]
    whole = next(result["accuracy"] for result in network["results"] if (result["set"], result["split"]) == (kind, split))
    rows = ["| crops | accuracy | drop |", "|---|---|---|", f"| as they are | {_percent(whole)} | |"]
    for how, accuracy in network["spoilt"].items():
        rows.append(f"| {SPOILT[how].__doc__} | {_percent(accuracy)} | {100 * (whole - accuracy):.1f} points |")
    return [f"### {NAMES[kind]}, {split}, spoilt", "\n".join(rows)]


def _per_label(labels: dict[str, dict[str, Any]]) -> str:
    shares = [name for name in ("recall", "precision", "f1") if all(name in row for row in labels.values())]
    rows = [f"| label | images | {' | '.join(shares)} |", "|---|---|" + "---|" * len(shares)]
    rows += [f"| {label} | {row['count']:,} | {' | '.join(_percent(row[name]) for name in shares)} |" for label, row in labels.items()]
    return "\n".join(rows)


def _headline(result: dict[str, Any]) -> str:
    line = f"{result['count']:,} images: accuracy {_percent(result['accuracy'])}, balanced {_percent(result['balanced_accuracy'])}"
    if "expected_calibration_error" in result:
        line += f", expected calibration error {_percent(result['expected_calibration_error'])}"
    if "missed" in result:
        line += f". No face found in {result['missed']}; these count as wrong"
    return line + "."


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
        "architecture": manifest["architecture"],
        "parameters": manifest["parameters"],
        "multiply_adds": multiply_adds(folder / "model.tflite"),
        "browser_kilobytes": round(browser / 1024),
        "server_kilobytes": round((folder / "model.tflite").stat().st_size / 1024),
        "crop_scale": manifest["input"]["crop_scale"],
        "crop_shift": manifest["input"]["crop_shift"],
        "calibration": manifest["calibration"],
    }


def _facts_line(network: dict[str, Any]) -> str:
    settings = ", ".join(f"{name} {value}" for name, value in network["calibration"].items())
    return (
        f"{network['architecture']}, {network['parameters']:,} parameters, {network['multiply_adds'] / 1e6:.1f} million multiply-adds per "
        f"face; {network['browser_kilobytes']} KB in the browser, "
        f"{network['server_kilobytes']} KB on the server; crop scale {network['crop_scale']}, shift {network['crop_shift']}; "
        f"calibration: {settings}."
    )


def _record(name: str) -> dict[str, Any]:
    return json.loads((ROOT / "export" / "weights" / name / "history.json").read_text())


def _write_metrics(folder: Path, results: list[dict[str, Any]]) -> None:
    manifest = read_manifest(folder)
    kept = ("count", "accuracy", "balanced_accuracy", "expected_calibration_error")
    manifest["metrics"] = {f"{r['set']}_{r['split']}": {key: r[key] for key in kept if key in r} for r in results}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
