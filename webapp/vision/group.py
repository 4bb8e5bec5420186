"""Judge all faces together: is everybody smiling? The twin of static/js/core/group.js."""

from collections.abc import Sequence
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
    still: bool = False
    """Every frame stands alone: nothing is remembered, nothing has to settle."""


@dataclass(frozen=True, slots=True)
class Group:
    """How many faces there are, how many smile; ready: somebody is there and all have been smiling for a moment."""

    faces: int
    smiling: int
    ready: bool


class Grouper:
    """Judges the group of a stream."""

    def __init__(self, config: GroupConfig) -> None:
        self._config = config
        self.reset()

    def reset(self) -> None:
        """Forget who was smiling."""
        self._smiling: set[int] = set()
        self._all_since: float | None = None

    def group(self, faces: Sequence[Face], time: float) -> Group:
        """Judge the faces of the frame of `time` (ms)."""
        config = self._config
        if config.still:
            self.reset()
        self._smiling = {face.id for face in faces if face.smile >= self._needed(face.id)}
        if not faces or len(self._smiling) < len(faces):
            self._all_since = None
        elif self._all_since is None or time < self._all_since:
            self._all_since = time
        settled = self._all_since is not None and (config.still or time - self._all_since >= config.settle_ms)
        return Group(len(faces), len(self._smiling), settled)

    def _needed(self, face_id: int) -> float:
        return self._config.smile_threshold - (self._config.smile_margin if face_id in self._smiling else 0.0)
