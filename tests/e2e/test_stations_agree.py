"""A browser and `allsmiles station` count the same video alike: the same visits, about as long, of about the same expressions."""

import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Request

from tests.e2e.cameras import clip, write_camera
from tests.e2e.shops import Shop, running_shop, start
from tests.e2e.visitor import Visitor
from webapp.config import Config
from webapp.contract import EMOTIONS
from webapp.shop.schema import EMOTION_MS, minutes
from webapp.station.command import run

NEAR_MS = 700
"""A browser looks some six times a second here, and a face is followed from its second look on."""
NEAR_SHARE = 0.1
LOOPS = 1
RATE = 30


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with running_shop(tmp_path_factory.mktemp("agree"), "--min-visits", "1") as shop:
        yield shop


def wall(seconds: float) -> list[NDArray[np.uint8]]:
    """Nobody, for a while."""
    return [np.ascontiguousarray(np.broadcast_to(np.linspace(120, 200, 640, dtype=np.uint8)[None, :, None], (480, 640, 3)))] * int(
        seconds * RATE
    )


def recorded(path: Path) -> Iterator[NDArray[np.uint8]]:
    video = cv2.VideoCapture(str(path))
    while (read := video.read())[0]:
        yield read[1][..., ::-1]
    video.release()


def laughing_man() -> Iterator[NDArray[np.uint8]]:
    return clip("franck.mp4", 149, 153)


def smiling_man() -> Iterator[NDArray[np.uint8]]:
    path = Path(os.environ.get("ALLSMILES_DATA", "/nowhere")) / "videos" / "one-man-smiling.mjpeg"
    if not path.exists():
        pytest.skip(f"ALLSMILES_DATA names no folder with videos/{path.name}")
    return recorded(path)


@pytest.mark.parametrize("scene", [laughing_man, smiling_man])
def test_both_kinds_of_station_count_a_video_alike(guest: Visitor, shop: Shop, cameras: Path, tmp_path: Path, scene: Any) -> None:
    video = write_camera(cameras / f"agree_{scene.__name__}.mjpeg", [*scene(), *wall(4)])

    by_browser = seen_by_browser(guest, shop, video)
    by_server = seen_by_server(shop, video, tmp_path)

    # Each time the video is played: so many visits, of these lengths.
    assert [cell["visits"] for cell in by_browser] == [by_server["visits"]] * LOOPS
    assert [cell["smiled"] for cell in by_browser] == [by_server["smiled"]] * LOOPS
    for cell in by_browser:
        assert abs(cell["dwell_ms"] - by_server["dwell_ms"]) <= NEAR_MS
        apart = {label: shares(cell)[label] - shares(by_server)[label] for label in EMOTIONS}
        assert max(map(abs, apart.values())) <= NEAR_SHARE, apart


def shares(cell: dict[str, Any]) -> dict[str, float]:
    whole = sum(cell["emotion_ms"].values())
    return {label: cell["emotion_ms"].get(label, 0) / whole for label in EMOTIONS}


def seen_by_browser(guest: Visitor, shop: Shop, video: Path) -> list[dict[str, Any]]:
    """Let a browser count the video again and again; return what it sent of as many whole rounds as asked for."""
    page = guest.context(video).new_page()
    visited: list[dict[str, Any]] = []

    def listen(request: Request) -> None:
        if request.url.endswith("/counts") and request.post_data:
            visited.extend(cell for cell in json.loads(request.post_data)["cells"] if cell["visits"])

    page.on("request", listen)
    start(page, shop)
    # The first one may have begun in the middle.
    while len(visited) < LOOPS + 1:
        with page.expect_request("**/counts"):
            pass
    # It would go on counting.
    page.close()
    return visited[1 : LOOPS + 1]


def seen_by_server(shop: Shop, video: Path, folder: Path) -> dict[str, Any]:
    """Let the command count the video once, as if two hours ago; return the sums that it sent."""
    now = datetime.now()
    recorded_at = (now - timedelta(hours=2)).isoformat(timespec="seconds")
    options = {"link": f"{shop.url}/station#{shop.station}.{shop.key}", "source": str(video), "confirm": "told", "recorded_at": recorded_at}
    # What the browser still had to tell when its page was closed may come only now.
    of_then = minutes.c.start < (now - timedelta(hours=1)).timestamp()
    rest = {"certificate": "", "leave_out": [], "looks": "8", "detect_side": "320", "video_rate": str(RATE)}
    with shop.store.writing() as connection:
        connection.execute(minutes.delete().where(of_then))
    run(Config(data_dir=folder), {**options, **rest})
    with shop.store.reading() as connection:
        rows = [dict(row) for row in connection.execute(minutes.select().where(of_then)).mappings()]
    told = {name: sum(row[name] for row in rows) for name in ("visits", "smiled", "dwell_ms")}
    return {**told, "emotion_ms": {label: sum(row[name] for row in rows) for label, name in zip(EMOTIONS, EMOTION_MS, strict=True)}}
