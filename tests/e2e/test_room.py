"""A room of three cameras in three visits of one browser: they shoot together, and nobody who goes blocks the others."""

from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Page, expect

from tests.e2e.visitor import Visitor, wait_for_faces, wait_until

SPREAD_MS = 50
STATE = "document.getElementById('main').dataset.roomState === known"
SHOT = "document.getElementById('main').dataset.shotAt !== undefined"


def enter(visitor: Visitor, camera: Path, code: str, **options: object) -> Page:
    context = visitor.context(camera, **options)
    page = context.new_page()
    page.goto(urljoin(visitor.url, f"/room/{code}?backend=wasm"))
    return page


def shot_at(page: Page) -> float:
    wait_until(page, SHOT)
    return float(page.evaluate("document.getElementById('main').dataset.shotAt"))


def test_three_cameras_shoot_at_one_moment_and_a_killed_one_does_not_block(visitor: Visitor, smiling_woman: Path) -> None:
    pages = [enter(visitor, smiling_woman, "SMXLES") for _ in range(3)]
    for page in pages:
        wait_for_faces(page, 1)

    times = [shot_at(page) for page in pages]

    assert max(times) - min(times) <= SPREAD_MS, times
    for page in pages:
        expect(page.locator("#room-share")).to_be_visible()
        page.locator("#room-share").click()
    for page in pages:
        expect(page.locator("#room-ask")).to_have_text("One photo of all of you. Everybody has it.")
    pages[2].context.close()
    for page in pages[:2]:
        page.locator("#room-next").click()
        page.evaluate("delete document.getElementById('main').dataset.shotAt")
    expect(pages[0].locator("#seats .away")).to_have_count(1)
    assert abs(shot_at(pages[0]) - shot_at(pages[1])) <= SPREAD_MS
