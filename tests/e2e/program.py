"""The real program in a process of its own, as a person starts it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.e2e.static_site import ROOT


@contextmanager
def program(folder: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Start `python -m webapp` on a free port, keeping what it stores and says in `folder`; give its URL, as printed, and its process."""
    command = [sys.executable, "-m", "webapp", "--port", "0", "--data-dir", str(folder / "data"), *options]
    with (
        (folder / "program.log").open("w") as log,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        try:
            assert process.stdout
            printed = next((found for line in process.stdout if (found := re.search(r"https?://\S+", line))), None)
            assert printed, f"the program ended without an address: {(folder / 'program.log').read_text()}"
            yield printed[0], process
        finally:
            stop(process)


def stop(process: subprocess.Popen[Any]) -> None:
    """Stop a process and wait until it is gone."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(20)
