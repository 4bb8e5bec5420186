"""`allsmiles station`: play a station for a camera by address, by number, or a video file."""

import argparse
import logging
import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any

from webapp import logs
from webapp.assets import asset_folders
from webapp.config import Config
from webapp.station.line import Line, parse_link
from webapp.station.play import play
from webapp.station.queue import Queue, QueueTaken
from webapp.station.sources import sights
from webapp.station.visits import VisitConfig, Visits, Zone

log = logging.getLogger(__name__)
LINK = "ALLSMILES_STATION"
GENDER = "gender-from-13"
"""The network for perceived gender: of faces of people under 13 it was taught not to say one."""
TOLD = "people are told that faces are counted here, staff is left out of the picture (--leave-out)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell what the command takes."""
    parser.add_argument("--source", required=True, help="rtsp:// or http:// address of a camera, its number, or a video file.")
    parser.add_argument(
        "--link", default="", help=f"The station's link from the dashboard, under Places; or {LINK}, which others cannot list."
    )
    parser.add_argument("--confirm", default="", metavar="told", help=f"Write `--confirm told` where {TOLD}.")
    parser.add_argument("--leave-out", action="append", default=[], metavar="X,Y,WIDTH,HEIGHT", help="A zone, as shares of the picture.")
    parser.add_argument("--looks", default="8", help="Looks a second. Fewer need less of the processor and miss short smiles. Default 8.")
    parser.add_argument(
        "--detect-side", default="640", choices=["320", "640"], help="640 finds smaller faces, 320 is quicker. Default 640."
    )
    parser.add_argument("--recorded-at", default="", metavar="TIME", help="Count a file as fast as it goes, as of 2026-11-23T09:00.")
    parser.add_argument("--video-rate", default="", help="Frames a second of a file that does not know them.")
    parser.add_argument("--certificate", default="", metavar="FILE", help="Certificate of a server that vouches for itself (--https).")


def run(config: Config, options: Mapping[str, Any]) -> None:
    """Count until stopped or the file ends; raise ValueError that says what to change."""
    from webapp.vision.pipeline import Viewer, load_networks

    access = parse_link(options["link"] or os.environ.get(LINK, ""), Path(options["certificate"]) if options["certificate"] else None)
    if options["confirm"] != "told":
        raise ValueError(f"nothing is counted yet: add `--confirm told` where {TOLD}; docs/privacy.md has a notice to print")
    per_second = _number(options["looks"], "--looks", 1, 60)
    begun_at = _moment(options["recorded_at"])
    rate = _number(options["video_rate"], "--video-rate", 0.1, 1000) if options["video_rate"] else None
    zones = [parse_zone(text) for text in options["leave_out"]]
    logs.configure(config.log_level, config.log_format)
    networks = load_networks(asset_folders()[0] / "models", GENDER)
    config.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        queue = Queue(config.data_dir / f"station-{access.id}.db")
    except QueueTaken as problem:
        raise ValueError(str(problem)) from None
    line = Line(access, queue)
    known = line.learn()
    log.info("counting as %s", f"{known['place']}, {known['name']}" if known else f"station {access.id}; the server does not answer yet")
    threshold = networks.emotion.network.manifest["calibration"].get("smile_threshold", 0.5)
    visits, counted = Visits(VisitConfig(smile_threshold=threshold)), Tally()

    def keep(cell: dict[str, Any]) -> None:
        counted.add(cell)
        line.add(cell)

    line.start()
    try:
        with _signals() as stop:
            play(
                sights(options["source"], per_second, stop, begun_at, rate),
                Viewer(networks),
                visits,
                keep,
                zones=zones,
                side=int(options["detect_side"]),
                gender=lambda: bool(line.settings and line.settings["gender"]),
            )
    finally:
        waiting = line.stop()
        queue.close()
    print(f"{counted.said()}; {f'{waiting} minutes wait on this machine' if waiting else 'all of it is with the server'}.", flush=True)


class Tally:
    """What was counted since the start, for who watches the terminal."""

    def __init__(self) -> None:
        self.visits = self.smiled = self.observed_ms = 0

    def add(self, cell: Mapping[str, Any]) -> None:
        """Add a cell."""
        self.visits += cell["visits"]
        self.smiled += cell["smiled"]
        self.observed_ms += cell["observed_ms"]

    def said(self) -> str:
        """Say it in a sentence's beginning."""
        return f"Looked for {self.observed_ms / 1000:.0f} s, {self.visits} visits, {self.smiled} with a smile detected"


def parse_zone(text: str) -> Zone:
    """Return a zone from `x,y,width,height`; raise ValueError where it is none."""
    try:
        zone = Zone(*map(float, text.split(",")))
    except (TypeError, ValueError):
        zone = Zone(-1, 0, 0, 0)
    if not all(0 <= value <= 1 for value in zone):
        raise ValueError(
            f"--leave-out is {text!r}: expected x,y,width,height as shares of the picture, such as 0.5,0,0.5,1 for its right half"
        )
    return zone


def _number(text: str, flag: str, least: float, most: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not least <= value <= most:
        raise ValueError(f"{flag} is {text!r}: choose a number from {least:g} to {most:g}")
    return value


def _moment(text: str) -> float | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"--recorded-at is {text!r}: write a time such as 2026-11-23T09:00") from None
    if moment.timestamp() > time.time():
        raise ValueError(f"--recorded-at is {text!r}, which is still to come")
    return moment.timestamp() * 1000


@contextmanager
def _signals() -> Iterator[Event]:
    """Give an event that Ctrl-C or a service manager sets."""
    stop = Event()
    before = {kind: signal.signal(kind, lambda *_: stop.set()) for kind in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
