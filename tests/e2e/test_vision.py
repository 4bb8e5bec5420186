"""Looking in a real browser, apart from the page: the worker, the choice of a backend, and what happens when it is lost."""

import re
from collections.abc import Iterator

import pytest
import skimage.data
from playwright.sync_api import Page

from tests.e2e.static_site import empty_page, png

LOOK = """async ([picture, backend, frames, remembered]) => {
  const steps = [];
  const { createVision } = await import("/static/js/vision/vision.js");
  const vision = await createVision({ models_url: "/static/models", backend, remembered, onProgress: ({ step }) => steps.push(step) });
  const blob = await (await fetch(`data:image/png;base64,${picture}`)).blob();
  const tensors = [];
  for (let i = 0; i < frames; i++) {
    const look = await vision.look(await createImageBitmap(blob), i * 100);
    tensors.push(look.stats.tensors);
  }
  const choice = vision.backend;
  vision.close();
  return { tensors, choice, steps };
}"""
BUSY = """async (picture) => {
  const { createVision } = await import("/static/js/vision/vision.js");
  const vision = await createVision({ models_url: "/static/models", backend: "wasm" });
  const blob = await (await fetch(`data:image/png;base64,${picture}`)).blob();
  const [one, other] = await Promise.all([createImageBitmap(blob), createImageBitmap(blob)]);
  const first = vision.look(one, 0, { still: true });
  const second = await vision.look(other, 1).catch(({ name }) => name);
  const { faces } = await first;
  const last = vision.look(await createImageBitmap(blob), 2).catch(({ name }) => name);
  vision.close();
  const closed = await vision.look(await createImageBitmap(blob), 3).catch(({ name }) => name);
  return { second, faces: faces.length, last: await last, closed };
}"""
LOSE = """async (picture) => {
  const { createSight } = await import("/static/js/vision/sight.js");
  const { backend } = await import("/static/js/lib/tf.js");
  const wishes = { models_url: new URL("/static/models/", location.href).href, backend: "webgl", remembered: null, detect_side: 160 };
  const lost = [];
  const sight = await createSight(wishes, () => {}, (choice) => lost.push(choice.name));
  const blob = await (await fetch(`data:image/png;base64,${picture}`)).blob();
  const before = await sight.look(await createImageBitmap(blob), 0, false);
  const gone = new Promise((resolve) => backend().gpgpu.gl.canvas.addEventListener("webglcontextlost", resolve));
  backend().gpgpu.gl.getExtension("WEBGL_lose_context").loseContext();
  await gone;
  const after = await sight.look(await createImageBitmap(blob), 200, false);
  return { before: before.stats.backend, after: after.stats.backend, lost, faces: after.sightings };
}"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with empty_page() as page:
        yield page


def test_looking_holds_no_more_tensors_after_fifty_frames(page: Page) -> None:
    tensors = page.evaluate(LOOK, [png(skimage.data.astronaut()), "wasm", 50, None])["tensors"]

    assert set(tensors) == {tensors[0]}


def test_the_automatic_choice_leaves_out_software_graphics_and_is_remembered(page: Page) -> None:
    picture = png(skimage.data.astronaut())

    first = page.evaluate(LOOK, [picture, "auto", 1, None])
    second = page.evaluate(LOOK, [picture, "auto", 1, first["choice"]])

    assert first["choice"]["name"] == "wasm"
    assert set(first["choice"]["measured"]) == {"wasm"}
    assert "measuring" in first["steps"]
    assert second["choice"] == first["choice"]
    assert "measuring" not in second["steps"]


def test_one_look_at_a_time_and_none_after_the_end(page: Page) -> None:
    answer = page.evaluate(BUSY, png(skimage.data.astronaut()))

    assert answer == {"second": "Busy", "faces": 1, "last": "Closed", "closed": "Closed"}


def test_looking_goes_on_with_another_backend_when_the_graphics_context_is_lost(page: Page) -> None:
    answer = page.evaluate(LOSE, png(skimage.data.astronaut()))

    assert answer["before"] == "webgl"
    assert answer["after"] == "wasm"
    assert answer["lost"] == ["wasm"]
    assert len(answer["faces"]) == 1


def test_a_missing_network_is_an_error_that_names_its_file(page: Page) -> None:
    answer = page.evaluate(
        """async () => {
          const { createVision } = await import("/static/js/vision/vision.js");
          return createVision({ models_url: "/static/nowhere/" }).catch(({ name, message }) => ({ name, message }));
        }"""
    )

    assert answer["name"] == "ModelsFailed"
    assert re.search(r"/static/nowhere/(face|emotion|gender)/(manifest|model)\.json", answer["message"])
