"""One look at a picture or frame: detect, track, classify, smooth; the twin of static/js/vision/pipeline.js."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from webapp.vision.box import size
from webapp.vision.classify import Classifier
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


def load_networks(models: Path) -> Networks:
    """Load and self-test the default networks below `models`; raise FileNotFoundError or ValueError with the remedy."""
    networks = Networks(Detector(models / "face"), Classifier(models / "emotion"), Classifier(models / "gender"))
    for name, stage in (("face", networks.face), ("emotion", networks.emotion), ("gender", networks.gender)):
        difference = self_test(stage.network)
        if not difference <= SELF_TEST_LIMIT:
            raise ValueError(
                f"the network {models / name} does not answer as its manifest says: run allsmiles-export convert, or reinstall"
            )
    return networks


class Viewer:
    """Looks at the frames of one stream, or with `still` at pictures that have nothing to do with each other."""

    def __init__(self, networks: Networks, still: bool = False, most_faces: int | None = None):
        emotion, gender = networks.emotion.network.manifest, networks.gender.network.manifest
        self._networks = networks
        self._most_faces = most_faces
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
        """Return the faces, from large to small, in an RGB frame [height, width, 3] of `time` (ms).

        `side` is the longest side the detector sees, at most and by default its manifest's `still_side`.
        """
        most: int = self._networks.face.network.manifest["detection"]["still_side"]
        tracks = self._tracker.track(self._networks.face(image, min(side or most, most))[: self._most_faces], time)
        seen = [track for track in tracks if track.visible]
        boxes = [track.box for track in seen]
        emotions, genders = self._networks.emotion(image, boxes), self._networks.gender(image, boxes)
        looks = {track.id: Look(*scores) for track, *scores in zip(seen, emotions, genders, strict=True)}
        return sorted(self._smoother.smooth(tracks, looks, time), key=lambda face: -size(face.box))
