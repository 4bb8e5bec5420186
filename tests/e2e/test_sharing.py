"""Sharing by QR code: one photo, its link on another device, the second screen, and its end."""

import json
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Page, expect

from tests.e2e.program import program
from tests.e2e.visitor import NO_CAMERA, Visitor, wait_for_faces, wait_until

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
NO_COUNTDOWN = "if (location.protocol === 'http:') localStorage.setItem('allsmiles.settings', JSON.stringify({photo_countdown: '0'}))"
OVERFLOWS = "document.documentElement.scrollWidth > innerWidth"
GONE = "Dieses Foto wurde gelöscht, oder seine Zeit ist um. Bitte die Person, die es geteilt hat, es noch einmal zu teilen."
LOADED = "document.getElementById(known).naturalWidth > 0"


def test_a_photo_goes_by_qr_code_to_a_phone_and_the_second_screen_and_is_deleted(visitor: Visitor, smiling_woman: Path) -> None:
    opened = visitor.context(smiling_woman).request.post(urljoin(visitor.url, "/api/v1/events"), data={"name": "Party", "slideshow": True})
    event = opened.json()
    context = visitor.context(smiling_woman)
    context.add_init_script(NO_COUNTDOWN)
    page = context.new_page()
    page.goto(urljoin(visitor.url, f"/?backend=wasm&photo&event={event['event']}"))
    wait_for_faces(page, 1)
    expect(page.locator("#photo-result")).to_be_visible()

    page.locator("#photo-result").get_by_role("button", name="QR code").click()
    expect(page.locator("#share-done")).to_be_hidden()
    page.get_by_role("button", name="Send it and show the code").click()

    expect(page.locator("#share-done")).to_be_visible()
    wait_until(page, LOADED, "share-code")
    link = page.locator("#share-url").get_attribute("href") or ""
    phone = opened_link(visitor, smiling_woman, link)
    assert not phone.evaluate(OVERFLOWS)
    screen = visitor.context(smiling_woman).new_page()
    screen.goto(event["slideshow_url"])
    expect(screen.locator("#slides img.shown")).to_be_visible()

    page.get_by_role("button", name="Delete it now").click()

    expect(page.locator("#share-said")).to_have_text("It is gone from the server.")
    expect(screen.locator("#wait")).to_be_visible()
    visitor.expect("404")
    phone.reload()
    expect(phone.get_by_role("heading")).to_have_text("There is nothing here")


def test_the_delete_link_deletes_after_a_second_click(visitor: Visitor, astronaut_jpeg: bytes) -> None:
    context = visitor.context(NO_CAMERA, **PHONE)
    shared = context.request.post(
        urljoin(visitor.url, "/api/v1/photos"), data=astronaut_jpeg, headers={"Content-Type": "image/jpeg"}
    ).json()
    page = context.new_page()
    page.goto(shared["delete_url"])

    page.get_by_role("button", name="Delete from the server").tap()
    expect(page.locator("#photo")).to_be_visible()
    page.get_by_role("button", name="Really delete it for everyone").tap()

    expect(page.locator("#said")).to_have_text("The photo is gone from the server.")
    assert context.request.get(shared["url"]).status == 404


def test_a_server_without_room_says_so_and_the_photo_stays_on_the_device_until_another_s_time_is_over(
    visitor: Visitor, smiling_woman: Path, astronaut_jpeg: bytes, tmp_path: Path
) -> None:
    with program(tmp_path, "--photos-most", "1") as (url, _):
        visitor.url = url
        other = visitor.context(smiling_woman).request
        shared = other.post(urljoin(url, "/api/v1/photos"), data=astronaut_jpeg, headers={"Content-Type": "image/jpeg"}).json()
        visitor.expect("507")
        page = visitor.context(smiling_woman).new_page()
        page.add_init_script(NO_COUNTDOWN)
        page.goto(urljoin(url, "/?backend=wasm&photo"))
        expect(page.locator("#photo-result")).to_be_visible()

        page.locator("#photo-result").get_by_role("button", name="QR code").click()
        page.get_by_role("button", name="Send it and show the code").click()

        expect(page.locator("#share-said")).to_contain_text("still on your device")
        expect(page.locator("#share-send")).to_be_enabled()
        expire(tmp_path)
        page.get_by_role("button", name="Send it and show the code").click()
        expect(page.locator("#share-done")).to_be_visible()
        visitor.expect("404")
        phone = visitor.context(smiling_woman, locale="de-DE", **PHONE).new_page()
        phone.goto(shared["url"])
        expect(phone.locator(".lead")).to_have_text(GONE)
        assert not phone.evaluate(OVERFLOWS)
        page.keyboard.press("Escape")
        expect(page.locator("#gallery-count")).to_have_text("1 photo")
        page.context.close()


def expire(folder: Path) -> None:
    """Let the time of the photos be over that a program keeps in `folder`."""
    for sidecar in (folder / "data" / "photos").glob("*.json"):
        sidecar.write_text(json.dumps(json.loads(sidecar.read_text()) | {"expires": 0}))


def opened_link(visitor: Visitor, camera: Path, link: str) -> Page:
    """Open a link on a phone that was never here, and wait for its photo."""
    page = visitor.context(camera, **PHONE).new_page()
    page.goto(link)
    wait_until(page, LOADED, "photo")
    return page
