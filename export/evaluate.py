"""Measure an exported network on a split of a public data set."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from export import photos
from export.calibrate import expected_calibration_error, reliability
from export.data import Samples, fer2013, genki, only, own, utkface, wider
from export.network import ExportedNetwork
from export.spoil import spoil
from export.tasks import TASKS

SETS = {"fer2013": fer2013.load, "ferplus": fer2013.load_plus, "utkface": utkface.load}
SMALLEST_CELL = 50
"""Groups with fewer images are not reported: a single face would move them by more than two points."""


def evaluate(folder: Path, data: Path, name: str, split: str, spoilt: str | None = None, tilted: float = 0) -> dict[str, Any]:
    """Return accuracy, balanced accuracy, per-label figures, confusion counts and calibration of the network in `folder`.

    `name` is one of fer2013, ferplus, utkface (face crops), own (a person's pictures), genki or wider (whole photos, detector and
    crop included). `spoilt` names a way of export.spoil in which crops are spoilt first; `tilted` turns whole photos by so many degrees.
    Raises ValueError when the network's labels are not those of the set.
    """
    about: dict[str, Any] = {"set": name, "split": split} | ({"spoilt": spoilt} if spoilt else {}) | ({"tilted": tilted} if tilted else {})
    if name == "wider":
        return about | photos.measure_gender(folder, wider.load(data), tilted)
    if name == "genki":
        return about | photos.measure_smiles(folder, genki.load(data, split), tilted)
    if tilted:
        raise ValueError(f"{name} is made of crops, and whole photos are tilted: choose --set genki or wider, or --spoilt turned")
    if name not in SETS and name != "own":
        raise ValueError(f"no data set {name!r}: choose one of {', '.join([*SETS, 'own', 'genki', 'wider'])}")
    network = ExportedNetwork(folder)
    samples = _own(network, data, split) if name == "own" else SETS[name](data, split, network.manifest["input"]["width"])
    if not set(network.labels) <= set(samples.labels):
        raise ValueError(f"{folder.name} answers {network.labels}, {name} asks {list(samples.labels)}: choose another --set")
    if len(network.labels) < len(samples.labels):
        samples = only(samples, tuple(network.labels))
    crops = spoil(samples.images, spoilt) if spoilt else samples.images
    return about | measure(network.probabilities(crops), samples, network.manifest.get("calibration", {}).get("unsure_below", 0.0))


def _own(network: ExportedNetwork, data: Path, split: str) -> Samples:
    """Return those of a person's pictures that have one of the network's labels, with a target for each of these, occurring or not."""
    block, task = network.manifest["input"], TASKS[network.manifest["task"]]
    samples = own.load(data, split, block["width"], block["channels"], task.labels)
    common = tuple(label for label in network.labels if label in samples.labels)
    if not common:
        raise ValueError(f"{network.folder.name} answers {network.labels}, the pictures in {data} show {list(samples.labels)}")
    found = only(samples, common)
    targets = np.zeros((len(found), len(network.labels)), np.float32)
    targets[:, [network.labels.index(label) for label in common]] = found.targets
    return replace(found, targets=targets, labels=tuple(network.labels))


def kept(results: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return what a manifest's `metrics` keeps of measurements, by `<set>_<split>`."""
    of = ("count", "accuracy", "balanced_accuracy", "expected_calibration_error")
    return {f"{one['set']}_{one['split']}": {name: one[name] for name in of if name in one} for one in results}


def measure(probabilities: NDArray, samples: Samples, sure_from: float = 0.0) -> dict[str, Any]:
    """Return all figures for `probabilities` [count, labels] against `samples`; from `sure_from` on the product says the answer."""
    truth, answer = samples.targets.argmax(axis=1), probabilities.argmax(axis=1)
    confusion = confusion_matrix(truth, answer, len(samples.labels))
    right = truth == answer
    return {
        "count": len(samples),
        "accuracy": round(float(right.mean()), 6),
        "balanced_accuracy": round(float(np.mean([row[i] / row.sum() for i, row in enumerate(confusion) if row.any()])), 6),
        "expected_calibration_error": round(expected_calibration_error(probabilities, truth), 6),
        "reliability": reliability(probabilities, truth),
        "per_label": {label: _figures(confusion, i) for i, label in enumerate(samples.labels)},
        "confusion": {"labels": list(samples.labels), "counts": confusion.tolist()},
        "groups": {
            name: _by_group(values, right, probabilities.max(axis=1) >= sure_from) for name, values in _crossed(samples.attributes).items()
        },
    }


def confusion_matrix(truth: NDArray, answer: NDArray, labels: int) -> NDArray[np.int64]:
    """Return counts [true label, answered label]."""
    counts = np.zeros((labels, labels), np.int64)
    np.add.at(counts, (truth, answer), 1)
    return counts


def _figures(confusion: NDArray, index: int) -> dict[str, float | int]:
    hit, count, answered = confusion[index, index], confusion[index].sum(), confusion[:, index].sum()
    recall, precision = hit / max(1, count), hit / max(1, answered)
    return {
        "count": int(count),
        "recall": round(float(recall), 6),
        "precision": round(float(precision), 6),
        "f1": round(float(2 * precision * recall / max(1e-9, precision + recall)), 6),
    }


def _crossed(attributes: dict[str, NDArray]) -> dict[str, NDArray]:
    crossed = dict(attributes)
    if {"age", "race"} <= attributes.keys():
        crossed["age and race"] = np.array([f"{age}, {race}" for age, race in zip(attributes["age"], attributes["race"], strict=True)])
    return crossed


def _by_group(values: NDArray, right: NDArray, sure: NDArray) -> dict[str, dict[str, float | int | None]]:
    """Return of each group count, accuracy, the share that gets an answer, and how many of those answers are right."""
    return {
        group: {
            "count": int(mine.sum()),
            "accuracy": round(float(right[mine].mean()), 6),
            "answered": round(float(sure[mine].mean()), 6),
            "accuracy_where_answered": round(float(right[mine & sure].mean()), 6) if (mine & sure).any() else None,
        }
        for group, mine in sorted(((str(group), values == group) for group in np.unique(values)), key=_age_first)
        if mine.sum() >= SMALLEST_CELL
    }


def _age_first(item: tuple[str, Any]) -> tuple[int, str]:
    start = item[0].split("-")[0]
    return (int(start) if start.isdigit() else 0, item[0])
