"""SmileNet, our own: a small residual network that spends its multiplications where the picture is already small.

A first convolution halves the crop; three stages of two residual blocks (He et al. 2015, arXiv 1512.03385) with squeeze-and-excitation
(Hu et al. 2017, arXiv 1709.01507) follow. Plain 3 x 3 convolutions at 28 x 28 and below cost a CPU no more time than depth-wise ones at
56 x 56 and hold ten times the parameters. Shortcuts that change size average before they project (He et al. 2018, arXiv 1812.01187).
"""

from typing import Any

import keras
from keras import layers

from export.augment import Augmentation

SOURCE = "AllSmiles"
SIDES = {"emotion": 48, "gender": 56}
WIDTHS = (32, 64, 128)
SMALL_WIDTHS = (16, 24, 44)
TINY_WIDTHS = (8, 16, 24)
BLOCKS = 2
SQUEEZE = 8
DROPOUT, SLIGHT_DROPOUT = 0.3, 0.1
RECIPE: dict[str, Any] = {"augmentation": Augmentation(erase=0.25, zoom=0.12, colour=0.2), "sides": ((0.5, 5 / 7), (1.0, 1.0))}

SLIGHT_RECIPE: dict[str, Any] = {"sides": RECIPE["sides"], "batch": 64, "learning_rate": 3e-3, "label_smoothing": 0.0}
"""Covered faces are too much for so few parameters to learn."""


def build(
    input_shape: tuple[int | None, int | None, int],
    labels: int,
    widths: tuple[int, ...] = WIDTHS,
    name: str = "smile_net",
    dropout: float = DROPOUT,
) -> keras.Model:
    """Build the network from [batch, *input_shape], height and width may be free, to logits [batch, labels]."""
    image = keras.Input(input_shape, name="image")
    x = layers.LayerNormalization(axis=(1, 2, 3), center=False, scale=False)(image)
    x = layers.ReLU()(_convolution(x, widths[0], 3, 2))
    for stage, filters in enumerate(widths):
        for block in range(BLOCKS):
            x = _block(x, filters, 2 if stage and not block else 1)
    x = layers.Dropout(dropout)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(image, layers.Dense(labels, name="logits")(x), name=name)


def build_small(input_shape: tuple[int | None, int | None, int], labels: int) -> keras.Model:
    """Build the network with fewer than 100 thousand parameters."""
    return build(input_shape, labels, SMALL_WIDTHS, "smile_net_small", SLIGHT_DROPOUT)


def build_tiny(input_shape: tuple[int | None, int | None, int], labels: int) -> keras.Model:
    """Build the network with half of mini-Xception's parameters and multiply-adds, for devices that count each millisecond."""
    return build(input_shape, labels, TINY_WIDTHS, "smile_net_tiny", SLIGHT_DROPOUT)


def _block(x: keras.KerasTensor, filters: int, stride: int) -> keras.KerasTensor:
    y = layers.ReLU()(_convolution(x, filters, 3, stride))
    y = _squeeze(_convolution(y, filters, 3, 1), filters)
    if stride > 1:
        x = layers.AveragePooling2D(stride, padding="same")(x)
    if x.shape[-1] != filters:
        x = _convolution(x, filters, 1, 1)
    return layers.ReLU()(layers.Add()([x, y]))


def _convolution(x: keras.KerasTensor, filters: int, size: int, stride: int) -> keras.KerasTensor:
    return layers.BatchNormalization()(layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False)(x))


def _squeeze(x: keras.KerasTensor, filters: int) -> keras.KerasTensor:
    """Weigh each channel by what all channels hold over the whole picture."""
    weights = layers.GlobalAveragePooling2D(keepdims=True)(x)
    weights = layers.Conv2D(max(4, filters // SQUEEZE), 1, activation="relu")(weights)
    return layers.Multiply()([x, layers.Conv2D(filters, 1, activation="sigmoid")(weights)])
