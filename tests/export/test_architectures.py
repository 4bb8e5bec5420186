"""The designs of the zoo against what their papers print."""

import keras
import numpy as np
import pytest

from export.architectures import ARCHITECTURES, architecture, mobilenet_transfer
from export.tasks import TASKS

BUILT_HERE = sorted(name for name in ARCHITECTURES if not name.startswith("mobilenet"))
EXACT = {"resezap": "emotion", "shah_revi_emotion": "emotion", "shah_revi_gender": "gender"}
ABOUT = {"mini_xception": 58_423, "simple_cnn": 642_935}
"""Papers that print a round number, and what the arithmetic gives."""


@pytest.mark.parametrize(("name", "task"), EXACT.items())
def test_a_design_has_exactly_the_parameters_that_its_paper_prints(name: str, task: str) -> None:
    assert built(name, task).count_params() == architecture(name).published["parameters"]


@pytest.mark.parametrize(("name", "parameters"), ABOUT.items())
def test_a_design_is_close_to_the_round_number_of_its_paper(name: str, parameters: int) -> None:
    assert built(name, "emotion").count_params() == parameters
    assert parameters == pytest.approx(architecture(name).published["parameters"], rel=0.08)


def test_six_conv_has_exactly_the_trainable_parameters_that_its_report_prints() -> None:
    trainable = sum(int(np.prod(weights.shape)) for weights in built("six_conv", "emotion").trainable_weights)

    assert trainable == architecture("six_conv").published["trainable"]


@pytest.mark.parametrize("trained", [23, 30])
def test_of_mobilenet_only_the_last_layers_learn(trained: int) -> None:
    model = mobilenet_transfer.build((128, 128, 3), 7, trained, weights=None)

    base = next(layer for layer in model.layers if isinstance(layer, keras.Model))
    chain = [*base.layers, model.layers[-1]]
    assert [layer.trainable for layer in chain] == [False] * (len(chain) - trained) + [True] * trained
    assert base.layers[-2].name == "conv_pw_13_relu"
    assert model.output_shape == (None, 7)


@pytest.mark.parametrize("name", BUILT_HERE)
def test_every_design_answers_with_one_logit_per_label(name: str) -> None:
    model = built(name, "emotion")

    outputs = model.predict(np.zeros((2, *model.input_shape[1:]), np.float32), verbose=0)

    assert outputs.shape == (2, 7)
    assert np.isfinite(outputs).all()


def test_local_contrast_takes_contrast_away() -> None:
    layer = architecture("gudi_cnn").build((48, 48, 1), 7).layers[2]
    face = np.random.default_rng(5).normal(0, 1, (1, 40, 40, 3)).astype(np.float32)

    plain, bright = (np.asarray(layer(pixels)) for pixels in (face, 3 * face))

    assert plain.std() == pytest.approx(1, abs=0.2)
    np.testing.assert_allclose(plain, bright, atol=1e-3)


def test_an_unknown_architecture_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match="mini_xception"):
        architecture("resnet_9000")


def built(name: str, task: str) -> keras.Model:
    """Return the untrained design for `task`."""
    side = architecture(name).sides[task]
    return architecture(name).build((side, side, TASKS[task].channels), len(TASKS[task].labels))
