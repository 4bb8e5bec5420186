"""create_app: the one module that knows all others."""

import mimetypes
from pathlib import Path

from flask import Flask, Response, render_template, request
from flask_socketio import SocketIO
from werkzeug.exceptions import HTTPException

from webapp import api, health, live, metrics, pages
from webapp.config import Config, checked
from webapp.looking import Looking

PACKAGE = Path(__file__).resolve().parent
TYPES = {
    ".js": "text/javascript",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".bin": "application/octet-stream",
}


def create_app(config: Config | None = None) -> Flask:
    """Return the application with its routes and its Socket.IO server (`app.extensions["socketio"]`).

    Raises ValueError for settings that make no sense. Without usable networks the pages work and /readyz says why pictures do not.
    """
    config = checked(config or Config())
    static, templates = asset_folders()
    for ending, kind in TYPES.items():
        mimetypes.add_type(kind, ending)
    app = Flask(__name__, static_folder=static, template_folder=templates, static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = config.max_upload_mb * 1_000_000
    app.jinja_env.globals["version"] = pages.content_version(static, templates)
    counters = metrics.Metrics()
    app.extensions["allsmiles"] = Looking(config, static / "models", counters)
    metrics.observe(app, counters)
    for blueprint in (pages.blueprint, api.blueprint, health.blueprint, metrics.blueprint(counters)):
        app.register_blueprint(blueprint)
    app.after_request(pages.security_headers)
    app.after_request(_cache_rules)
    app.register_error_handler(HTTPException, _problem)
    live.register(SocketIO(app, async_mode="threading", max_http_buffer_size=config.max_upload_mb * 1_000_000))
    return app


def asset_folders() -> tuple[Path, Path]:
    """Return the folders of static files and templates: inside the installed package, else beside it in a checkout."""
    inside = PACKAGE / "static", PACKAGE / "templates"
    return inside if inside[0].is_dir() else (PACKAGE.parent / "static", PACKAGE.parent / "templates")


def _cache_rules(response: Response) -> Response:
    """Let browsers keep static files but ask each time whether they are still right: a 304 costs nothing, a stale network much."""
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "no-cache"
    return response


def _problem(problem: HTTPException) -> Response | tuple[str, int]:
    if request.path.startswith("/api/"):
        return api.http_problem(problem)
    return render_template("problem.html", problem=problem), problem.code or 500
