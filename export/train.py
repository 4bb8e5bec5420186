"""Train one network: a readable loop around Keras, resumable after every epoch, with its whole record beside the weights.

Works with the TensorFlow, JAX and PyTorch backends of Keras 3 (environment variable KERAS_BACKEND).
"""

import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
from numpy.typing import NDArray

from export.architectures import architecture
from export.augment import Augmentation, vary
from export.data import Samples, only, own, part, younger
from export.network import ExportedNetwork, find
from export.plots import draw_curves
from export.tasks import TASKS, Task, network_input

OPTIMIZERS = {
    "adamw": keras.optimizers.AdamW,
    "adam": keras.optimizers.Adam,
    "rmsprop": keras.optimizers.RMSprop,
    "momentum": partial(keras.optimizers.SGD, momentum=0.9, nesterov=True),
}


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a training run; written beside the weights."""

    task: str
    epochs: int
    architecture: str = "mini_xception"
    labels: tuple[str, ...] | None = None
    """Learn only these labels of the task, in this order."""
    data_set: str | None = None
    """Another set of the task than the usual one (`others` of its Task), with targets of its own."""
    own: bool = False
    """The data are a person's own pictures (export.data.own) and not the task's public set."""
    optimizer: str = "adamw"
    batch: int = 32
    learning_rate: float = 1.5e-3  # peak of one warm-up epoch and a cosine down to zero
    weight_decay: float = 0.05  # decoupled, as a share of the learning rate; kernels only
    label_smoothing: float = 0.1
    hints: float = 0.5
    """Share of the targets that comes from the task's hints, where it has any."""
    sides: tuple[tuple[float, float], ...] = ((0.25, 2 / 3), (1.0, 1.0))
    """Progressive resizing: up to each share of the epochs, crops are trained at that part of the design's side; early epochs are cheap."""
    augmentation: Augmentation = field(default_factory=Augmentation)
    seed: int = 20261122
    limit: int | None = None
    """Train on the first samples only: a trial run."""
    undecided_below: int | None = None
    """Of faces of people younger than so many years only that every answer is as likely is learnt; the run is chosen on the others."""
    teachers: tuple[str, ...] = ()
    """Names or folders of exported networks, whose mean answer to each varied crop is part of its target (Hinton, Vinyals, Dean 2015,
    arXiv 1503.02531)."""
    teaching: float = 0.7
    """Share of the targets that comes from the teachers, where there are any."""
    clear_to_teachers: bool = False
    """Teachers see each crop before it is blurred, lit otherwise or covered: what they read in a clear face is learnt of a spoilt one
    (Xie et al. 2020, arXiv 1911.04252)."""
    start: str | None = None
    """Folder of an earlier run of the same task and architecture, whose best weights this one begins with."""

    def side(self, epoch: int) -> int:
        """Return the side in pixels of the crops in `epoch`."""
        part = next(part for share, part in self.sides if epoch < share * self.epochs or share >= 1)
        return round(part * self.full_side)

    def steps(self, samples: int) -> int:
        """Return the batches of an epoch: whole ones, or all samples at once where they do not fill one."""
        return max(1, samples // self.batch)

    @property
    def full_side(self) -> int:
        """Side in pixels of the design's input."""
        return architecture(self.architecture).sides[self.task]

    @property
    def channels(self) -> int:
        """Channels of the design's input."""
        return architecture(self.architecture).channels or TASKS[self.task].channels


class Batches(keras.utils.PyDataset):
    """Shuffled, varied batches of one epoch; equal for equal seed and epoch, so that a resumed run sees what it would have seen."""

    def __init__(self, samples: Samples, recipe: Recipe, epoch: int, teachers: Sequence[ExportedNetwork] = ()):
        super().__init__()
        self.samples, self.recipe, self.side, self.teachers = samples, recipe, recipe.side(epoch), teachers
        self.random = np.random.default_rng((recipe.seed, epoch))
        self.order = self.random.permutation(len(samples))

    def __len__(self) -> int:
        return self.recipe.steps(len(self.samples))

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = self.order[index * self.recipe.batch : (index + 1) * self.recipe.batch]
        random = np.random.default_rng((self.recipe.seed, int(chosen[0]), self.side, index))
        clear, varied = zip(*(vary(self.samples.images[i], self.side, random, self.recipe.augmentation) for i in chosen), strict=True)
        images = np.stack(varied)
        shown = np.stack(clear).astype(np.float32) if self.recipe.clear_to_teachers else images
        return network_input(images, self.recipe.channels), self._taught(shown, self.samples.targets[chosen])

    def _taught(self, images: NDArray[np.float32], targets: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the targets with the teachers' share."""
        if not self.teachers:
            return targets
        answers = np.mean([teacher.probabilities(_fitted(images, teacher)) for teacher in self.teachers], axis=0)
        return ((1 - self.recipe.teaching) * targets + self.recipe.teaching * answers).astype(np.float32)


def train(recipe: Recipe, data: Path, folder: Path) -> Path:
    """Train as `recipe` says on the data set below `data`; return the path of the best weights.

    `folder` receives checkpoint.keras and history.json after every epoch, best.keras whenever validation accuracy
    rises, and curves.png at the end; a run found there is resumed. Raises ValueError when it was made with another recipe.
    """
    task = TASKS[recipe.task]
    folder.mkdir(parents=True, exist_ok=True)
    training, validation = samples(recipe, task, data)
    record = _open_record(recipe, folder) | {"labels": list(training.labels)}
    model = _open_model(recipe, folder, training.labels, recipe.steps(len(training)))
    held_out = network_input(validation.images, recipe.channels), validation.targets
    # With height and width fixed. One for all epochs: PyTorch does not give back what each new one holds.
    shipped = build(replace(recipe, sides=((1.0, 1.0),)), len(training.labels))
    teachers = _teachers(recipe, training.labels)
    for epoch in range(len(record["history"]), recipe.epochs):
        print(f"epoch {epoch + 1} of {recipe.epochs}, side {recipe.side(epoch)}", flush=True)
        started = time.monotonic()
        batches = Batches(training, recipe, epoch, teachers)
        row = _fit(model, batches)
        loss, accuracy = (float(value) for value in model.evaluate(*held_out, batch_size=256, verbose=0))
        row |= {"epoch": epoch + 1, "validation_loss": loss, "validation_accuracy": accuracy}
        row |= {"side": recipe.side(epoch), "seconds": round(time.monotonic() - started, 1)}
        print(f"  validation accuracy {accuracy:.4f}, loss {loss:.4f}", flush=True)
        if accuracy > max((earlier["validation_accuracy"] for earlier in record["history"]), default=0.0):
            shipped.set_weights(model.get_weights())
            _save(shipped, folder / "best.keras", with_optimizer=False)
        record["history"].append(row)
        _save(model, folder / "checkpoint.keras", with_optimizer=True)
        _write(folder / "history.json", record)
    draw_curves(record, folder / "curves.png")
    return folder / "best.keras"


def _fit(model: keras.Model, batches: Batches) -> dict[str, float]:
    """Train for one epoch; return what Keras tells of it, such as `loss` and `accuracy`."""
    if keras.backend.backend() == "torch":
        from export.torch_steps import fit  # PyTorch is not part of the export extra

        return fit(model, batches)
    told = model.fit(batches, shuffle=False, verbose=1 if sys.stdout.isatty() else 2).history
    return {name: float(values[-1]) for name, values in told.items()}


def samples(recipe: Recipe, task: Task, data: Path) -> tuple[Samples, Samples]:
    """Return what `recipe` learns from and what it is chosen on."""
    training, validation = (load(recipe, task, data, split) for split in ("train", "validation"))
    if task.hints and recipe.hints and not recipe.own and not recipe.data_set:
        hinted = (1 - recipe.hints) * training.targets + np.float32(recipe.hints) * task.hints(data)
        training = replace(training, targets=hinted)
    if recipe.undecided_below:
        young = younger(training, recipe.undecided_below)
        training = replace(training, targets=np.where(young[:, None], np.float32(1 / len(training.labels)), training.targets))
        validation = part(validation, ~younger(validation, recipe.undecided_below))
    if recipe.labels:
        training, validation = only(training, recipe.labels), only(validation, recipe.labels)
    if recipe.limit:
        training, validation = (part(one, np.arange(len(one)) < recipe.limit) for one in (training, validation))
    return training, validation


def load(recipe: Recipe, task: Task, data: Path, split: str) -> Samples:
    """Return a split of the data that `recipe` is about."""
    if recipe.own:
        return own.load(data, split, recipe.full_side, recipe.channels, task.labels)
    return task.loader(recipe.data_set)(data, split, recipe.full_side)


def build(recipe: Recipe, labels: int) -> keras.Model:
    """Build the untrained network of `recipe`, of free height and width where sides change during training."""
    side = None if len(recipe.sides) > 1 else recipe.full_side
    return architecture(recipe.architecture).build((side, side, recipe.channels), labels)


def _teachers(recipe: Recipe, labels: tuple[str, ...]) -> list[ExportedNetwork]:
    teachers = [ExportedNetwork(find(name)) for name in recipe.teachers]
    for teacher in teachers:
        if teacher.labels != list(labels):
            raise ValueError(f"{teacher.folder} answers {teacher.labels}, the task asks {list(labels)}: choose another --teachers")
    return teachers


def _fitted(images: NDArray[np.float32], network: ExportedNetwork) -> NDArray[np.float32]:
    """Return crops [count, height, width, channels] at the size that `network` reads."""
    side = network.manifest["input"]["width"]
    if images.shape[1] == side:
        return images
    return np.stack([cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA).reshape(side, side, -1) for image in images])


def begin_with(start: Path, model: keras.Model, recipe: Recipe, labels: Sequence[str]) -> None:
    """Fill `model` with the best weights of the run in `start`, of its answers only those for `labels`.

    Raises ValueError when that run is of another design, or did not learn all of these labels.
    """
    record = json.loads((start / "history.json").read_text())
    known = record.get("labels") or list(TASKS[recipe.task].labels)
    if record["recipe"]["architecture"] != recipe.architecture or not set(labels) <= set(known):
        told = f"{start} holds {record['recipe']['architecture']} for {', '.join(known)}"
        raise ValueError(f"{told}, not {recipe.architecture} for {', '.join(labels)}: choose another --start, or leave it out")
    earlier = keras.saving.load_model(start / "best.keras", compile=False)
    answering = len([layer for layer in earlier.layers if layer.weights][-1].weights)
    weights, columns = earlier.get_weights(), [known.index(label) for label in labels]
    model.set_weights([*weights[:-answering], *(one[..., columns] for one in weights[-answering:])])


def _open_model(recipe: Recipe, folder: Path, labels: Sequence[str], steps: int) -> keras.Model:
    checkpoint = folder / "checkpoint.keras"
    if checkpoint.exists():
        return keras.saving.load_model(checkpoint)
    keras.utils.set_random_seed(recipe.seed)
    model = build(recipe, len(labels))
    if recipe.start:
        begin_with(Path(recipe.start), model, recipe, labels)
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=recipe.learning_rate / 20,
        decay_steps=max(1, steps * (recipe.epochs - 1)),
        warmup_target=recipe.learning_rate,
        warmup_steps=steps,
    )
    optimizer = OPTIMIZERS[recipe.optimizer](schedule, weight_decay=recipe.weight_decay or None)
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    model.compile(
        optimizer,
        keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=recipe.label_smoothing),
        metrics=["accuracy"],
        jit_compile=keras.backend.backend() == "jax",
    )
    return model


def _open_record(recipe: Recipe, folder: Path) -> dict[str, Any]:
    path = folder / "history.json"
    settings = json.loads(json.dumps(asdict(recipe)))
    if not path.exists():
        earlier = json.loads((Path(recipe.start) / "history.json").read_text()) if recipe.start else None
        return {"recipe": settings, "environment": _environment(), "history": [], "earlier": earlier}
    record = json.loads(path.read_text())
    if record["recipe"] != settings:
        raise ValueError(f"{folder} holds a run with another recipe: choose another --out, or delete it to begin anew")
    return record


def _environment() -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "keras": keras.__version__,
        "backend": keras.backend.backend(),
        "cores": os.cpu_count(),
    }


def _save(model: keras.Model, path: Path, with_optimizer: bool) -> None:
    partial = path.with_name(f"partial-{path.name}")
    model.save(partial, include_optimizer=with_optimizer)
    partial.replace(path)


def _write(path: Path, record: dict[str, Any]) -> None:
    partial = path.with_name(f"partial-{path.name}")
    partial.write_text(json.dumps(record, indent=1) + "\n")
    partial.replace(path)
