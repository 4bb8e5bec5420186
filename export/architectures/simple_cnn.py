"""Simple CNN: nine convolutions with batch normalisation, a tenth that makes one map per label, and no dense layer.

Arriaga, Ploeger, Valdenegro: "Real-time Convolutional Neural Networks for Emotion and Gender Classification", arXiv 1710.07557,
section III, "approximately 600,000 parameters". This reading, with two convolutions per size of kernel and resolution, has 642,935 for
seven labels and one channel.
"""

from typing import Any

import keras
from keras import layers

from export.augment import PLAIN

SOURCE = "Arriaga, Ploeger, Valdenegro 2017, arXiv 1710.07557"
PUBLISHED = {"parameters": 600_000, "emotion": 66.0, "gender": 96.0}
SIDES = {"emotion": 48, "gender": 48}
RECIPE: dict[str, Any] = {"optimizer": "adam", "learning_rate": 1e-3, "weight_decay": 0.0, "sides": ((1.0, 1.0),), **PLAIN}
PAIRS = ((16, 7), (32, 5), (64, 3), (128, 3))
DROPOUT = 0.5


def build(input_shape: tuple[int | None, int | None, int], labels: int) -> keras.Model:
    """Build the network from [batch, *input_shape] to logits [batch, labels]."""
    image = x = keras.Input(input_shape, name="image")
    for filters, kernel in PAIRS:
        for _ in range(2):
            x = layers.BatchNormalization()(layers.Conv2D(filters, kernel, padding="same")(x))
        x = layers.Dropout(DROPOUT)(layers.AveragePooling2D(2, padding="same")(layers.ReLU()(x)))
    x = layers.BatchNormalization()(layers.Conv2D(256, 3, padding="same")(x))
    x = layers.Conv2D(labels, 3, padding="same")(x)
    return keras.Model(image, layers.GlobalAveragePooling2D(name="logits")(x), name="simple_cnn")
