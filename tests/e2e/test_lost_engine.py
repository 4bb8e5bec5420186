"""A device that fails while it looks: the server helps, and the device takes over again when it is well."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, Worker, expect

from tests.e2e.static_site import ROOT, SOFTWARE_GPU
from tests.e2e.visitor import Visitor, looks, wait_for_faces, wait_until

AUTOMATIC = "/?backend=webgl&route=auto"
NOTE = "#where"
STATIC = ROOT / "static" / "js"
LONG_PROBE, SHORT_PROBE = "probe_ms: 60_000", "probe_ms: 2_000"
"""After how long a slow device is measured again."""
STAGED = """
import {{ backend }} from "../lib/tf.js";
const began = performance.now(), now = performance.now.bind(performance);
let pace = {pace}, paced_at = began, passed = 0;
performance.now = () => passed + (now() - paced_at) * pace;
globalThis.setPace = (next) => {{ passed = performance.now(); paced_at = now(); pace = next; }};
globalThis.loseContext = () => backend().gpgpu.gl.getExtension("WEBGL_lose_context").loseContext();
"""
"""Graphics drawn by the processor are slow and a quick processor is not: the worker's clock says what the test wants of both."""
QUICK, SLOW = 0.002, 1000
"""So quick that no load of the machine makes it slow: a look would have to take more than a minute."""


class Device:
    """Serves the page's worker with a clock of its own: quick, and from `fail` on slow until `recover`."""

    def __init__(self, page: Page):
        self.workers: list[Worker] = []
        self._failing = False
        self._held: list[Route] = []
        routing = (STATIC / "core" / "routing.js").read_text()
        assert LONG_PROBE in routing
        page.on("worker", lambda worker: self.workers.append(worker))
        page.route("**/core/routing.js", lambda route: self._script(route, routing.replace(LONG_PROBE, SHORT_PROBE)))
        page.route("**/vision/worker.js", self._worker)

    def fail(self, happens: str) -> None:
        """Let the worker be slow, and what happens happen. A worker that is to measure the device again waits for `recover`."""
        self._failing = True
        self.workers[0].evaluate(f"setPace({SLOW}); {happens}")

    def recover(self) -> None:
        """Let the worker that waits, and all after it, be quick."""
        self._failing = False
        for route in self._held:
            self._worker(route)

    def _worker(self, route: Route) -> None:
        if self._failing:
            self._held.append(route)
        else:
            self._script(route, STAGED.format(pace=QUICK) + (STATIC / "vision" / "worker.js").read_text())

    def _script(self, route: Route, body: str) -> None:
        route.fulfill(body=body, content_type="text/javascript")


@pytest.mark.parametrize("happens", ["loseContext()", "0"], ids=["its context is lost", "it becomes too slow"])
def test_a_device_that_fails_while_it_looks_moves_to_the_server_and_back_with_the_same_face(
    visitor: Visitor, smiling_woman: Path, happens: str
) -> None:
    context = visitor.context(smiling_woman, flags=tuple(SOFTWARE_GPU), service_workers="block")
    page = context.new_page()
    device = Device(page)
    page.goto(visitor.url + AUTOMATIC)
    [face] = wait_for_faces(page, 1)
    expect(page.locator(NOTE)).to_have_text("On this device")
    assert looks(page, 1)[-1]["stats"]["backend"] == "webgl"

    device.fail(happens)

    wait_until(page, "allsmiles.stats.backend === 'server' && allsmiles.faces[0]?.id === known", face["id"])
    expect(page.locator(NOTE)).to_have_text("On the server")
    expect(page.locator(NOTE)).to_have_accessible_name(re.compile("small pictures are sent there and dropped"))

    device.recover()

    wait_until(page, "allsmiles.stats.backend === 'webgl' && allsmiles.faces[0]?.id === known", face["id"])
    expect(page.locator(NOTE)).to_have_text("On this device")
    expect(page.locator("#toast")).to_contain_text("This device looks again. No picture is sent any more.")
    page.close()
