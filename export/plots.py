"""Pictures of the records: training curves, confusion matrices, calibration."""

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np


def draw_curves(record: dict[str, Any], path: Path) -> None:
    """Draw loss and accuracy over the epochs of a training record."""
    history = record["history"]
    epochs = [row["epoch"] for row in history]
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
    for axes, name in ((left, "loss"), (right, "accuracy")):
        axes.plot(epochs, [row[name] for row in history], label="training (varied crops)")
        axes.plot(epochs, [row[f"validation_{name}"] for row in history], label="validation")
        axes.set(xlabel="epoch", ylabel=name)
        axes.grid(alpha=0.3)
    left.set_ylim(top=min(left.get_ylim()[1], 2.5))
    right.legend(frameon=False)
    _save(figure, path)


def draw_optimizers(records: dict[str, dict[str, Any]], path: Path) -> None:
    """Draw the validation accuracy of one design under several optimizers, the training's own dotted."""
    figure, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
    for name, record in sorted(records.items()):
        epochs = [row["epoch"] for row in record["history"]]
        (line,) = axes.plot(epochs, [row["validation_accuracy"] for row in record["history"]], label=name)
        axes.plot(epochs, [row["accuracy"] for row in record["history"]], linestyle=":", color=line.get_color())
    axes.set(xlabel="epoch", ylabel="accuracy on validation (training dotted)")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    _save(figure, path)


def draw_confusion(confusion: dict[str, Any], title: str, path: Path) -> None:
    """Draw a confusion matrix as shares of each true label, with the share written in every cell."""
    counts = np.array(confusion["counts"], float)
    shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    labels = confusion["labels"]
    size = 1.9 + 0.55 * len(labels)
    figure, axes = plt.subplots(figsize=(size, size), layout="constrained")
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set(xlabel="answered", ylabel="labelled", title=title)
    axes.set_xticks(range(len(labels)), labels, rotation=45, ha="right")
    axes.set_yticks(range(len(labels)), labels)
    for row, column in np.ndindex(*shares.shape):
        colour = "white" if shares[row, column] > 0.5 else "black"
        axes.text(column, row, f"{100 * shares[row, column]:.0f}", ha="center", va="center", color=colour)
    _save(figure, path)


def draw_reliability(rows: list[dict[str, float]], title: str, path: Path) -> None:
    """Draw accuracy over confidence, the size of each point by how many answers it stands for."""
    confidence, accuracy, count = (np.array([row[name] for row in rows]) for name in ("confidence", "accuracy", "count"))
    figure, axes = plt.subplots(figsize=(4, 4), layout="constrained")
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1, linestyle="--")
    axes.plot(confidence, accuracy, linewidth=1)
    axes.scatter(confidence, accuracy, s=10 + 290 * count / count.max(), alpha=0.6)
    axes.set(xlabel="confidence", ylabel="share right", title=title, xlim=(0, 1.02), ylim=(0, 1.02))
    axes.grid(alpha=0.3)
    _save(figure, path)


def _save(figure: plt.Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)
