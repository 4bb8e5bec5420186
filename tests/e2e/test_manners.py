"""What a page promises: nothing from other hosts, nothing the content policy would refuse, and names for everything."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.visitor import NO_CAMERA, Visitor, wait_for_faces

NAMELESS = """() => [...document.querySelectorAll("button:not([hidden]), a[href], input:not([hidden]), select")]
  .filter((one) => !(one.ariaLabel || one.textContent.trim() || one.labels?.[0]?.textContent.trim()))
  .map((one) => one.outerHTML)"""


def test_the_policy_allows_only_this_server(visitor: Visitor) -> None:
    page = visitor.context(NO_CAMERA).new_page()

    answer = page.goto(visitor.url)

    assert answer
    policy = dict(rule.strip().split(" ", 1) for rule in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert policy["connect-src"] == "'self'"
    assert policy["object-src"] == "'none'"


def test_a_script_written_into_the_page_is_refused(visitor: Visitor) -> None:
    page = visitor.open(NO_CAMERA)
    visitor.expect("Content Security Policy")

    page.evaluate("document.body.append(Object.assign(document.createElement('script'), { textContent: 'globalThis.intruder = true' }))")

    assert page.evaluate("globalThis.intruder") is None
    assert any("Content Security Policy" in wrong for wrong in visitor.wrongs)


def test_a_question_to_another_host_is_refused(visitor: Visitor) -> None:
    page = visitor.open(NO_CAMERA)
    visitor.expect("Content Security Policy")
    visitor.expect("a request to another host")
    visitor.expect("Fetch API cannot load")

    answer = page.evaluate("fetch('https://example.org/').catch(({ name }) => name)")

    assert answer == "TypeError"
    assert visitor.wrongs


def test_what_is_published_is_read_only(visitor: Visitor, smiling_woman: Path) -> None:
    page = visitor.open(smiling_woman)
    wait_for_faces(page, 1)

    assert (
        page.evaluate("(() => { 'use strict'; try { allsmiles.faces = []; return 'changed'; } catch ({ name }) { return name; } })()")
        == "TypeError"
    )
    assert (
        page.evaluate("(() => { 'use strict'; try { allsmiles.faces.push(1); return 'changed'; } catch ({ name }) { return name; } })()")
        == "TypeError"
    )


@pytest.mark.parametrize("path", ["/", "/models", "/privacy"])
def test_everything_that_can_be_pressed_has_a_name(visitor: Visitor, path: str) -> None:
    page = visitor.open(NO_CAMERA, path)

    assert page.evaluate(NAMELESS) == []
    assert page.evaluate("document.documentElement.lang") == "en"
    expect(page.locator("h1")).to_have_count(1)


def test_the_keyboard_reaches_every_control(visitor: Visitor, smiling_woman: Path) -> None:
    page = visitor.open(smiling_woman)
    wait_for_faces(page, 1)
    wanted = set(page.locator(".control:visible:enabled").evaluate_all("list => list.map(({ id }) => id)"))

    assert len(wanted) >= 6
    assert wanted <= focused_by_tab(page, 30)


def focused_by_tab(page: Page, presses: int) -> set[str]:
    """Press Tab and give the ids of what had the focus."""
    ids = set()
    for _ in range(presses):
        page.keyboard.press("Tab")
        ids.add(page.evaluate("document.activeElement?.id"))
    return ids
