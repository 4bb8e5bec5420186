"""One loader per public data set, each reading its authors' own layout."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from webapp.vision.crop import crop


@dataclass(frozen=True)
class Samples:
    """Face crops of one split.

    `images` uint8 [count, height, width, channels]; `targets` float32 [count, labels], each row a distribution;
    `attributes` names per-sample groups to report on, each an array of `count` strings.
    """

    images: NDArray[np.uint8]
    targets: NDArray[np.float32]
    labels: tuple[str, ...]
    attributes: dict[str, NDArray[np.str_]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.images)


def one_hot(indices: NDArray[np.integer], labels: int) -> NDArray[np.float32]:
    """Return rows of zeros with a one at each index: float32 [count, labels]."""
    return np.eye(labels, dtype=np.float32)[indices]


def only(samples: Samples, labels: tuple[str, ...]) -> Samples:
    """Return the samples of some labels, their targets in the order of `labels` and summing to one; raise ValueError for unknown ones."""
    unknown = [label for label in labels if label not in samples.labels]
    if unknown:
        raise ValueError(f"no label {', '.join(unknown)}: choose among {', '.join(samples.labels)}")
    columns = [samples.labels.index(label) for label in labels]
    chosen = np.isin(samples.targets.argmax(axis=1), columns)
    kept = part(samples, chosen)
    targets = kept.targets[:, columns]
    return replace(kept, targets=targets / targets.sum(axis=1, keepdims=True), labels=labels)


def part(samples: Samples, chosen: NDArray[np.bool_]) -> Samples:
    """Return the samples that are chosen."""
    attributes = {name: values[chosen] for name, values in samples.attributes.items()}
    return replace(samples, images=samples.images[chosen], targets=samples.targets[chosen], attributes=attributes)


def younger(samples: Samples, years: int) -> NDArray[np.bool_]:
    """Tell of each sample whether its age group lies below so many years; raise ValueError where no ages are known."""
    if "age" not in samples.attributes:
        raise ValueError("these pictures have no ages: leave out --undecided-below")
    return np.array([int(group.split("-")[1]) < years for group in samples.attributes["age"]])


def resized(images: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Return square crops [count, height, width, channels] at `side` pixels, by the crop operation that the live pipeline uses."""
    _, height, width, channels = images.shape
    if (height, width) == (side, side):
        return images
    wide = np.repeat(images, 3, axis=3) if channels == 1 else images
    whole = 0.0, 0.0, float(width), float(height)
    small = np.stack([crop(np.ascontiguousarray(image), whole, side, side)[..., :channels] for image in wide])
    return np.clip(np.rint(small), 0, 255).astype(np.uint8)


def require(path: Path, what: str) -> Path:
    """Return `path` if it exists; else raise FileNotFoundError that says where `what` is expected."""
    if not path.exists():
        raise FileNotFoundError(f"{what} expected at {path}: pass the folder that holds it with --data")
    return path
