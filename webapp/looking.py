"""The server's eyes: networks, pool and counters, loaded once and shared by HTTP and Socket.IO."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from webapp.config import Config
from webapp.metrics import Metrics
from webapp.pool import Busy, Pool
from webapp.vision.image import BadImage, decode
from webapp.vision.pipeline import Networks, Viewer, load_networks
from webapp.vision.smooth import Face

Seen = tuple[NDArray[np.uint8], list[Face], float]
log = logging.getLogger(__name__)


class NotReady(Exception):
    """The networks could not be loaded; the text says why and what to do."""


class Looking:
    """Looks at encoded pictures on a bounded pool. Where the networks cannot be loaded, `reason` says why and the pages still work."""

    def __init__(self, config: Config, models: Path, metrics: Metrics):
        self.metrics = metrics
        self.reason = ""
        self._config = config
        self._pool = Pool(config.workers, config.waiting)
        metrics.pool_taken.set_function(lambda: self._pool.taken)
        metrics.pool_places.set(config.workers + config.waiting)
        self._networks: Networks | None = None
        try:
            self._networks = load_networks(models)
        except (FileNotFoundError, ValueError) as problem:
            self.reason = str(problem)
            log.error("the server cannot look at pictures: %s", problem)

    def viewer(self, still: bool = False, most_faces: int | None = None) -> Viewer:
        """Return what looks at one stream, at its `most_faces` most certain faces; raise NotReady without networks."""
        if self._networks is None:
            raise NotReady(self.reason)
        return Viewer(self._networks, still, most_faces)

    def look(
        self, content: bytes, viewer: Viewer, time_ms: float, source: str, side: int | None = None, max_pixels: int | None = None
    ) -> Seen:
        """Return picture, faces and milliseconds for an encoded picture; raise BadImage, or Busy at once when too many wait."""
        most = max_pixels or self._config.max_pixels_mp * 1_000_000
        outcome = "seen"
        try:
            call = self._call(lambda: decode(content, most), lambda image: viewer.look(image, time_ms, side), source)
            # A frame that waits is old when it is answered, and the next one is under way.
            return self._pool.run(call, hasty=source == "frame")
        except Busy:
            outcome = "busy"
            raise
        except BadImage as problem:
            outcome = problem.error
            raise
        finally:
            self.metrics.pictures.labels(source, outcome).inc()

    def finish(self) -> None:
        """Finish the pictures that were taken in, and take no more."""
        self._pool.finish()

    def _call(
        self, decoded: Callable[[], NDArray[np.uint8]], look: Callable[[NDArray[np.uint8]], list[Face]], source: str
    ) -> Callable[[], Seen]:
        def call() -> Seen:
            started = time.perf_counter()
            image = decoded()
            faces = look(image)
            elapsed = time.perf_counter() - started
            self.metrics.looking.labels(source).observe(elapsed)
            self.metrics.faces.labels(source).inc(len(faces))
            return image, faces, round(elapsed * 1000, 1)

        return call
