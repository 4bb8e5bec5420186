"""Counts visits: somebody's face stays in view for a while. Sums leave it, never a single visit.

The twin of static/js/core/visits.js; tests/golden/visits.json holds the two together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import floor
from typing import Any, NamedTuple, Protocol

from webapp.contract import DWELL_S, EMOTIONS
from webapp.vision.box import Box, centre

Sums = dict[str, Any]
"""A CountCell without its `start`."""
MOST_OBSERVED_MS = 60_000


class Person(Protocol):
    """What of a Face matters here."""

    @property
    def id(self) -> int:
        """Its number, the same over frames."""

    @property
    def emotion(self) -> str:
        """The expression that shows, or unsure."""

    @property
    def smile(self) -> float:
        """The probability of a smile."""

    @property
    def gender(self) -> str:
        """Perceived gender, or unknown."""


class Zone(NamedTuple):
    """A part of the picture that is left out, as shares of it, 0 to 1."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitConfig:
    """What a visit is; each field with its unit and effect."""

    visit_ms: float = 2000
    """How long a face stays in view to be a visit, in ms. Longer: passers-by are not counted."""
    away_ms: float = 1500
    """How long a face may be out of view before its visit has ended, in ms."""
    longest_ms: float = 1_800_000
    """A face in view for longer is a poster or a doll, and is not counted, in ms."""
    smile_ms: float = 500
    """How long a smile lasts without a break to count, in ms. Longer: fewer false smiles."""
    smile_threshold: float = 0.5
    """Probability from which on a smile is detected; the emotion network's manifest says it."""
    look_ms: float = 2000
    """The longest time between two looks that still counts as looking, in ms."""
    gender: bool = False
    """Whether perceived gender is counted."""


@dataclass(slots=True)
class _Visit:
    first_seen: float
    last_seen: float
    emotion_ms: dict[str, float] = field(default_factory=dict)
    smiles: list[tuple[float, float]] = field(default_factory=list)
    smiling: bool = False
    gender: str = "unknown"


def left_out(box: Box, width: int, height: int, zones: Iterable[Zone]) -> bool:
    """Tell whether the middle of a face lies in a zone that is left out."""
    x, y = centre(box)
    x, y = x / width, y / height
    return any(zone.x <= x <= zone.x + zone.width and zone.y <= y <= zone.y + zone.height for zone in zones)


class Visits:
    """A counter: `see(faces, time)` after each look, `take()` for the sums since the last one."""

    def __init__(self, config: VisitConfig | None = None):
        self._config = config or VisitConfig()
        self.gender = self._config.gender
        self._open: dict[int, _Visit] = {}
        self._sums = _nothing()
        self._previous: float | None = None

    def see(self, faces: Sequence[Person], time: float) -> None:
        """Take in what one look saw at `time` (ms, growing); faces in zones left out are not among them."""
        since = 0.0 if self._previous is None else time - self._previous
        elapsed = since if 0 < since <= self._config.look_ms else 0.0
        self._previous = time
        self._sums["observed_ms"] += elapsed
        for face in faces:
            if face.emotion in EMOTIONS:
                self._follow(face, time, elapsed)
        for track, visit in list(self._open.items()):
            if time - visit.last_seen > self._config.away_ms:
                del self._open[track]
                self._end(visit)

    def take(self) -> Sums:
        """Give the sums since the last time, and begin anew; visits that go on stay."""
        taken = {**self._sums, "observed_ms": min(MOST_OBSERVED_MS, _rounded(self._sums["observed_ms"]))}
        self._sums = _nothing()
        return taken

    def end_all(self) -> None:
        """End every visit: nobody will look any more."""
        for visit in self._open.values():
            self._end(visit)
        self._open.clear()

    @property
    def present(self) -> int:
        """Tell how many visits go on now."""
        return len(self._open)

    def _follow(self, face: Person, time: float, elapsed: float) -> None:
        visit = self._open.get(face.id)
        if visit is None:
            visit = self._open[face.id] = _Visit(time, time)
        else:
            visit.emotion_ms[face.emotion] = visit.emotion_ms.get(face.emotion, 0.0) + elapsed
        smiling = face.smile >= self._config.smile_threshold
        if smiling and visit.smiling:
            visit.smiles[-1] = (visit.smiles[-1][0], time)
        elif smiling:
            visit.smiles.append((time, time))
        visit.smiling, visit.last_seen, visit.gender = smiling, time, face.gender

    def _end(self, visit: _Visit) -> None:
        dwell_ms = _rounded(visit.last_seen - visit.first_seen)
        if not self._config.visit_ms <= dwell_ms <= self._config.longest_ms:
            return
        smiles = [(begun, ended) for begun, ended in visit.smiles if ended - begun >= self._config.smile_ms]
        third = dwell_ms / 3
        early = any(begun < visit.first_seen + third for begun, _ in smiles)
        late = any(ended > visit.last_seen - third for _, ended in smiles)
        sums = self._sums
        sums["visits"] += 1
        sums["smiled"] += bool(smiles)
        sums["brightened"] += late and not early
        sums["dimmed"] += early and not late
        sums["dwell_ms"] += dwell_ms
        sums["dwell"][sum(dwell_ms >= seconds * 1000 for seconds in DWELL_S)] += 1
        for label, spent in visit.emotion_ms.items():
            sums["emotion_ms"][label] = sums["emotion_ms"].get(label, 0) + _rounded(spent)
        if self.gender:
            sums["gender"][visit.gender] = sums["gender"].get(visit.gender, 0) + 1


def _nothing() -> Sums:
    counts = dict.fromkeys(("observed_ms", "visits", "smiled", "brightened", "dimmed", "dwell_ms"), 0)
    return {**counts, "dwell": [0] * (len(DWELL_S) + 1), "emotion_ms": {}, "gender": {}}


def _rounded(value: float) -> int:
    # As JavaScript does: halves go up.
    return floor(value + 0.5)
