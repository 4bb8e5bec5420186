"""Alerts reach people once when they begin and once when they are over, on both databases."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.webapp.notices.receivers import Hook, Mailbox, mail_server, webhook
from tests.webapp.shop.test_auth import PASSWORD, Person
from webapp.config import Config
from webapp.contract import AlertMessage
from webapp.notices import outbox, watch
from webapp.notices.phrases import Phrases
from webapp.notices.post import deliver, written
from webapp.shop import auth, store
from webapp.shop.rollup import add_minutes, stations_of
from webapp.shop.schema import SUMS, alerts, messages, places, stations
from webapp.shop.store import Store

pytestmark = pytest.mark.usefixtures("quick_hash")

QUARTER = 900
ROOT = "/api/v1"


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook() as hook:
        yield hook


class Watched:
    """A place with two stations, and a manager; time passes when a test says so."""

    def __init__(self, app: Flask, config: Config):
        self.app, self.config = app, config
        self.store: Store = app.extensions["allsmiles_store"]
        with self.store.writing() as connection:
            organisation = auth.make_organisation(connection, "Bakery")
            for role in ("manager", "viewer"):
                auth.make_user(connection, organisation, f"{role}@example.org", PASSWORD, role)
            place = {"name": "Main street", "time_zone": "Europe/Berlin", "opening": {}, "gender": False}
            self.place = store.add(connection, places, organisation_id=organisation, **place)
            self.tills = [store.add(connection, stations, place_id=self.place, name=f"Till {number}") for number in (1, 2)]
            auth.make_user(connection, auth.make_organisation(connection, "Butcher"), "other@example.org", PASSWORD, "owner")
        self.manager = Person(app, "manager@example.org")
        self.begin = (store.now() // QUARTER + 1) * QUARTER

    def wish(self, **more: Any) -> dict[str, Any]:
        return {"place_id": self.place, "station_id": self.tills[1], "threshold": 60, "minutes": 15, "visits": 20, **more}

    def make(self, **more: Any) -> dict[str, Any]:
        answer = self.manager.ask("POST", "/alerts", self.wish(**more))
        assert answer.status_code == 201, answer.json
        return dict(answer.json)

    def count(self, quarter: int, visits: int, smiled: int, till: int = 1, looked: bool = True, minute: int = 5) -> None:
        """Count in a minute of a quarter, numbered from the first after now."""
        row = {**dict.fromkeys(SUMS, 0), "start": self.begin + QUARTER * quarter + 60 * minute, "observed_ms": 60_000 * looked}
        row |= {"visits": visits, "smiled": smiled, "dwell_1": visits, "dwell_ms": 9000 * visits}
        with self.store.writing() as connection:
            rows = connection.execute(stations_of(self.place)).mappings().all()
            add_minutes(connection, [(next(dict(one) for one in rows if one["id"] == self.tills[till]), [row])], 5)

    def pass_quarter(self, quarter: int) -> None:
        """Do what a server does a while after the end of a quarter."""
        self.pass_minute(15 * quarter + 14)

    def pass_minute(self, minute: int) -> None:
        """Do what a server does a while after the end of a minute."""
        for part in watch.parts(self.store, self.config, self.app.extensions["allsmiles"].metrics):
            part(self.begin + 60 * (minute + 1) + watch.SETTLE_S)

    def listed(self) -> dict[str, Any]:
        return dict(self.manager.client.get(f"{ROOT}/alerts").json[0])


@pytest.fixture
def watched(shop_app: Flask, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Watched:
    mailbox.mails.clear()
    mailbox.answer = ""
    fresh = {
        "smtp_host": "127.0.0.1",
        "smtp_port": mailbox.port,
        "smtp_tls": "none",
        "mail_from": "smiles@shop.example",
        "webhook_private": True,
    }
    config = replace(shop_app.extensions["allsmiles_config"], **fresh, public_url="https://smiles.example")
    monkeypatch.setitem(shop_app.extensions, "allsmiles_config", config)
    return Watched(shop_app, config)


def test_a_manager_is_told_once_when_it_begins_and_once_when_it_is_over(watched: Watched, mailbox: Mailbox) -> None:
    watched.make(email="anna@example.org")

    for quarter, smiled in enumerate((20, 10, 10, 20, 20)):
        watched.count(quarter, 30, smiled)
        for _ in range(3):
            watched.pass_quarter(quarter)

    assert [(mail["To"], mail["Subject"]) for mail in mailbox.mails] == [
        ("anna@example.org", "Till 2, Main street: satisfaction is under 60"),
        ("anna@example.org", "Till 2, Main street: satisfaction is 60 or more again"),
    ]
    assert f"https://smiles.example/dashboard?period=today&stations={watched.tills[1]}" in mailbox.mails[0].get_content()
    assert (watched.listed()["begun"], watched.listed()["last"]["kind"]) == (False, "over")


def test_a_busy_till_is_told_of_within_minutes_and_the_message_names_the_time_that_is_known(watched: Watched, hook: Hook) -> None:
    watched.make(url=hook.url)
    told_at = None

    for minute in range(30):
        watched.count(0, 6, 6 if minute < 16 else 0, minute=minute)
        watched.pass_minute(minute)
        told_at = minute if hook.requests and told_at is None else told_at

    # Of the fifteen minutes before, more than two fifths are bad first when seven are; a part is known a minute after its end.
    assert told_at == 16 + 7
    [told] = hook.told()
    assert datetime.fromisoformat(told["ends"]).timestamp() == watched.begin + 60 * told_at
    assert datetime.fromisoformat(told["begins"]).timestamp() == watched.begin + 60 * (told_at - 15)


def test_an_alert_that_turned_does_not_turn_again_within_a_quarter_of_an_hour(watched: Watched, hook: Hook) -> None:
    watched.make(url=hook.url)
    for minute in range(60):
        # Bad for a quarter of an hour; then so good for a while and so bad for another that each minute alone would turn it.
        watched.count(0, 60, 0 if minute < 15 else 60 if minute % 4 < 2 else 12, minute=minute)
        watched.pass_minute(minute)

    times = [datetime.fromisoformat(told["ends"]).timestamp() for told in hook.told()]

    assert [told["kind"] for told in hook.told()] == (["begin", "over"] * len(times))[: len(times)]
    assert len(times) >= 2
    assert all(later - earlier >= QUARTER for earlier, later in pairwise(times))


def test_a_webhook_is_told_in_the_described_form_and_no_number_of_the_counts(watched: Watched, hook: Hook) -> None:
    made = watched.make(url=hook.url, station_id=None)
    watched.count(0, 30, 7, till=0)
    watched.count(0, 33, 9, till=1)

    watched.pass_quarter(0)

    told = hook.told()[0]
    AlertMessage.model_validate(told)
    assert {told[name] for name in ("threshold", "minutes", "visits")} == {60, 15, 20}
    assert (told["kind"], told["alert"], told["place"]["name"], told["station"]) == ("begin", made["alert"]["id"], "Main street", None)
    said = str({**told, "alert": None, "place": told["place"]["name"]})
    assert not {"63", "16", "30", "33", "7", "9", "25.4"} & set(said.replace("'", " ").replace(",", " ").split())


def test_too_few_visits_and_gaps_tell_nothing_and_late_counts_still_do(watched: Watched, mailbox: Mailbox) -> None:
    watched.make(email="anna@example.org")
    watched.count(0, 19, 0)
    watched.pass_quarter(0)
    watched.pass_quarter(1)
    nothing = len(mailbox.mails)
    watched.count(1, 20, 0)

    watched.pass_quarter(1)

    assert (nothing, len(mailbox.mails)) == (0, 1)


def test_a_stations_alert_looks_at_that_station_only(watched: Watched, mailbox: Mailbox) -> None:
    watched.make(email="anna@example.org")
    watched.count(0, 200, 0, till=0)
    watched.count(0, 30, 30, till=1)

    watched.pass_quarter(0)

    assert mailbox.mails == []


def test_what_lies_outside_opening_hours_starts_nothing(watched: Watched, mailbox: Mailbox) -> None:
    watched.make(email="anna@example.org")
    with watched.store.writing() as connection:
        connection.execute(update(places).values(opening={"mon": [["03:00", "03:01"]]}))
    watched.count(0, 30, 0)

    watched.pass_quarter(0)

    assert mailbox.mails == []


def test_a_paused_alert_says_nothing_and_goes_on_afterwards(watched: Watched, mailbox: Mailbox) -> None:
    alert = watched.make(email="anna@example.org", paused=True)["alert"]["id"]
    watched.count(0, 30, 0)
    watched.pass_quarter(0)
    quiet = len(mailbox.mails)
    watched.manager.ask("PUT", f"/alerts/{alert}", watched.wish(email="anna@example.org"))
    watched.count(1, 30, 0)

    watched.pass_quarter(1)

    assert (quiet, len(mailbox.mails)) == (0, 1)


def test_several_processes_over_one_database_send_one_message(watched: Watched, hook: Hook) -> None:
    watched.make(url=hook.url)
    watched.count(0, 30, 0)
    engines = [Store(watched.store.engine.url.render_as_string(hide_password=False)) for _ in range(4)]
    time = watched.begin + QUARTER + watch.SETTLE_S

    def work(opened: Store) -> None:
        for part in watch.parts(opened, watched.config, watched.app.extensions["allsmiles"].metrics):
            part(time)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, engines * 3))

    for opened in engines:
        opened.engine.dispose()
    assert [told["kind"] for told in hook.told()] == ["begin"]


def test_a_server_that_died_between_verdict_and_sending_sends_it_after_its_start(watched: Watched, hook: Hook) -> None:
    watched.make(url=hook.url)
    watched.count(0, 30, 0)
    time = watched.begin + QUARTER + watch.SETTLE_S
    watch.judge_all(watched.store, 5, time)

    for _ in range(3):
        watched.pass_quarter(0)

    assert len(hook.requests) == 1


def test_a_server_that_died_while_sending_sends_it_again_under_the_same_name(watched: Watched, hook: Hook) -> None:
    watched.make(url=hook.url)
    watched.count(0, 30, 0)
    time = watched.begin + QUARTER + watch.SETTLE_S
    watch.judge_all(watched.store, 5, time)
    with watched.store.reading() as connection:
        name, message = connection.execute(select(messages.c.name, messages.c.id)).one()
    outbox.take_one(watched.store, message, time)
    send = partial(outbox.send_due, watched.store, deliver(watched.store, watched.config), watched.app.extensions["allsmiles"].metrics)

    tried = [send(time + after) for after in (0, outbox.LEASE_S - 1, outbox.LEASE_S)]

    assert tried == [0, 0, 1]
    assert [told["id"] for told in hook.told()] == [name]


def test_a_failure_is_told_tried_again_with_pauses_and_given_up(watched: Watched, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    watched.make(url=hook.url)
    watched.count(0, 30, 0)
    hook.status = 503
    clock = [watched.begin + QUARTER + watch.SETTLE_S]
    monkeypatch.setattr(store, "now", lambda: clock[0])
    watched.pass_quarter(0)
    first = watched.listed()["last"]
    pauses = []
    while True:
        with watched.store.reading() as connection:
            state, due = connection.execute(select(messages.c.state, messages.c.due_at)).one()
        if state != "waiting":
            break
        pauses.append(due - clock[0])
        clock[0] = due
        outbox.send_due(watched.store, deliver(watched.store, watched.config), watched.app.extensions["allsmiles"].metrics, due)

    assert (first["state"], first["error"]) == ("waiting", "127.0.0.1 answers 503")
    assert tuple(pauses) == outbox.PAUSES_S
    assert len(hook.requests) == 1 + len(outbox.PAUSES_S)
    assert watched.listed()["last"]["state"] == "failed"


def test_the_end_is_not_told_before_the_beginning(watched: Watched, hook: Hook) -> None:
    watched.make(url=hook.url)
    hook.status = 503
    watched.count(0, 30, 0)
    watched.pass_quarter(0)
    hook.status = 200
    watched.count(1, 30, 30)
    watch.judge_all(watched.store, 5, watched.begin + 2 * QUARTER + watch.SETTLE_S)
    with watched.store.writing() as connection:
        connection.execute(update(messages).where(messages.c.kind == "begin").values(due_at=store.now() + 9 * QUARTER))
    send = partial(outbox.send_due, watched.store, deliver(watched.store, watched.config), watched.app.extensions["allsmiles"].metrics)

    for later in (8, 9, 9):
        send(store.now() + later * QUARTER)

    assert [told["kind"] for told in hook.told()] == ["begin", "begin", "over"]


def test_a_test_is_sent_at_once_and_says_what_became_of_it(watched: Watched, hook: Hook, mailbox: Mailbox) -> None:
    by_hook, by_mail = (watched.make(**way)["alert"]["id"] for way in ({"url": hook.url}, {"email": "anna@example.org"}))

    good = watched.manager.ask("POST", f"/alerts/{by_hook}/test").json
    hook.status = 500
    bad = watched.manager.ask("POST", f"/alerts/{by_hook}/test").json
    mailed = watched.manager.ask("POST", f"/alerts/{by_mail}/test").json

    assert (good["state"], bad["state"], bad["error"], mailed["state"]) == ("sent", "failed", "127.0.0.1 answers 500", "sent")
    assert [told["kind"] for told in hook.told()] == ["test", "test"]
    assert mailbox.mails[0]["Subject"] == "Till 2, Main street: a test of an alert"


def test_a_secret_is_told_once_and_can_be_renewed(watched: Watched, hook: Hook) -> None:
    made = watched.make(url=hook.url)
    changed = watched.manager.ask("PUT", f"/alerts/{made['alert']['id']}", watched.wish(url=f"{hook.url}&more")).json
    renewed = watched.manager.ask("POST", f"/alerts/{made['alert']['id']}/secret").json["secret"]

    assert len(made["secret"]) > 40
    assert changed["secret"] is None
    assert renewed != made["secret"]
    assert made["secret"] not in str(watched.listed())
    assert watched.make(email="anna@example.org")["secret"] is None


@pytest.mark.parametrize(
    ("wrong", "status", "word"),
    [
        ({"email": "a@example.org", "url": "https://x.example"}, 422, "one of them"),
        ({}, 422, "one of them"),
        ({"email": "a@example.org", "visits": 3}, 422, "visits"),
        ({"email": "a@example.org", "minutes": 20}, 422, "minutes"),
        ({"email": "a@example.org", "station_id": 10**9}, 404, "no such station"),
        ({"email": "a@example.org", "place_id": 10**9}, 404, "no such place"),
        ({"url": "file:///etc/passwd"}, 422, "https"),
    ],
)
def test_an_alert_that_makes_no_sense_is_refused_with_the_reason(watched: Watched, wrong: dict[str, Any], status: int, word: str) -> None:
    answer = watched.manager.ask("POST", "/alerts", watched.wish(**wrong))

    assert (answer.status_code, word in answer.json["detail"]) == (status, True), answer.json


def test_an_alert_may_not_rest_on_fewer_visits_than_are_told(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(watched.app.extensions, "allsmiles_config", replace(watched.config, min_visits=30))

    assert watched.manager.ask("POST", "/alerts", watched.wish(email="a@example.org")).json["error"] == "too_few_visits"


def test_without_a_mail_server_no_alert_promises_a_mail(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(watched.app.extensions, "allsmiles_config", replace(watched.config, smtp_host=""))

    assert "--smtp-host" in watched.manager.ask("POST", "/alerts", watched.wish(email="a@example.org")).json["detail"]


def test_viewers_and_other_organisations_have_nothing_to_do_with_alerts(watched: Watched) -> None:
    alert = watched.make(email="anna@example.org")["alert"]["id"]
    viewer, other = Person(watched.app, "viewer@example.org"), Person(watched.app, "other@example.org")
    asked: list[Callable[[Person], Any]] = [
        lambda one: one.ask("PUT", f"/alerts/{alert}", watched.wish(email="b@example.org")),
        lambda one: one.ask("DELETE", f"/alerts/{alert}"),
        lambda one: one.ask("POST", f"/alerts/{alert}/test"),
        lambda one: one.ask("POST", f"/alerts/{alert}/secret"),
        lambda one: one.ask("POST", "/alerts", watched.wish(email="b@example.org")),
    ]

    assert [ask(viewer).status_code for ask in asked] == [403] * 5
    assert [ask(other).status_code for ask in asked] == [404] * 5
    assert other.client.get(f"{ROOT}/alerts").json == []
    assert viewer.client.get(f"{ROOT}/alerts").status_code == 403


def test_a_deleted_place_takes_its_alerts_and_messages_along(watched: Watched, hook: Hook) -> None:
    watched.make(url=hook.url)
    watched.count(0, 30, 0)
    watch.judge_all(watched.store, 5, watched.begin + QUARTER + watch.SETTLE_S)

    with watched.store.writing() as connection:
        connection.execute(places.delete())
        left = [connection.execute(select(func.count()).select_from(table)).scalar() for table in (alerts, messages)]

    assert left == [0, 0]


def test_a_serving_application_watches_by_itself(watched: Watched, hook: Hook) -> None:
    alert = watched.make(url=hook.url)["alert"]["id"]
    watched.begin -= 3 * QUARTER
    for quarter in range(3):
        watched.count(quarter, 30, 0)
    with watched.store.writing() as connection:
        connection.execute(update(alerts).where(alerts.c.id == alert).values(judged=0))

    ended = watch.begin(watched.app, every_s=0.05)

    for _ in range(200):
        if hook.requests or ended.wait(0.1):
            break
    ended.set()
    assert [told["kind"] for told in hook.told()] == ["begin"]


def test_a_mail_tells_the_hours_of_the_place() -> None:
    told = AlertMessage(
        id="1",
        kind="begin",
        alert=1,
        place={"id": 2, "name": "Main street"},
        station=None,
        threshold=60,
        minutes=15,
        visits=20,
        begins="2026-11-23T14:00:00+01:00",
        ends="2026-11-23T14:15:00+01:00",
    )

    subject, text = written(told, "", Phrases("en"))

    assert subject == "Main street: satisfaction is under 60"
    assert (
        "On 23 November 2026 from 14:00 to 14:15, a smile was detected in fewer than 60 of 100 visits at Main street, of at least 20."
        in text
    )


def test_a_mail_is_in_the_language_of_its_alert(watched: Watched, mailbox: Mailbox) -> None:
    watched.make(email="anna@example.org", language="de", visits=1000)
    watched.make(email="ben@example.org")

    watched.count(0, 1400, 350)
    watched.pass_quarter(0)

    told = {mail["To"]: mail for mail in mailbox.mails}
    assert told["anna@example.org"]["Subject"] == "Till 2, Main street: Zufriedenheit unter 60"
    text = told["anna@example.org"].get_content()
    assert "wurde in weniger als 60 von 100 Besuchen ein Lächeln erkannt (Till 2, Main street, mindestens 1.000 Besuche)" in text
    assert "Ein Lächeln ist kein Gefühl" in text
    assert "&lang=de" in text
    assert told["ben@example.org"]["Subject"] == "Till 2, Main street: satisfaction is under 60"
