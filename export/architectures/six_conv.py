"""Six convolutions in three pairs and one dense layer, from Shah and Revi's report (2020): 2,785,863 trainable parameters.

The count comes out exactly with convolutions that keep the size and one batch normalisation after each pair and after the dense layer.
"""

from typing import Any

import keras
from keras import layers

from export.augment import PLAIN

SOURCE = "Shah, Revi 2020"
PUBLISHED: dict[str, float] = {"trainable": 2_785_863}
SIDES = {"emotion": 48, "gender": 48}
RECIPE: dict[str, Any] = {"optimizer": "adam", "learning_rate": 1e-3, "weight_decay": 0.0, "sides": ((1.0, 1.0),), **PLAIN}


def build(input_shape: tuple[int | None, int | None, int], labels: int) -> keras.Model:
    """Build three pairs of convolutions and one dense layer, from [batch, *input_shape] to logits [batch, labels]."""
    image = x = keras.Input(input_shape, name="image")
    for filters, kernel in ((64, 5), (128, 5), (256, 3)):
        x = layers.Conv2D(filters, kernel, padding="same", activation="relu")(x)
        x = layers.Conv2D(filters, kernel, padding="same", activation="relu")(x)
        x = layers.Dropout(0.25)(layers.MaxPooling2D(2)(layers.BatchNormalization()(x)))
    x = layers.BatchNormalization()(layers.Dense(128, "relu")(layers.Flatten()(x)))
    x = layers.Dropout(0.5)(x)
    return keras.Model(image, layers.Dense(labels, name="logits")(x), name="six_conv")
