"""Gudi's CNN: three convolutions, local contrast normalisation, two max-poolings and one wide dense layer.

Gudi: "Recognizing Semantic Features in Faces using Deep Learning", 2014, as described again by Holman, Vyas and Badal, whose 86 % is on
a private subset of 14,018 images and not on FER2013's test. Neither gives a count of parameters; this reading has 14 million, nearly all in
the dense layer. They compare momentum, RMSprop and Adam: `--optimizer`.
"""

from typing import Any

import keras
import numpy as np
from keras import layers, ops

from export.augment import PLAIN

SOURCE = "Gudi 2014; Holman, Vyas, Badal"
PUBLISHED = {"emotion": 86.0}
SIDES = {"emotion": 48, "gender": 48}
RECIPE: dict[str, Any] = {"optimizer": "momentum", "learning_rate": 0.01, "weight_decay": 5e-4, "sides": ((1.0, 1.0),), **PLAIN}
FILTERS, DENSE, DROPOUT = (64, 64, 128), 3072, 0.5


def build(input_shape: tuple[int | None, int | None, int], labels: int) -> keras.Model:
    """Build the network from [batch, *input_shape], height and width fixed, to logits [batch, labels]."""
    image = keras.Input(input_shape, name="image")
    x = layers.Conv2D(FILTERS[0], 5, activation="relu")(image)
    x = layers.MaxPooling2D(3, strides=2, padding="same")(LocalContrast()(x))
    x = layers.Conv2D(FILTERS[1], 5, activation="relu")(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    x = layers.Conv2D(FILTERS[2], 4, activation="relu")(x)
    x = layers.Dropout(DROPOUT)(layers.Dense(DENSE, "relu")(layers.Flatten()(x)))
    return keras.Model(image, layers.Dense(labels, name="logits")(x), name="gudi_cnn")


@keras.saving.register_keras_serializable("allsmiles")
class LocalContrast(layers.Layer):
    """Subtract the local mean, divide by the local deviation or the image's where that is larger (Jarrett et al. 2009, section 2.1)."""

    def __init__(self, size: int = 9, **settings: Any):
        super().__init__(**settings)
        self.size = size

    def call(self, x: Any) -> Any:
        """Return [batch, height, width, channels] normalised."""
        distance = np.arange(self.size) - self.size // 2
        bell = np.exp(-(distance**2) / (2 * (self.size / 4) ** 2))
        window = ops.convert_to_tensor(np.outer(bell, bell)[..., None, None] / bell.sum() ** 2, dtype=x.dtype)
        centred = x - ops.conv(ops.mean(x, axis=3, keepdims=True), window, padding="same")
        # The greater of both and not the sum: TensorFlow takes what is added to a convolution for its bias, and fails.
        deviation = ops.sqrt(ops.maximum(ops.conv(ops.mean(centred**2, axis=3, keepdims=True), window, padding="same"), 1e-8))
        return centred / ops.maximum(deviation, ops.mean(deviation, axis=(1, 2), keepdims=True))

    def get_config(self) -> dict[str, Any]:
        """Return what is needed to build it again."""
        return {**super().get_config(), "size": self.size}
