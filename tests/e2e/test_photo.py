"""The group photo: it takes itself when everyone smiles, in the camera's full size, and stays in the gallery."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from tests.e2e.actors import Moods, become, direct, unplug
from tests.e2e.cameras import clip, write_camera
from tests.e2e.static_site import ROOT
from tests.e2e.visitor import FAKE_CAMERA, Visitor, looks, wait_for_faces, wait_until

PHOTO = "/?backend=wasm&photo"
SETTINGS = "localStorage.setItem('allsmiles.settings', JSON.stringify({}));"
LISTEN = """
globalThis.heard = [];
for (const Source of [OscillatorNode, AudioBufferSourceNode]) {
  const start = Source.prototype.start;
  Source.prototype.start = function (...when) {
    heard.push(Source.name);
    start.apply(this, when);
  };
}
"""
NOTE = """
globalThis.noted = { all: 0, shot: 0, flashed: false };
function note() {
  const group = globalThis.allsmiles?.group;
  const [main, flash] = ["main", "flash"].map((id) => document.getElementById(id));
  if (group?.faces > 0 && group.smiling === group.faces) noted.all ||= performance.now();
  else noted.all = noted.shot && noted.all;
  if (main?.dataset.capture === "shooting") noted.shot ||= performance.now();
  if (flash && !flash.hidden) noted.flashed = true;
  requestAnimationFrame(note);
}
note();
"""
"""Notes since when all smile, when the photo was taken and whether it flashed."""
LARGE_PHOTO = """
const take = ImageCapture.prototype.takePhoto;
ImageCapture.prototype.takePhoto = async function (...wish) {
  const photo = await createImageBitmap(await take.apply(this, wish));
  const canvas = new OffscreenCanvas(1920, 1080);
  canvas.getContext("2d").drawImage(photo, 0, 0, 1920, 1080);
  return canvas.convertToBlob({ type: "image/jpeg" });
};
"""
"""Chromium's own camera promises photos of this size and gives them in the video's."""
SMALL_VIDEO = """
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = () => open({ video: { width: 640, height: 480 } });
"""
PHOTO_FAILS = "() => { ImageCapture.prototype.takePhoto = async () => { throw new DOMException('no photo', 'UnknownError'); }; }"
NO_COUNTDOWN = "localStorage.setItem('allsmiles.settings', JSON.stringify({photo_countdown: '0'}))"


@pytest.fixture
def videos(data_sets: Path) -> Path:
    """The folder of the videos of people, else skip."""
    folder = data_sets / "videos"
    if not folder.is_dir():
        pytest.skip(f"no videos in {data_sets}")
    return folder


@pytest.fixture(scope="session")
def smiler_and_thinker(cameras: Path, astronaut: NDArray[np.uint8]) -> Path:
    """A camera before a smiling woman and, at the right, a man who looks on for some seconds and then laughs for some."""

    def side_by_side() -> Iterator[NDArray[np.uint8]]:
        woman = astronaut[20:320, 100:420]
        for frame in clip("franck.mp4", 144, 154):
            man = frame[: frame.shape[0], (frame.shape[1] - frame.shape[0] * 4 // 5) // 2 :][:, : frame.shape[0] * 4 // 5]
            yield np.hstack([resized(woman, 320, 480), resized(man, 320, 480)])

    return write_camera(cameras / "smiler_and_thinker.mjpeg", side_by_side())


def resized(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Fill a size with a picture, cutting equally on both sides."""
    scale = max(width / picture.shape[1], height / picture.shape[0])
    large = cv2.resize(picture, (round(picture.shape[1] * scale), round(picture.shape[0] * scale)), interpolation=cv2.INTER_AREA)
    top, left = (large.shape[0] - height) // 2, (large.shape[1] - width) // 2
    return large[top : top + height, left : left + width]


def wait_for(page: Page, state: str) -> None:
    wait_until(page, "document.getElementById('main').dataset.capture === known", state)


def shown_size(page: Page) -> list[int]:
    wait_until(page, "document.getElementById('photo-image').complete")
    return page.evaluate("[document.getElementById('photo-image').naturalWidth, document.getElementById('photo-image').naturalHeight]")


def test_one_smiling_man_is_counted_down_and_taken_in_the_size_of_the_camera(visitor: Visitor, videos: Path) -> None:
    page = visitor.open(videos / "one-man-smiling.mjpeg", PHOTO)
    wait_for(page, "counting")
    expect(page.locator("#photo-line")).to_have_text("Smiles detected, keep smiling")

    wait_for(page, "showing")

    expect(page.locator("#photo-result")).to_be_visible()
    expect(page.locator("#photo-keep")).to_be_focused()
    assert shown_size(page) == page.evaluate("[video.videoWidth, video.videoHeight]") == [640, 360]


def test_space_and_the_button_stop_a_countdown_and_the_same_smile_starts_no_other(visitor: Visitor, smiling_woman: Path) -> None:
    page = visitor.open(smiling_woman, PHOTO)
    for stop in (lambda: page.keyboard.press("Space"), lambda: page.get_by_role("button", name="Stop", exact=True).click()):
        wait_for(page, "counting")
        expect(page.locator("#fire-label")).to_have_text("Stop")
        stop()
        wait_for(page, "waiting")
        expect(page.locator("#countdown")).to_be_hidden()
        expect(page.locator("#photo-line")).to_have_text("Take a breath, then smile for the next one")
        expect(page.locator("#fire-label")).to_have_text("Take it now")

    expect(page.locator("#gallery > li")).to_have_count(0)


def test_a_booth_takes_one_photo_after_another_untouched_and_one_that_is_asked_about_stays(visitor: Visitor, smiling_woman: Path) -> None:
    page = visitor.context(smiling_woman).new_page()
    page.add_init_script(SETTINGS.replace("{}", "{photo_countdown: '0', photo_moment: false, photo_continuous: true}"))
    page.goto(urljoin(visitor.url, PHOTO))

    wait_for(page, "showing")
    expect(page.locator("#photo-next")).to_have_text("Again in 5 seconds")
    expect(page.locator("#gallery-count")).to_have_text("2 photos")
    page.locator("#photo-why-button").click()

    expect(page.locator("#photo-next")).to_be_hidden()
    expect(page.locator("#photo-why tr.chosen")).to_have_count(1)


def test_a_camera_that_goes_away_stops_its_countdown_and_comes_back(visitor: Visitor, astronaut: NDArray[np.uint8]) -> None:
    context = visitor.context(FAKE_CAMERA)
    direct(context, {"smiling": astronaut[:384]})
    page = context.new_page()
    page.goto(urljoin(visitor.url, PHOTO))
    wait_for(page, "counting")

    unplug(page)

    expect(page.get_by_role("heading", name="The camera went away")).to_be_visible()
    wait_for(page, "waiting")
    expect(page.locator("#countdown")).to_be_hidden()
    page.get_by_role("button", name="Try again").click()
    wait_for(page, "showing")
    expect(page.locator("#gallery-count")).to_have_text("1 photo")


@pytest.mark.parametrize(("sound", "heard"), [(True, ["OscillatorNode", "OscillatorNode", "AudioBufferSourceNode"]), (False, [])])
def test_the_countdown_and_the_shutter_are_heard_only_where_chosen(
    visitor: Visitor, empty_room: Path, sound: bool, heard: list[str]
) -> None:
    page = visitor.context(empty_room).new_page()
    chosen = f"{{photo_countdown: '2', photo_moment: false, photo_sound: {str(sound).lower()}}}"
    page.add_init_script(SETTINGS.replace("{}", chosen) + LISTEN)
    page.goto(urljoin(visitor.url, PHOTO))

    page.locator("#fire-button").click()
    wait_for(page, "showing")

    assert page.evaluate("heard") == heard


def test_which_smiles_count_how_long_they_last_and_the_flash_are_chosen_on_the_page(visitor: Visitor, people: list[Moods]) -> None:
    context = visitor.context(FAKE_CAMERA)
    direct(context, people[0])
    page = context.new_page()
    chosen = "{photo_countdown: '0', photo_moment: false, photo_sound: false, networks: 'usual'}"
    page.add_init_script(SETTINGS.replace("{}", chosen) + NOTE)
    page.goto(urljoin(visitor.url, PHOTO))
    page.locator("#photo-form summary").click()
    progress = {}
    for choice in ("Faint too", "Clear ones"):
        page.get_by_label(choice).check()
        wait_for_faces(page, 1)
        seen = [look["group"]["people"][0]["progress"] for look in looks(page, 5) if look["group"]["people"]]
        progress[choice] = seen[-1]
    assert 0 < progress["Clear ones"] < progress["Faint too"] / 2, progress

    for flash in (True, False):
        page.get_by_label("1.2 s").check()
        page.get_by_label("Flash of the screen").set_checked(flash)
        wait_until(page, "document.getElementById('flash').hidden")
        page.evaluate("Object.assign(noted, { all: 0, shot: 0, flashed: false })")
        become(page, "smiling")
        wait_for(page, "showing")
        noted = page.evaluate("noted")
        assert noted["shot"] - noted["all"] > 900, noted
        assert noted["flashed"] is flash
        become(page, "serious")
        page.locator("#photo-retake").click()


def test_the_camera_s_own_larger_photo_is_kept_and_where_it_fails_the_video_s_picture(visitor: Visitor) -> None:
    page = visitor.context(FAKE_CAMERA, service_workers="block").new_page()
    page.add_init_script(SETTINGS.replace("{}", "{photo_countdown: '0', photo_moment: false}") + SMALL_VIDEO + LARGE_PHOTO)
    patient = (ROOT / "static" / "js" / "photo" / "still.js").read_text().replace("PHOTO_MS = 4000", "PHOTO_MS = 60_000")
    assert "60_000" in patient
    page.route("**/photo/still.js", lambda route: route.fulfill(body=patient, content_type="text/javascript"))
    page.goto(urljoin(visitor.url, PHOTO))
    wait_until(page, "globalThis.allsmiles?.stats.frames > 3")
    sizes = []
    for _ in range(2):
        page.locator("#fire-button").click()
        wait_for(page, "showing")
        sizes.append(shown_size(page))
        page.locator("#photo-keep").click()
        page.evaluate(PHOTO_FAILS)

    assert sizes == [[1920, 1080], [640, 480]]


def test_three_people_who_do_not_smile_are_never_taken_until_they_take_the_best_moment_offered(visitor: Visitor, videos: Path) -> None:
    page = visitor.open(videos / "three-people-walking.mjpeg", PHOTO)
    wait_for_faces(page, 3)

    seen = looks(page, 40, during_ms=15_000)

    assert all(look["group"]["smiling"] < look["group"]["faces"] for look in seen if look["group"]["faces"])
    expect(page.locator("#gallery > li")).to_have_count(0)
    assert page.evaluate("document.getElementById('main').dataset.capture") == "waiting"
    page.get_by_role("button", name="Good enough, take this one").click()
    wait_for(page, "showing")
    assert shown_size(page) == page.evaluate("[video.videoWidth, video.videoHeight]")


def test_the_one_who_is_missing_is_told_by_place_and_the_photo_waits_for_the_laugh(visitor: Visitor, smiler_and_thinker: Path) -> None:
    page = visitor.context(smiler_and_thinker).new_page()
    page.add_init_script(NO_COUNTDOWN)
    page.goto(urljoin(visitor.url, PHOTO))
    wait_until(page, "allsmiles.group.faces === 2 && allsmiles.group.smiling === 1 || document.querySelector('#gallery > li')")
    if page.locator("#gallery > li").count() == 0:
        expect(page.locator("#photo-line")).to_contain_text("is still thinking")

    wait_for(page, "showing")

    assert shown_size(page) == [640, 480]


def test_photos_survive_a_reload_and_can_be_looked_at_and_deleted(visitor: Visitor, smiling_woman: Path) -> None:
    page = visitor.open(smiling_woman, PHOTO)
    wait_for_faces(page, 1)
    page.keyboard.press("Space")
    wait_for(page, "showing")
    page.keyboard.press("Space")
    expect(page.locator("#photo-result")).to_be_hidden()

    page.reload()

    expect(page.locator("#gallery-count")).to_have_text("1 photo")
    page.locator("#gallery button").click()
    expect(page.get_by_role("dialog", name="Photo")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator('#viewer [data-do="delete"]').click()
    expect(page.locator("#gallery-count")).to_have_text("No photos yet")
    page.reload()
    expect(page.locator("#gallery-count")).to_have_text("No photos yet")
