"""What is looked at instead of a camera, and what the page says when there is none."""

import base64
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.cameras import CLIPS
from tests.e2e.visitor import NO_CAMERA, TWO_CAMERAS, WASM, Visitor, looks, wait_for_faces, wait_until

DROP = """([base64, name, type]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name, { type }));
  const stage = document.getElementById("stage");
  const fire = (kind) => stage.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
  fire("dragenter");
  const hinted = !document.getElementById("drop-here").hidden;
  fire("dragover");
  fire("drop");
  return hinted;
}"""
PICTURE = "/static/pictures/astronaut.jpg"


@pytest.fixture
def picture(tmp_path: Path, astronaut_jpeg: bytes) -> Path:
    path = tmp_path / "astronaut.jpg"
    path.write_bytes(astronaut_jpeg)
    return path


def with_picture(context: BrowserContext, address: str, picture: bytes) -> Page:
    """Open a page on a server that also has a picture of a person; ours has only its icons."""
    context.route(address, lambda route: route.fulfill(body=picture, content_type="image/jpeg"))
    return context.new_page()


def test_a_blocked_camera_says_what_to_do_and_a_picture_is_looked_at_instead(visitor: Visitor, picture: Path) -> None:
    page = visitor.open("any camera", allowed=False)
    page.click("#start-button")

    trouble = page.get_by_role("alert")
    expect(trouble).to_contain_text("The camera is blocked for this page")
    expect(trouble.locator("li").first).to_contain_text("Click the icon at the left of the address")
    expect(trouble.get_by_role("button", name="Try again")).to_be_visible()

    with page.expect_file_chooser() as chooser:
        trouble.get_by_role("button", name="Open a picture or video").click()
    chooser.value.set_files(picture)

    [face] = wait_for_faces(page, 1)
    assert face["emotion"] == "happy"
    expect(trouble).to_be_hidden()
    expect(page.get_by_alt_text("The picture being looked at: astronaut.jpg")).to_be_visible()
    expect(page.locator("#face-list > li")).to_contain_text("perceived gender: ")


def test_without_a_camera_the_page_says_so(visitor: Visitor) -> None:
    page = visitor.open(NO_CAMERA)

    expect(page.get_by_role("alert")).to_contain_text("No camera found")
    expect(page.get_by_role("alert")).to_contain_text("open a picture or video instead")
    expect(page.locator("#snapshot-button")).to_be_disabled()


def test_a_dropped_picture_is_looked_at(visitor: Visitor, astronaut_jpeg: bytes) -> None:
    page = visitor.open(NO_CAMERA)
    expect(page.get_by_role("alert")).to_contain_text("No camera found")

    hinted = page.evaluate(DROP, [base64.b64encode(astronaut_jpeg).decode(), "dropped.jpg", "image/jpeg"])

    assert hinted
    expect(page.locator("#drop-here")).to_be_hidden()
    [face] = wait_for_faces(page, 1)
    assert face["emotion"] == "happy"
    expect(page.get_by_alt_text("The picture being looked at: dropped.jpg")).to_be_visible()


def test_a_video_file_is_looked_at_and_the_camera_comes_back(visitor: Visitor, smiling_woman: Path) -> None:
    page = visitor.open(smiling_woman)
    [woman] = wait_for_faces(page, 1)

    page.set_input_files("#file", CLIPS / "cap13_edit2.webm")

    wait_until(page, "document.getElementById('video').videoWidth === 400")
    [man] = wait_for_faces(page, 1)
    assert man["box"]["x"] + man["box"]["width"] <= 400
    assert all(len(look["faces"]) == 1 for look in looks(page, 10))

    page.get_by_role("button", name="Camera").click()

    wait_until(page, "document.getElementById('video').videoWidth === 640")
    [again] = wait_for_faces(page, 1)
    assert again["box"]["x"] == pytest.approx(woman["box"]["x"], abs=15)


def test_a_file_that_is_no_picture_is_refused(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.open(NO_CAMERA)
    expect(page.get_by_role("alert")).to_contain_text("No camera found")
    (tmp_path / "notes.txt").write_text("hello")

    page.set_input_files("#file", tmp_path / "notes.txt")

    expect(page.get_by_role("alert")).to_contain_text("notes.txt is not a picture or video")


def test_a_picture_of_this_server_is_opened_by_its_address(visitor: Visitor, astronaut_jpeg: bytes) -> None:
    page = with_picture(visitor.context(NO_CAMERA), visitor.url + PICTURE, astronaut_jpeg)

    page.goto(f"{visitor.url}{WASM}&source={PICTURE}")

    [face] = wait_for_faces(page, 1)
    assert face["emotion"] == "happy"


def test_a_picture_without_faces_says_so(visitor: Visitor) -> None:
    page = visitor.open(NO_CAMERA, f"{WASM}&source=/static/icons/icon-180.png")

    expect(page.locator("#nobody")).to_have_text("No face found in this picture. Try one where faces are larger.")
    assert page.evaluate("allsmiles.faces") == []


@pytest.mark.parametrize("address", ["https://example.org/faces.jpg", "//example.org/faces.jpg", "data:image/png;base64,AAAA"])
def test_a_picture_of_another_server_is_refused(visitor: Visitor, address: str) -> None:
    page = visitor.open(NO_CAMERA, f"{WASM}&source={quote(address, safe='')}")

    expect(page.get_by_role("alert")).to_contain_text("Only pictures of this server can be opened by address")
    expect(page.get_by_role("alert")).to_contain_text(address)


def test_an_address_without_a_picture_says_so(visitor: Visitor) -> None:
    page = visitor.open(NO_CAMERA, f"{WASM}&source=/models")

    expect(page.get_by_role("alert")).to_contain_text("There is no picture or video at that address")


def test_one_of_two_cameras_is_picked(visitor: Visitor) -> None:
    page = visitor.open(TWO_CAMERAS)
    select = page.locator("#camera-select")
    expect(select.locator("option")).to_have_count(2)
    first = select.input_value()
    wait_until(page, "allsmiles.stats.frames > 0")

    page.keyboard.press("c")

    wait_until(page, "document.getElementById('video').srcObject?.getVideoTracks()[0].getSettings().deviceId !== known", first)
    expect(select).not_to_have_value(first)
    expect(page.locator("#flip-button")).to_be_visible()
    assert len(looks(page, 2)) >= 2
