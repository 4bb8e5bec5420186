"""Who is who from frame to frame: detections become numbered tracks; the twin of static/js/core/track.js."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, log, sqrt

from webapp.vision.assign import assign
from webapp.vision.box import Box, Detection, Landmarks, centre, iou, size


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackConfig:
    """How faces are followed; each field with its unit and effect."""

    confirm_hits: int = 2
    """Detections before a face gets its number. 2 or more: what is seen in one frame alone stays hidden."""
    confirm_ms: float = 60.0
    """Time from the first detection to the number, in ms. Longer: fewer ghosts, faces show later."""
    ghost_ms: float = 150.0
    """How long a face without a number may be unseen before it is forgotten, in ms."""
    keep_ms: float = 700.0
    """How long a face with a number may be unseen before it is forgotten, in ms."""
    gap_ms: float = 2000.0
    """A pause between two frames, in ms, after which everybody is forgotten (a phone that slept)."""
    max_cost: float = 2.0
    """Dearest pairing of track and detection. Higher: bridges faster motion, takes strangers for friends sooner."""
    absence_cost: float = 0.5
    """What being unseen for keep_ms adds to a pairing's cost. Higher: who is there keeps their number."""
    stranger_cost: float = 0.5
    """What having no number yet adds to a pairing's cost. Higher: a ghost beside a face takes less."""
    velocity_ms: float = 100.0
    """Memory of a face's velocity, in ms. Longer: steadier prediction, later turns."""
    coast_ms: float = 400.0
    """How long an unseen face keeps its velocity, in ms. Longer: passes further behind others."""
    still: bool = False
    """Every frame stands alone: nothing is remembered, all are shown at once, numbers start at 1."""


@dataclass(frozen=True, slots=True)
class Track:
    """A face that has a number, where it was last seen; `visible`: in this frame. Times in ms."""

    id: int
    box: Box
    landmarks: Landmarks
    score: float
    visible: bool
    first_seen: float
    last_seen: float


@dataclass(slots=True)
class _Followed:
    """A face on its way; `id` 0 is a stranger, velocity is in pixels per ms."""

    id: int
    box: Box
    landmarks: Landmarks
    score: float
    visible: bool
    first_seen: float
    last_seen: float
    hits: int = 1
    velocity: tuple[float, float] = (0.0, 0.0)

    def shown(self) -> Track:
        return Track(self.id, self.box, self.landmarks, self.score, self.visible, self.first_seen, self.last_seen)


class Tracker:
    """Gives numbers to faces. Numbers start at 1, grow as faces are confirmed, and are never given twice."""

    def __init__(self, config: TrackConfig | None = None) -> None:
        self._config = config or TrackConfig()
        if self._config.still:
            self._config = replace(self._config, confirm_hits=1, confirm_ms=0.0)
        self.reset()

    def reset(self) -> None:
        """Forget everybody and start counting at 1."""
        self._followed: list[_Followed] = []
        self._previous: float | None = None
        self._next_id = 1

    def track(self, detections: Sequence[Detection], time: float) -> list[Track]:
        """Take what was detected in the frame of `time` (ms) and return the tracks that have a number, by number.

        Those not seen in this frame have `visible` False and their last box. When time runs backwards or stops for
        `gap_ms`, everybody is new.
        """
        config = self._config
        if config.still:
            self.reset()
        if self._previous is not None and not 0 <= time - self._previous <= config.gap_ms:
            self._followed = []
        self._previous = time
        followed = [face for face in self._followed if face.visible or self._remembered(face, time)]
        pairs = assign([[config.max_cost - _pair_cost(face, found, time, config) for found in detections] for face in followed])
        for face, pair in zip(followed, pairs, strict=True):
            if pair >= 0:
                _follow(face, detections[pair], time, config)
            else:
                face.visible = False
        strangers = [_meet(found, time) for i, found in enumerate(detections) if i not in pairs]
        self._followed = [face for face in followed if self._remembered(face, time)] + strangers
        self._confirm(time)
        return sorted((face.shown() for face in self._followed if face.id > 0), key=lambda track: track.id)

    def _remembered(self, face: _Followed, time: float) -> bool:
        return time - face.last_seen <= (self._config.keep_ms if face.id > 0 else self._config.ghost_ms)

    def _confirm(self, time: float) -> None:
        # From left to right: who is surest, and so first in the list, may differ where the same faces are seen a little differently.
        for face in sorted(self._followed, key=lambda face: centre(face.box)[0]):
            seen_enough = face.hits >= self._config.confirm_hits and time - face.first_seen >= self._config.confirm_ms
            if face.id == 0 and seen_enough:
                face.id = self._next_id
                self._next_id += 1


def _pair_cost(face: _Followed, found: Detection, time: float, config: TrackConfig) -> float:
    """Price the belief that a detection is a face followed so far.

    0 where it was expected, 1 more when they no longer overlap, 1 more for every face size of distance, and the
    logarithm of how much larger or smaller it is.
    """
    unseen = time - face.last_seen
    expected = _predict(face, unseen, config.coast_ms)
    x, y = centre(found.box)
    expected_x, expected_y = centre(expected)
    scale = sqrt(size(expected) * size(found.box))
    distance = sqrt((x - expected_x) ** 2 + (y - expected_y) ** 2) / scale
    growth = abs(log(size(found.box) / size(expected)))
    doubt = (config.absence_cost * unseen) / config.keep_ms if face.id > 0 else config.stranger_cost
    return 1 - iou(expected, found.box) + distance + growth + doubt


def _predict(face: _Followed, elapsed: float, coast_ms: float) -> Box:
    """Move a face's last box along its velocity, which fades."""
    travel = coast_ms * (1 - exp(-elapsed / coast_ms))
    x, y, width, height = face.box
    return Box(x + face.velocity[0] * travel, y + face.velocity[1] * travel, width, height)


def _meet(found: Detection, time: float) -> _Followed:
    return _Followed(0, found.box, found.landmarks, found.score, True, time, time)


def _follow(face: _Followed, found: Detection, time: float, config: TrackConfig) -> None:
    """Let a face continue with a detection."""
    elapsed = time - face.last_seen
    if elapsed > 0:
        share = 1 - exp(-elapsed / config.velocity_ms)
        x, y = centre(found.box)
        old_x, old_y = centre(face.box)
        face.velocity = (
            face.velocity[0] + share * ((x - old_x) / elapsed - face.velocity[0]),
            face.velocity[1] + share * ((y - old_y) / elapsed - face.velocity[1]),
        )
    face.box, face.landmarks, face.score = found.box, found.landmarks, found.score
    face.visible, face.last_seen, face.hits = True, time, face.hits + 1
