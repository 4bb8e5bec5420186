"""Controls: keys, snapshot, appearance, settings, and what a screen reader hears."""

import re
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.cameras import SIZE, still
from tests.e2e.visitor import NO_CAMERA, Visitor, looks, wait_for_faces, wait_until

DRAWN = """() => {
  const canvas = document.getElementById("overlay");
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return pixels.some((value) => value > 0);
}"""


def snapshot(page: Page, keys: str) -> tuple[str, NDArray[np.int16]]:
    """Press the keys of a snapshot; give the name of the file it downloads and its pixels."""
    with page.expect_download() as download:
        page.keyboard.press(keys)
    picture = Image.open(BytesIO(Path(download.value.path()).read_bytes()))
    assert picture.format == "PNG"
    return download.value.suggested_filename, np.asarray(picture.convert("RGB"), np.int16)


def test_a_snapshot_has_the_size_of_the_camera_with_labels_or_without(
    visitor: Visitor, smiling_woman: Path, astronaut: NDArray[np.uint8]
) -> None:
    page = visitor.open(smiling_woman)
    wait_for_faces(page, 1)
    wait_until(page, f"({DRAWN})()")

    name, plain = snapshot(page, "Shift+S")
    _, labelled = snapshot(page, "s")

    assert name.startswith("allsmiles-")
    assert plain.shape == labelled.shape == (SIZE[1], SIZE[0], 3)
    straight = np.asarray(Image.fromarray(next(still(astronaut))).resize(SIZE), np.int16)
    assert np.abs(plain - straight[:, ::-1]).mean() < np.abs(plain - straight).mean() / 3
    assert (np.abs(labelled - plain).max(2) > 60).mean() > 0.005
    expect(page.locator("#toast")).to_contain_text("Snapshot saved to your downloads.")


def test_the_snapshot_menu_opens_and_closes_with_the_keyboard(visitor: Visitor, smiling_woman: Path) -> None:
    page = visitor.open(smiling_woman)
    button = page.get_by_role("button", name="Snapshot", exact=True)
    expect(button).to_be_enabled()

    button.press("Enter")
    expect(page.locator("#snapshot-labels")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.locator("#snapshot-menu")).to_be_hidden()
    expect(button).to_be_focused()


def test_space_pauses_and_resumes(visitor: Visitor, laughing_man: Path) -> None:
    page = visitor.open(laughing_man)
    wait_for_faces(page, 1)

    page.keyboard.press("Space")

    expect(page.locator("#main")).to_have_attribute("data-state", "paused")
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    assert page.evaluate("document.getElementById('video').paused")

    page.keyboard.press("Space")

    expect(page.locator("#main")).to_have_attribute("data-state", "running")
    assert len(looks(page, 3)[-1]["faces"]) == 1


def test_every_key_of_the_card_does_what_the_card_says(visitor: Visitor, smiling_woman: Path) -> None:
    page = visitor.open(smiling_woman)
    wait_for_faces(page, 1)
    wait_until(page, f"({DRAWN})()")

    with page.expect_file_chooser():
        page.keyboard.press("o")

    page.keyboard.press("l")
    wait_until(page, f"!({DRAWN})()")
    page.keyboard.press("l")
    wait_until(page, f"({DRAWN})()")

    expect(page.locator("#mirror-button")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("m")
    expect(page.locator("#mirror-button")).to_have_attribute("aria-pressed", "false")

    expect(page.locator("#statistics")).to_be_hidden()
    page.keyboard.press("i")
    expect(page.locator("#statistics")).to_contain_text("wasm")
    expect(page.locator("#statistics")).to_contain_text("640 \u00d7 480")

    page.keyboard.press(",")
    settings = page.get_by_role("dialog", name="Settings")
    expect(settings).to_be_visible()
    expect(settings.get_by_label("Statistics")).to_be_checked()
    expect(settings.get_by_label("Mirror the camera")).not_to_be_checked()
    page.keyboard.press("b")
    expect(settings.get_by_label("Probability bars on the picture")).not_to_be_checked()
    page.keyboard.press("Escape")
    expect(settings).to_be_hidden()

    page.keyboard.press("?")
    card = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(card).to_be_visible()
    expect(card.locator("dt")).to_have_count(15)
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()

    page.keyboard.press("f")
    wait_until(page, "document.fullscreenElement?.id === 'main'")
    page.keyboard.press("f")
    wait_until(page, "document.fullscreenElement === null")


def test_a_pressed_key_in_a_choice_stays_there(visitor: Visitor, smiling_woman: Path) -> None:
    page = visitor.open(smiling_woman)
    wait_for_faces(page, 1)
    page.keyboard.press(",")

    page.get_by_label("Engine").press("m")

    expect(page.locator("#mirror-button")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize(("system", "brightness"), [("light", (200, 255)), ("dark", (0, 60))])
def test_the_page_follows_the_system_into_dark_and_light(visitor: Visitor, system: str, brightness: tuple[int, int]) -> None:
    page = visitor.open(NO_CAMERA, color_scheme=system)

    expect(page.locator("html")).to_have_attribute("data-theme", system)
    assert brightness[0] <= background(page) <= brightness[1]


def test_a_chosen_appearance_stays_after_a_reload(visitor: Visitor) -> None:
    page = visitor.open(NO_CAMERA, color_scheme="light")
    expect(page.get_by_role("alert")).to_be_visible()

    page.keyboard.press("t")
    page.keyboard.press("t")

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("#toast")).to_contain_text("Appearance: Dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert background(page) <= 60


def test_forgotten_settings_are_the_first_ones(visitor: Visitor) -> None:
    page = visitor.open(NO_CAMERA)
    expect(page.get_by_role("alert")).to_be_visible()
    page.keyboard.press(",")
    settings = page.get_by_role("dialog", name="Settings")
    settings.get_by_text("Statistics").click()
    expect(page.locator("#statistics")).to_be_visible()

    settings.get_by_role("button", name="Forget my settings").click()

    expect(page.locator("#statistics")).to_be_hidden()
    expect(settings.get_by_label("Statistics")).not_to_be_checked()


def test_a_screen_reader_hears_who_is_there(visitor: Visitor, smiling_woman: Path) -> None:
    page = visitor.open(smiling_woman)
    [face] = wait_for_faces(page, 1)
    line = page.locator("#announcements")

    expect(line).to_have_attribute("aria-live", "polite")
    expect(line).to_have_text(f"1 face: face {face['id']} happy")


def background(page: Page) -> float:
    """Give the mean of red, green and blue behind the page, 0 to 255."""
    color = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return float(np.mean([float(number) for number in re.findall(r"[\d.]+", color)[:3]]))
