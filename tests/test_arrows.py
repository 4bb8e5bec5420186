"""Imports point one way, as docs/architecture.md says."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = {
    "webapp.vision": {"webapp.vision"},
    "webapp.contract": set(),
    "webapp.config": set(),
    "webapp": {"webapp"},
    "export": {"export", "webapp.contract", "webapp.vision"},
}


def sources() -> list[Path]:
    return [path for package in ("webapp", "export") for path in sorted((ROOT / package).rglob("*.py"))]


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_follow_the_arrows(path: Path) -> None:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    rule = next(name for name in sorted(ALLOWED, key=len, reverse=True) if module == name or module.startswith(f"{name}."))

    wrong = [name for name in own_imports(path) if not any(name == ok or name.startswith(f"{ok}.") for ok in ALLOWED[rule])]

    assert wrong == []


@pytest.mark.parametrize("path", [path for path in sources() if "webapp" in path.parts], ids=lambda path: path.name)
def test_only_the_application_factory_and_the_command_know_the_whole(path: Path) -> None:
    known = {name for name in own_imports(path) if name.startswith(("webapp.app", "webapp.server"))}

    assert known == set() or path.name == "cli.py"


def own_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" if node.module in ("webapp", "export") else str(node.module) for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] in ("webapp", "export"))
