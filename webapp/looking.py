"""The server's eyes: networks, pool and counters, loaded once and shared by HTTP and Socket.IO."""

import logging
import time
from io import BytesIO
from pathlib import Path
from typing import NamedTuple, Protocol

from PIL import Image

from webapp.config import Config
from webapp.metrics import Metrics
from webapp.pool import Busy, Pool
from webapp.replicas import BATCH, Replicas
from webapp.sights import Picture, Seen, see
from webapp.vision.image import BadImage
from webapp.vision.network import self_test
from webapp.vision.pipeline import Networks, Viewer, load_networks
from webapp.vision.smooth import Face

log = logging.getLogger(__name__)


class NotReady(Exception):
    """The networks could not be loaded; the text says why and what to do."""


class Looked(NamedTuple):
    """What a picture shows, and how long it took to see it."""

    width: int
    height: int
    faces: list[Face]
    elapsed_ms: float


class Eyes(Protocol):
    """Who computes: `reason` says why nobody can at the moment."""

    reason: str

    def __call__(self, picture: Picture) -> Seen:
        """Return what a picture shows; raise BadImage, or Busy where it was not looked at."""

    def begin(self) -> None:
        """Get ready, in the process that will look."""

    def finish(self) -> None:
        """Let go of what was taken."""


class Here:
    """Looks in the thread that asks."""

    reason = ""

    def __init__(self, networks: Networks):
        self._networks = networks

    def __call__(self, picture: Picture) -> Seen:
        """Return what a picture shows; raise BadImage."""
        seen = see(self._networks, [picture])[0]
        if isinstance(seen, BadImage):
            raise seen
        return seen

    def begin(self) -> None:
        """Do nothing: each thread is made ready by `prepare`."""

    def prepare(self) -> None:
        """Let this thread have interpreters of its own, and use them once: the first picture would take several times as long."""
        for network in (self._networks.face.network, self._networks.emotion.network, self._networks.gender.network):
            self_test(network)
        see(self._networks, [_usual()])

    def finish(self) -> None:
        """Do nothing."""


class Looking:
    """Looks at encoded pictures on a bounded pool. Where the networks cannot be loaded, `reason` says why and the pages still work."""

    def __init__(self, config: Config, models: Path, metrics: Metrics):
        self.metrics = metrics
        self._config = config
        self._missing = ""
        # Threads that wait for replicas compute nothing: as many as keep all replicas busy.
        parallel = config.workers if config.inference == "local" else config.replicas * BATCH
        self._pool = Pool(parallel, config.waiting)
        metrics.pool_taken.set_function(lambda: self._pool.taken)
        metrics.pool_places.set(parallel + config.waiting)
        self._networks: Networks | None = None
        self._eyes: Eyes | None = None
        try:
            self._networks = load_networks(models)
            self._eyes = Here(self._networks) if config.inference == "local" else Replicas(config.inference, config.replicas, models)
        except (FileNotFoundError, ValueError) as problem:
            self._missing = str(problem)
            log.error("the server cannot look at pictures: %s", problem)

    @property
    def reason(self) -> str:
        """Say why no picture can be looked at now; empty where they can."""
        return self._missing or (self._eyes.reason if self._eyes else "")

    def viewer(self, still: bool = False, most_faces: int | None = None) -> Viewer:
        """Return what follows one stream, at its `most_faces` most certain faces; raise NotReady without networks."""
        if self._networks is None:
            raise NotReady(self.reason)
        return Viewer(self._networks, still, most_faces)

    def look(
        self, content: bytes, viewer: Viewer, time_ms: float, source: str, side: int | None = None, max_pixels: int | None = None
    ) -> Looked:
        """Return the faces of an encoded picture; raise BadImage, or Busy at once when too many wait."""
        picture = Picture(content, max_pixels or self._config.max_pixels_mp * 1_000_000, side, viewer.most_faces)
        outcome = "seen"
        try:
            # A frame that waits is old when it is answered, and the next one is under way.
            return self._pool.run(lambda: self._looked(picture, viewer, time_ms, source), hasty=source == "frame")
        except Busy:
            outcome = "busy"
            raise
        except BadImage as problem:
            outcome = problem.error
            raise
        finally:
            self.metrics.pictures.labels(source, outcome).inc()

    def begin(self) -> None:
        """Get ready to look, in the process that will."""
        if self._eyes:
            self._eyes.begin()
        if isinstance(self._eyes, Here):
            self._pool.on_all_workers(self._eyes.prepare)

    def refuse_frame(self) -> Busy | None:
        """Return how a live frame would be refused at this moment, None where it would be looked at; a refused one is counted."""
        busy = self._pool.refuse()
        if busy:
            self.metrics.pictures.labels("frame", "busy").inc()
        return busy

    def finish(self) -> None:
        """Finish the pictures that were taken in, and take no more."""
        self._pool.finish()
        if self._eyes:
            self._eyes.finish()

    def _looked(self, picture: Picture, viewer: Viewer, time_ms: float, source: str) -> Looked:
        assert self._eyes
        started = time.perf_counter()
        seen = self._eyes(picture)
        faces = viewer.follow(seen.sightings, time_ms)
        elapsed = time.perf_counter() - started
        self.metrics.looking.labels(source).observe(elapsed)
        self.metrics.faces.labels(source).inc(len(faces))
        return Looked(seen.width, seen.height, faces, round(elapsed * 1000, 1))


def _usual() -> Picture:
    """Return a picture without a face, of the size that pages send and with the detector's side that they ask for."""
    content = BytesIO()
    Image.new("RGB", (640, 480), "grey").save(content, "JPEG")
    return Picture(content.getvalue(), 640 * 480, 320)
