"""Shah and Revi's networks for expression and gender (report, 2020): three convolutions and three dense layers.

Their counts come out exactly with convolutions that keep the size and batch normalisation after the second and third convolution and after
every dense layer: 19,667,207 (expression, grey) and 4,890,242 (gender, RGB).
"""

from typing import Any

import keras
from keras import layers

from export.augment import PLAIN

SOURCE = "Shah, Revi 2020"
PUBLISHED_EMOTION = {"parameters": 19_667_207, "emotion": 58.2}
PUBLISHED_GENDER = {"parameters": 4_890_242, "gender": 94.5}
SIDES = {"emotion": 48, "gender": 48}
RECIPE: dict[str, Any] = {"optimizer": "adam", "learning_rate": 1e-3, "weight_decay": 0.0, "sides": ((1.0, 1.0),), **PLAIN}
L2 = 1e-4


def build_emotion(input_shape: tuple[int | None, int | None, int], labels: int) -> keras.Model:
    """Build the expression network from [batch, *input_shape] to logits [batch, labels]."""
    return _build(input_shape, labels, (1024, 512, 256), (0.5, 0.5, 0.5), "shah_revi_emotion")


def build_gender(input_shape: tuple[int | None, int | None, int], labels: int) -> keras.Model:
    """Build the gender network from [batch, *input_shape] to logits [batch, labels]."""
    return _build(input_shape, labels, (256, 128, 64), (0.3, 0.3, 0.2), "shah_revi_gender")


def _build(
    input_shape: tuple[int | None, int | None, int], labels: int, dense: tuple[int, ...], dropouts: tuple[float, ...], name: str
) -> keras.Model:
    image = keras.Input(input_shape, name="image")
    x = layers.Conv2D(32, 5, padding="same", activation="relu")(image)
    x = layers.Conv2D(64, 5, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D(2)(layers.BatchNormalization()(x))
    x = layers.Dropout(dropouts[0])(layers.Conv2D(128, 3, padding="same", activation="relu")(x))
    x = layers.Flatten()(layers.MaxPooling2D(2)(layers.BatchNormalization()(x)))
    for units, dropout in zip(dense, dropouts, strict=True):
        x = layers.Dense(units, "relu", kernel_regularizer=keras.regularizers.L2(L2))(x)
        x = layers.Dropout(dropout)(layers.BatchNormalization()(x))
    return keras.Model(image, layers.Dense(labels, name="logits")(x), name=name)
