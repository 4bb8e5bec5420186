"""A station before a real video, its counts on the dashboard, and what happens without a network."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.cameras import clip, write_camera
from tests.e2e.shops import Shop, log_in, running_shop, start, state
from tests.e2e.visitor import NO_CAMERA, Visitor, wait_until
from webapp.contract import CountBatch


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    # One visitor of a test is enough to be told.
    with running_shop(tmp_path_factory.mktemp("shop"), "--min-visits", "1") as shop:
        yield shop


@pytest.fixture(scope="session")
def passer_by(cameras: Path) -> Path:
    """A camera before which a man laughs for four seconds and is gone for three, again and again."""
    wall = np.broadcast_to(np.linspace(120, 200, 640, dtype=np.uint8)[None, :, None], (480, 640, 3))
    return write_camera(cameras / "passer_by.mjpeg", [*list(clip("franck.mp4", 149, 153))[:120], *[wall] * 90])


def test_a_station_counts_goes_on_without_a_network_and_starts_again_by_itself(guest: Visitor, shop: Shop, passer_by: Path) -> None:
    guest.expect("net::ERR_INTERNET_DISCONNECTED")
    guest.expect("status of 401")
    context = guest.context(passer_by)
    page = context.new_page()
    asked: set[str] = set()
    context.on("request", lambda request: asked.update(re.findall(r"/models/(gender[^/]*)/", request.url)))
    start(page, shop)
    assert shop.key not in page.url
    wait_until(page, "allsmiles.faces.length > 0")
    # The service worker keeps the usual one too.
    assert "gender-from-13" in asked

    dashboard = guest.context(passer_by).new_page()
    log_in(dashboard, shop.url)
    dashboard.get_by_role("button", name="Today").click()
    wait_until(page, "allsmiles.faces.length > 0")
    wait_until(page, "allsmiles.faces.length === 0")
    visits = dashboard.locator(".figure").nth(1).locator(".big")
    expect(visits).to_have_text(re.compile("[1-9]"), timeout=30_000)
    before_this = visits.inner_text()
    with page.expect_response(lambda answer: bool(re.search('"visits":[1-9]', answer.request.post_data or ""))):
        pass
    expect(visits).not_to_have_text(before_this, timeout=5_000)
    expect(dashboard.locator(".tile")).to_have_attribute("data-state", "live")

    context.set_offline(True)
    state(page, "offline")
    before = shop.counted()
    wait_until(page, "allsmiles.faces.length > 0")
    wait_until(page, "allsmiles.faces.length === 0")
    expect(page.locator("#state-text")).to_contain_text(re.compile("minutes? waits?"))
    assert shop.counted() == before
    context.set_offline(False)
    state(page, "counting")
    wait_until(page, "document.querySelector('main').dataset.state === 'counting'")
    after = shop.counted()
    assert after[0] > before[0]
    assert after[1] > 0

    page.reload()
    state(page, "counting")
    expect(page.locator("#setup")).to_be_hidden()
    assert queue(page, shop.station)["lost"] == 0


def test_a_station_shows_a_notice_or_a_mirror_leaves_out_what_it_is_told_and_sends_only_sums(
    guest: Visitor, shop: Shop, passer_by: Path
) -> None:
    page = guest.context(passer_by, viewport={"width": 900, "height": 700}).new_page()
    sent: list[tuple[str, str]] = []
    page.on("request", lambda request: request.method != "GET" and sent.append((request.url, request.post_data or "")))
    start(page, shop)
    expect(page.locator("#notice")).to_contain_text("Nothing is recorded.")
    assert page.locator("#notice a").get_attribute("href") == "/privacy#stations"
    wait_until(page, "allsmiles.faces.length > 0")

    page.mouse.move(300, 300)
    page.get_by_role("button", name="Mirror").click()
    expect(page.locator("main")).to_have_attribute("data-view", "mirror")
    # The mirror says it too.
    expect(page.locator("#notice .said")).to_be_visible()
    expect(page.locator("#notice .said")).to_contain_text("Faces are counted here")
    page.get_by_role("button", name="Leave out").click()
    box = page.locator("#zones").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 2, box["y"] + 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + box["height"] * 0.75, steps=4)
    page.mouse.up()
    expect(page.locator("#zones .zone")).to_have_count(1)
    seen = page.evaluate(
        """async () => {
          const begun = allsmiles.stats.frames;
          let most = 0;
          while (allsmiles.stats.frames < begun + 60) {
            await new Promise(requestAnimationFrame);
            if (allsmiles.stats.frames > begun + 2) most = Math.max(most, allsmiles.faces.length);
          }
          return most;
        }"""
    )
    with page.expect_request("**/counts"):
        pass
    page.reload()
    state(page, "counting")

    assert seen == 0
    assert page.locator("#zones .zone").count() == 1
    assert {url for url, _ in sent} == {f"{shop.url}/api/v1/stations/{shop.station}/counts"}
    for _, body in sent:
        # Nothing but the sums of the contract, and no text long enough to hold a picture.
        CountBatch.model_validate_json(body)
        assert len(body) < 2000


def test_a_station_whose_picture_stands_still_opens_its_camera_anew(guest: Visitor, shop: Shop, passer_by: Path) -> None:
    page = guest.context(passer_by).new_page()
    start(page, shop)
    wait_until(page, "allsmiles.faces.length > 0")

    with page.expect_event("load"):
        page.evaluate(
            """() => {
              const [begun, now] = [performance.now(), performance.now.bind(performance)];
              // A camera that gives nothing more and does not say so, and a clock that makes two minutes short.
              HTMLVideoElement.prototype.requestVideoFrameCallback = () => 0;
              performance.now = () => begun + 60 * (now() - begun);
            }"""
        )

    state(page, "counting")
    wait_until(page, "allsmiles.faces.length > 0")


def queue(page: Page, station: int) -> Any:
    """Return what the station keeps on its own disk."""
    return page.evaluate(
        """(id) => new Promise((resolve) => {
          const asked = indexedDB.open("allsmiles-station");
          asked.onsuccess = () => {
            const read = asked.result.transaction("queue").objectStore("queue").get(id);
            read.onsuccess = () => resolve(read.result);
          };
        })""",
        station,
    )


def test_a_withdrawn_key_is_told_on_the_station(guest: Visitor, shop: Shop) -> None:
    guest.expect("status of 403")
    page = guest.open(NO_CAMERA, f"/station#{shop.station}.not-its-key")
    page.get_by_label("People here are told").check()
    page.get_by_label("No staff at work").check()

    page.get_by_role("button", name="Start counting").click()

    expect(page.get_by_role("alert")).to_contain_text("make a new one on the dashboard")


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_a_manager_makes_a_place_with_a_station_and_finds_it_on_the_dashboard(guest: Visitor, shop: Shop, size: tuple[int, int]) -> None:
    guest.expect("status of 401")
    name = f"Corner {size[0]}"
    page = guest.context(NO_CAMERA, viewport={"width": size[0], "height": size[1]}).new_page()
    log_in(page, shop.url)
    page.get_by_role("link", name="Places", exact=True).click()

    page.get_by_role("button", name="New place").click()
    page.get_by_label("Name").first.fill(name)
    page.get_by_role("button", name="Save").click()
    panel = page.locator(".panel", has=page.get_by_role("heading", name=name))
    panel.get_by_role("button", name="New station").click()
    page.locator("#name-dialog").get_by_label("Name").fill("Door")
    page.locator("#name-dialog").get_by_role("button", name="Save").click()
    expect(page.locator("#key")).to_contain_text("/station#")
    page.get_by_role("button", name="Done").click()
    expect(panel).to_contain_text("Door")

    for language in ("de", "en"):
        page.goto(f"{shop.url}/admin?lang={language}")
        assert page.evaluate("[...document.querySelectorAll('.pages, html')].every((one) => one.scrollWidth <= one.clientWidth)")

    page.goto(f"{shop.url}/dashboard?period=7d")
    expect(page.locator(".league")).to_contain_text(name)
    page.locator("#metrics").get_by_role("button", name="Visits").click()
    expect(page).to_have_url(re.compile("show=visits"))
    page.go_back()
    expect(page.locator("#metrics").get_by_role("button", name="Satisfaction")).to_have_attribute("aria-pressed", "true")
    page.get_by_text("Show as a table").click()
    expect(page.locator("#line-table table")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.get_by_role("button", name="Log out").click()
    expect(page).to_have_url(re.compile("/login"))


def test_a_view_is_kept_and_shown_to_who_has_its_link_until_it_is_withdrawn(guest: Visitor, shop: Shop) -> None:
    page = guest.open(NO_CAMERA, "/login")
    log_in(page, shop.url)
    page.goto(f"{shop.url}/dashboard?period=7d&show=visits")
    state(page, "shown")
    page.get_by_text("Views", exact=True).click()
    page.locator("#view-name").fill("Last week")
    page.get_by_role("button", name="Keep this view").click()
    page.get_by_role("button", name="Embed: Last week").click()
    expect(page.locator("#embed-code")).to_have_value(re.compile("<iframe"))
    lines = page.locator("#embed-code").input_value()
    page.get_by_role("button", name="Close").click()

    stranger = guest.open(NO_CAMERA, str(re.search(r'src="([^"]+)"', lines)[1]))  # type: ignore[index]

    state(stranger, "shown")
    expect(stranger.get_by_role("heading", name="Last week")).to_be_visible()
    expect(stranger.locator("#metrics [aria-pressed=true]")).to_have_text("Visits")
    expect(stranger.locator(".filters")).to_be_hidden()

    page.get_by_role("button", name="Withdraw: Last week").click()
    expect(page.get_by_role("button", name="Withdraw: Last week")).to_have_count(0)
    guest.expect("404")
    stranger.reload()
    expect(stranger.get_by_role("heading", name="There is nothing here")).to_be_visible()
