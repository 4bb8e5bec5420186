"""What is learnt: for each task its labels, its data set, and how pixels reach the network."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from export.data import Samples, fer2013, utkface

SCALE, OFFSET = 2 / 255, -1.0
GREY = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True)
class Task:
    """A question asked of a face crop, and the data set that teaches it.

    `load(folder, split, side)` returns its samples; `hints(folder)` soft targets of the training split, where the data set has more to
    tell than its labels; `others` the loaders of other sets of the same labels. `architecture` is its usual network's design.
    """

    labels: tuple[str, ...]
    data_set: str
    color: str
    epochs: int
    architecture: str
    load: Callable[[Path, str, int], Samples]
    licence: str
    hints: Callable[[Path], NDArray[np.float32]] | None = None
    others: dict[str, Callable[[Path, str, int], Samples]] = field(default_factory=dict)

    def loader(self, data_set: str | None) -> Callable[[Path, str, int], Samples]:
        """Return the loader of `data_set`, None for the usual one; raise ValueError that lists the known ones."""
        known = {self.data_set: self.load, **self.others}
        if data_set is not None and data_set not in known:
            raise ValueError(f"no data set {data_set!r} for this task: choose one of {', '.join(known)}")
        return known[data_set or self.data_set]

    @property
    def channels(self) -> int:
        return 3 if self.color == "rgb" else 1


def _emotion_hints(folder: Path) -> NDArray[np.float32]:
    from export.hints import emotion_hints  # brings Keras, which nothing but training needs

    return emotion_hints(folder)


TASKS = {
    "emotion": Task(
        fer2013.LABELS,
        "fer2013",
        "grey",
        75,
        "smile_net_small",
        fer2013.load,
        "MIT; trained on FER2013, published for the ICML 2013 challenge, with FER+'s answers (MIT)",
        _emotion_hints,
        {"ferplus": fer2013.load_shares},
    ),
    "gender": Task(utkface.LABELS, "utkface", "rgb", 20, "mini_xception", utkface.load, "trained on UTKFace: non-commercial research only"),
}


def network_input(pixels: NDArray, channels: int) -> NDArray[np.float32]:
    """Scale crops [..., c] of 0..255 to the network's -1..1, turned to grey or repeated to RGB where `channels` asks it."""
    pixels = np.asarray(pixels, np.float32)
    if pixels.shape[-1] == 3 and channels == 1:
        pixels = (pixels @ GREY)[..., None]
    if pixels.shape[-1] == 1 and channels == 3:
        pixels = np.repeat(pixels, 3, axis=-1)
    return pixels * np.float32(SCALE) + np.float32(OFFSET)
