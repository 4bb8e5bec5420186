"""Ask the public advisories about every package that the server or its pages run: `python -m tests.audit`.

What could not be asked is no pass: it ends with NotAsked, which says what was left out and why.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from hatch_build import npm_command

ROOT = Path(__file__).resolve().parent.parent
EXTRAS = ("postgres", "ray")
"""What an operator may install beside the server's own set; training and tests never meet a visitor."""
PATIENCE_S = 120


class Weak(Exception):
    """A package with a known weakness; the text names it and what mends it."""


class NotAsked(Exception):
    """The advisories could not be asked about some packages; the text says which and why."""


def audit() -> None:
    """Return where no package has a known weakness; else raise Weak, or NotAsked where that is not known."""
    missing = []
    for ask in (ask_python, ask_npm):
        try:
            ask()
        except NotAsked as reason:
            missing.append(str(reason))
    if missing:
        raise NotAsked("; ".join(missing))


def ask_python() -> None:
    """Ask about the server's Python packages, in the versions that are installed here."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "requirements.txt"
        listed.write_text("".join(f"{name}=={version}\n" for name, version in installed("allsmiles", EXTRAS)))
        command = [sys.executable, "-m", "pip_audit", "--requirement", str(listed), "--no-deps", "--disable-pip", "--format", "json"]
        answer, said = asked([*command, "--progress-spinner", "off"])
    judge_python(answer, said)


def ask_npm() -> None:
    """Ask about the npm packages that the pages' code is built from."""
    judge_npm(*asked([*npm_command(), "audit", "--omit=dev", "--json"]))


def judge_python(answer: dict[str, Any], said: str) -> None:
    """Read pip-audit's JSON. It ends with 0 also where it has asked about nothing, so each package counts by itself."""
    packages = answer.get("dependencies")
    if not packages:
        raise NotAsked(f"Python packages: {said}")
    weak = [
        f"{package['name']} {package['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'no version yet'}"
        for package in packages
        for flaw in package.get("vulns", [])
    ]
    if weak:
        raise Weak("; ".join(weak))
    if skipped := [package["name"] for package in packages if "skip_reason" in package]:
        which = f"{len(skipped)} of {len(packages)} Python packages ({', '.join(skipped[:5])}{', ...' if len(skipped) > 5 else ''})"
        raise NotAsked(f"{which}: the advisory service knows nothing of them, or is not there")


def judge_npm(answer: dict[str, Any], said: str) -> None:
    """Read npm's JSON, which is something else than a report where the registry answers with an error."""
    if "auditReportVersion" not in answer:
        raise NotAsked(f"npm packages: {answer.get('message') or said}")
    if weak := [f"{name} {flaw['range']}: {flaw['severity']}" for name, flaw in answer["vulnerabilities"].items()]:
        raise Weak("; ".join(weak))


def asked(command: list[str]) -> tuple[dict[str, Any], str]:
    """Return what a program printed as JSON, or {} and its last words."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        return {}, f"no answer within {PATIENCE_S} s"
    said = (done.stderr.strip().splitlines() or ["no answer"])[-1]
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return {}, said
    return answer, said


def installed(name: str, extras: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return name and version of all that an installed package needs, without itself, as far as it is there."""
    found: dict[str, str] = {}
    due = [(name, frozenset(extras))]
    seen = set(due)
    while due:
        wanted, chosen = due.pop()
        try:
            package = distribution(wanted)
        except PackageNotFoundError:
            continue
        found[wanted] = package.version
        for requirement in map(Requirement, package.requires or []):
            applies = requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in chosen | {""})
            next_one = (requirement.name.lower(), frozenset(requirement.extras))
            if applies and next_one not in seen:
                seen.add(next_one)
                due.append(next_one)
    del found[name]
    return sorted(found.items())


if __name__ == "__main__":
    try:
        audit()
    except (Weak, NotAsked) as problem:
        sys.exit(f"{'known weaknesses' if isinstance(problem, Weak) else 'not audited'}: {problem}")
