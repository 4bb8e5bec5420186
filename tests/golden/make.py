"""Makes the golden files that hold the two languages of the core together.

`python -m tests.golden.make` writes crop.json, upright.json, track.json, smooth.json, group.json, capture.json and
visits.json beside this file, from the Python side.
They are made anew only when the core is meant to answer differently.
"""

import json
import random
from dataclasses import asdict, fields, replace
from math import cos, radians, sin
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from webapp.photo.capture import Capture, CaptureConfig, Event, step
from webapp.station.visits import VisitConfig, Visits
from webapp.vision.box import Box, Detection, centre, crop_box
from webapp.vision.crop import crop, grey
from webapp.vision.group import Group, GroupConfig, Grouper, Person
from webapp.vision.one_euro import OneEuroConfig
from webapp.vision.smooth import Look, SmoothConfig, Smoother
from webapp.vision.track import Track, TrackConfig, Tracker
from webapp.vision.upright import FACE, tilt, upright

FOLDER = Path(__file__).parent
MADE_BY = "python -m tests.golden.make"
SMOOTH = SmoothConfig(smile_label="happy", emotion_unsure_below=0.45, gender_unsure_below=0.65)
GROUP = GroupConfig(smile_threshold=0.5)
GROUPED = GroupConfig(smile_threshold=0.5, background_below=0.35)
EMOTIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
GENDERS = ("female", "male")
LANDMARKS = ((0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.35, 0.8), (0.65, 0.8))

CROPS = {
    "a whole picture of the wanted size": ("rgb", (0, 0, 24, 20), (24, 20)),
    "enlarged between pixels": ("rgb", (7.3, 4.8, 5.5, 6.25), (9, 11)),
    "made smaller": ("rgb", (1.5, 0.75, 21, 18.5), (5, 4)),
    "narrowed and heightened": ("rgba", (2, 3, 20, 4), (3, 9)),
    "beyond two edges": ("rgba", (-6.4, -9.1, 22.2, 22.2), (8, 8)),
    "beyond all edges": ("rgb", (-40, -35, 100, 90), (6, 6)),
    "wholly outside": ("rgb", (30, -12, 8, 8), (3, 2)),
    "less than a pixel": ("rgba", (10.6, 10.2, 0.3, 0.2), (2, 2)),
    "a face for a network": ("rgba", (3.2, 1.1, 17.7, 17.7), (48, 48)),
}

TILTS = {
    "upright": (0, (10, 8, 20, 24), 12),
    "as level as none": (4.5, (10, 8, 20, 24), 12),
    "clockwise, as large as its crop": (20, (12, 6, 20, 22), 20),
    "counterclockwise, made smaller": (-35, (5.5, 3.25, 30, 34), 9),
    "made smaller by far": (28, (2, 1, 36, 38), 5),
    "enlarged": (-15, (20, 14, 7, 8), 24),
    "over two edges": (40, (-6, -7, 22, 24), 14),
    "lying": (90, (8, 6, 24, 24), 16),
    "upside down": (178, (9, 7, 20, 24), 16),
}


def crops() -> dict[str, Any]:
    """Crop noise in every way that could differ."""
    noise = np.random.default_rng(7).integers(0, 256, (20, 24, 4), dtype=np.uint8)
    images = {"rgb": np.ascontiguousarray(noise[:, :, :3]), "rgba": noise}
    cases = []
    for name, (image, box, (width, height)) in CROPS.items():
        pixels = crop(images[image], box, width, height)
        result = {"grey": numbers(grey(pixels))} if name.endswith("network") else {"pixels": numbers(pixels)}
        asked = {"name": name, "image": image, "box": Box(*box)._asdict(), "width": width, "height": height}
        cases.append(asked | result)
    listed = {name: {"width": 24, "height": 20, "data": image.ravel().tolist()} for name, image in images.items()}
    return {"made_by": MADE_BY, "images": listed, "cases": cases}


def uprights() -> dict[str, Any]:
    """Crop faces tilted both ways, small and large, at edges and within reach of level."""
    noise = np.random.default_rng(8).integers(0, 256, (40, 48, 4), dtype=np.uint8)
    cases = []
    for name, (degrees, box, side) in TILTS.items():
        face = Box(*box)
        points = turned_landmarks(face, degrees)
        framed = crop_box(face, 1.1, 0.05)
        pixels = grey(crop(*upright(noise, face, points, framed, side), side, side))
        asked = {"name": name, "box": face._asdict(), "landmarks": points, "framed": framed._asdict(), "side": side}
        cases.append(asked | {"tilt": round(tilt(points), 9), "grey": numbers(pixels)})
    return {"made_by": MADE_BY, "image": {"width": 48, "height": 40, "data": noise.ravel().tolist()}, "cases": cases}


def turned_landmarks(box: Box, degrees: float) -> tuple[tuple[float, float], ...]:
    """Give the landmarks of a face in `box` that is turned clockwise, rounded as they stand in the file."""
    (x, y), angle = centre(box), radians(degrees)
    turned = ((a * cos(angle) - b * sin(angle), a * sin(angle) + b * cos(angle)) for a, b in FACE)
    return tuple((round(x + a * box.width, 2), round(y + b * box.width, 2)) for a, b in turned)


def numbers(values: np.ndarray) -> list[float]:
    """List all values of an array, rounded to four digits after the point."""
    return [round(float(value), 4) for value in values.ravel()]


def detection(x: float, y: float, side: float, score: float) -> Detection:
    """Make a detection with its middle at x, y, all numbers rounded as they stand in the file."""
    box = Box(*(round(value, 2) for value in (x - side / 2, y - side / 2, side, 1.25 * side)))
    points = tuple((round(box.x + right * box.width, 2), round(box.y + down * box.height, 2)) for right, down in LANDMARKS)
    return Detection(box, points, round(score, 3))


def scene(chance: random.Random) -> list[tuple[float, list[Detection]]]:
    """Play a scene: two people cross, a third blinks out, ghosts appear, a phone sleeps, a video starts again.

    Returns time in ms and detections per frame; frames come every 20 to 120 ms.
    """
    frames, time = [], 1000.0
    while time < 5000:
        seconds = (time - 1000) / 1000
        left, right = 80 + 130 * seconds, 560 - 130 * seconds
        found = [detection(left + chance.gauss(0, 1), 200 + chance.gauss(0, 1), 90, 0.9)]
        if abs(left - right) > 45:
            found.append(detection(right + chance.gauss(0, 1), 210, 84 + 3 * sin(seconds), 0.8))
        if not 1.2 < seconds < 1.65:
            found.append(detection(320, 60 + 8 * seconds, 50 + chance.gauss(0, 0.5), 0.7))
        if chance.random() < 0.15:
            found.append(detection(chance.uniform(30, 600), chance.uniform(330, 440), 40, 0.61))
        chance.shuffle(found)
        frames.append((round(time, 1), found))
        time += chance.uniform(20, 120)
    awake = [(time + 3000 + 50 * i, [detection(320 + i, 100, 50, 0.7)]) for i in range(5)]
    again = [(40.0 * i, [detection(320 - i, 102, 50, 0.75)]) for i in range(5)]
    return frames + [(round(time, 1), found) for time, found in awake + again]


def tracks() -> dict[str, Any]:
    """Follow the scene."""
    tracker = Tracker()
    frames = []
    for time, found in scene(random.Random(3)):
        expected = [
            {"id": track.id, "visible": track.visible, "box": track.box._asdict(), "last_seen": track.last_seen}
            for track in tracker.track(found, time)
        ]
        frames.append({"time": time, "detections": [plain(one) for one in found], "tracks": expected})
    return {"made_by": MADE_BY, "defaults": asdict(TrackConfig()), "frames": frames}


def scores(chance: random.Random, labels: tuple[str, ...], favourite: str, strength: float) -> dict[str, float]:
    """Invent what a network says when it sees `favourite`."""
    raw = {label: chance.uniform(0.02, 0.3) + (strength if label == favourite else 0) for label in labels}
    return {label: round(value / sum(raw.values()), 4) for label, value in raw.items()}


def smooths() -> dict[str, Any]:
    """Follow and smooth the scene, its people changing their expression every 0.9 s; every fifth look is missing."""
    chance = random.Random(11)
    tracker, smoother = Tracker(), Smoother(SMOOTH)
    frames = []
    for number, (time, found) in enumerate(scene(random.Random(3))):
        followed = tracker.track(found, time)
        looks = {track.id: look(chance, track.id, time) for track in followed if track.visible and (number + track.id) % 5}
        faces = smoother.smooth(followed, looks, time)
        frames.append(
            {
                "time": time,
                "tracks": [plain(track) for track in followed],
                "looks": {str(track): plain(seen) for track, seen in looks.items()},
                "faces": [rounded(plain(face)) for face in faces],
            }
        )
    manifests = ("smile_label", "emotion_unsure_below", "gender_unsure_below")
    return {
        "made_by": MADE_BY,
        "config": {name: getattr(SMOOTH, name) for name in manifests},
        "defaults": {name: value for name, value in asdict(SMOOTH).items() if name not in manifests},
        "one_euro_defaults": asdict(OneEuroConfig()),
        "group_defaults": {name: value for name, value in asdict(GROUP).items() if name != "smile_threshold"},
        "frames": frames,
    }


def groups() -> dict[str, Any]:
    """Judge people who come nearer and go away, smile more and less, and change places."""
    chance = random.Random(5)
    grouper = Grouper(GROUPED)
    seen = detection(200, 200, 100, 0.9)
    followed = Track(1, seen.box, seen.landmarks, seen.score, True, 0.0, 0.0)
    (template,) = Smoother(SMOOTH).smooth([followed], {1: look(chance, 1, 0.0)}, 0.0)
    frames = []
    for number in range(120):
        time = round(70.0 * number + chance.uniform(0, 30), 1) if number != 80 else 12.0
        people = chance.sample(range(1, 6), chance.choice((0, 1, 2, 3, 3, 4, 5)) if number % 9 == 0 else 3)
        heights = {person: chance.uniform(20, 60) if person == 5 else chance.uniform(70, 120) for person in people}
        smiles = {person: chance.uniform(0.35, 1) if number % 20 < 12 else chance.random() for person in people}
        boxes = {person: Box(round(chance.uniform(0, 500), 2), 50.0, 80.0, round(heights[person], 2)) for person in people}
        faces = [replace(template, id=person, box=boxes[person], smile=round(smiles[person], 4)) for person in people]
        frames.append(
            {
                "time": time,
                "faces": [{"id": face.id, "box": face.box._asdict(), "smile": face.smile} for face in faces],
                "group": rounded(asdict(grouper.group(faces, time))),
            }
        )
    return {"made_by": MADE_BY, "config": asdict(GROUPED), "frames": frames}


COURSES = {
    "one camera": CaptureConfig(offer_ms=3000),
    "a booth that goes on": CaptureConfig(continuous=True, countdown_ms=1000),
    "without a countdown": CaptureConfig(countdown_ms=0),
    "a room": CaptureConfig(apart_ms=700, commit_ms=500, rest_ms=2000),
}
HAPPENINGS = ("tick", "tick", "fire", "take_best", "taken", "taken", "failed", "again", "again", "retake", "stay", "cancel")


def captures() -> dict[str, Any]:
    """Play courses of events, most of them news of groups of whom all smile for a while; time also jumps, forth and back."""
    courses = []
    for name, config in COURSES.items():
        chance = random.Random(name)
        capture, time, events = Capture(0.0), 0.0, []
        for number in range(150):
            time = round(max(0.0, time + (chance.uniform(-2000, 25_000) if chance.random() < 0.02 else chance.uniform(10, 400))), 1)
            event = news(chance, number) if chance.random() < 0.8 else chance.choice(HAPPENINGS)
            capture, effects = step(capture, event, time, config)
            events.append({"time": time, "event": as_event(event), "capture": rounded(asdict(capture)), "effects": as_effects(effects)})
        courses.append({"name": name, "config": asdict(config), "events": events})
    return {"made_by": MADE_BY, "defaults": asdict(CaptureConfig()), "courses": courses}


VISITORS = {
    "a shop": VisitConfig(smile_threshold=0.6),
    "with perceived gender": VisitConfig(gender=True),
    "hasty": VisitConfig(visit_ms=500, away_ms=300, longest_ms=6000, smile_ms=150, look_ms=400, gender=True),
}


def visits() -> dict[str, Any]:
    """Let people come, stay, hide for a moment, smile and go; looks stop for a while, and sums are taken at times."""
    courses = []
    for name, config in VISITORS.items():
        chance = random.Random(name)
        counter, time, events = Visits(config), 0.0, []
        stays = {
            one: (begun, begun + chance.uniform(300, 14_000)) for one, begun in enumerate(chance.uniform(0, 50_000) for _ in range(24))
        }
        while time < 60_000:
            time = round(time + (chance.uniform(1500, 4000) if chance.random() < 0.01 else chance.uniform(60, 260)), 1)
            faces = [
                {
                    "id": one,
                    "emotion": chance.choice(EMOTIONS) if chance.random() < 0.2 else "happy" if one % 2 else "neutral",
                    "smile": round(0.9 if int(time / 1700 + one) % 3 == 0 else 0.3 * chance.random(), 3),
                    "gender": (*GENDERS, "unknown")[one % 3],
                }
                for one, (begun, ended) in stays.items()
                if begun <= time <= ended and chance.random() > 0.1
            ]
            counter.see([SimpleNamespace(**face) for face in faces], time)
            taken = counter.take() if chance.random() < 0.03 or time >= 60_000 else None
            events.append({"time": time, "faces": faces, "present": counter.present, "taken": taken})
        courses.append({"name": name, "config": asdict(config), "events": events})
    return {"made_by": MADE_BY, "defaults": asdict(VisitConfig()), "courses": courses}


def news(chance: random.Random, number: int) -> Group:
    """Invent a group; for most of the time all of it smile."""
    count = chance.choice((1, 2, 3))
    calm = number % 50 < 30 and chance.random() < 0.93
    people = tuple(Person(one, 1.0 if calm else round(chance.random(), 3), calm, "middle", chance.random() < 0.1) for one in range(count))
    return Group(count, count if calm else chance.randint(0, count), False, people)


def as_event(event: Event) -> dict[str, Any]:
    """Write an event as the page has it."""
    return {"kind": "group", "group": asdict(event)} if isinstance(event, Group) else {"kind": event}


def as_effects(effects: Any) -> list[dict[str, Any]]:
    """Write effects as the page has them."""
    return [{"kind": kind} | ({"left": left} if kind == "count" else {}) for kind, left in effects]


def look(chance: random.Random, track: int, time: float) -> Look:
    """Invent a look at somebody whose expression changes."""
    emotion = EMOTIONS[(3 + track * int(time / 900)) % len(EMOTIONS)]
    return Look(
        scores(chance, EMOTIONS, emotion, chance.uniform(0.1, 2)),
        scores(chance, GENDERS, GENDERS[track % 2], chance.uniform(0, 0.6)),
    )


def plain(record: Any) -> dict[str, Any]:
    """Turn a dataclass into what JSON holds, boxes by the names of their edges."""
    return {
        name: value._asdict() if isinstance(value, Box) else value
        for name, value in ((field.name, getattr(record, field.name)) for field in fields(record))
    }


def rounded(value: Any) -> Any:
    """Round all fractions in a JSON value to nine digits after the point."""
    if isinstance(value, dict):
        return {name: rounded(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(part) for part in value]
    return round(value, 9) if isinstance(value, float) else value


def write(name: str, golden: dict[str, Any]) -> None:
    """Write one file, what it lists one entry a line."""
    parts = []
    for key, value in golden.items():
        if isinstance(value, list):
            entries = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in value)
            parts.append(f'"{key}": [\n{entries}\n]')
        else:
            parts.append(f'"{key}": {json.dumps(value)}')
    (FOLDER / name).write_text("{" + ",\n".join(parts) + "}\n")


if __name__ == "__main__":
    write("crop.json", crops())
    write("upright.json", uprights())
    write("track.json", tracks())
    write("smooth.json", smooths())
    write("group.json", groups())
    write("capture.json", captures())
    write("visits.json", visits())
