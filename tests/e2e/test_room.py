"""A room of three cameras in three visits of one browser: they shoot together, share, and nobody who goes blocks the others."""

from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Page, expect

from tests.e2e.visitor import Visitor, wait_for_faces, wait_until

SPREAD_MS = 50
TAKEN = "Number(document.getElementById('main').dataset.shot ?? 0) > known"
ALL_IN = "document.querySelectorAll('#seats li').length === known"


def enter(visitor: Visitor, camera: Path, code: str) -> Page:
    page = visitor.context(camera).new_page()
    page.goto(urljoin(visitor.url, f"/room/{code}?backend=wasm"))
    return page


def taken_together(pages: list[Page], after: int) -> list[float]:
    """Arm the room, wait for a photo of all, and give when each camera took it, in ms on the server's clock."""
    for page in pages:
        if page.locator("#room-result").is_visible():
            page.locator("#room-next").click()
    for page in pages:
        wait_until(page, TAKEN, after)
    return [float(page.evaluate("document.getElementById('main').dataset.shotAt")) for page in pages]


def last_shot(pages: list[Page]) -> int:
    return max(int(page.evaluate("document.getElementById('main').dataset.shot ?? 0")) for page in pages)


def test_three_cameras_shoot_at_one_moment_share_and_go_on_without_a_killed_one(visitor: Visitor, smiling_woman: Path) -> None:
    pages = [enter(visitor, smiling_woman, "SMXLES") for _ in range(3)]
    for page in pages:
        wait_for_faces(page, 1)
        wait_until(page, ALL_IN, 3)

    times = taken_together(pages, last_shot(pages))

    assert max(times) - min(times) <= SPREAD_MS, times
    for page in pages:
        page.locator("#room-share").click()
    for page in pages:
        expect(page.locator("#room-ask")).to_have_text("One photo of all of you. Everybody has it.")
    shot = last_shot(pages)
    pages[2].context.close()
    first, second = taken_together(pages[:2], shot)
    assert abs(first - second) <= SPREAD_MS
    expect(pages[0].locator("#seats .away")).to_have_count(1)
