"""Plays a station: pictures to faces to visits to sums, every few seconds."""

from collections.abc import Callable, Iterable, Sequence

from webapp.station.queue import Cell
from webapp.station.sources import Sight
from webapp.station.visits import Visits, Zone, left_out
from webapp.vision.pipeline import Viewer

SEND_MS = 5000


def play(
    pictures: Iterable[Sight],
    viewer: Viewer,
    visits: Visits,
    keep: Callable[[Cell], None],
    *,
    zones: Sequence[Zone] = (),
    side: int | None = None,
    gender: Callable[[], bool] = lambda: False,
) -> None:
    """Count the visits in `pictures` until there are no more, and give `keep` a cell for every few seconds of looking."""
    sent = last_at = None
    for sight in pictures:
        last_at = sight.at
        if sight.image is not None:
            height, width = sight.image.shape[:2]
            faces = viewer.look(sight.image, sight.time, side)
            visits.gender = gender()
            visits.see([face for face in faces if not left_out(face.box, width, height, zones)], sight.time)
        sent = sight.time if sent is None else sent
        if sight.time - sent >= SEND_MS or sight.image is None:
            sent = sight.time
            _keep(visits, sight.at, keep)
    visits.end_all()
    if last_at is not None:
        _keep(visits, last_at, keep)


def _keep(visits: Visits, at: float, keep: Callable[[Cell], None]) -> None:
    sums = visits.take()
    # Where nothing was looked at there is a gap, which is not a zero.
    if sums["observed_ms"] or sums["visits"]:
        keep({"start": round(at) - sums["observed_ms"], **sums})
