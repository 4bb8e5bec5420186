"""Every exported network gives the same numbers in Keras, in LiteRT and in a browser, and the two pipelines see the same faces."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray
from playwright.sync_api import Page

from export.convert import load_network
from tests.e2e.static_site import ROOT, empty_page, png
from webapp.vision.box import Box, Detection
from webapp.vision.classify import Classifier
from webapp.vision.network import Network
from webapp.vision.pipeline import Viewer, load_networks

MODELS = ROOT / "static" / "models"
WEIGHTS = ROOT / "export" / "weights"
NAMES = sorted(path.parent.name for path in MODELS.glob("*/manifest.json"))
LITERT_LIMIT = 1e-5
BROWSER_LIMIT = 2e-3
"""Shares of the largest output. LiteRT keeps float32 weights; the browser's 16 bits were measured to cost at most 3e-4."""
ASTRONAUT_FACE = Box(178, 63, 90, 113)
LANDMARKS = ((204, 108), (246, 106), (227, 133), (208, 152), (243, 151))

RUN = """async ([name, input, shape, backend]) => {
  const { createEngine } = await import("/static/js/vision/engine.js");
  const { fetchModel } = await import("/static/js/vision/models.js");
  const engine = await createEngine(backend);
  const network = await engine.load(await fetchModel(`/static/models/${name}/`));
  const bytes = Uint8Array.from(atob(input), (letter) => letter.charCodeAt(0));
  const before = engine.tensors();
  const output = [...(await network.run(new Float32Array(bytes.buffer), shape))];
  const leaked = engine.tensors() - before;
  engine.close();
  return { output, leaked };
}"""
LOOK = """async (picture) => {
  const { createVision } = await import("/static/js/vision/vision.js");
  const vision = await createVision({ models_url: "/static/models", backend: "wasm" });
  const blob = await (await fetch(`data:image/png;base64,${picture}`)).blob();
  const { faces } = await vision.look(await createImageBitmap(blob), 0, { still: true });
  vision.close();
  return faces;
}"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with empty_page() as page:
        yield page


def golden_inputs(name: str) -> dict[str, NDArray[np.float32]]:
    """Give network inputs by name: the self-test's, noise, and the astronaut as the pipeline would cut her out."""
    network = Network(MODELS / name)
    block = network.manifest["input"]
    shape = network.manifest["self_test"]["input"]
    random = np.random.default_rng(7)

    def scaled(pixels: NDArray[Any]) -> NDArray[np.float32]:
        return (pixels * block["scale"] + block["offset"]).astype(np.float32)

    inputs = {"the self-test": scaled(np.arange(np.prod(shape)).reshape(shape) * 37 % 256)}
    if network.manifest["task"] == "detection":
        whole = np.zeros((1, 321, 321, 3))
        whole[0, 1:, 1:] = skimage.data.astronaut()[:320, 100:420]
        return inputs | {"the astronaut": scaled(whole), "noise, wide": scaled(random.uniform(0, 255, (1, 97, 193, 3)))}
    classify = Classifier(MODELS / name)
    faces = [Detection(Box(ASTRONAUT_FACE.x + step, ASTRONAUT_FACE.y - step, 90 + 2 * step, 113), LANDMARKS, 0.9) for step in (0, 5, 20)]
    cut = np.stack([classify._input(skimage.data.astronaut(), face) for face in faces])
    return inputs | {"the astronaut, three crops": cut, "noise": scaled(random.uniform(0, 255, (2, *shape[1:])))}


def turned(image: NDArray[np.uint8], degrees: float) -> NDArray[np.uint8]:
    """Turn a picture clockwise about the middle of the astronaut's face."""
    matrix = cv2.getRotationMatrix2D((223, 120), -degrees, 1)
    return np.asarray(cv2.warpAffine(image, matrix, image.shape[1::-1], borderMode=cv2.BORDER_REPLICATE), np.uint8)


def in_browser(page: Page, name: str, batch: NDArray[np.float32], backend: str) -> NDArray[np.float64]:
    answer = page.evaluate(RUN, [name, base64.b64encode(batch.tobytes()).decode(), list(batch.shape), backend])
    assert answer["leaked"] == 0
    return np.array(answer["output"])


@pytest.mark.parametrize("name", NAMES)
def test_keras_litert_and_the_browser_agree(page: Page, name: str) -> None:
    manifest = json.loads((MODELS / name / "manifest.json").read_text())
    keras_network, litert = load_network(WEIGHTS / manifest["weights"]["file"]), Network(MODELS / name)
    for what, batch in golden_inputs(name).items():
        expected = keras_network(batch, training=False).numpy().ravel()
        largest = np.abs(expected).max()

        assert np.abs(litert.run(batch).ravel() - expected).max() / largest < LITERT_LIMIT, what
        assert np.abs(in_browser(page, name, batch, "wasm") - expected).max() / largest < BROWSER_LIMIT, what


@pytest.mark.parametrize("backend", ["webgl", "webgpu"])
def test_graphics_backends_give_the_numbers_of_webassembly(page: Page, backend: str) -> None:
    if backend == "webgpu" and not page.evaluate("async () => Boolean(await navigator.gpu?.requestAdapter())"):
        pytest.skip("this browser has no WebGPU, not even by software")
    batch = golden_inputs("emotion")["the astronaut, three crops"]

    assert in_browser(page, "emotion", batch, backend) == pytest.approx(in_browser(page, "emotion", batch, "wasm"), abs=1e-4)


def test_browser_and_server_see_the_same_faces_in_a_picture(page: Page) -> None:
    upright, tilted = skimage.data.astronaut()[:, 100:400], turned(skimage.data.astronaut(), 25)[:, 100:400]
    image = np.ascontiguousarray(np.concatenate([upright, tilted], axis=1))
    server = Viewer(load_networks(MODELS), still=True).look(image, 0)

    browser = sorted(page.evaluate(LOOK, png(image)), key=lambda face: face["box"]["x"])

    assert len(browser) == len(server) == 2
    for ours, theirs in zip(browser, sorted(server, key=lambda face: face.box.x), strict=True):
        assert list(ours["box"].values()) == pytest.approx(list(theirs.box), abs=0.1)
        assert ours["scores"] == pytest.approx(theirs.scores, abs=0.01)
        assert ours["gender_scores"] == pytest.approx(theirs.gender_scores, abs=0.01)
        assert (ours["emotion"], ours["gender"]) == (theirs.emotion, theirs.gender)
