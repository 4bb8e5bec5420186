"""Two languages: the browser's at first, the one switched to afterwards, with and without a network."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.e2e.program import program
from tests.e2e.visitor import NO_CAMERA, Visitor, wait_until
from webapp.config import Config
from webapp.shop import demo, store
from webapp.shop.store import open_store

LONG_WORDS = [(390, 844), (1280, 800)]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a program with two weeks of invented counts, and the password of their owner."""
    folder = tmp_path_factory.mktemp("shop")
    with open_store(Config(data_dir=folder / "data")).writing() as connection:
        password = demo.fill(connection, 1, 5, store.now(), 15)
    with program(folder) as (url, _):
        yield url, password


@pytest.fixture
def guest(playwright: Playwright, shop: tuple[str, str], browsers: dict[tuple[str, ...], Browser]) -> Iterator[Visitor]:
    visitor = Visitor(playwright, shop[0], browsers)
    yield visitor
    visitor.leave()


def log_in(page: Page, password: str, words: tuple[str, str, str]) -> None:
    """Log in on a page whose labels are these words."""
    page.get_by_label(words[0]).fill(demo.EMAIL)
    page.get_by_label(words[1]).fill(password)
    page.get_by_role("button", name=words[2]).click()
    page.wait_for_url(re.compile("/dashboard"))
    expect(page.locator("main")).to_have_attribute("data-state", "shown")


def test_a_manager_sees_german_words_and_numbers_and_switches_to_english(guest: Visitor, shop: tuple[str, str]) -> None:
    guest.expect("status of 401")
    page = guest.open(NO_CAMERA, "/dashboard?period=7d", locale="de-DE")
    log_in(page, shop[1], ("E-Mail", "Passwort", "Anmelden"))
    figures = page.locator(".figure")

    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(figures.nth(0)).to_contain_text(re.compile(r"Zufriedenheit\s*\d+,\d von 100"))
    expect(figures.nth(1)).to_contain_text(re.compile(r"Besuche\s*\d{1,3}(\.\d{3})+"))
    expect(page.locator("#mix")).to_contain_text("fröhlich")
    expect(page.locator("#heat")).to_contain_text("Mo")
    expect(page.locator("#period-text")).to_contain_text("verglichen mit")

    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(figures.nth(0)).to_contain_text(re.compile(r"Satisfaction\s*\d+\.\d of 100"))
    expect(page).to_have_url(re.compile(r"/dashboard\?period=7d$"))

    page.get_by_role("link", name="Places", exact=True).click()
    expect(page.get_by_role("heading", name="Places and stations")).to_be_visible()


@pytest.mark.parametrize("size", LONG_WORDS, ids=["phone", "desktop"])
def test_no_german_page_is_wider_than_its_screen(guest: Visitor, shop: tuple[str, str], size: tuple[int, int]) -> None:
    guest.expect("status of 401")
    page = guest.open(NO_CAMERA, "/login", locale="de-DE", viewport={"width": size[0], "height": size[1]})
    log_in(page, shop[1], ("E-Mail", "Passwort", "Anmelden"))

    for address in ("/dashboard", "/admin", "/alerts", "/privacy", "/models", "/station", "/nowhere"):
        guest.expect("status of 404")
        page.goto(shop[0] + address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], address
        expect(page.locator("html")).to_have_attribute("lang", "de")


def test_a_page_kept_for_later_comes_in_the_language_switched_to(guest: Visitor) -> None:
    context = guest.context(NO_CAMERA, locale="de-DE")
    page = context.new_page()
    page.goto(guest.url + "/privacy")
    wait_until(page, "navigator.serviceWorker.controller")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihre Bilder bleiben hier")

    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your pictures stay here")
    # Pages ask for news of themselves.
    guest.expect("ERR_INTERNET_DISCONNECTED")
    context.set_offline(True)
    page.get_by_role("link", name="Networks", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How good the networks are")
    expect(page.locator("html")).to_have_attribute("lang", "en")

    page.get_by_role("link", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wie gut die Netze sind")
    page.get_by_role("link", name="Datenschutz").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihre Bilder bleiben hier")
