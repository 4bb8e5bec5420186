"""How many group moments are missed and how many photos are taken too early: `python -m tests.benchmarks.groups FOLDER [--json FILE]`.

With `--split validation --groups 120 --choose` the thresholds of the three sensitivities are chosen anew, after a new emotion network;
`--network emotion-best` does it for another than the default.

FOLDER holds photos of one person each, labelled smiling or not: GENKI-4K as published, or any folder with subfolders `smiling` and `other`.
Two to six people stand side by side before a camera that moves a little; each smiles and stops at random, all together only in
known intervals. The composed frames go through the same pipeline and the same judgement of groups as in the browser; since photos
show people at different sizes, nobody counts as background here. Photos of several people are left out: their label speaks for one.
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from math import exp, sin
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from export.calibrate import Outcome, group_thresholds
from export.network import read_manifest
from webapp.vision.box import centre
from webapp.vision.classify import Classifier
from webapp.vision.detect import Detector
from webapp.vision.group import GroupConfig, Grouper
from webapp.vision.pipeline import Networks, Viewer, load_networks
from webapp.vision.smooth import Face

MODELS = Path(__file__).resolve().parents[2] / "static" / "models"
WIDTH, HEIGHT = 640, 480
FRAMES_A_SECOND = 6
HOLD_MS = 600.0
MOMENTS = ((3.0, 5.0), (7.5, 9.5))
"""When everyone smiles, in seconds; long enough for the hold time and the delay of smoothing."""
SECONDS = 11.0
TURN = 1.25
"""How long a set of people keeps its expressions outside the moments, in seconds."""
LATE_MS = 400.0
"""Smoothing ends a smile a little late: a photo this soon after a moment still belongs to it."""
REST_MS = 500.0
"""After a photo nothing is taken for so long, so that an early photo does not hide a moment."""
CANDIDATES = tuple(round(1 / (1 + exp(-step / 10)), 4) for step in range(-40, 25))
"""Thresholds tried when one is chosen: equal steps of log-odds."""

Photos = Sequence[tuple[Path, bool]]
Picture = NDArray[np.uint8]
Seen = list[tuple[float, list[Face]]]


def labelled(folder: Path, split: str) -> Photos:
    """List (photo, smiling) of a folder in one of the two layouts; raise FileNotFoundError that says which."""
    if (folder / "smiling").is_dir() and (folder / "other").is_dir():
        return [(path, name == "smiling") for name in ("smiling", "other") for path in sorted((folder / name).iterdir())]
    from export.data.genki import load

    return load(folder, split)


class Sitters:
    """Photos of one person each, cut so that the face is whole."""

    def __init__(self, photos: Photos, detector: Detector):
        self._photos, self._detector = photos, detector

    def tiles(self, smiling: bool, count: int, width: int, height: int, chance: random.Random) -> list[Picture]:
        """Cut as many photos of different people as asked for, by chance."""
        shuffled = [path for path, label in self._photos if label is smiling]
        chance.shuffle(shuffled)
        cut = (self._tile(path, width, height) for path in shuffled)
        return list(islice((tile for tile in cut if tile is not None), count))

    def _tile(self, path: Path, width: int, height: int) -> Picture | None:
        """Fill a tile with a photo round its face, the middle where none is found; None where there are several people."""
        picture = cv2.imread(str(path))
        if picture is None:
            raise FileNotFoundError(f"{path} is no picture: remove it from the folder")
        found = sorted(self._detector(np.ascontiguousarray(picture[..., ::-1])), key=lambda one: -one.box.height)
        if len(found) > 1 and found[1].box.height > found[0].box.height / 3:
            return None
        scale = max(width / picture.shape[1], height / picture.shape[0])
        large = cv2.resize(picture, (round(picture.shape[1] * scale), round(picture.shape[0] * scale)), interpolation=cv2.INTER_AREA)
        middle = centre(found[0].box) if found else (picture.shape[1] / 2, picture.shape[0] / 2)
        left, top = (
            int(min(max(0, point * scale - size / 2), whole - size))
            for point, size, whole in zip(middle, (width, height), large.shape[1::-1], strict=True)
        )
        return np.ascontiguousarray(large[top : top + height, left : left + width, ::-1])


def compose(sitters: Sitters, count: int, chance: random.Random) -> Iterator[tuple[float, Picture]]:
    """Yield (ms, RGB frame) of `count` people who smile together in MOMENTS and never else."""
    columns = count if count < 4 else (count + 1) // 2
    width, height = WIDTH // columns, HEIGHT // (1 if count < 4 else 2)
    faces = {wanted: sitters.tiles(wanted, count, width, height, chance) for wanted in (False, True)}
    schedule = [chance.sample(range(count), chance.randint(1, count)) for _ in range(int(SECONDS / TURN) + 1)]
    for number in range(int(SECONDS * FRAMES_A_SECOND)):
        seconds = number / FRAMES_A_SECOND
        together = any(start <= seconds < end for start, end in MOMENTS)
        serious = [] if together else schedule[int(seconds / TURN)]
        frame = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
        for person in range(count):
            row, column = divmod(person, columns)
            frame[row * height : (row + 1) * height, column * width : (column + 1) * width] = faces[person not in serious][person]
        scale = 1 + 0.02 * sin(seconds * 1.3)
        moved = np.array([[scale, 0, 5 * sin(seconds * 1.7)], [0, scale, 4 * sin(seconds * 2.3)]])
        noise = np.random.default_rng(number).normal(0, 3, frame.shape)
        yield seconds * 1000, np.clip(cv2.warpAffine(frame, moved, (WIDTH, HEIGHT)) + noise, 0, 255).astype(np.uint8)


def watch(networks: Networks, photos: Photos, groups: int, seed: int) -> list[Seen]:
    """Compose groups of two to six and look at all their frames."""
    chance, sitters = random.Random(seed), Sitters(photos, networks.face)
    watched = []
    for number in range(groups):
        viewer = Viewer(networks)
        watched.append([(time, viewer.look(frame, time, 320)) for time, frame in compose(sitters, 2 + number % 5, chance)])
    return watched


def judge(watched: list[Seen], threshold: float) -> Outcome:
    """Count the moments that fire, and the photos taken outside them; after each the camera rests a while and is armed anew."""
    moments = fired = photos = outside = 0
    for seen in watched:
        grouper = Grouper(GroupConfig(smile_threshold=threshold, settle_ms=HOLD_MS))
        rests_until, hit = 0.0, set()
        for time, faces in seen:
            if time < rests_until:
                grouper.reset()
                continue
            if grouper.group(faces, time).ready:
                within = next((moment for moment in MOMENTS if moment[0] * 1000 <= time <= moment[1] * 1000 + LATE_MS), None)
                photos += 1
                outside += within is None
                hit |= {within} - {None}
                rests_until = time + REST_MS
        moments += len(MOMENTS)
        fired += len(hit)
    return Outcome(moments, fired, photos, outside)


def report(watched: list[Seen], thresholds: dict[str, float]) -> list[dict[str, Any]]:
    """Judge at each sensitivity."""
    return [{"sensitivity": name, "threshold": at, **vars(judge(watched, at))} for name, at in thresholds.items()]


def choose(watched: list[Seen], folder: Path) -> dict[str, float]:
    """Choose thresholds by what comes of these groups, and write them into the network's manifest."""
    chosen = group_thresholds({at: judge(watched, at) for at in CANDIDATES})
    manifest = read_manifest(folder)
    manifest["calibration"]["group_thresholds"] = chosen
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    return chosen


def main() -> None:
    """Print a line per sensitivity."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--split", default="test", choices=("validation", "test"), help="half of GENKI-4K")
    parser.add_argument("--groups", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--network", default="emotion", help="folder of the emotion network below static/models")
    parser.add_argument("--choose", action="store_true", help="first choose the thresholds by these groups, into the manifest")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if arguments.choose and arguments.split == "test":
        parser.error("thresholds are not chosen on the test half: add --split validation")
    folder = MODELS / arguments.network
    networks = replace(load_networks(MODELS), emotion=Classifier(folder))
    watched = watch(networks, labelled(arguments.folder, arguments.split), arguments.groups, arguments.seed)
    if arguments.choose:
        choose(watched, folder)
    rows = report(watched, read_manifest(folder)["calibration"]["group_thresholds"])
    for row in rows:
        missed = 1 - row["fired"] / row["moments"]
        early = row["outside"] / max(1, row["photos"])
        print(f"{row['sensitivity']:7} threshold {row['threshold']:.3f}: {missed:.1%} of {row['moments']} moments missed, ", end="")
        print(f"{early:.1%} of {row['photos']} photos outside them")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
