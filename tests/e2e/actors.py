"""Cameras that a test directs: each page has its own people, who smile or not when the test says so.

Chromium plays one file as camera to all pages of a browser. Here every page's `getUserMedia` gives the moving picture of a canvas instead,
on which photos of the page's own people are drawn 30 times a second, a little moved each time: a real MediaStream in one browser process.
"""

import base64
import json
from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import BrowserContext, Page

from tests.e2e.cameras import SIZE

Moods = Mapping[str, NDArray[np.uint8]]
"""Pictures of a camera's people by mood."""
SCRIPT = """(pictures => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
  const pen = canvas.getContext("2d");
  const moods = {};
  globalThis.unplug = () => {
    navigator.mediaDevices.enumerateDevices = async () => [];
    const [track] = document.getElementById("video").srcObject.getVideoTracks();
    track.stop();
    track.dispatchEvent(new Event("ended"));
  };
  globalThis.mood = Object.keys(pictures)[0];
  for (const [name, encoded] of Object.entries(pictures)) {
    const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
    createImageBitmap(new Blob([bytes], { type: "image/jpeg" })).then((bitmap) => (moods[name] = bitmap));
  }
  let drawn = 0;
  setInterval(() => {
    drawn += 1;
    const picture = moods[globalThis.mood];
    if (picture) pen.drawImage(picture, 3 * Math.sin(drawn / 18) - 4, 2 * Math.sin(drawn / 14) - 3, 648, 486);
  }, 33);
  if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(30);
})"""


def direct(context: BrowserContext, moods: Moods) -> None:
    """Give the pages of a context people: RGB pictures by mood, the first of which they show at first."""
    encoded = {}
    for name, picture in moods.items():
        jpeg = cv2.imencode(".jpg", cv2.resize(picture, SIZE, interpolation=cv2.INTER_AREA)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])[1]
        encoded[name] = base64.b64encode(jpeg.tobytes()).decode()
    context.add_init_script(f"{SCRIPT}({json.dumps(encoded)})")


def unplug(page: Page) -> None:
    """Take a page's camera away, as a pulled cable does."""
    page.evaluate("unplug()")


def become(page: Page, mood: str) -> None:
    """Let the people before a page's camera change their mood."""
    page.evaluate("mood => { globalThis.mood = mood; }", mood)
