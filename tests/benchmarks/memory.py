"""Memory over many group photos in Chromium: `python -m tests.benchmarks.memory [--photos 200] [--json FILE]`.

Takes photos one after another as a person would who presses Space twice for each, with the burst, the moving picture and the gallery
as usual, and reads after every tenth what the page holds: its heap after a collection, tensors of the networks, memory of the page's
process. Ends with status 1 where these grow over the second half by more than a gallery's own entries explain.
"""

import argparse
import json
import shutil
import sys
import tempfile
import urllib.parse
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright
from skimage.data import astronaut

from tests.e2e.cameras import still, write_camera
from tests.e2e.program import program
from tests.e2e.static_site import FLAGS, NO_GPU
from tests.e2e.visitor import camera_flags, wait_for_faces, wait_until

QUICK = {"photo_countdown": "0", "photo_sound": False, "photo_flash": False}
STATE = "document.getElementById('main').dataset.capture === known"
HEAP_MB_PER_PHOTO = 0.05
"""What the page may keep of a photo in its heap: an entry of the gallery, no pixels."""
PROCESS_MB_PER_PHOTO = 0.5
"""The same for the page's process, small pictures of the gallery included."""
LEAST_MB = 15.0
"""Less than this is noise."""


def take(page: Page) -> None:
    """Take a photo by hand, wait until it is shown, put it away."""
    page.keyboard.press("Space")
    wait_until(page, STATE, "showing")
    page.keyboard.press("Space")
    wait_until(page, STATE, "waiting")


def reading(page: Page, developer: CDPSession, this: psutil.Process, photos: int) -> dict[str, Any]:
    """Read what the page holds."""
    developer.send("HeapProfiler.collectGarbage")
    metrics = {one["name"]: one["value"] for one in developer.send("Performance.getMetrics")["metrics"]}
    renderers = [one for one in this.children(recursive=True) if "--type=renderer" in " ".join(one.cmdline())]
    return {
        "photos": photos,
        "heap_mb": round(metrics["JSHeapUsedSize"] / 1e6, 1),
        "nodes": int(metrics["Nodes"]),
        "tensors": page.evaluate("allsmiles.stats.tensors"),
        "process_mb": round(max(one.memory_info().rss for one in renderers) / 1e6),
    }


def growth(readings: list[dict[str, Any]], name: str) -> float:
    """Return by how much a number grew over the second half, from means of a few readings."""
    half = len(readings) // 2
    few = max(1, half // 3)
    return float(np.mean([one[name] for one in readings[-few:]]) - np.mean([one[name] for one in readings[half : half + few]]))


def too_much(readings: list[dict[str, Any]]) -> list[str]:
    """Say what grew with the photos."""
    later = readings[-1]["photos"] - readings[len(readings) // 2]["photos"]
    allowed = {"heap_mb": LEAST_MB / 5 + HEAP_MB_PER_PHOTO * later, "process_mb": LEAST_MB + PROCESS_MB_PER_PHOTO * later, "tensors": 0.0}
    return [f"{name} grew by {growth(readings, name):.1f}" for name, most in allowed.items() if growth(readings, name) > most]


def measure(browser: Browser, url: str, photos: int) -> list[dict[str, Any]]:
    """Take photos and read every tenth time."""
    page = browser.new_context(permissions=["camera"]).new_page()
    page.set_default_timeout(90_000)
    page.add_init_script(f"localStorage.setItem('allsmiles.settings', JSON.stringify({json.dumps(QUICK)}))")
    page.goto(urllib.parse.urljoin(url, "/?backend=wasm&photo"))
    wait_for_faces(page, 1)
    developer = page.context.new_cdp_session(page)
    developer.send("Performance.enable")
    process = max(
        psutil.Process().children(recursive=True), key=lambda one: "--type=" not in " ".join(one.cmdline()) and len(one.children(True))
    )
    readings = []
    for number in range(1, photos + 1):
        take(page)
        if number % 10 == 0:
            readings.append(reading(page, developer, process, number))
            print(readings[-1], flush=True)
    return readings


def main() -> int:
    """Measure, print, and tell by the status whether memory stayed flat."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=200)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright, program(Path(folder)) as (url, _):
        camera = write_camera(Path(folder) / "camera.mjpeg", still(astronaut()))
        flags = [*FLAGS, *NO_GPU, *camera_flags(camera, True)]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        readings = measure(browser, url, arguments.photos)
        browser.close()
    if arguments.json:
        arguments.json.write_text(json.dumps(readings, indent=1) + "\n")
    problems = too_much(readings)
    print("; ".join(problems) or "flat")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
