"""A room of three cameras in three visits of one browser: they shoot together."""

from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Page, expect

from tests.e2e.visitor import Visitor, wait_for_faces, wait_until

SPREAD_MS = 50
SHOT = "document.getElementById('main').dataset.shotAt !== undefined"


def enter(visitor: Visitor, camera: Path, code: str, **options: object) -> Page:
    context = visitor.context(camera, **options)
    page = context.new_page()
    page.goto(urljoin(visitor.url, f"/room/{code}?backend=wasm"))
    return page


def shot_at(page: Page) -> float:
    wait_until(page, SHOT)
    return float(page.evaluate("document.getElementById('main').dataset.shotAt"))


def test_three_cameras_shoot_at_one_moment_and_each_is_asked_before_its_frame_travels(visitor: Visitor, smiling_woman: Path) -> None:
    pages = [enter(visitor, smiling_woman, "SMXLES") for _ in range(3)]
    for page in pages:
        wait_for_faces(page, 1)

    times = [shot_at(page) for page in pages]

    assert max(times) - min(times) <= SPREAD_MS, times
    for page in pages:
        expect(page.locator("#room-share")).to_be_visible()
