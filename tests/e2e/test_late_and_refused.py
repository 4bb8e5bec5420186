"""Who comes too late, too often or to a full room: clear words, a page that goes on by itself, and no photo of the others."""

from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Page, expect

from tests.e2e.actors import Moods, direct
from tests.e2e.program import program
from tests.e2e.test_devices import OVERFLOWS, UPRIGHT
from tests.e2e.test_room import ALL_IN, TAKEN, enter
from tests.e2e.visitor import FAKE_CAMERA, Visitor, wait_for_faces, wait_until

HEAR_FRAMES = """const Plain = WebSocket;
globalThis.pictures = 0;
globalThis.WebSocket = class extends Plain {
  constructor(...how) {
    super(...how);
    this.addEventListener("message", ({ data }) => { if (typeof data !== "string") pictures += 1; });
  }
};"""
"""Counts what comes over the connection other than text: in a room these are frames alone."""
TOO_OFTEN = "Zu viele Beitritte von dieser Adresse. Diese Seite versucht es gleich von selbst noch einmal."
FULL = "Dieser Raum ist voll (erlaubte Kameras: 3). Diese Seite kommt von selbst hinein, wenn eine geht."


def german(visitor: Visitor, moods: Moods) -> Page:
    """Open a page of the room LATEST on a German phone that counts the pictures it is sent."""
    context = visitor.context(FAKE_CAMERA, locale="de-DE", **UPRIGHT)
    direct(context, moods)
    context.add_init_script(HEAR_FRAMES)
    page = context.new_page()
    page.goto(urljoin(visitor.url, "/room/LATEST?backend=wasm"))
    return page


def test_who_joins_late_gets_no_photo_and_who_is_refused_is_told_why_and_comes_in_by_itself(
    visitor: Visitor, people: list[Moods], tmp_path: Path
) -> None:
    with program(tmp_path, "--room-cameras", "3", "--room-joins-per-minute", "4") as (url, _):
        visitor.url = url
        pages = [enter(visitor, moods, "LATEST") for moods in people[2:]]
        for page in pages:
            wait_for_faces(page, 1)
            wait_until(page, TAKEN, 0)
            expect(page.locator("#room-share")).to_be_visible()

        late = german(visitor, people[0])
        wait_until(late, ALL_IN, 3)
        for page in pages:
            page.locator("#room-share").click()

        for page in pages:
            expect(page.locator("#room-ask")).to_have_text("One photo of all of you. Everybody has it.")
        expect(late.locator("#room-result")).to_be_hidden()
        assert late.evaluate("pictures") == 0

        refused = german(visitor, people[1])
        expect(refused.locator("#room-line")).to_have_text(FULL)
        while refused.locator("#room-line").text_content() == FULL:
            refused.reload()
            wait_until(refused, "['full', 'too_many_requests'].includes(document.getElementById('main').dataset.roomState)")
        expect(refused.locator("#room-line")).to_have_text(TOO_OFTEN)
        expect(refused.locator("#room-leave")).to_be_visible()
        assert not refused.evaluate(OVERFLOWS)

        late.locator("#room-leave").tap()

        wait_until(refused, ALL_IN, 3)
        for page in (*pages, late, refused):
            page.context.close()


def test_who_finds_a_room_full_comes_in_by_itself_when_somebody_leaves(visitor: Visitor, people: list[Moods], tmp_path: Path) -> None:
    with program(tmp_path, "--room-cameras", "1") as (url, _):
        visitor.url = url
        first = enter(visitor, people[2], "LATEST")
        wait_until(first, ALL_IN, 1)
        waiting = enter(visitor, people[3], "LATEST")
        expect(waiting.locator("#room-line")).to_have_text(
            "This room is full (cameras allowed: 1). This page comes in by itself when one leaves."
        )

        first.locator("#room-leave").click()

        wait_until(waiting, ALL_IN, 1)
        for page in (first, waiting):
            page.context.close()
