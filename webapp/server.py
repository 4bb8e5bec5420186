"""The server that runs the application: gunicorn with threads where there is one, else Werkzeug's (Windows)."""

import socket
from typing import Any

from flask import Flask

THREADS = 100
"""One per open connection: a Socket.IO client holds one all the time."""


def serve(app: Flask, listener: socket.socket, log_level: str) -> None:
    """Serve `app` on a listening socket until interrupted; what is being answered is finished first."""
    try:
        from gunicorn.app.base import BaseApplication
    except ImportError:
        from werkzeug.serving import make_server

        host, port = listener.getsockname()[:2]
        make_server(host, port, app, threaded=True, fd=listener.fileno()).serve_forever()
        return

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
        def load_config(self) -> None:
            settings: dict[str, Any] = {
                "bind": f"fd://{listener.fileno()}",
                "workers": 1,
                "worker_class": "gthread",
                "threads": THREADS,
                "loglevel": "warning" if log_level == "info" else log_level,
                "graceful_timeout": 10,
                "control_socket_disable": True,
            }
            for name, value in settings.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Flask:
            return app

    Server().run()
