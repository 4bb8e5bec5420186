"""Looking by Ray Serve: replicas on this machine or on a cluster, each of which looks at the pictures that come together as one batch."""

import asyncio
import importlib.util
import logging
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from webapp import __version__
from webapp.assets import asset_folders
from webapp.pool import Busy
from webapp.sights import Picture, Seen, see
from webapp.vision.image import BadImage
from webapp.vision.pipeline import load_networks

BATCH = 4
"""Most pictures that a replica looks at together; longer batches delay the first of them."""
BATCH_WAIT_S = 0.002
"""How long a replica with nothing else to do waits for more pictures."""
PATIENCE_S = 5.0
"""A picture that no replica has looked at by then is old: its sender is told to send the next."""
GRACE_S = 8
"""How long a server that stops waits for Ray to end."""
AGAIN_S = 3.0
"""Pause before a cluster that could not be reached is tried again."""
NAME = f"allsmiles-{__version__}"
"""Servers of one version share an application on a cluster."""
INSTALL = "Ray is not installed: pip install 'allsmiles[ray]'"
log = logging.getLogger(__name__)


def missing(inference: str) -> str:
    """Return what to install for a setting of `inference`, empty where nothing is missing."""
    return INSTALL if inference != "local" and importlib.util.find_spec("ray") is None else ""


class Replica:
    """What runs in a process of Ray: networks of its own, one batch at a time."""

    def __init__(self, models: Path | None) -> None:
        self._networks = load_networks(models or asset_folders()[0] / "models")
        # The event loop stays free for the next batch and for Ray, which asks whether the replica lives.
        self._thread = ThreadPoolExecutor(1)

    async def see(self, pictures: list[Picture]) -> list[Seen | BadImage]:
        """Return what each picture shows, or why it cannot be looked at."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, see, self._networks, pictures)


class Replicas:
    """Asks `count` replicas: at "ray" started on this machine, at "ray://host:port" on a cluster, whose machines have AllSmiles as well.

    A replica that dies is replaced by Ray. Who asked it is told Busy, and asks again.
    """

    def __init__(self, where: str, count: int, models: Path):
        self.reason = missing(where) or "Ray Serve is being started: try again in a moment."
        self._where, self._count = where, count
        # A cluster's machines have their own folders.
        self._models = models if where == "ray" else None
        self._handle: Any = None
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._lost, self._over = threading.Event(), threading.Event()

    def begin(self) -> None:
        """Start or reach Ray in the background, as often as it takes; the process must not fork afterwards."""
        with self._lock:
            if self._thread or self._over.is_set() or missing(self._where):
                return
            self._thread = threading.Thread(target=self._hold, name="ray", daemon=True)
            self._thread.start()

    def __call__(self, picture: Picture) -> Seen:
        """Return what a picture shows; raise BadImage, or Busy where no replica has answered."""
        self.begin()
        handle = self._handle
        if handle is None:
            raise Busy(self.reason, int(AGAIN_S * 1000))
        from ray.exceptions import GetTimeoutError, RayActorError, RayError
        from ray.serve.exceptions import BackPressureError, RayServeException

        try:
            response = handle.see.remote(picture)
            seen: Seen | BadImage = response.result(timeout_s=PATIENCE_S)
        except (RayActorError, BackPressureError, GetTimeoutError, TimeoutError):
            raise Busy("The replica that looked has ended, or all are behind: send the next picture.") from None
        except (RayError, RayServeException, ConnectionError, RuntimeError) as problem:
            self._lose(handle, problem)
            raise Busy(self.reason, int(AGAIN_S * 1000)) from None
        if isinstance(seen, BadImage):
            raise seen
        return seen

    def finish(self) -> None:
        """Leave Ray; what was started on this machine ends, a cluster's replicas stay for other servers."""
        self._over.set()
        self._lost.set()
        if self._thread:
            self._thread.join(GRACE_S)

    def _lose(self, handle: Any, problem: Exception) -> None:
        """Let Ray be reached anew, once for all who noticed."""
        with self._lock:
            if self._handle is handle:
                self._handle, self.reason = None, f"Ray Serve does not answer ({type(problem).__name__}: {problem})"
                log.error("%s", self.reason)
                self._lost.set()

    def _hold(self) -> None:
        """Hold on to Ray until it is over. One thread for all the time: Ray's processes end with the thread that started them."""
        while not self._over.is_set():
            try:
                handle = _deployed(self._where, self._count, self._models)
            # Whatever Ray, its client or gRPC raise: it is told, and tried again.
            except Exception as problem:
                self.reason = f"cannot reach Ray at {self._where} ({type(problem).__name__}: {problem}); it is tried again"
                log.error("%s", self.reason)
                self._over.wait(AGAIN_S)
                continue
            self._lost.clear()
            self._handle, self.reason = handle, ""
            log.info("Ray Serve looks, with %d replicas", self._count)
            if not self._over.is_set():
                self._lost.wait()
            self._handle = None
            _leave()


def _leave() -> None:
    import ray

    ray.shutdown()


def _deployed(where: str, count: int, models: Path | None) -> Any:
    """Connect to Ray and return a handle of the replicas, which are started where they are not there yet."""
    # Ray tells its makers how it is used unless it is told not to; nothing leaves this server.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    import ray
    from ray import serve
    from ray.serve.schema import ApplicationStatus

    ray.shutdown()
    if where == "ray":
        # Not "auto": what an earlier Ray left in its folder would be taken for a cluster.
        ray.init("local", include_dashboard=False, log_to_driver=False, configure_logging=False, object_store_memory=100_000_000)
    else:
        ray.init(where, log_to_driver=False, configure_logging=False)
    serve.start(http_options={"location": "NoServer"})
    there = serve.status().applications.get(NAME)
    # Ray does not try again by itself what could not be started, on a cluster without AllSmiles say, and gives a handle of it.
    if there is not None and there.status != ApplicationStatus.DEPLOY_FAILED:
        return serve.get_app_handle(NAME)
    return serve.run(_application(count, models), name=NAME, route_prefix=None)


def _application(count: int, models: Path | None) -> Any:
    from ray import serve

    class Batching(Replica):
        see = serve.batch(max_batch_size=BATCH, batch_wait_timeout_s=BATCH_WAIT_S)(Replica.see)

    options = {"num_replicas": count, "max_ongoing_requests": 2 * BATCH, "ray_actor_options": {"num_cpus": 1}}
    return serve.deployment(Batching, name="see", **options).bind(models)
