"""The TF.js converter's Python API without the heavy packages that it imports and this conversion never calls."""

import contextlib
import importlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import keras  # noqa: F401  Keras looks for some of these packages itself: it must have looked before they are replaced

UNUSED = ("tensorflow_decision_forests", "tensorflow_hub", "tf_keras", "jax", "jax.experimental", "jax.experimental.jax2tf")


class _Absent(ModuleType):
    """Answers every attribute, so that annotations and `from x import y` of the converter find something."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return object


@contextlib.contextmanager
def _without_unused() -> Iterator[None]:
    """Stand in for the unused packages, whether installed or not: the conversion is the same everywhere, and starts faster."""
    before = {name: sys.modules.get(name) for name in UNUSED}
    sys.modules.update({name: _Absent(name) for name in UNUSED})
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def convert_saved_model(saved: Path, folder: Path, quantisation: str | None) -> None:
    """Write the SavedModel in `saved` to `folder` as a TF.js graph model, all weights as `quantisation` (None, float16, uint16)."""
    with _without_unused():
        converter = importlib.import_module("tensorflowjs.converters.tf_saved_model_conversion_v2")
    with contextlib.redirect_stdout(io.StringIO()):
        converter.convert_tf_saved_model(
            str(saved),
            str(folder),
            quantization_dtype_map={quantisation: "*"} if quantisation else None,
            use_structured_outputs_names=True,
        )
