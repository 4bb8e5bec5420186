"""The server that runs the application: gunicorn with threads where there is one, else Werkzeug's (Windows)."""

import gc
import logging
import socket
import ssl
import threading
from typing import Any

from flask import Flask

from webapp.config import Config
from webapp.https import Certificate
from webapp.looking import Looking
from webapp.notices import watch
from webapp.shop import upkeep
from webapp.threads import Threads

SPARE_THREADS = 32
"""For requests beside the live connections, each of which holds a thread all the time."""
GRACE_S = 10
log = logging.getLogger(__name__)


def serve(app: Flask, listener: socket.socket, config: Config, certificate: Certificate | None = None) -> None:
    """Serve `app` on a listening socket until interrupted: what is being looked at is finished, then every client is sent away."""
    try:
        from gunicorn.app.base import BaseApplication
        from gunicorn.glogging import Logger
        from gunicorn.workers.gthread import ThreadWorker
    except ImportError:
        _serve_simply(app, listener, certificate)
        return

    class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
        def get_thread_pool(self) -> Threads:
            return Threads(self.cfg.threads)

        def handle_exit(self, sig: int, frame: object) -> None:
            if self.alive:
                threading.Thread(target=part, args=[app], name="part").start()
            super().handle_exit(sig, frame)

        # Ctrl-C stops as gracefully as a service manager does.
        handle_quit = handle_exit

        def init_process(self) -> None:
            # Not before: what it starts would not be there after the fork.
            looking: Looking = app.extensions["allsmiles"]
            looking.begin()
            super().init_process()

    class Log(Logger):  # type: ignore[misc]
        def setup(self, cfg: Any) -> None:
            super().setup(cfg)
            # Entries go where all others go, in the same form.
            self.error_log.handlers.clear()
            self.error_log.propagate = True

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in _gunicorn_settings(listener, config, certificate).items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)
            self.cfg.set("worker_class", Worker)
            self.cfg.set("logger_class", Log)

        def load(self) -> Flask:
            # In the process that serves: threads do not survive a fork.
            _begin(app)
            return app

    Server().run()


def _begin(app: Flask) -> None:
    upkeep.begin(app)
    watch.begin(app)
    keep_what_is_there()


def keep_what_is_there() -> None:
    """Leave what was made so far out of the garbage collector's rounds, in which a request would wait for a tenth of a second."""
    gc.collect()
    gc.freeze()


def part(app: Flask) -> None:
    """Finish the frames that are being looked at, take no more, and let every client look for another server or come back."""
    looking: Looking = app.extensions["allsmiles"]
    looking.finish()
    engine = app.extensions["socketio"].server.eio
    clients = list(engine.sockets.values())
    log.info("stopping: %d live connections end", len(clients))
    for client in clients:
        client.close(wait=False)


def _gunicorn_settings(listener: socket.socket, config: Config, certificate: Certificate | None) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "bind": f"fd://{listener.fileno()}",
        "workers": 1,
        "threads": config.connections + SPARE_THREADS,
        "worker_connections": 2 * (config.connections + SPARE_THREADS),
        "graceful_timeout": GRACE_S,
        "control_socket_disable": True,
        "loglevel": "warning" if config.log_level == "info" else config.log_level,
    }
    if certificate:
        settings |= {"certfile": str(certificate.certificate), "keyfile": str(certificate.key)}
    return settings


def _serve_simply(app: Flask, listener: socket.socket, certificate: Certificate | None) -> None:
    from werkzeug.serving import make_server

    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.certificate, certificate.key)
    host, port = listener.getsockname()[:2]
    _begin(app)
    make_server(host, port, app, threaded=True, fd=listener.fileno(), ssl_context=context).serve_forever()
