"""One file per published network; `ARCHITECTURES` names them for the command line."""

from collections.abc import Callable
from dataclasses import dataclass

import keras

from export.architectures import mini_xception


@dataclass(frozen=True)
class Architecture:
    """A published design: how to build it, what it reads, and the numbers its paper gives.

    `build(input_shape, labels)` returns a Keras model from [batch, height, width, channels], scaled to -1..1, to logits [batch, labels].
    `sides` is the height and width in pixels that it reads for each task.
    `published` holds parameters and accuracies in percent as printed in `source`.
    """

    build: Callable[[tuple[int | None, int | None, int], int], keras.Model]
    sides: dict[str, int]
    source: str
    published: dict[str, float]


ARCHITECTURES = {
    "mini_xception": Architecture(
        build=mini_xception.build,
        sides=mini_xception.SIDES,
        source=mini_xception.SOURCE,
        published=mini_xception.PUBLISHED,
    ),
}


def architecture(name: str) -> Architecture:
    """Return the design called `name`; raise ValueError that lists the known ones."""
    if name not in ARCHITECTURES:
        raise ValueError(f"no architecture {name!r}: choose one of {', '.join(ARCHITECTURES)}")
    return ARCHITECTURES[name]
