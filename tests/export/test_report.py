from export.network import MODELS
from export.report import multiply_adds


def test_multiply_adds_of_mini_xception_are_those_of_its_arithmetic() -> None:
    stem = 46**2 * 9 * 8 + 44**2 * 9 * 8 * 8
    modules = 0
    side, channels = 44, 8
    for filters in (16, 32, 64, 128):
        half = -(-side // 2)
        separable = side**2 * (9 * channels + channels * filters + 9 * filters + filters * filters)
        modules += separable + half**2 * channels * filters
        side, channels = half, filters
    head = side**2 * 9 * channels * 7

    assert multiply_adds(MODELS / "emotion" / "model.tflite") == stem + modules + head
