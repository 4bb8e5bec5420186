"""What the documents promise is so."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")] + sorted((ROOT / "docs").rglob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_between_files_resolves(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text())

    assert [link for link in links if not link.startswith("http") and not (page.parent / link).exists()] == []


def test_no_file_names_the_host_of_a_registry() -> None:
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    hosts = re.compile(rb"https?://[a-z0-9.-]*(pypi|npmjs|pythonhosted|registry\.)[a-z0-9.-]*/")

    assert [name for name in files if name and (ROOT / name).is_file() and hosts.search((ROOT / name).read_bytes())] == []


def test_the_readme_shows_what_ci_runs() -> None:
    command = (ROOT / ".ci" / "run").read_text().strip().splitlines()[-1]

    assert command in (ROOT / "README.md").read_text()


def test_the_numbers_of_the_readme_are_those_of_the_report() -> None:
    from export.page import page, summary
    from export.report import replaced

    report = json.loads((ROOT / "docs" / "report.json").read_text())
    readme = (ROOT / "README.md").read_text()

    assert readme == replaced(readme, summary(report["networks"])), "run `allsmiles-export report`"
    assert (ROOT / "docs" / "networks.md").read_text() == page(report["networks"], report["compared"]), "run `allsmiles-export report`"


def test_the_report_is_about_the_networks_that_are_shipped() -> None:
    report = json.loads((ROOT / "docs" / "report.json").read_text())

    for name, network in report["networks"].items():
        manifest = json.loads((ROOT / "static" / "models" / name / "manifest.json").read_text())
        told = {f"{result['set']}_{result['split']}": result["accuracy"] for result in network["results"]}
        assert told == {key: value["accuracy"] for key, value in manifest["metrics"].items()}
        assert network["parameters"] == manifest["parameters"]
