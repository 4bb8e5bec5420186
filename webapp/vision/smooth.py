"""Calm faces out of restless looks: boxes, expression and perceived gender of every track, steadied over time.

The twin of static/js/core/smooth.js.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from webapp.vision.box import Box, Landmarks, centre, size
from webapp.vision.log_average import ALONE, FLOOR, LogAverage, Scores
from webapp.vision.one_euro import OneEuro, OneEuroConfig
from webapp.vision.steady import SteadyLabel, SteadyLabelConfig, SteadyOrUnknown
from webapp.vision.track import Track


@dataclass(frozen=True, slots=True, kw_only=True)
class SmoothConfig(OneEuroConfig):
    """How faces are steadied; each field with its unit and effect.

    The first three are what the networks' manifests say. The fields of OneEuroConfig have the size of a face as scale;
    `enter`, `leave`, `dwell_ms`, `stay_ms`, `unsure_ms` and `sure_margin` are those of SteadyLabelConfig.
    """

    smile_label: str
    emotion_unsure_below: float
    gender_unsure_below: float
    emotion_memory_ms: float = 80.0
    """Memory of the expression's average, in ms. Longer: calmer, later."""
    clear_margin: float = 0.4
    """How far a look's most likely expression must be ahead of the second to count fully. Higher: doubtful looks calmer, later."""
    torn_pace: float = 0.2
    """What a look counts at least that is torn between two. Lower: calmer, later."""
    gender_memory_ms: float = 6000.0
    """Looking that perceived gender rests on at most, in ms. Longer: bad looks count less, a bad start heals later."""
    enter: float = 0.55
    leave: float = 0.5
    dwell_ms: float = 120.0
    stay_ms: float = 350.0
    unsure_ms: float = 400.0
    sure_margin: float = 0.03
    full_size_px: float = 80.0
    """Face size from which on a look counts fully for perceived gender; smaller faces count less."""
    hold_ms: float = 250.0
    """How long a face is still shown after the detector lost it, in ms: it misses single frames."""
    still: bool = False
    """Every frame stands alone: nothing is remembered, labels and boxes are those of this one look."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the networks said about one face in one frame."""

    emotion: Scores
    gender: Scores


@dataclass(frozen=True, slots=True)
class Face:
    """A face as it is shown; `sure` False: its expression shows as unsure; `smile`: probability of the smile label."""

    id: int
    box: Box
    landmarks: Landmarks
    score: float
    emotion: str
    sure: bool
    scores: Scores
    smile: float
    gender: str
    gender_scores: Scores


@dataclass(frozen=True, slots=True)
class _Judgement:
    """The part of a Face that the looks decide."""

    emotion: str
    sure: bool
    scores: Scores
    gender: str
    gender_scores: Scores


class Smoother:
    """Steadies all faces of a stream. What is known of a track is forgotten when the tracker forgets it."""

    def __init__(self, config: SmoothConfig) -> None:
        self._config = config
        self.reset()

    def reset(self) -> None:
        """Forget everybody."""
        self._known: dict[int, _SmoothFace] = {}

    def smooth(self, tracks: Sequence[Track], looks: Mapping[int, Look], time: float) -> list[Face]:
        """Return the faces to show at `time` (ms), by number.

        `looks` holds what the networks said about some of the tracks, by track number. A track without any look so
        far has no face yet, one that the detector lost more than `hold_ms` ago has none any more.
        """
        if self._config.still:
            self.reset()
        self._known = {track.id: self._known.get(track.id) or _SmoothFace(self._config) for track in tracks}
        faces = []
        for track in tracks:
            face = self._known[track.id].see(track, looks.get(track.id), time)
            if face and (track.visible or self._held(track, time)):
                faces.append(face)
        return faces

    def _held(self, track: Track, time: float) -> bool:
        return not self._config.still and time - track.last_seen <= self._config.hold_ms


class _SmoothFace:
    """What is remembered of one face."""

    def __init__(self, config: SmoothConfig) -> None:
        self._config = config
        self._filter = OneEuro(config)
        floor = ALONE if config.still else FLOOR
        self._emotion_average = LogAverage(config.emotion_memory_ms, floor)
        self._gender_average = LogAverage(config.gender_memory_ms, floor)
        self._emotion = SteadyLabel(
            SteadyLabelConfig(
                enter=config.enter,
                leave=config.leave,
                dwell_ms=config.dwell_ms,
                stay_ms=config.stay_ms,
                unsure_ms=config.unsure_ms,
                unsure_below=config.emotion_unsure_below,
                sure_margin=config.sure_margin,
            )
        )
        self._gender = SteadyOrUnknown(unsure_below=config.gender_unsure_below, sure_margin=config.sure_margin, dwell_ms=config.dwell_ms)
        self._place: tuple[Box, Landmarks] | None = None
        self._judgement: _Judgement | None = None

    def see(self, track: Track, look: Look | None, time: float) -> Face | None:
        """Return the face as it should be shown, None before the first look."""
        if track.visible or self._place is None:
            self._place = _joined(self._filter.filter(_parted(track.box, track.landmarks), time, size(track.box)))
        if look:
            self._judgement = self._judge(track, look, time)
        if self._judgement is None:
            return None
        box, landmarks = self._place
        judged = self._judgement
        return Face(
            id=track.id,
            box=box,
            landmarks=landmarks,
            score=track.score,
            emotion=judged.emotion,
            sure=judged.sure,
            scores=judged.scores,
            smile=judged.scores[self._config.smile_label],
            gender=judged.gender,
            gender_scores=judged.gender_scores,
        )

    def _judge(self, track: Track, look: Look, time: float) -> _Judgement:
        # What hardly decides must not decide on a pixel's noise: torn looks count less, so that more of them are taken together.
        pace = min(1.0, max(self._config.torn_pace, _lead(look.emotion) / self._config.clear_margin))
        scores = self._emotion_average.average(look.emotion, time, pace=pace)
        emotion, sure = self._emotion.steady(scores, time)
        weight = track.score * min(1.0, size(track.box) / self._config.full_size_px)
        gender_scores = self._gender_average.average(look.gender, time, weight)
        return _Judgement(emotion, sure, scores, self._gender.steady(gender_scores, time), gender_scores)


def _lead(scores: Scores) -> float:
    """Return by how much the most likely label is ahead of the second."""
    second, first = sorted(scores.values())[-2:]
    return first - second


def _parted(box: Box, landmarks: Landmarks) -> list[float]:
    """List what is filtered: centre and extent, so that a growing face does not wander, then the landmarks."""
    return [*centre(box), box.width, box.height, *(number for point in landmarks for number in point)]


def _joined(values: list[float]) -> tuple[Box, Landmarks]:
    """Undo `_parted`."""
    x, y, width, height, *rest = values
    landmarks = tuple(zip(rest[::2], rest[1::2], strict=True))
    return Box(x - width / 2, y - height / 2, width, height), landmarks
