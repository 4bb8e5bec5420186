"""A visitor of the program: a browser with the camera of a test's choice, which notices what a page should never do."""

import os
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.e2e.static_site import FLAGS, NO_GPU

SLOW_MS = 90_000
"""Two busy cores without a graphics card need this long to load all networks and to look a few dozen times."""
WASM = "/?backend=wasm"
NO_CAMERA = "no camera"
TWO_CAMERAS = "two cameras"
FAKE_CAMERA = "fake camera"
LOOKS = """async ([count, during_ms, limit_ms]) => {
  const looks = [];
  const start = performance.now();
  let last = -1;
  while (looks.length < count || performance.now() - start < during_ms) {
    await new Promise(requestAnimationFrame);
    if (performance.now() - start > limit_ms) throw new Error(`only ${looks.length} of ${count} looks in ${limit_ms} ms`);
    const { faces, group, stats } = allsmiles;
    if (stats.frames !== last) looks.push({ faces, group, stats });
    last = stats.frames;
  }
  return looks;
}"""


expect.set_options(timeout=SLOW_MS)


class Visitor:
    """Opens pages of one program, and afterwards tells every wrong that happened on any of them."""

    def __init__(self, playwright: Playwright, url: str, browsers: dict[tuple[str, ...], Browser]):
        self.url = url
        self.wrongs: list[str] = []
        self.expected: list[str] = []
        self._playwright = playwright
        self._browsers = browsers
        self._contexts: list[BrowserContext] = []

    def context(self, camera: Path | str, *, allowed: bool = True, flags: tuple[str, ...] = (), **options: Any) -> BrowserContext:
        """Start afresh, like a first visit, with a camera file, NO_CAMERA, TWO_CAMERAS or Chromium's own FAKE_CAMERA.

        Options are Playwright's for a context.
        """
        browser = self._browser((*FLAGS, *NO_GPU, *camera_flags(camera, allowed), *flags))
        context = browser.new_context(permissions=["camera"] if allowed else [], **options)
        context.set_default_timeout(SLOW_MS)
        home = urlsplit(self.url).netloc
        context.on("request", lambda request: self._notice_request(request.url, home))
        context.on("console", lambda message: message.type == "error" and self.wrongs.append(message.text))
        context.on("weberror", lambda error: self.wrongs.append(str(error.error)))
        self._contexts.append(context)
        return context

    def open(self, camera: Path | str, address: str = WASM, **options: Any) -> Page:
        """Open the program's page in a fresh context."""
        page = self.context(camera, **options).new_page()
        # File choosers are caught from the start: a test that begins to wait for one just before the key may be too late.
        page.on("filechooser", lambda _: None)
        page.goto(urljoin(self.url, address))
        return page

    def expect(self, part: str) -> None:
        """Take console errors that contain `part` as right in this test."""
        self.expected.append(part)

    def leave(self) -> None:
        """Close all pages; raise AssertionError for console errors, what the content policy refused, and requests to other hosts."""
        for context in self._contexts:
            context.close()
        unexpected = [wrong for wrong in self.wrongs if not any(part in wrong for part in self.expected)]
        assert unexpected == [], unexpected

    def _browser(self, flags: tuple[str, ...]) -> Browser:
        if flags not in self._browsers:
            for browser in self._browsers.values():
                browser.close()
            self._browsers.clear()
            found = os.environ.get("ALLSMILES_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")
            self._browsers[flags] = self._playwright.chromium.launch(executable_path=found, args=list(flags))
        return self._browsers[flags]

    def _notice_request(self, address: str, home: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("blob", "data") and parts.netloc != home:
            self.wrongs.append(f"a request to another host: {address}")


def camera_flags(camera: Path | str, allowed: bool) -> list[str]:
    """Give Chromium's flags for a camera that plays a file, or for none or two, and the answer to the question for it."""
    count = {NO_CAMERA: "=device-count=0", TWO_CAMERAS: "=device-count=2"}.get(str(camera), "")
    file = [f"--use-file-for-fake-video-capture={camera}"] if isinstance(camera, Path) else []
    answer = "--use-fake-ui-for-media-stream" if allowed else "--use-fake-ui-for-media-stream=deny"
    return [answer, f"--use-fake-device-for-media-stream{count}", *file]


def looks(page: Page, count: int, during_ms: int = 0) -> list[dict[str, Any]]:
    """Watch the next looks of a page, at least so many and so long: faces, group and stats of each."""
    return page.evaluate(LOOKS, [count, during_ms, SLOW_MS])


def wait_until(page: Page, condition: str, known: Any = None) -> None:
    """Wait until a condition in JavaScript holds; it may ask for `known`.

    It travels as a function: a bare expression would be evaluated anew each time, which the page's content policy forbids.
    """
    page.wait_for_function(f"known => {condition}", arg=known)


def wait_for_faces(page: Page, count: int) -> list[dict[str, Any]]:
    """Wait until so many faces are seen at once, and give them."""
    wait_until(page, "globalThis.allsmiles?.faces.length === known", count)
    return page.evaluate("allsmiles.faces")
