"""What docs/deploy.md tells to copy is right: the service, the container file, the numbers to watch."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.metrics import MetricWrapperBase

from tests.e2e.program import program
from webapp.cli import _parser
from webapp.metrics import Metrics

DEPLOY = Path(__file__).resolve().parent.parent / "docs" / "deploy.md"


def block(kind: str) -> str:
    """Return the one block of a kind."""
    [found] = re.findall(rf"```{kind}\n(.*?)```", DEPLOY.read_text(), re.S)
    return found


def instruction(name: str) -> list[str]:
    """Return the arguments of an instruction of the container file, given as a list."""
    found = re.search(rf"^{name} (?:CMD )?(\[.*\])$", block("dockerfile"), re.M)
    assert found
    arguments: list[str] = json.loads(found[1])
    return arguments


def test_systemd_understands_the_service(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed: apt-get install systemd")
    unit = tmp_path / "allsmiles.service"
    unit.write_text(block("ini").replace("/opt/allsmiles/bin/allsmiles", sys.executable))

    done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, timeout=60)

    # It also tells what is wrong with units of this machine.
    assert [line for line in (done.stdout + done.stderr).splitlines() if unit.name in line] == []


def test_the_service_and_the_container_start_the_program_with_options_that_it_knows() -> None:
    service = re.search("^ExecStart=(.*)$", block("ini"), re.M)
    assert service

    for name, *options in (shlex.split(service[1]), instruction("CMD")):
        assert Path(name).name == "allsmiles"
        _parser().parse_args(options)


def test_the_containers_own_question_tells_a_living_server_from_a_dead_one(tmp_path: Path) -> None:
    _, *question = instruction("HEALTHCHECK")

    def asked(port: str) -> int:
        command = [sys.executable, *(part.replace("5000", port) for part in question)]
        return subprocess.run(command, capture_output=True, timeout=60).returncode

    with program(tmp_path) as (url, _):
        port = url.rsplit(":", 1)[1].strip("/")
        alive = asked(port)
    dead = asked(port)

    assert alive == 0
    assert dead != 0


def board() -> Any:
    return json.loads(DEPLOY.with_name("grafana.json").read_text())


def test_the_drawn_numbers_have_the_labels_by_which_they_are_drawn() -> None:
    metrics = vars(Metrics()).values()
    labels = {one._name: set(one._labelnames) for one in metrics if isinstance(one, MetricWrapperBase)}
    drawn = [target["expr"] for panel in board()["panels"] for target in panel["targets"]]
    asked = [(re.search(r"allsmiles_[a-z_]+", one), re.search(r" by \(([a-z, ]+)\)", one)) for one in drawn]

    by = [(name[0].removesuffix("_total"), set(which[1].split(", "))) for name, which in asked if name and which]

    assert len(by) > 5
    for name, which in by:
        extra = {"le"} if name.endswith("_bucket") else set()
        assert which <= labels[name.removesuffix("_bucket")] | extra, name


def test_prometheus_finds_every_number_that_is_named(tmp_path: Path) -> None:
    named = set(re.findall("`(allsmiles_[a-z_]+)`", DEPLOY.read_text()))
    drawn = set(re.findall("allsmiles_[a-z_]+", " ".join(target["expr"] for panel in board()["panels"] for target in panel["targets"])))
    with program(tmp_path) as (url, _), urllib.request.urlopen(f"{url}/metrics", timeout=60) as answer:
        told = {line.split()[2] for line in answer.read().decode().splitlines() if line.startswith("# TYPE")}

    assert len(named) > 6
    assert len(drawn) > 8
    # Names of all parts of a histogram begin with its own.
    assert {
        name for name in named | {name.removesuffix("_bucket") for name in drawn} if name not in told and f"{name}_total" not in told
    } == set()
