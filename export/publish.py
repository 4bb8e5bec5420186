"""Make a trained run a network of the product: converted, calibrated and framed on validation data, with its manifest."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from export import face_detector
from export.calibrate import SURE, fit_temperature, smile_threshold
from export.convert import convert
from export.data import Samples, only, own, part, younger
from export.evaluate import evaluate, kept
from export.framing import framing
from export.network import MODELS, ExportedNetwork
from export.own_card import licence, own_card
from export.tasks import OFFSET, SCALE, TASKS, Task, network_input

WEIGHTS = Path(__file__).resolve().parent / "weights"
VERSION = "1.2.0"
SMILE_LABEL = "happy"
YOUNG_DECIDED = 0.05
"""Share of young people who may get an answer from a network that was taught to give them none."""


def publish(name: str, data: Path | None = None, weights: Path | None = None, models: Path = MODELS) -> Path:
    """Write <models>/<name>/ from the training run in `weights`, default export/weights/<name>; return the folder.

    A classifier needs `data`: temperature, smile threshold and crop scale are found on its validation split. Its metrics are left to
    `allsmiles-export report`, its card to people; one that learnt from a person's own pictures gets both here.
    """
    folder = models / name
    if name == "face":
        face_detector.publish(folder, data)
        return folder
    if data is None:
        raise ValueError("calibration needs the validation split: pass --data FOLDER or set ALLSMILES_DATA")
    run = weights or WEIGHTS / name
    if not (run / "best.keras").exists():
        raise FileNotFoundError(f"no trained weights in {run}: run allsmiles-export train, or name the folder of a run with --weights")
    record = json.loads((run / "history.json").read_text())
    kind = record["recipe"]["task"]
    task = TASKS[kind]
    facts = _facts(name, task, record) | {"calibration": {"temperature": 1.0, "unsure_below": SURE[kind]}}
    validation = _validation(task, record["recipe"], data, facts)
    years = record["recipe"].get("undecided_below")
    if years:
        young = part(validation, younger(validation, years))
        validation = part(validation, ~younger(validation, years))
    facts["input"] |= framing(validation.images)
    convert(run / "best.keras", folder, facts, network_input(validation.images[:512], facts["input"]["channels"]))
    network = ExportedNetwork(folder)
    calibration = {"temperature": fit_temperature(network.logits(validation.images), validation.targets), "unsure_below": SURE[kind]}
    network.manifest["calibration"] = calibration
    if years:
        calibration["unsure_below"] = max(SURE[kind], _sure(network, young))
        network.manifest["undecided_below_years"] = years
    if "smile_label" in facts:
        index = facts["labels"].index(SMILE_LABEL)
        smiling = validation.targets.argmax(axis=1) == index
        smile = network.probabilities(validation.images)[:, index]
        calibration["smile_threshold"] = smile_threshold(smile, np.asarray(smiling))
    _write_manifest(network)
    if record["recipe"].get("own"):
        _tell_of_own(network, record["recipe"], data)
    return folder


def _tell_of_own(network: ExportedNetwork, recipe: dict[str, Any], data: Path) -> None:
    """Measure a network that learnt from a person's own pictures on others of these, and write its figures and its card."""
    results = [evaluate(network.folder, data, "own", "validation")]
    with suppress(FileNotFoundError):  # labels.csv may keep none for a test
        results.append(evaluate(network.folder, data, "own", "test"))
    network.manifest |= {"metrics": kept(results), "licence": licence(recipe.get("start"))}
    _write_manifest(network)
    (network.folder / "card.md").write_text(own_card(network.manifest, recipe.get("start")))


def _write_manifest(network: ExportedNetwork) -> None:
    (network.folder / "manifest.json").write_text(json.dumps(network.manifest, indent=1) + "\n")


def _validation(task: Task, recipe: dict[str, Any], data: Path, facts: dict[str, Any]) -> Samples:
    block, labels = facts["input"], tuple(facts["labels"])
    if recipe.get("own"):
        return only(own.load(data, "validation", block["width"], block["channels"], task.labels), labels)
    return only(task.loader(recipe.get("data_set"))(data, "validation", block["width"]), labels)


def _sure(network: ExportedNetwork, young: Samples) -> float:
    """Return the least probability with which at most YOUNG_DECIDED of the faces of young people get an answer."""
    return round(float(np.quantile(network.probabilities(young.images).max(axis=1), 1 - YOUNG_DECIDED)), 3)


def _facts(name: str, task: Task, record: dict[str, Any]) -> dict[str, Any]:
    from export.architectures import architecture

    recipe = record["recipe"]
    design = architecture(recipe["architecture"])
    side = design.sides[recipe["task"]]
    channels = design.channels or task.channels
    block = {"width": side, "height": side, "channels": channels, "color": "rgb" if channels == 3 else "grey"}
    facts = {
        "name": name,
        "version": VERSION,
        "task": recipe["task"],
        "architecture": recipe["architecture"],
        "labels": record.get("labels") or list(task.labels),
        "input": block | {"scale": SCALE, "offset": OFFSET},
        "output": "logits",
        "metrics": {},
        "source": design.source,
        "licence": task.licence,
    }
    return facts | ({"smile_label": SMILE_LABEL} if SMILE_LABEL in facts["labels"] else {})
