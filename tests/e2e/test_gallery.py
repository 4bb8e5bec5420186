"""What becomes of photos: sheets, words, moving pictures, files, paper; and what a person is told when there is no room for them."""

import json
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.visitor import Visitor, wait_for_faces, wait_until

PHOTO = "/?backend=wasm&photo"
STATE = "document.getElementById('main').dataset.capture === known"
SHARED = """
navigator.canShare = ({ files }) => files.every(({ type }) => type === "image/jpeg");
navigator.share = async ({ files }) => { globalThis.shared = { name: files[0].name, size: files[0].size }; };
"""
FULL = """
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (...record) {
  if (globalThis.full) throw new DOMException("no room", "QuotaExceededError");
  return put.apply(this, record);
};
"""
DENIED = "Object.defineProperty(globalThis, 'indexedDB', { get() { throw new DOMException('not here', 'SecurityError'); } });"

PRINTED_WHOLE = """() => {
  const { top, left, bottom, right } = document.querySelector(".print-only img").getBoundingClientRect();
  return top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
}"""

STRIP = re.compile(r"Strip of photos, (.+), (\d+) by (\d+)")
Booth = Callable[..., Page]
MADE = """async () => {
  const done = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
  const database = await done(indexedDB.open("allsmiles-photos"));
  const photos = () => done(database.transaction("photos").objectStore("photos").getAll());
  const made = async () => (await photos()).sort((a, b) => a.time - b.time).map(({ moment, frames }) => Boolean(moment) && !frames)[0];
  for (let tries = 0; tries < 600 && !(await made()); tries += 1) await new Promise((resolve) => setTimeout(resolve, 100));
  return made();
}"""
"""Waits for a minute until the oldest photo has its moving picture, and nothing any more of what it is made of."""


@pytest.fixture
def booth(visitor: Visitor, empty_room: Path) -> Booth:
    """Open the group photo, fired by hand without a countdown, before nobody or a camera of a test's choice, with settings and scripts."""

    def open_booth(*, camera: Path = empty_room, script: str = "", **settings: Any) -> Page:
        chosen = json.dumps({"photo_countdown": "0", **settings})
        page = visitor.context(camera).new_page()
        page.add_init_script(
            f"localStorage.getItem('allsmiles.settings') || localStorage.setItem('allsmiles.settings', '{chosen}');{script}"
        )
        page.goto(urljoin(visitor.url, PHOTO))
        wait_until(page, "globalThis.allsmiles?.stats.frames > 3")
        return page

    return open_booth


def take(page: Page) -> Image.Image:
    """Take a photo by hand if it does not take itself, and give what is shown."""
    if page.evaluate("document.getElementById('main').dataset.capture") == "waiting":
        page.locator("#fire-button").click()
    wait_until(page, STATE, "showing")
    return Image.open(BytesIO(downloaded(page, '#photo-result [data-do="download"]')[1]))


def go_on(page: Page) -> None:
    page.locator("#photo-keep").click()
    expect(page.locator("#photo-result")).to_be_hidden()


def downloaded(page: Page, selector: str) -> tuple[str, bytes]:
    with page.expect_download() as download:
        page.locator(selector).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_a_strip_is_made_of_three_photos_with_frame_and_words(booth: Booth) -> None:
    page = booth(photo_layout="strip", photo_frame="sunny", photo_title="Summer party", photo_date=True)
    for _ in range(2):
        photo = take(page)
        assert photo.width > 640
        assert photo.height > 480
        assert np.abs(np.asarray(photo)[3, 3].astype(int) - (255, 193, 69)).max() < 12
        go_on(page)

    begun = minute(page)
    strip = take(page)

    assert strip.height > 3 * 480 > 2 * strip.width
    expect(page.locator("#gallery > li")).to_have_count(4)
    newest = page.locator("#gallery img").first
    expect(newest).to_have_attribute("alt", STRIP)
    named = STRIP.fullmatch(newest.get_attribute("alt") or "")
    assert named
    assert begun <= page.evaluate("Date.parse", named[1]) <= minute(page)
    assert (int(named[2]), int(named[3])) == strip.size


def test_four_photos_make_a_sheet_of_two_by_two_with_the_logo_on_photos_and_sheet(booth: Booth) -> None:
    page = booth(photo_layout="grid", photo_moment=False)
    page.locator("#logo-file").set_input_files({"name": "logo.png", "mimeType": "image/png", "buffer": red_square()})
    expect(page.locator("#logo-remove")).to_be_attached()
    wait_until(page, "!document.getElementById('logo-remove').hidden")
    for _ in range(3):
        photo = take(page)
        assert photo.size == (640, 480)
        assert is_red(photo, 640 - 50, 50)
        go_on(page)

    sheet = take(page)

    assert sheet.width > 2 * 640
    assert sheet.height > 2 * 480
    assert is_red(sheet, sheet.width - 100, 100)
    assert not is_red(sheet, 100, 100)


def red_square() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (300, 300), (200, 20, 20)).save(buffer, "PNG")
    return buffer.getvalue()


def is_red(picture: Image.Image, x: int, y: int) -> bool:
    return bool(np.abs(np.asarray(picture)[y, x].astype(int) - (200, 20, 20)).max() < 20)


def minute(page: Page) -> int:
    """The begin of the browser's minute, in ms since the epoch."""
    return page.evaluate("new Date().setSeconds(0, 0)")


def test_a_plain_photo_carries_no_metadata_and_is_mirrored_only_where_chosen(booth: Booth) -> None:
    page = booth()
    straight = take(page)
    go_on(page)
    page.locator("#photo-form summary").click()
    page.get_by_label("Keep photos as in a mirror").check()

    mirrored = take(page)

    assert straight.size == mirrored.size == (640, 480)
    assert set(straight.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "icc_profile"}
    assert not straight.getexif()
    one, other = (np.asarray(picture.convert("L"), np.int16) for picture in (straight, mirrored))
    assert np.abs(one - other[:, ::-1]).mean() < np.abs(one - other).mean() / 5


def test_the_second_before_is_a_moving_picture(booth: Booth) -> None:
    page = booth()
    wait_until(page, "performance.now() > 4000")
    take(page)

    page.locator('#photo-result [data-do="moment"]').click()
    name, content = downloaded(page, '#photo-result [data-do="download"]')

    assert name.endswith(".gif")
    moving = Image.open(BytesIO(content))
    assert moving.format == "GIF"
    assert moving.size == (400, 300)
    assert getattr(moving, "n_frames", 1) >= 4
    # A worker that stays would hold megabytes for every photo.
    assert [worker.url for worker in page.workers if "gif" in worker.url] == []


def test_a_moving_picture_is_made_later_where_the_page_was_left_before_it_was_ready(booth: Booth) -> None:
    page = booth()
    page.route("**/photo/gif.js", lambda route: route.abort())
    wait_until(page, "performance.now() > 4000")
    with page.expect_request("**/photo/gif.js"):
        take(page)
    page.unroute("**/photo/gif.js")

    page.reload()

    assert page.evaluate(MADE)
    page.locator("#gallery img").last.click()
    page.locator('#viewer [data-do="moment"]').click()
    assert Image.open(BytesIO(downloaded(page, '#viewer [data-do="download"]')[1])).format == "GIF"


def test_photos_are_downloaded_alone_and_together_and_selected_ones_make_a_collage(booth: Booth) -> None:
    page = booth(photo_moment=False)
    for _ in range(2):
        take(page)
        name, content = downloaded(page, '#photo-result [data-do="download"]')
        assert name.startswith("allsmiles-photo-")
        assert Image.open(BytesIO(content)).size == (640, 480)
        go_on(page)

    _, packed = downloaded(page, "#gallery-zip")
    files = zipfile.ZipFile(BytesIO(packed))
    assert files.testzip() is None
    assert len(files.namelist()) == len({name for name in files.namelist() if name.endswith(".jpg")}) == 2

    page.locator("#gallery-select").click()
    expect(page.locator("#gallery-collage")).to_be_disabled()
    for press in page.locator("#gallery button").all():
        press.click()
    page.locator("#gallery-collage").click()

    expect(page.locator("#viewer-numbers")).to_contain_text("Collage")
    page.keyboard.press("Escape")
    expect(page.locator("#gallery-count")).to_have_text("3 photos")


@pytest.mark.parametrize("asked", [False, True])
def test_expressions_are_kept_only_where_the_person_asked(booth: Booth, smiling_woman: Path, asked: bool) -> None:
    page = booth(camera=smiling_woman, photo_moment=False, photo_faces=asked)
    wait_for_faces(page, 1)
    take(page)

    _, packed = downloaded(page, "#gallery-zip")

    files = zipfile.ZipFile(BytesIO(packed))
    told = [json.loads(files.read(name)) for name in files.namelist() if name.endswith(".json")]
    photos = sum(name.endswith(".jpg") for name in files.namelist())  # she goes on smiling: more than one may be taken
    assert photos > 0
    assert [face["emotion"] for [face] in told] == (["happy"] * photos if asked else [])


def test_a_photo_goes_through_the_share_sheet_where_there_is_one(booth: Booth) -> None:
    page = booth(script=SHARED)
    take(page)

    page.locator('#photo-result [data-do="share"]').click()

    wait_until(page, "globalThis.shared?.size > 1000")


def test_printing_prints_the_photo_alone(booth: Booth) -> None:
    page = booth(script="globalThis.print = () => { globalThis.printing = true; };", photo_layout="strip", photo_moment=False)
    for _ in range(2):
        take(page)
        go_on(page)
    assert take(page).height > 1000

    page.locator('#photo-result [data-do="print"]').click()
    wait_until(page, "globalThis.printing")
    page.emulate_media(media="print")

    expect(page.locator(".print-only img")).to_be_visible()
    assert page.evaluate(PRINTED_WHOLE)
    expect(page.locator("#main")).to_be_hidden()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".print-only")).to_have_count(0)


def test_where_the_browser_keeps_nothing_the_person_is_told_and_nothing_is_lost(booth: Booth) -> None:
    page = booth(script=DENIED)
    take(page)
    go_on(page)

    expect(page.locator("#gallery-problem")).to_contain_text("safe until this tab is closed: download them before")
    expect(page.locator("#gallery > li")).to_have_count(1)


def test_where_there_is_no_room_the_person_is_told_and_room_heals_it(booth: Booth) -> None:
    page = booth(script=FULL, photo_moment=False)
    take(page)
    go_on(page)
    expect(page.locator("#gallery-problem")).to_be_hidden()
    page.evaluate("globalThis.full = true")
    take(page)
    go_on(page)

    expect(page.locator("#gallery-problem")).to_contain_text("no more room in this browser")
    expect(page.locator("#gallery > li")).to_have_count(2)

    page.evaluate("globalThis.full = false")
    page.locator("#gallery button").last.click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator('#viewer [data-do="delete"]').click()

    expect(page.locator("#gallery-problem")).to_be_hidden()
    expect(page.locator("#gallery > li")).to_have_count(1)


def test_two_tabs_show_the_same_gallery(booth: Booth) -> None:
    page = booth()
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("#gallery-count")).to_have_text("No photos yet")

    page.bring_to_front()
    take(page)

    expect(other.locator("#gallery-count")).to_have_text("1 photo")
