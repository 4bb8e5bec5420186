"""One file per published network; `ARCHITECTURES` names them for the command line."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any

import keras

from export.architectures import gudi_cnn, mini_xception, mobilenet_transfer, resezap, shah_revi, simple_cnn, six_conv, smile_net

Build = Callable[[tuple[int | None, int | None, int], int], keras.Model]


@dataclass(frozen=True)
class Architecture:
    """A published design: how to build it, what it reads, and the numbers its paper gives.

    `build(input_shape, labels)` returns a Keras model from [batch, height, width, channels], scaled to -1..1, to logits [batch, labels].
    `sides` is the height and width in pixels that it reads for each task. `recipe` holds the settings of export.train.Recipe in which it
    differs from the rest; `channels` is set where the design wants another number than the task. `published` holds parameters and
    accuracies in percent as printed in `source`.
    """

    build: Build
    sides: dict[str, int]
    source: str
    published: dict[str, float]
    recipe: dict[str, Any]
    channels: int | None


def _of(module: ModuleType, published: dict[str, float], build: Build | None = None, recipe: dict[str, Any] | None = None) -> Architecture:
    channels = getattr(module, "CHANNELS", None)
    return Architecture(build or module.build, module.SIDES, module.SOURCE, published, recipe or module.RECIPE, channels)


ARCHITECTURES = {
    "mini_xception": _of(mini_xception, mini_xception.PUBLISHED),
    "simple_cnn": _of(simple_cnn, simple_cnn.PUBLISHED),
    "gudi_cnn": _of(gudi_cnn, gudi_cnn.PUBLISHED),
    "resezap": _of(resezap, resezap.PUBLISHED),
    "shah_revi_emotion": _of(shah_revi, shah_revi.PUBLISHED_EMOTION, shah_revi.build_emotion),
    "shah_revi_gender": _of(shah_revi, shah_revi.PUBLISHED_GENDER, shah_revi.build_gender),
    "six_conv": _of(six_conv, six_conv.PUBLISHED),
    "smile_net": _of(smile_net, {}),
    "smile_net_small": _of(smile_net, {}, smile_net.build_small, smile_net.SLIGHT_RECIPE),
    "smile_net_tiny": _of(smile_net, {}, smile_net.build_tiny, smile_net.SLIGHT_RECIPE),
    "mobilenet_transfer": _of(mobilenet_transfer, mobilenet_transfer.PUBLISHED),
    "mobilenet_transfer_30": _of(mobilenet_transfer, mobilenet_transfer.PUBLISHED, partial(mobilenet_transfer.build, trained=30)),
}


def architecture(name: str) -> Architecture:
    """Return the design called `name`; raise ValueError that lists the known ones."""
    if name not in ARCHITECTURES:
        raise ValueError(f"no architecture {name!r}: choose one of {', '.join(ARCHITECTURES)}")
    return ARCHITECTURES[name]
