"""A manager makes an alert and a token in the browser, and both work."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from tests.e2e.shops import EMAIL, Shop, log_in, running_shop
from tests.e2e.visitor import NO_CAMERA, Visitor
from tests.webapp.notices.receivers import Hook, Mailbox, mail_server, webhook
from webapp.shop.schema import organisations


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture(scope="module")
def hook() -> Iterator[Hook]:
    with webhook() as hook:
        yield hook


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, mailbox: Mailbox) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("managing")
    mail = ("--smtp-host", "127.0.0.1", "--smtp-port", str(mailbox.port), "--smtp-tls", "none", "--mail-from", "smiles@shop.example")
    with running_shop(folder, *mail, "--webhook-private") as shop:
        yield shop


def test_a_manager_makes_alerts_and_tries_them_out(guest: Visitor, shop: Shop, mailbox: Mailbox, hook: Hook) -> None:
    page = guest.context(NO_CAMERA).new_page()
    log_in(page, shop.url)
    page.goto(f"{shop.url}/alerts")
    page.get_by_role("button", name="New alert").click()
    page.get_by_label("Where").select_option(label="Main street: Till 1")
    page.get_by_label("Satisfaction under").fill("60")
    page.get_by_role("button", name="Save").click()
    row = page.locator("#alerts li", has_text="Till 1, Main street")
    expect(row).to_contain_text(f"satisfaction under 60 for 15 minutes with at least 20 visits, to {EMAIL}")

    row.get_by_role("button", name="Send a test").click()
    expect(row).to_contain_text("last message: a test, sent")

    page.get_by_role("button", name="New alert").click()
    page.get_by_label("A program, by webhook").check()
    page.locator("#alert-form input[name=url]").fill(hook.url)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#secret")).not_to_be_empty()
    secret = page.locator("#secret").inner_text()
    page.get_by_role("button", name="Done").click()
    other = page.locator("#alerts li", has_text="127.0.0.1")
    hook.status = 500
    other.get_by_role("button", name="Send a test").click()
    expect(other).to_contain_text("last message failed: 127.0.0.1 answers 500")
    other.get_by_role("button", name="Pause").click()
    expect(other).to_contain_text("paused")

    assert len(secret) > 40
    assert [mail["To"] for mail in mailbox.mails] == [EMAIL]
    assert [told["kind"] for told in hook.told()] == ["test"]


def test_a_manager_makes_a_token_that_a_program_uses_until_it_is_withdrawn(guest: Visitor, shop: Shop) -> None:
    page = guest.context(NO_CAMERA).new_page()
    log_in(page, shop.url)
    page.goto(f"{shop.url}/admin")
    page.get_by_role("button", name="New token").click()
    page.locator("#token-form input[name=name]").fill("Warehouse")
    page.get_by_label("the dashboard's numbers").check()
    page.locator("#token-form").get_by_role("button", name="Make").click()
    expect(page.locator("#token")).to_contain_text("ast_")
    token = page.locator("#token").inner_text()
    page.locator("#close-token").click()

    def ask() -> int:
        request = urllib.request.Request(f"{shop.url}/api/v1/places", headers={"Authorization": f"Bearer {token}"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return len(json.load(answer))
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code

    before = ask()
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#tokens li", has_text="Warehouse").get_by_role("button", name="Withdraw").click()
    expect(page.locator("#tokens")).to_contain_text("No tokens yet")

    assert (before, ask()) == (1, 401)


def test_a_report_is_downloaded_from_the_dashboard_of_one_station(guest: Visitor, shop: Shop, tmp_path: Path) -> None:
    page = guest.context(NO_CAMERA).new_page()
    log_in(page, shop.url)
    page.goto(f"{shop.url}/dashboard?stations={shop.station}&period=7d")
    expect(page.locator("#title")).to_have_text("Main street: Till 1")
    page.locator("#export > summary").click()

    with page.expect_download() as downloading:
        page.get_by_role("link", name="PDF report").click()

    file = tmp_path / "report.pdf"
    downloading.value.save_as(file)
    assert downloading.value.suggested_filename.startswith("allsmiles-")
    assert file.read_bytes().startswith(b"%PDF-")


def test_an_owner_who_was_not_asked_confirms_on_the_page_and_the_station_begins(guest: Visitor, shop: Shop) -> None:
    with shop.store.writing() as connection:
        connection.execute(update(organisations).values(confirmed_at=None))
    # Refusals are told in the console too.
    guest.expected.append("403")
    station = guest.context(NO_CAMERA).new_page()
    station.goto(f"{shop.url}/station?lang=de#{shop.station}.{shop.key}")
    for box in station.locator("#setup-form input[type=checkbox]").all():
        box.check()
    station.locator("#setup-form button[type=submit]").click()
    expect(station.locator("#wrong")).to_contain_text("Noch hat niemand bestätigt")
    page = guest.context(NO_CAMERA).new_page()
    log_in(page, shop.url)
    expect(page.locator("#unconfirmed")).to_be_visible()

    page.locator("#unconfirmed").get_by_role("link", name="under Places").click()
    page.get_by_label("I will tell people that faces are counted").check()
    page.get_by_role("button", name="Confirm").click()

    expect(page.locator("#confirmation")).to_be_hidden()
    station.locator("#setup-form button[type=submit]").click()
    expect(station.locator("#wrong")).to_be_hidden()
    expect(station.locator("#scene")).to_be_visible()
    page.goto(f"{shop.url}/dashboard")
    expect(page.locator("main")).to_have_attribute("data-state", "shown")
    expect(page.locator("#unconfirmed")).to_be_hidden()


def test_an_alert_made_on_the_german_page_sends_german_mails(guest: Visitor, shop: Shop, mailbox: Mailbox) -> None:
    page = guest.context(NO_CAMERA).new_page()
    log_in(page, shop.url)
    page.goto(f"{shop.url}/alerts?lang=de")
    page.get_by_role("button", name="Neuer Alarm").click()
    expect(page.get_by_label("Sprache der Mail")).to_have_value("de")
    page.locator("#alert-form input[name=email]").fill("berta@example.org")
    page.get_by_role("button", name="Speichern").click()
    row = page.locator("#alerts li", has_text="berta@example.org")

    row.get_by_role("button", name="Test senden").click()

    expect(row).to_contain_text("gesendet")
    mail = next(mail for mail in mailbox.mails if mail["To"] == "berta@example.org")
    assert mail["Subject"] == "Main street: Test eines Alarms"
    assert "Ein Lächeln ist kein Gefühl" in mail.get_content()
