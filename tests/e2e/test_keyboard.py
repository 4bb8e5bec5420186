"""The whole group photo by keyboard alone: start, take, keep, gallery, share, and after a reload take back what was shared."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.visitor import Visitor, wait_for_faces, wait_until

STATE = "document.getElementById('main').dataset.capture === known"
MOST_TABS = 80
OLDEST = "#gallery li:last-child button"
"""The photo that was kept first: who goes on smiling may be taken once more meanwhile, and the newest stands first."""


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until an element has the focus, and see that it shows it."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
            return
    raise AssertionError(f"{selector} is not reached by {MOST_TABS} tabs")


def test_a_photo_is_taken_kept_shared_and_taken_back_after_a_reload_by_keyboard_alone(visitor: Visitor, smiling_woman: Path) -> None:
    page = visitor.open(smiling_woman)
    wait_for_faces(page, 1)
    page.keyboard.press("g")
    wait_until(page, "document.getElementById('main').dataset.mode === 'photo'")

    wait_until(page, STATE, "showing")
    expect(page.locator("#photo-keep")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#photo-result")).to_be_hidden()
    expect(page.locator("#fire-button")).to_be_focused()

    tab_to(page, OLDEST)
    page.keyboard.press("Enter")
    tab_to(page, '#viewer [data-do="link"]')
    page.keyboard.press("Enter")
    tab_to(page, "#share-send")
    page.keyboard.press("Enter")
    expect(page.locator("#share-done")).to_be_visible()
    link = page.locator("#share-url").get_attribute("href") or ""
    for _ in range(2):
        page.keyboard.press("Escape")
    expect(page.locator("#viewer")).to_be_hidden()
    expect(page.locator(OLDEST)).to_be_focused()

    page.reload()
    wait_until(page, "document.querySelectorAll('#gallery button').length > 0")
    tab_to(page, OLDEST)
    page.keyboard.press("Enter")
    tab_to(page, '#viewer [data-do="link"]')
    page.keyboard.press("Enter")
    expect(page.locator("#share-url")).to_have_attribute("href", link)
    tab_to(page, "#share-delete")
    page.keyboard.press("Enter")
    expect(page.locator("#share-said")).to_have_text("It is gone from the server.")
    assert page.context.request.get(link).status == 404
