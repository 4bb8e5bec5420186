"""What the server did, for Prometheus; no picture, face or address is in it."""

import time
from threading import Lock

from flask import Blueprint, Flask, Response, g, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("allsmiles_requests", "HTTP requests by route and status", ["route", "status"], registry=self.registry)
        self.seconds = Histogram("allsmiles_request_seconds", "HTTP response time by route", ["route"], registry=self.registry)
        self.pictures = Counter("allsmiles_pictures", "Pictures and frames by outcome", ["source", "outcome"], registry=self.registry)
        self.faces = Counter("allsmiles_faces", "Faces found in pictures and frames", ["source"], registry=self.registry)
        self.frame_delay = Histogram("allsmiles_frame_seconds", "Time from the arrival of a frame to its answer", registry=self.registry)
        self.connections = Gauge("allsmiles_connections", "Live connections", registry=self.registry)
        self.pool_taken = Gauge("allsmiles_pool_taken", "Pictures being looked at or waiting for it", registry=self.registry)
        self.pool_places = Gauge("allsmiles_pool_places", "Pictures that may be looked at or wait for it", registry=self.registry)
        self.batches = Counter("allsmiles_batches", "Batches of stations by outcome", ["outcome"], registry=self.registry)
        self.visits = Counter("allsmiles_visits", "Visits counted by stations", registry=self.registry)
        self.messages = Counter("allsmiles_messages", "Messages of alerts by kind and outcome", ["kind", "outcome"], registry=self.registry)
        self.tokens = Counter("allsmiles_token_requests", "Requests with a program's token by outcome", ["outcome"], registry=self.registry)
        self.redis_up = Gauge("allsmiles_redis_up", "Whether the Redis that processes share answers; 1 without one", registry=self.registry)
        self.redis_up.set(1)
        self.looking = Histogram("allsmiles_look_seconds", "Time from decoded picture to faces", ["source"], registry=self.registry)
        self._untold, self._lock = 0, Lock()

    def count_visits(self, visits: int, fewest: int) -> None:
        """Count visits of stations, in steps of at least `fewest`: whoever reads this every second must not see a single one."""
        with self._lock:
            self._untold += visits
            if self._untold >= fewest:
                self.visits.inc(self._untold)
                self._untold = 0


def blueprint(metrics: Metrics) -> Blueprint:
    """Return GET /metrics for `metrics`."""
    routes = Blueprint("metrics", __name__)

    @routes.get("/metrics")
    def show() -> ResponseReturnValue:
        return Response(generate_latest(metrics.registry), content_type=CONTENT_TYPE_LATEST)

    return routes


def observe(app: Flask, metrics: Metrics) -> None:
    """Count every request of `app` by its route, so that unknown addresses cannot fill the memory."""

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "unknown"
        metrics.requests.labels(route, str(response.status_code)).inc()
        metrics.seconds.labels(route).observe(time.perf_counter() - g.get("started", time.perf_counter()))
        return response
