"""The pages, and what a browser needs to open them without a network."""

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from markdown_it import MarkdownIt
from markupsafe import Markup

from webapp import language
from webapp.language import N_

blueprint = Blueprint("pages", __name__)
PAGES = ("/", "/models", "/privacy", "/station")
OFFLINE = ("css", "icons", "js", "models")
SETS = {
    "fer2013": "FER2013 PrivateTest",
    "ferplus": N_("FER+, by most votes"),
    "utkface": "UTKFace",
    "genki": N_("GENKI-4K smiles, whole photos"),
    "wider": N_("WIDER FACE, whole photos"),
    "own": N_("pictures of one's own"),
}
TASKS, CHOICES = ("emotion", "gender"), ("small", "best", "ferplus")
INSTEAD = {"ferplus": "best"}
"""Which networks a choice has for a task of which there is none of its own."""
NOT_FOR_BROWSERS = (".tflite", ".md", ".d.ts", ".txt", ".map")


@blueprint.get("/")
def live() -> ResponseReturnValue:
    """Show the live page."""
    return render_template("live.html")


@blueprint.get("/privacy")
def privacy() -> ResponseReturnValue:
    """Show what happens to pictures."""
    return render_template("privacy.html")


@blueprint.get("/station")
def station() -> ResponseReturnValue:
    """Show the page of a station."""
    return render_template("station.html")


@blueprint.get("/models")
def models() -> ResponseReturnValue:
    """Show every network with its manifest and its card."""
    return render_template("models.html", networks=networks(Path(current_app.static_folder or "") / "models"))


@blueprint.get("/sw.js")
def service_worker() -> ResponseReturnValue:
    """Send the service worker from the root, so that it may answer for every page."""
    response = send_from_directory(current_app.static_folder or "", "sw.js", mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/precache.json")
def precache() -> ResponseReturnValue:
    """Tell which addresses make up the product without a network, in all languages, and a version that changes when any of them does."""
    static = Path(current_app.static_folder or "")
    names = [path.relative_to(static).as_posix() for path in offline_files(static)]
    pages = [f"{page}?lang={code}" for page in PAGES for code in language.languages()]
    response = jsonify(
        version=current_app.jinja_env.globals["version"],
        language=language.chosen(),
        urls=[*pages, *(url_for("static", filename=name) for name in names)],
    )
    response.headers["Cache-Control"] = "no-cache"
    return response


def offline_files(static: Path) -> Iterator[Path]:
    """Yield the files below `static` that a browser needs, in a fixed order; networks that must be chosen come when they are."""
    yield static / "manifest.webmanifest"
    for folder in OFFLINE:
        for path in sorted((static / folder).rglob("*")):
            chosen = path.parent.name.endswith(tuple(f"-{name}" for name in CHOICES))
            if path.is_file() and not chosen and not path.name.endswith(NOT_FOR_BROWSERS):
                yield path


@cache
def content_version(static: Path, templates: Path, said: str) -> str:
    """Return a hash of everything a browser may keep, and of what the pages say besides; read once per process."""
    digest = hashlib.sha256(said.encode())
    catalogues = sorted(language.FOLDER.glob("*/LC_MESSAGES/*.po"))
    for path in [*offline_files(static), static / "sw.js", *sorted(templates.glob("*.html")), *catalogues]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def networks(folder: Path) -> list[dict[str, Any]]:
    """Return manifest, card (as HTML), download size and test figures of every network below `folder`, those of one task together."""
    order = {"emotion": 0, "gender": 1, "face": 2}
    found = sorted(folder.glob("*/manifest.json"), key=lambda path: (order.get(path.parent.name.split("-")[0], 3), path.parent.name))
    return [_network(path.parent) for path in found]


def choices(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what the page's menu offers, such as "best": the folder of each task where it is not the usual one, kilobytes to download."""
    found = {name: _choice(folder, name) for name in CHOICES}
    return {name: choice for name, choice in found.items() if choice["folders"]} | {"usual": _choice(folder, "usual")}


def _choice(folder: Path, name: str) -> dict[str, Any]:
    there = _folders(folder, name)
    if there:
        there = _folders(folder, INSTEAD.get(name, name)) | there
    loaded = [folder / there.get(task, task) for task in TASKS]
    return {"folders": there, "kilobytes": round(sum(download_bytes(path) for path in loaded) / 1024)}


def _folders(folder: Path, name: str) -> dict[str, str]:
    return {task: f"{task}-{name}" for task in TASKS if (folder / f"{task}-{name}" / "manifest.json").exists()}


def download_bytes(folder: Path) -> int:
    """Return how much a browser loads of the network in `folder`."""
    return sum(path.stat().st_size for path in [*folder.glob("model.json"), *folder.glob("*.bin")])


def _network(folder: Path) -> dict[str, Any]:
    manifest = json.loads((folder / "manifest.json").read_text())
    tests = {name.removesuffix("_test"): figures for name, figures in manifest["metrics"].items() if name.endswith("_test")}
    figures = [{"set": SETS.get(name, name), **row} for name, row in tests.items() if "balanced_accuracy" in row]
    return {"manifest": manifest, "card": _card(folder / "card.md"), "kilobytes": round(download_bytes(folder) / 1024), "figures": figures}


def _card(path: Path) -> Markup:
    text = path.read_text() if path.exists() else ""
    # The page has a first heading of its own.
    return Markup(MarkdownIt("commonmark", {"html": False}).enable("table").render(text.replace("# ", "## ", 1)))


def security_headers(response: Response) -> Response:
    """Allow nothing but this server's own files, and the camera to nobody but its own pages."""
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        "media-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(self), microphone=()")
    # No Cross-Origin-Embedder-Policy: it would allow threads in WASM, which were measured to gain nothing for networks this small.
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    return response
