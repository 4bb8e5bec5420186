"""Invented faces, looks and frame times for the tests of following and smoothing."""

from collections.abc import Callable, Iterable
from itertools import groupby

from webapp.vision.box import Box, Detection
from webapp.vision.smooth import Face, Look, SmoothConfig, Smoother
from webapp.vision.track import Track

EMOTIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")


def detection(x: float, y: float, side: float = 100.0) -> Detection:
    """Make a face with its middle at x, y."""
    points = ((-0.2, -0.2), (0.2, -0.2), (0.0, 0.0), (-0.15, 0.25), (0.15, 0.25))
    box = Box(x - side / 2, y - side / 2, side, side)
    return Detection(box, tuple((x + right * side, y + down * side) for right, down in points), 0.9)


def track(time: float, number: int = 1, *, visible: bool = True, found: Detection | None = None) -> Track:
    """Make a face that has been followed since time 0, last seen at `time` (ms)."""
    found = found or detection(200, 200)
    return Track(number, found.box, found.landmarks, found.score, visible, 0.0, time)


def look(emotion: str, probability: float = 0.85, female: float = 0.9) -> Look:
    """Say what networks say of somebody: `probability` for one label, the rest shared equally."""
    rest = (1 - probability) / (len(EMOTIONS) - 1)
    return Look({label: probability if label == emotion else rest for label in EMOTIONS}, {"female": female, "male": 1 - female})


def config(**different: float | bool) -> SmoothConfig:
    """Make a configuration with usual thresholds."""
    return SmoothConfig(smile_label="happy", emotion_unsure_below=0.45, gender_unsure_below=0.65, **different)


def times(frames_per_second: float, until: float, start: float = 0.0) -> list[float]:
    """List the times of frames at a steady rate, in ms, the end not included."""
    frames = -int(-(until - start) * frames_per_second // 1000)
    return [start + i * 1000 / frames_per_second for i in range(frames)]


def play(frame_times: Iterable[float], seen: Callable[[float, int], Look], **different: float | bool) -> list[Face]:
    """Smooth one face over time: `seen(time, frame)` says what the networks say; one face per frame."""
    smoother = Smoother(config(**different))
    faces = []
    for frame, time in enumerate(frame_times):
        faces += smoother.smooth([track(time)], {1: seen(time, frame)}, time)
    return faces


def shown(face: Face) -> str:
    """Give what the page writes."""
    return face.emotion if face.sure else "unsure"


def changes(values: Iterable[str]) -> list[str]:
    """List each value once as long as it lasts."""
    return [value for value, _ in groupby(values)]
