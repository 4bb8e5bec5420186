"""Group photos and rooms on phones: by touch, without a network, and with one that comes and goes."""

from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Page, expect

from tests.e2e.actors import Moods, become, direct
from tests.e2e.program import program, stop
from tests.e2e.test_devices import KEPT, NETWORKS_KEPT, OVERFLOWS, UPRIGHT, too_small
from tests.e2e.test_room import ALL_IN, STATE, TAKEN, put_away
from tests.e2e.visitor import FAKE_CAMERA, Visitor, wait_for_faces, wait_until

SETTINGS = """try {
  localStorage.setItem("allsmiles.settings", JSON.stringify({ photo_countdown: "0", photo_sound: false, photo_flash: false }));
} catch {
  // A page before the first has no storage.
}
const Plain = WebSocket;
globalThis.sockets = [];
globalThis.WebSocket = class extends Plain {
  constructor(...how) {
    super(...how);
    sockets.push(this);
  }
};"""
"""Photos at once, and what a connection that breaks is made of."""


def phone(visitor: Visitor, moods: Moods, path: str) -> Page:
    """Open a page on a phone whose camera sees people of these moods."""
    context = visitor.context(FAKE_CAMERA, **UPRIGHT)
    context.add_init_script(SETTINGS)
    direct(context, moods)
    page = context.new_page()
    page.goto(urljoin(visitor.url, path))
    return page


def test_a_phone_takes_keeps_and_shows_photos_without_a_network(visitor: Visitor, people: list[Moods], tmp_path: Path) -> None:
    with program(tmp_path) as (url, process):
        visitor.url = url
        page = phone(visitor, people[0], "/?backend=wasm&photo")
        wait_for_faces(page, 1)
        wait_until(page, KEPT)
        kept = page.evaluate(NETWORKS_KEPT, ["emotion-ferplus", "gender-best"])
        assert kept, "networks that came before the service worker are lost with the network"
        stop(process)
    page.context.set_offline(True)
    visitor.expect("Failed to load resource")
    page.reload()
    wait_for_faces(page, 1)
    assert not page.evaluate(OVERFLOWS)
    assert too_small(page, ".control, #photo-panel button, #photo-panel label, #photo-panel summary") == []

    become(page, "smiling")

    expect(page.locator("#photo-result")).to_be_visible()
    assert not page.evaluate(OVERFLOWS)
    assert too_small(page, "#photo-result button") == []
    page.locator("#photo-keep").tap()
    expect(page.locator("#gallery img")).to_have_count(1)
    page.reload()
    expect(page.locator("#gallery img")).to_have_count(1)
    page.locator("#gallery img").tap()
    expect(page.locator("#viewer")).to_be_visible()
    assert too_small(page, "#viewer button") == []


def test_the_host_says_who_is_waited_for_a_lost_connection_comes_back_and_the_room_ends_for_all(
    visitor: Visitor,
    people: list[Moods],
) -> None:
    host, guest = (phone(visitor, moods, "/room/PHXNES?backend=wasm") for moods in (people[2], people[0]))
    for page in (host, guest):
        wait_for_faces(page, 1)
        wait_until(page, ALL_IN, 2)
        assert not page.evaluate(OVERFLOWS)
        assert too_small(page, ".control, .room-panel button, .room-panel label") == []
    expect(guest.get_by_label("Wait for this camera")).to_have_count(0)
    expect(guest.locator("#room-end")).to_be_hidden()
    expect(host.locator("#room-line")).to_have_text("Camera 2 is still thinking")

    host.get_by_label("Wait for this camera").nth(1).uncheck()

    for page in (host, guest):
        wait_until(page, TAKEN, 0)
    expect(guest.locator("#room-ask")).to_be_visible()
    host.get_by_label("Wait for this camera").nth(1).check()
    put_away([host, guest])
    wait_until(host, STATE, "waiting")

    visitor.expect("Failed to load resource")
    visitor.expect("WebSocket")
    guest.context.set_offline(True)
    guest.evaluate("sockets.forEach((socket) => socket.close())")
    expect(guest.locator("#room-line")).to_have_text("The connection is lost, coming back")
    expect(host.locator("#seats .away")).to_have_count(1)
    guest.context.set_offline(False)
    expect(host.locator("#seats .away")).to_have_count(0)
    wait_until(guest, ALL_IN, 2)
    expect(guest.locator("#seats li").nth(1)).to_contain_text("Camera 2, you")

    host.locator("#room-end").tap()

    for page in (host, guest):
        expect(page.locator("#room-line")).to_have_text("The host ended the room.")
        expect(page.locator("#fire-button")).to_be_hidden()
