"""The page on a phone, on a machine without graphics, and without a network."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.program import program, stop
from tests.e2e.visitor import NO_CAMERA, Visitor, looks, wait_for_faces, wait_until

PHONE = {"device_scale_factor": 2, "is_mobile": True, "has_touch": True}
UPRIGHT = {"viewport": {"width": 390, "height": 844}, **PHONE}
LYING = {"viewport": {"width": 844, "height": 390}, **PHONE}
OVERFLOWS = "document.documentElement.scrollWidth > innerWidth"
KEPT = "navigator.serviceWorker?.controller?.state === 'activated'"
NETWORKS_KEPT = """async (folders) => {
  const files = folders.flatMap((folder) =>
    ["manifest.json", "model.json", "group1-shard1of1.bin"].map((file) => `/static/models/${folder}/${file}`));
  const kept = async () => (await Promise.all(files.map((file) => caches.match(file)))).every(Boolean);
  for (let tries = 0; tries < 600 && !(await kept()); tries += 1) await new Promise((resolve) => setTimeout(resolve, 100));
  return kept();
}"""
"""Waits for a minute: a condition that is a promise would hold at once for Playwright."""

NOTE_WAITING = """() => {
  globalThis.waited = 0;
  const note = (records) => (waited += records.filter(({ oldValue }) => oldValue === null).length);
  new MutationObserver(note).observe(document.getElementById("getting-ready"), { attributeFilter: ["hidden"], attributeOldValue: true });
}"""
"""Counts how often it was said that the networks get ready: then the element had no `hidden` before a change."""


@pytest.mark.parametrize("screen", [UPRIGHT, LYING], ids=["upright", "lying"])
def test_a_phone_shows_the_whole_picture_and_controls_for_fingers(visitor: Visitor, smiling_woman: Path, screen: dict[str, Any]) -> None:
    page = visitor.open(smiling_woman, **screen)
    wait_for_faces(page, 1)

    assert not page.evaluate(OVERFLOWS)
    video = page.locator("#video").bounding_box()
    assert video
    assert video["width"] >= 240
    assert video["height"] >= 180
    assert video["y"] + video["height"] <= screen["viewport"]["height"]
    assert too_small(page, ".control") == []


def test_sheets_fit_on_a_phone(visitor: Visitor) -> None:
    page = visitor.open(NO_CAMERA, **UPRIGHT)
    expect(page.get_by_role("alert")).to_be_visible()
    assert too_small(page, ".trouble button") == []

    page.locator("#settings-button").tap()
    settings = page.get_by_role("dialog", name="Settings")
    expect(settings).to_be_visible()

    assert not page.evaluate(OVERFLOWS)
    assert too_small(page, "#settings button, #settings select, #settings label") == []


@pytest.mark.parametrize("path", ["/models", "/privacy"])
def test_the_other_pages_fit_on_a_phone(visitor: Visitor, path: str) -> None:
    page = visitor.open(NO_CAMERA, path, **UPRIGHT)

    expect(page.locator("h1")).to_be_visible()
    assert not page.evaluate(OVERFLOWS)


def test_a_phone_shows_the_figures_of_all_networks_without_a_swipe(visitor: Visitor) -> None:
    page = visitor.open(NO_CAMERA, "/models", **UPRIGHT)

    region = page.get_by_role("region", name="All networks side by side")
    expect(region.locator("td[data-of='to download']").first).to_be_in_viewport(ratio=1)
    assert not region.evaluate("(region) => region.scrollWidth > region.clientWidth")


def test_without_graphics_webassembly_looks(visitor: Visitor, smiling_woman: Path) -> None:
    page = visitor.open(smiling_woman, "/", flags=("--disable-3d-apis", "--disable-features=WebGPU"))

    [face] = wait_for_faces(page, 1)

    assert page.evaluate("document.createElement('canvas').getContext('webgl2')") is None
    assert page.evaluate("navigator.gpu?.requestAdapter() ?? null") is None
    assert looks(page, 1)[0]["stats"]["backend"] == "wasm"
    assert face["scores"].keys() == {"angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"}


def test_after_the_first_visit_the_page_opens_without_a_network(visitor: Visitor, smiling_woman: Path, tmp_path: Path) -> None:
    with program(tmp_path) as (url, process):
        visitor.url = url
        page = visitor.open(smiling_woman)
        wait_for_faces(page, 1)
        wait_until(page, KEPT)
        stop(process)
    page.context.set_offline(True)
    visitor.expect("Failed to load resource")

    page.reload()

    wait_for_faces(page, 1)
    wait_until(page, "allsmiles.faces[0]?.emotion === 'happy'")
    page.get_by_role("link", name="Privacy").click()
    expect(page.locator("h1")).to_be_visible()


def too_small(page: Page, selector: str) -> list[tuple[str, float, float]]:
    """Name the visible parts that are smaller than a fingertip, 44 points each way, with width and height."""
    parts = [part for part in page.locator(selector).all() if part.is_visible()]
    sizes = [(part.evaluate("part => part.id || part.textContent.trim()"), part.bounding_box()) for part in parts]
    assert sizes
    return [(name, box["width"], box["height"]) for name, box in sizes if box and min(box["width"], box["height"]) < 43.9]


def test_the_best_networks_are_loaded_when_they_are_chosen_and_kept_for_use_without_a_network(
    visitor: Visitor, smiling_woman: Path, tmp_path: Path
) -> None:
    with program(tmp_path) as (url, process):
        visitor.url = url
        page = visitor.open(smiling_woman)
        wait_for_faces(page, 1)
        wait_until(page, KEPT)
        page.keyboard.press(",")
        page.get_by_role("radio", name=re.compile("^Best")).check()
        page.keyboard.press("Escape")
        assert page.evaluate(NETWORKS_KEPT, ["emotion-best", "gender-best"])
        wait_for_faces(page, 1)
        stop(process)
    page.context.set_offline(True)
    visitor.expect("Failed to load resource")

    page.reload()

    wait_for_faces(page, 1)
    # Networks that do not load are given up for the usual ones.
    assert page.evaluate("JSON.parse(localStorage.getItem('allsmiles.settings')).networks") == "best"


def test_groups_are_looked_at_by_larger_networks_without_a_break_until_these_are_too_slow(visitor: Visitor, smiling_woman: Path) -> None:
    page = visitor.open(smiling_woman)
    page.keyboard.press("i")
    networks = page.locator("#statistics dd").nth(1)
    expect(networks).to_have_text("usual")
    wait_for_faces(page, 1)
    page.evaluate(NOTE_WAITING)

    page.keyboard.press("g")

    expect(networks).to_have_text("ten people")
    wait_for_faces(page, 1)
    assert page.evaluate("waited") == 0
    page.workers[-1].evaluate("() => { const now = performance.now.bind(performance); performance.now = () => 40 * now(); }")
    expect(networks).to_have_text("usual")
    wait_for_faces(page, 1)
    expect(page.locator("#where")).to_have_text("On this device")
