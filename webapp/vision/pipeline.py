"""One look at a picture or frame: detect, classify, track, smooth; the twin of static/js/vision/pipeline.js and core/memory.js."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from webapp.vision.box import Detection, size
from webapp.vision.classify import Classifier, Scores
from webapp.vision.detect import Detector
from webapp.vision.network import self_test
from webapp.vision.smooth import Face, Look, SmoothConfig, Smoother
from webapp.vision.track import TrackConfig, Tracker

SELF_TEST_LIMIT = 0.01
"""Largest difference from the manifest's promise, as a share of the largest output, at which a network counts as sound."""


@dataclass(frozen=True, slots=True)
class Networks:
    """The three networks of the pipeline; may be shared by threads."""

    face: Detector
    emotion: Classifier
    gender: Classifier


def load_networks(models: Path, gender: str = "gender") -> Networks:
    """Load and self-test the default networks below `models`, for gender the one named.

    Raises FileNotFoundError or ValueError with the remedy.
    """
    networks = Networks(Detector(models / "face"), Classifier(models / "emotion"), Classifier(models / gender))
    for name, stage in (("face", networks.face), ("emotion", networks.emotion), (gender, networks.gender)):
        difference = self_test(stage.network)
        if not difference <= SELF_TEST_LIMIT:
            raise ValueError(
                f"the network {models / name} does not answer as its manifest says: run allsmiles-export convert, or reinstall"
            )
    return networks


@dataclass(frozen=True, slots=True)
class Asked:
    """A picture to be looked at.

    `side` is the longest side the detector sees, at most and by default its manifest's `still_side`; of more than
    `most_faces` only the most certain ones are told.
    """

    image: NDArray[np.uint8]
    side: int | None = None
    most_faces: int | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """One face in one picture: where it is, and what the networks say about it."""

    detection: Detection
    look: Look


def sight(networks: Networks, pictures: Sequence[Asked]) -> list[list[Sighting]]:
    """Return the faces of each picture, most certain first; those of all pictures are classified together."""
    most: int = networks.face.network.manifest["detection"]["still_side"]
    found = [networks.face(asked.image, min(asked.side or most, most))[: asked.most_faces] for asked in pictures]
    emotions, genders = (_scores(classifier, pictures, found) for classifier in (networks.emotion, networks.gender))
    return [[Sighting(detection, Look(next(emotions), next(genders))) for detection in detections] for detections in found]


def _scores(classifier: Classifier, pictures: Sequence[Asked], found: Sequence[Sequence[Detection]]) -> Iterator[Scores]:
    inputs = [classifier.inputs(asked.image, detections) for asked, detections in zip(pictures, found, strict=True)]
    return iter(classifier.classify([one for picture in inputs for one in picture]))


class Viewer:
    """Follows the faces of one stream, or with `still` of pictures that have nothing to do with each other."""

    def __init__(self, networks: Networks, still: bool = False, most_faces: int | None = None):
        emotion, gender = networks.emotion.network.manifest, networks.gender.network.manifest
        self._networks = networks
        self.most_faces = most_faces
        # Every answer tells what its frame shows; to wait for a second sighting is for those who draw.
        self._tracker = Tracker(TrackConfig(still=still, confirm_hits=1, confirm_ms=0.0))
        self._smoother = Smoother(
            SmoothConfig(
                smile_label=emotion["smile_label"],
                emotion_unsure_below=emotion["calibration"]["unsure_below"],
                gender_unsure_below=gender["calibration"]["unsure_below"],
                still=still,
            )
        )

    def look(self, image: NDArray[np.uint8], time: float, side: int | None = None) -> list[Face]:
        """Return the faces, from large to small, in an RGB frame [height, width, 3] of `time` (ms); for `side` see Asked."""
        return self.follow(sight(self._networks, [Asked(image, side, self.most_faces)])[0], time)

    def follow(self, sightings: Sequence[Sighting], time: float) -> list[Face]:
        """Return the faces, from large to small, that were seen in the frame of `time` (ms)."""
        tracks = self._tracker.track([sighting.detection for sighting in sightings], time)
        looks = {sighting.detection.box: sighting.look for sighting in sightings}
        seen = {track.id: looks[track.box] for track in tracks if track.visible}
        return sorted(self._smoother.smooth(tracks, seen, time), key=lambda face: -size(face.box))
