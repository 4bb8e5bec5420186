"""Judge all faces together: is everybody smiling, and who is not yet? The twin of static/js/core/group.js."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from webapp.vision.smooth import Face


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupConfig:
    """When a group is ready; each field with its unit and effect."""

    smile_threshold: float
    """The emotion manifest's `calibration.smile_threshold`: a face smiles from this probability on."""
    smile_margin: float = 0.1
    """How far `smile` must fall below the threshold before a smile has ended. Larger: calmer."""
    settle_ms: float = 200.0
    """How long everybody must have been smiling for the group to be ready, in ms."""
    background_below: float = 0.0
    """Faces lower than this share of the highest one are left out as background; 0: nobody is."""
    background_margin: float = 0.05
    """How much more than that share a face left out must reach to be counted again."""
    still: bool = False
    """Every frame stands alone: nothing is remembered, nothing has to settle."""


@dataclass(frozen=True, slots=True)
class Person:
    """One face of a group: how near its smile is to counting, and where in the group it is, as the picture shows it."""

    id: int
    progress: float
    smiling: bool
    where: str
    background: bool


@dataclass(frozen=True, slots=True)
class Group:
    """How many faces there are, how many smile; ready: somebody is there and all have been smiling for a moment."""

    faces: int
    smiling: int
    ready: bool
    people: tuple[Person, ...] = ()


class Grouper:
    """Judges the group of a stream."""

    def __init__(self, config: GroupConfig) -> None:
        self._config = config
        self.reset()

    def reset(self) -> None:
        """Forget who was smiling and who was far away."""
        self._smiling: set[int] = set()
        self._background: set[int] = set()
        self._all_since: float | None = None

    def group(self, faces: Sequence[Face], time: float) -> Group:
        """Judge the faces of the frame of `time` (ms)."""
        config = self._config
        if config.still:
            self.reset()
        highest = max((face.box.height for face in faces), default=0.0)
        self._background = {face.id for face in faces if config.background_below > 0 and self._is_far(face, highest)}
        counted = [face for face in faces if face.id not in self._background]
        self._smiling = {face.id for face in counted if face.smile >= self._needed(face.id)}
        if not counted or len(self._smiling) < len(counted):
            self._all_since = None
        elif self._all_since is None or time < self._all_since:
            self._all_since = time
        settled = self._all_since is not None and (config.still or time - self._all_since >= config.settle_ms)
        near = [self._person(face, side(place, len(counted)), False) for place, face in enumerate(from_left(counted))]
        far = [self._person(face, "middle", True) for face in from_left(face for face in faces if face.id in self._background)]
        return Group(len(counted), len(self._smiling), settled, (*near, *far))

    def _needed(self, face_id: int) -> float:
        return self._config.smile_threshold - (self._config.smile_margin if face_id in self._smiling else 0.0)

    def _is_far(self, face: Face, highest: float) -> bool:
        share = self._config.background_below + (self._config.background_margin if face.id in self._background else 0.0)
        return face.box.height < highest * share

    def _person(self, face: Face, where: str, far: bool) -> Person:
        smiling = face.id in self._smiling
        progress = 1.0 if smiling else max(0.0, min(0.99, face.smile / self._config.smile_threshold))
        return Person(face.id, progress, smiling, where, far)


def from_left(faces: Iterable[Face]) -> list[Face]:
    """Sort faces by their middle, from left to right."""
    return sorted(faces, key=lambda face: (face.box.x + face.box.width / 2, face.id))


def side(place: int, count: int) -> str:
    """Tell which third of the group a place belongs to, counted from the left of the picture."""
    if count < 2:
        return "middle"
    share = place / (count - 1)
    return "left" if share < 1 / 3 else "right" if share > 2 / 3 else "middle"
