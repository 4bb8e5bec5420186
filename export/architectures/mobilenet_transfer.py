"""MobileNet, trained on ImageNet, without its last six layers, of which only the last ones learn; from Shah and Revi's report (2020).

Keras downloads ImageNet's weights; without access to them there is no such network here, and nothing is made up instead.
"""

from typing import Any

import keras
from keras import layers

SOURCE = "Shah, Revi 2020, with Howard et al. 2017, arXiv 1704.04861"
PUBLISHED: dict[str, float] = {}
SIDES = {"emotion": 128, "gender": 128}
RECIPE: dict[str, Any] = {"optimizer": "adam", "learning_rate": 1e-3, "weight_decay": 0.0, "sides": ((1.0, 1.0),)}
CHANNELS = 3


def build(input_shape: tuple[int | None, int | None, int], labels: int, trained: int = 23, weights: str | None = "imagenet") -> keras.Model:
    """Build the network from [batch, height, width, 3] to logits [batch, labels]; its last `trained` layers learn.

    `weights` as Keras has them: ImageNet's, a file of them, or None for random ones. Raises FileNotFoundError where they cannot be had.
    """
    image = keras.Input(input_shape, name="image")
    try:
        base = keras.applications.MobileNet(input_shape=input_shape, include_top=False, pooling="avg", weights=weights)
    except Exception as problem:
        raise FileNotFoundError("MobileNet's weights could not be downloaded: run once with access to Keras's storage") from problem
    model = keras.Model(image, layers.Dense(labels, name="logits")(base(image)), name="mobilenet_transfer")
    for layer in base.layers[: len(base.layers) - (trained - 1)]:
        layer.trainable = False
    return model
