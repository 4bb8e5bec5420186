import json
import re
from pathlib import Path
from typing import Any

import pytest

from export import report
from export.architectures import ARCHITECTURES
from export.network import MODELS
from export.page import page
from export.report import multiply_adds

RECIPE = {"task": "emotion", "architecture": "gudi_cnn"}


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Records of one design trained with two optimizers, and of another; without their weights."""
    monkeypatch.setattr(report, "WEIGHTS", tmp_path)
    for name, recipe, epochs, earlier in (
        ("gudi-adam", RECIPE | {"optimizer": "adam"}, 3, {"history": [{}] * 4, "earlier": {"history": [{}] * 5}}),
        ("gudi-momentum", RECIPE | {"optimizer": "momentum"}, 2, None),
        ("six", {"task": "emotion", "architecture": "six_conv", "optimizer": "adam"}, 1, None),
    ):
        (tmp_path / name).mkdir()
        record: dict[str, Any] = {"recipe": recipe, "history": [{}] * epochs, "earlier": earlier}
        (tmp_path / name / "history.json").write_text(json.dumps(record))
    return tmp_path


def test_designs_trained_with_several_optimizers_are_compared(runs: Path) -> None:
    found = report.optimizers_compared()

    assert {of: sorted(records) for of, records in found.items()} == {"emotion-gudi_cnn": ["adam", "momentum"]}


def test_the_epochs_of_the_runs_that_a_run_started_from_count(runs: Path) -> None:
    assert report._epochs(report._record("gudi-adam")) == 12


def test_a_run_whose_weights_are_not_kept_keeps_its_figures(runs: Path, tmp_path: Path) -> None:
    earlier = {"results": [{"accuracy": 0.5}], "milliseconds": {"server_1_ms": 1.0}}

    told = report._compared("six", tmp_path, earlier)

    assert told == {"results": [{"accuracy": 0.5}], "milliseconds": None}
    with pytest.raises(FileNotFoundError, match="train it anew"):
        report._compared("six", tmp_path, None)


def test_the_page_names_every_design_trained_or_not() -> None:
    written = json.loads(report.REPORT.read_text())
    trained = {network["architecture"] for network in [*written["networks"].values(), *written["compared"].values()]}

    [line] = [line for line in page(written["networks"], written["compared"]).splitlines() if "that can be trained" in line]
    [without] = [line for line in page(written["networks"], {}).splitlines() if "that can be trained" in line]

    assert set(re.findall("`(.*?)`", line)) == set(ARCHITECTURES) - trained
    assert "`six_conv`" in without
    assert "mobilenet_transfer" in line


def test_multiply_adds_of_mini_xception_are_those_of_its_arithmetic() -> None:
    """That of perceived gender: 56 x 56 crops in three colours, two labels."""
    stem = 54**2 * 9 * 3 * 8 + 52**2 * 9 * 8 * 8
    modules = 0
    side, channels = 52, 8
    for filters in (16, 32, 64, 128):
        half = -(-side // 2)
        separable = side**2 * (9 * channels + channels * filters + 9 * filters + filters * filters)
        modules += separable + half**2 * channels * filters
        side, channels = half, filters
    head = side**2 * 9 * channels * 2

    assert multiply_adds(MODELS / "gender" / "model.tflite") == stem + modules + head
