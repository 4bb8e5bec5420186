"""How many group moments are missed and how many photos are taken too early: `python -m tests.benchmarks.groups FOLDER [--json FILE]`.

FOLDER holds photos of one person each, labelled smiling or not: GENKI-4K as published, or any folder with subfolders `smiling` and `other`.
Two to six people stand side by side before a camera that moves a little; each smiles and stops at random, all together only in
known intervals. The composed frames go through the same pipeline and the same judgement of groups as in the browser; since photos
show people at different sizes, nobody counts as background here.
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, log, sin
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

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
SHIFTS = {"low": 1.0, "medium": 0.0, "high": -1.5}
"""As in static/js/core/sensitivity.js."""

Photos = Sequence[tuple[Path, bool]]
Picture = NDArray[np.uint8]
Seen = list[tuple[float, list[Face]]]


@dataclass(frozen=True)
class Outcome:
    """What came of some groups at one threshold."""

    moments: int
    fired: int
    photos: int
    outside: int


def labelled(folder: Path, split: str) -> Photos:
    """List (photo, smiling) of a folder in one of the two layouts; raise FileNotFoundError that says which."""
    if (folder / "smiling").is_dir() and (folder / "other").is_dir():
        return [(path, name == "smiling") for name in ("smiling", "other") for path in sorted((folder / name).iterdir())]
    from export.data.genki import load

    return load(folder, split)


def tile(path: Path, width: int, height: int) -> Picture:
    """Fill a tile with a photo, cutting equally on both sides."""
    picture = cv2.imread(str(path))
    if picture is None:
        raise FileNotFoundError(f"{path} is no picture: remove it from the folder")
    scale = max(width / picture.shape[1], height / picture.shape[0])
    large = cv2.resize(picture, (round(picture.shape[1] * scale), round(picture.shape[0] * scale)), interpolation=cv2.INTER_AREA)
    top, left = (large.shape[0] - height) // 2, (large.shape[1] - width) // 2
    return np.ascontiguousarray(large[top : top + height, left : left + width, ::-1])


def compose(photos: Photos, count: int, chance: random.Random) -> Iterator[tuple[float, Picture]]:
    """Yield (ms, RGB frame) of `count` people who smile together in MOMENTS and never else."""
    columns = count if count < 4 else (count + 1) // 2
    width, height = WIDTH // columns, HEIGHT // (1 if count < 4 else 2)
    chosen = {wanted: chance.sample([path for path, smiling in photos if smiling is wanted], count) for wanted in (False, True)}
    faces = {wanted: [tile(path, width, height) for path in paths] for wanted, paths in chosen.items()}
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
    chance = random.Random(seed)
    watched = []
    for number in range(groups):
        viewer = Viewer(networks)
        watched.append([(time, viewer.look(frame, time, 320)) for time, frame in compose(photos, 2 + number % 5, chance)])
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


def shifted(threshold: float, shift: float) -> float:
    """Move a threshold in log-odds, as static/js/core/sensitivity.js does."""
    return 1 / (1 + exp(-(log(threshold / (1 - threshold)) + shift)))


def report(watched: list[Seen], threshold: float) -> list[dict[str, Any]]:
    """Judge at the three sensitivities."""
    rows = []
    for name, shift in SHIFTS.items():
        outcome = judge(watched, shifted(threshold, shift))
        rows.append({"sensitivity": name, "threshold": round(shifted(threshold, shift), 3), **vars(outcome)})
    return rows


def main() -> None:
    """Print a line per sensitivity."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--split", default="test", choices=("validation", "test"), help="half of GENKI-4K")
    parser.add_argument("--groups", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    networks = load_networks(MODELS)
    threshold = networks.emotion.network.manifest["calibration"]["smile_threshold"]
    watched = watch(networks, labelled(arguments.folder, arguments.split), arguments.groups, arguments.seed)
    rows = report(watched, threshold)
    for row in rows:
        missed = 1 - row["fired"] / row["moments"]
        early = row["outside"] / max(1, row["photos"])
        print(f"{row['sensitivity']:7} threshold {row['threshold']:.3f}: {missed:.1%} of {row['moments']} moments missed, ", end="")
        print(f"{early:.1%} of {row['photos']} photos outside them")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
