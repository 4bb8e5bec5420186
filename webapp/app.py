"""create_app: the one module that knows all others."""

import mimetypes

from flask import Flask, Response, render_template, request
from flask_socketio import SocketIO
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from webapp import api, gate, health, language, live, metrics, pages
from webapp.assets import asset_folders
from webapp.config import Config, checked
from webapp.contract import LARGEST_ID
from webapp.looking import Looking
from webapp.notices import alerts, reports
from webapp.photo import photos, room_live
from webapp.shared import Shared
from webapp.shop import admin, auth, dashboard, stations, tokens, views
from webapp.shop.intake import Intake
from webapp.shop.rollup import apply_fewest
from webapp.shop.store import Store, StoreFailed, open_store

TYPES = {
    ".js": "text/javascript",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".bin": "application/octet-stream",
}


HEARD_OUT = 100_000_000
"""Bytes of a refused request that are read and dropped so that its sender gets the answer."""


class Id(IntegerConverter):
    """A number in an address; one that no database can hold becomes 0, which nothing is called."""

    def to_python(self, value: str) -> int:
        """Return the number."""
        number = int(value)
        return number if number <= LARGEST_ID else 0


def create_app(config: Config | None = None) -> Flask:
    """Return the application with its routes and its Socket.IO server (`app.extensions["socketio"]`).

    Raises ValueError for settings that make no sense. Without usable networks the pages work and /readyz says why pictures do not.
    """
    config = checked(config or Config())
    static, templates = asset_folders()
    for ending, kind in TYPES.items():
        mimetypes.add_type(kind, ending)
    app = Flask(__name__, static_folder=static, template_folder=templates, static_url_path="/static")
    app.url_map.converters["int"] = Id
    app.config["MAX_CONTENT_LENGTH"] = config.max_upload_mb * 1_000_000
    app.jinja_env.globals.update(routes=config.routes, choices=pages.choices(static / "models"))
    app.jinja_env.globals.update(photos=config.photos, photos_hours=config.photos_hours, rooms=config.rooms_most)
    app.jinja_env.globals["version"] = pages.content_version(
        static, templates, f"{config.routes} {config.photos} {config.photos_hours} {config.rooms_most}"
    )
    language.prepare(app)
    counters = metrics.Metrics()
    app.extensions["allsmiles"] = Looking(config, static / "models", counters)
    app.extensions["allsmiles_shared"] = Shared(config.redis_url, counters)
    app.extensions["allsmiles_config"] = config
    app.extensions["allsmiles_store"] = _store(config)
    app.extensions["allsmiles_intake"] = Intake(app.extensions["allsmiles_store"], config)
    auth.prepare(app, app.extensions["allsmiles_store"])
    photos.prepare(app, config)
    metrics.observe(app, counters)
    for blueprint in (
        pages.blueprint,
        api.blueprint,
        stations.blueprint,
        auth.blueprint,
        admin.blueprint,
        dashboard.blueprint,
        views.blueprint,
        tokens.blueprint,
        alerts.blueprint,
        reports.blueprint,
        photos.blueprint,
        room_live.blueprint,
        health.blueprint,
        metrics.blueprint(counters),
    ):
        app.register_blueprint(blueprint)
    app.after_request(pages.security_headers)
    app.after_request(_cache_rules)
    app.after_request(_hear_out)
    app.register_error_handler(HTTPException, _problem)
    socketio = _socketio(app, config)
    stations.register(socketio)
    live.register(socketio, config, app.extensions["allsmiles"], room_live.register(socketio, config))
    app.wsgi_app = gate.Gate(app.wsgi_app, config, counters)  # type: ignore[method-assign]
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _socketio(app: Flask, config: Config) -> SocketIO:
    socketio = SocketIO(
        app,
        async_mode="threading",
        max_http_buffer_size=gate.max_message_bytes(config),
        serializer=gate.BoundedPacket,
        cors_allowed_origins=gate.allowed_origins(config),
        # What one process sends to a room reaches the members at the others.
        message_queue=config.redis_url or None,
        channel="allsmiles",
    )
    gate.bound(socketio, config)
    return socketio


def _store(config: Config) -> Store | str:
    """Return the open database, or why there is none: the live page works without."""
    try:
        opened = open_store(config)
        apply_fewest(opened, config.min_visits, now=False)
    except (OSError, StoreFailed) as problem:
        return str(problem)
    return opened


def _cache_rules(response: Response) -> Response:
    """Let browsers keep static files but ask each time whether they are still right: a 304 costs nothing, a stale network much."""
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "no-cache"
    return response


def _hear_out(response: Response) -> Response:
    """Take in, up to a bound, what a refused client still sends: one that listens only afterwards would find the connection broken."""
    # Only where reading ends with the body: elsewhere it would wait for bytes that never come.
    if response.status_code >= 400 and request.environ.get("wsgi.input_terminated"):
        source, left = request.environ["wsgi.input"], HEARD_OUT
        while left > 0 and (piece := source.read(65_536)):
            left -= len(piece)
    return response


def _problem(problem: HTTPException) -> Response | tuple[str, int]:
    if request.path.startswith("/api/"):
        return api.http_problem(problem)
    own = problem.description if problem.description != type(problem).description else None
    return render_template("problem.html", problem=problem, own=own), problem.code or 500
