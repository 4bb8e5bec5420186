"""ResEZAP: three residual blocks of depth-wise separable convolutions, average pooling with zero padding, global max pooling.

Azimi Abriz, Meghdadi 2021: 54,480 parameters, 69.74 % on FER2013. The text leaves open where biases are and how wide the dense layer
is. Of the readings that keep three convolutions and one batch normalisation per block, this one gives 54,480 exactly: convolutions without
bias, and a dense layer of 120 before the seven labels.
"""

from typing import Any

import keras
from keras import layers

SOURCE = "Azimi Abriz, Meghdadi 2021, ResEZAP"
PUBLISHED = {"parameters": 54_480, "emotion": 69.74}
SIDES = {"emotion": 48, "gender": 48}
RECIPE: dict[str, Any] = {}
FILTERS = (32, 64, 96)
DENSE = 120


def build(input_shape: tuple[int | None, int | None, int], labels: int) -> keras.Model:
    """Build the network from [batch, *input_shape] to logits [batch, labels]."""
    image = x = keras.Input(input_shape, name="image")
    for filters in FILTERS:
        x = _block(x, filters)
    x = layers.Dense(DENSE, "relu")(layers.GlobalMaxPooling2D()(x))
    return keras.Model(image, layers.Dense(labels, name="logits")(x), name="resezap")


def _block(x: keras.KerasTensor, filters: int) -> keras.KerasTensor:
    first = layers.SeparableConv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.SeparableConv2D(filters, 3, padding="same", use_bias=False)(first)
    x = layers.SeparableConv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(layers.Add()([first, x])))
    return layers.AveragePooling2D(2)(layers.ZeroPadding2D(1)(x))
