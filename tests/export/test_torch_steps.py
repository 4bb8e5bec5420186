"""Training on Keras's PyTorch backend, in a process of its own: a process has one backend."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not importlib.util.find_spec("torch"), reason="PyTorch is not installed: pip install torch")

COMPARE = """
import json, keras, numpy as np
from export.architectures import mini_xception
from export.torch_steps import _fuse

keras.utils.set_random_seed(3)
model = mini_xception.build((48, 48, 1), 7)
faces = np.random.default_rng(4).normal(0, 1, (6, 48, 48, 1)).astype(np.float32)
before = model(faces, training=True).detach().numpy()
moved = [np.array(layer.moving_mean) for layer in model.layers if hasattr(layer, "moving_mean")]
keras.utils.set_random_seed(3)
other = mini_xception.build((48, 48, 1), 7)
_fuse(other)
_fuse(other)
after = other(faces, training=True).detach().numpy()
moved_too = [np.array(layer.moving_mean) for layer in other.layers if hasattr(layer, "moving_mean")]
far = max(float(np.abs(a - b).max()) for a, b in zip(moved, moved_too, strict=True))
print(json.dumps({"outputs": float(np.abs(before - after).max()), "size": float(np.abs(before).max()), "means": far}))
"""

ASK = """
import json, torch
from export.torch_steps import _multiplies_bfloat16

told = []
for there in (False, True):
    torch.cpu.get_capabilities = lambda: {"avx2": True, "amx_bf16": False, "avx512_bf16": there}
    told.append(_multiplies_bfloat16(torch.device("cpu")))
print(json.dumps(told))
"""


def test_fused_normalisation_answers_and_remembers_as_keras_does() -> None:
    told = json.loads(on_torch("-c", COMPARE).splitlines()[-1])

    assert told["size"] > 0.01
    assert told["outputs"] < 1e-4
    assert told["means"] < 1e-5


def test_bfloat16_is_left_to_processors_with_instructions_for_it() -> None:
    assert json.loads(on_torch("-c", ASK).splitlines()[-1]) == [False, True]


def test_a_run_on_torch_lowers_the_loss_and_leaves_a_whole_record(fer2013_folder: Path, tmp_path: Path) -> None:
    run = ["-m", "export", "train", "--task", "emotion", "--epochs", "3", "--batch", "14", "--data", str(fer2013_folder), "--out"]

    on_torch(*run, str(tmp_path))

    record = json.loads((tmp_path / "history.json").read_text())
    assert record["environment"]["backend"] == "torch"
    assert record["history"][2]["loss"] < record["history"][0]["loss"]
    assert 0 <= record["history"][2]["accuracy"] <= 1
    assert (tmp_path / "best.keras").exists()


def on_torch(*arguments: str) -> str:
    """Run Python on Keras's PyTorch backend; return what it prints, or fail with what went wrong."""
    done = subprocess.run([sys.executable, *arguments], env={**os.environ, "KERAS_BACKEND": "torch"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
