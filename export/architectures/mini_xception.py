"""Mini-Xception: four residual modules of depth-wise separable convolutions and no dense layer.

Arriaga, Ploeger, Valdenegro: "Real-time Convolutional Neural Networks for Emotion and Gender Classification",
arXiv 1710.07557, section III. The paper says "approximately 60,000 parameters"; the arithmetic of this reading gives
58,423 for seven labels and one channel. Added here, without a parameter: each crop is brought to mean zero and deviation one first, so
that dim light and low contrast change nothing.
"""

from typing import Any

import keras
from keras import layers

SOURCE = "Arriaga, Ploeger, Valdenegro 2017, arXiv 1710.07557"
PUBLISHED = {"parameters": 60_000, "emotion": 66.0, "gender": 95.0}
SIDES = {"emotion": 48, "gender": 56}
RECIPE: dict[str, Any] = {}
FILTERS = (16, 32, 64, 128)


def build(input_shape: tuple[int | None, int | None, int], labels: int) -> keras.Model:
    """Build the network from [batch, *input_shape], height and width may be free, to logits [batch, labels]."""
    image = keras.Input(input_shape, name="image")
    x = layers.LayerNormalization(axis=(1, 2, 3), center=False, scale=False)(image)
    for _ in range(2):
        x = layers.Conv2D(8, 3, use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    for filters in FILTERS:
        x = _module(x, filters)
    x = layers.Conv2D(labels, 3, padding="same")(x)
    return keras.Model(image, layers.GlobalAveragePooling2D(name="logits")(x), name="mini_xception")


def _module(x: keras.KerasTensor, filters: int) -> keras.KerasTensor:
    shortcut = layers.Conv2D(filters, 1, strides=2, padding="same", use_bias=False)(x)
    shortcut = layers.BatchNormalization()(shortcut)
    x = layers.SeparableConv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.SeparableConv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    return layers.Add()([x, shortcut])
