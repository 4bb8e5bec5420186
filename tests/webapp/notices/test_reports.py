"""The report has the dashboard's numbers, and is sent once a week at the place's hour."""

import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from tests.webapp.notices.receivers import Mailbox, mail_server
from tests.webapp.shop.test_auth import PASSWORD, Person
from tests.webapp.shop.test_dashboard import DAY, ZONE, Shop
from webapp.config import Config
from webapp.notices import watch
from webapp.notices.weekly import next_time, week_before, write_due
from webapp.shop import auth, store
from webapp.shop.analytics import day_start
from webapp.shop.rollup import add_minutes, stations_of
from webapp.shop.schema import SUMS, messages, places, reports, stations
from webapp.shop.store import Store

pytestmark = pytest.mark.usefixtures("quick_hash")

ROOT = "/api/v1"
WEEK_S = 7 * 86_400


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def config(shop_app: Flask, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Config:
    mailbox.mails.clear()
    mailbox.answer = ""
    fresh: dict[str, Any] = {"smtp_host": "127.0.0.1", "smtp_port": mailbox.port, "smtp_tls": "none", "mail_from": "smiles@shop.example"}
    config = replace(shop_app.extensions["allsmiles_config"], **fresh)
    monkeypatch.setitem(shop_app.extensions, "allsmiles_config", config)
    return config


@pytest.fixture
def shop(shop_app: Flask, config: Config) -> Shop:
    return Shop(shop_app)


@pytest.fixture
def manager(shop: Shop) -> Person:
    with shop.store.writing() as connection:
        organisation = connection.execute(select(places.c.organisation_id)).scalar_one()
        auth.make_user(connection, organisation, "manager@example.org", PASSWORD, "manager")
    return Person(shop.app, "manager@example.org")


def wish(**more: Any) -> dict[str, Any]:
    return {"name": "Our week", "query": "", "emails": ["anna@example.org"], "weekday": 0, "hour": 7, **more}


def read_pdf(content: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return text


def test_the_report_tells_the_dashboards_numbers(shop: Shop) -> None:
    for ahead in range(7):
        shop.count(DAY + timedelta(days=ahead), 9, 40, 10 + ahead)
    for back in range(1, 6):
        shop.count(DAY - timedelta(days=back), 9, 40, 4)
    asked = f"first={DAY}&last={DAY + timedelta(days=6)}"
    told = shop.viewer.client.get(f"{ROOT}/summary?{asked}").json

    answer = shop.viewer.client.get(f"{ROOT}/report.pdf?{asked}&title=Łódź and Köln")

    text = read_pdf(answer.data)
    satisfaction = told["now"]["satisfaction"]
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "Łódź and Köln" in text
    assert f"{satisfaction['value']:.1f}" in text
    assert f"95 % sure: {satisfaction['low']:.1f} to {satisfaction['high']:.1f}" in text
    assert f"{told['now']['visits']}" in text
    # Some editions of the language data have spaces round the dash.
    assert "8\N{EN DASH}14 Jun 2026, compared with 1\N{EN DASH}7 Jun 2026" in re.sub(r"\s*\N{EN DASH}\s*", "\N{EN DASH}", text)
    assert f"+{told['change']['value']:.1f}" in text


def test_the_report_withholds_what_the_dashboard_withholds(shop: Shop) -> None:
    shop.count(DAY, 9, 4, 3)
    shop.count(DAY + timedelta(days=1), 9, 4, 3)

    text = read_pdf(shop.viewer.client.get(f"{ROOT}/report.pdf?first={DAY}&last={DAY + timedelta(days=6)}").data)

    assert "too few visits" in text
    assert "75.0" not in text
    assert "95 % sure" not in text


def test_visits_of_which_is_withheld_how_long_they_lasted_stand_in_the_report(shop: Shop) -> None:
    start = day_start(DAY, ZONE) + 9 * 3600
    row = {**dict.fromkeys(SUMS, 0), "start": start, "observed_ms": 60_000, "visits": 40, "dwell_0": 3, "dwell_1": 20, "dwell_2": 17}
    with shop.store.writing() as connection:
        station = connection.execute(stations_of(shop.place)).mappings().one()
        add_minutes(connection, [(dict(station), [row])], 5)

    text = read_pdf(shop.viewer.client.get(f"{ROOT}/report.pdf?first={DAY}&last={DAY}").data)

    # The three would follow from the others: so the 17 are not told either.
    assert re.search(r"withheld\s+50 %", text), text


def test_every_place_stands_in_the_report_of_all_of_them(shop: Shop) -> None:
    with shop.store.writing() as connection:
        organisation = connection.execute(select(places.c.organisation_id)).scalar_one()
        for number in range(45):
            place = {"name": f"Shop {number:02}", "time_zone": ZONE, "opening": {}, "gender": False}
            place_id = store.add(connection, places, organisation_id=organisation, **place)
            store.add(connection, stations, place_id=place_id, name="Till", made_at=0)
    shop.count(DAY, 9, 40, 10)

    text = read_pdf(shop.viewer.client.get(f"{ROOT}/report.pdf?first={DAY}&last={DAY}").data)

    assert [number for number in range(45) if f"Shop {number:02}" not in text] == []


def test_the_stations_of_the_only_place_stand_in_its_report(shop: Shop) -> None:
    shop.count(DAY, 9, 40, 10)
    assert "Stations" not in read_pdf(shop.viewer.client.get(f"{ROOT}/report.pdf?first={DAY}&last={DAY}").data)
    with shop.store.writing() as connection:
        store.add(connection, stations, place_id=shop.place, name="Terrace", made_at=0)

    text = read_pdf(shop.viewer.client.get(f"{ROOT}/report.pdf?first={DAY}&last={DAY}").data)

    assert [one for one in ("Stations", "Till", "Terrace", "25.0") if one not in text] == []


def test_a_report_is_in_the_language_of_who_downloads_it(shop: Shop) -> None:
    for ahead in range(7):
        shop.count(DAY + timedelta(days=ahead), 9, 400, 130)
    path = f"{ROOT}/report.pdf?first={DAY}&last={DAY + timedelta(days=6)}"
    german = {"Accept-Language": "de"}

    asked = (shop.viewer.client.get(path, headers=german), shop.viewer.client.get(f"{path}&lang=de"))

    for text in (read_pdf(answer.data) for answer in asked):
        assert "8.\N{EN DASH}14. Juni 2026" in text
        assert "Zufriedenheit" in text
        assert "32,5" in text
        assert "2.800" in text
        assert "Satisfaction" not in text
    assert "Satisfaction" in read_pdf(shop.viewer.client.get(f"{path}&lang=en", headers=german).data)
    assert "Satisfaction" in read_pdf(shop.viewer.client.get(f"{path}&lang=tlh").data)


def test_a_weekly_report_keeps_the_language_it_was_made_in(shop: Shop, manager: Person, config: Config, mailbox: Mailbox) -> None:
    manager.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de"
    made = manager.ask("POST", "/reports", wish()).json
    manager.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    shop.count(week_before(made["next_at"], ZONE)[1], 9, 1400, 350)
    kept = manager.ask("PUT", f"/reports/{made['id']}", wish(hour=8)).json

    pass_time(shop, config, kept["next_at"])

    body = mailbox.mails[0].get_body()
    assert body is not None
    assert (made["language"], kept["language"]) == ("de", "de")
    assert "Zufriedenheit 25,0 von 100" in body.get_content()
    assert "1.400" in body.get_content()
    assert "Zufriedenheit" in read_pdf(next(mailbox.mails[0].iter_attachments()).get_content())
    assert manager.ask("PUT", f"/reports/{made['id']}", wish(language="en")).json["language"] == "en"
    assert manager.ask("POST", "/reports", wish(language="tlh")).status_code == 422


def test_a_report_of_many_places_goes_on_on_another_page(shop: Shop) -> None:
    with shop.store.writing() as connection:
        organisation = connection.execute(select(places.c.organisation_id)).scalar_one()
        for number in range(30):
            place = {
                "name": f"Place {number}, of a long name that nobody could read in one line of a table",
                "time_zone": ZONE,
                "opening": {},
            }
            store.add(connection, places, organisation_id=organisation, gender=False, **place)
    shop.count(DAY, 9, 40, 10)

    document = pypdfium2.PdfDocument(shop.viewer.client.get(f"{ROOT}/report.pdf?first={DAY}&last={DAY}").data)

    assert len(document) >= 2
    document.close()


def test_the_report_is_for_who_may_see_the_numbers(shop: Shop) -> None:
    assert shop.app.test_client().get(f"{ROOT}/report.pdf?first={DAY}&last={DAY}").status_code == 401


def pass_time(shop: Shop, config: Config, time: int) -> None:
    for part in watch.parts(shop.store, config, shop.app.extensions["allsmiles"].metrics):
        part(time)


def test_it_is_sent_once_each_week(shop: Shop, manager: Person, config: Config, mailbox: Mailbox) -> None:
    made = manager.ask("POST", "/reports", wish(emails=["anna@example.org", "Ben@example.org"])).json
    due = made["next_at"]
    first, last = week_before(due, ZONE)
    shop.count(last, 9, 40, 10)

    for time in (due - 1, due, due + 20, due + 3600, due + WEEK_S - 7200):
        pass_time(shop, config, time)

    assert sorted(mail["To"] for mail in mailbox.mails) == ["anna@example.org", "ben@example.org"]
    assert mailbox.mails[0]["Subject"].startswith("Our week: ")
    body = mailbox.mails[0].get_body()
    assert body is not None
    assert "Satisfaction 25.0 of 100" in body.get_content()
    file = next(mailbox.mails[0].iter_attachments())
    assert file.get_filename() == f"allsmiles-{first}-{last}.pdf"
    assert "25.0" in read_pdf(file.get_content())
    pass_time(shop, config, due + WEEK_S + 7200)
    assert len(mailbox.mails) == 4


def test_several_processes_send_it_once(shop: Shop, manager: Person) -> None:
    due = manager.ask("POST", "/reports", wish()).json["next_at"]
    stores = [Store(shop.store.engine.url.render_as_string(hide_password=False)) for _ in range(4)]

    with ThreadPoolExecutor(4) as pool:
        written = sum(pool.map(lambda one: write_due(one, due), stores * 3))

    for one in stores:
        one.engine.dispose()
    with shop.store.reading() as connection:
        assert (written, connection.execute(select(func.count()).select_from(messages)).scalar()) == (1, 1)


def test_after_weeks_of_standing_still_one_report_is_sent(shop: Shop, manager: Person, config: Config, mailbox: Mailbox) -> None:
    due = manager.ask("POST", "/reports", wish()).json["next_at"]

    for _ in range(3):
        pass_time(shop, config, due + 3 * WEEK_S + 1000)

    assert len(mailbox.mails) == 1


def test_a_paused_report_is_not_sent(shop: Shop, manager: Person, config: Config, mailbox: Mailbox) -> None:
    due = manager.ask("POST", "/reports", wish(paused=True)).json["next_at"]

    pass_time(shop, config, due)

    assert mailbox.mails == []


def test_send_now_says_what_became_of_each_mail(shop: Shop, manager: Person, mailbox: Mailbox) -> None:
    report = manager.ask("POST", "/reports", wish(query=f"period=7d&places={shop.place}")).json
    good = manager.ask("POST", f"/reports/{report['id']}/send").json
    mailbox.answer = "550 no such person"
    bad = manager.ask("POST", f"/reports/{report['id']}/send").json

    assert ([one["state"] for one in good], bad[0]["error"]) == (["sent"], "the mail server answers 550 no such person")
    assert manager.client.get(f"{ROOT}/reports").json[0]["last"]["error"] == bad[0]["error"]
    assert report["time_zone"] == ZONE


def test_viewers_and_other_organisations_have_nothing_to_do_with_reports(shop: Shop, manager: Person) -> None:
    report = manager.ask("POST", "/reports", wish()).json["id"]
    with shop.store.writing() as connection:
        auth.make_user(connection, auth.make_organisation(connection, "Other"), "other@example.org", PASSWORD, "owner")
    other = Person(shop.app, "other@example.org")
    asked = [("PUT", f"/reports/{report}", wish()), ("DELETE", f"/reports/{report}", None), ("POST", f"/reports/{report}/send", None)]

    assert [shop.viewer.ask(*one).status_code for one in asked] == [403] * 3
    assert [other.ask(*one).status_code for one in asked] == [404] * 3
    assert other.client.get(f"{ROOT}/reports").json == []


@pytest.mark.parametrize("wrong", [{"emails": []}, {"emails": ["nobody"]}, {"weekday": 7}, {"hour": 24}, {"query": "places=abc"}])
def test_a_report_that_makes_no_sense_is_refused(manager: Person, wrong: dict[str, Any]) -> None:
    assert manager.ask("POST", "/reports", wish(**wrong)).status_code == 422


def test_another_time_zone_moves_the_next_one(shop: Shop, manager: Person) -> None:
    before = manager.ask("POST", "/reports", wish()).json
    with shop.store.writing() as connection:
        connection.execute(update(places).values(time_zone="America/New_York"))

    after = manager.ask("PUT", f"/reports/{before['id']}", wish()).json

    assert datetime.fromtimestamp(after["next_at"], ZoneInfo("America/New_York")).strftime("%a %H") == "Mon 07"
    with shop.store.reading() as connection:
        assert connection.execute(select(reports.c.next_at)).scalar() == after["next_at"]


@given(
    st.integers(10**9, 4 * 10**9),
    st.integers(0, 6),
    st.integers(4, 23),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]),
)
def test_the_next_time_is_that_hour_of_that_weekday_within_a_week(after: int, weekday: int, hour: int, zone: str) -> None:
    moment = next_time(after, weekday, hour, zone)

    local = datetime.fromtimestamp(moment, ZoneInfo(zone))
    assert (local.weekday(), local.hour, local.minute) == (weekday, hour, 0)
    assert after < moment <= after + WEEK_S + 3600


def test_the_week_before_ends_yesterday_by_the_places_clock() -> None:
    late = int(datetime(2026, 11, 22, 23, 30, tzinfo=UTC).timestamp())

    assert week_before(late, "Europe/Berlin") == (date(2026, 11, 16), date(2026, 11, 22))
    assert week_before(late, "America/New_York") == (date(2026, 11, 15), date(2026, 11, 21))
