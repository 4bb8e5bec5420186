"""YuNet: a face detector of 53 convolutions that finds boxes and five landmarks at strides 8, 16 and 32.

Wu, Peng, Yu: "YuNet: A Tiny Millisecond-level Face Detector", Machine Intelligence Research 20 (2023), figure 2. Every unit is a
1 x 1 convolution followed by a depth-wise 3 x 3 one. Two choices are for speed in a browser: the input brings the one-pixel border
that the first convolution needs at its top and left, and the feature pyramid grows by a nearest resize instead of by tiling.
"""

import keras
import tensorflow as tf
from keras import layers

SOURCE = "Wu, Peng, Yu 2023, doi 10.1007/s11633-023-1423-y"
BORDER, MULTIPLE = 1, 32
OUTPUTS = 16
"""Per cell: class and objectness logits, box as (dx, dy, log width, log height), five landmarks as (dx, dy), all in strides."""


@keras.saving.register_keras_serializable("allsmiles")
class GrowTo(layers.Layer):
    """Grow the first of two feature maps to the height and width of the second, each cell repeated."""

    def call(self, inputs: list[tf.Tensor]) -> tf.Tensor:
        small, large = inputs
        return tf.image.resize(small, tf.shape(large)[1:3], "nearest")

    def compute_output_shape(self, input_shape: list[tuple[int | None, ...]]) -> tuple[int | None, ...]:
        small, large = input_shape
        return (*large[:3], small[3])


def build() -> keras.Model:
    """Build the network from RGB pixels 0..255 [batch, height + 1, width + 1, 3], height and width multiples of 32, to [batch, cells, 16].

    Cells run row by row over the maps of stride 8, then 16, then 32.
    """
    image = keras.Input((None, None, 3), name="image")
    x = layers.Conv2D(16, 3, strides=2, activation="relu", name="stem")(image)
    x = layers.MaxPooling2D(2)(_unit(x, 16, "stem_unit"))
    x = _pair(x, 16, 32, "stage1")
    x = layers.MaxPooling2D(2)(_pair(x, 32, 64, "stage2"))
    level8 = _pair(x, 64, 64, "stage3")
    level16 = _pair(layers.MaxPooling2D(2)(level8), 64, 64, "stage4")
    level32 = _pair(layers.MaxPooling2D(2)(level16), 64, 64, "stage5")
    level32 = _unit(level32, 64, "neck32")
    level16 = _unit(layers.Add()([level16, GrowTo()([level32, level16])]), 64, "neck16")
    level8 = _unit(layers.Add()([level8, GrowTo()([level16, level8])]), 64, "neck8")
    heads = [_unit(level, OUTPUTS, f"head{stride}", None) for stride, level in ((8, level8), (16, level16), (32, level32))]
    cells = layers.Concatenate(axis=1)([layers.Reshape((-1, OUTPUTS))(head) for head in heads])
    return keras.Model(image, cells, name="yunet")


def _unit(x: keras.KerasTensor, filters: int, name: str, activation: str | None = "relu") -> keras.KerasTensor:
    x = layers.Conv2D(filters, 1, name=f"{name}_point")(x)
    return layers.DepthwiseConv2D(3, padding="same", activation=activation, name=f"{name}_depth")(x)


def _pair(x: keras.KerasTensor, first: int, second: int, name: str) -> keras.KerasTensor:
    return _unit(_unit(x, first, f"{name}a"), second, f"{name}b")
