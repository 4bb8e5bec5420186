"""Views that are kept by name, and what an embedded one tells whom."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from tests.webapp.shop.test_auth import PASSWORD, Person
from tests.webapp.shop.test_dashboard import ZONE, Shop
from webapp.shop import auth, store
from webapp.shop.asking import Refused
from webapp.shop.schema import places
from webapp.shop.views import question

pytestmark = pytest.mark.usefixtures("quick_hash")

TODAY = date(2026, 11, 23)


@pytest.fixture
def shop(shop_app: Flask) -> Shop:
    return Shop(shop_app)


@pytest.fixture
def manager(shop: Shop) -> Person:
    with shop.store.writing() as connection:
        organisation = connection.execute(places.select()).mappings().one()["organisation_id"]
        auth.make_user(connection, organisation, "manager@example.org", PASSWORD, "manager")
    return Person(shop.app, "manager@example.org")


def keep(manager: Person, name: str, query: str) -> Any:
    return manager.ask("POST", "/views", {"name": name, "query": query}).json


def test_a_view_is_kept_by_name_and_replaced_under_the_same(manager: Person, shop: Shop) -> None:
    keep(manager, "Till 2, last week", "period=7d&places=1")
    keep(manager, "All", "")
    keep(manager, "Till 2, last week", "period=7d&places=2")

    listed = shop.viewer.client.get("/api/v1/views").json

    assert [(view["name"], view["query"]) for view in listed] == [("All", ""), ("Till 2, last week", "period=7d&places=2")]


def test_viewers_see_views_and_change_none(manager: Person, shop: Shop) -> None:
    view = keep(manager, "All", "")

    refused = [
        shop.viewer.ask("POST", "/views", {"name": "Mine", "query": ""}),
        shop.viewer.ask("DELETE", f"/views/{view['id']}"),
        shop.viewer.ask("POST", f"/views/{view['id']}/link"),
    ]

    assert [answer.status_code for answer in refused] == [403, 403, 403]


def test_an_embedded_view_tells_its_places_and_its_period_and_no_others(manager: Person, shop: Shop) -> None:
    today = datetime.fromtimestamp(store.now(), ZoneInfo(ZONE)).date()
    shop.count(today - timedelta(days=3), 10, 20, 10)
    shop.count(today - timedelta(days=60), 10, 70, 10)
    view = keep(manager, "Main", f"period=7d&places={shop.place}")
    path = manager.ask("POST", f"/views/{view['id']}/link").json["path"]
    stranger = shop.app.test_client()

    told = stranger.get(f"/api/v1/embedded/{path.rsplit('/', 1)[-1]}?first=2020-01-01&last=2030-01-01").json
    page = stranger.get(path)

    assert told["summary"]["now"]["visits"] == 20
    assert [place["id"] for place in told["places"]] == [shop.place]
    assert told["places"][0]["stations"][0]["keys"] == []
    assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("end", ["DELETE link", "POST link", "DELETE"])
def test_a_withdrawn_replaced_or_deleted_link_tells_nothing(manager: Person, shop: Shop, end: str) -> None:
    view = keep(manager, "Main", "")
    path = manager.ask("POST", f"/views/{view['id']}/link").json["path"]
    method, *rest = end.split()

    manager.ask(method, "/".join([f"/views/{view['id']}", *rest]))

    stranger = shop.app.test_client()
    assert stranger.get(path).status_code == 404
    assert stranger.get(f"/api/v1/embedded/{path.rsplit('/', 1)[-1]}").status_code == 404


def test_another_organisation_has_nothing_to_do_with_a_view(manager: Person, shop: Shop) -> None:
    view = keep(manager, "Main", "")
    with shop.store.writing() as connection:
        other = auth.make_organisation(connection, "Other")
        auth.make_user(connection, other, "other@example.org", PASSWORD, "owner")
    other_owner = Person(shop.app, "other@example.org")

    assert other_owner.client.get("/api/v1/views").json == []
    assert other_owner.ask("POST", f"/views/{view['id']}/link").status_code == 404
    assert other_owner.ask("DELETE", f"/views/{view['id']}").status_code == 404


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", "2026-10-27", "2026-11-23"),
        ("period=today", "2026-11-23", "2026-11-23"),
        ("?period=7d&show=visits", "2026-11-17", "2026-11-23"),
        ("first=2026-01-02&last=2026-01-05", "2026-01-02", "2026-01-05"),
        ("period=nonsense", "2026-10-27", "2026-11-23"),
    ],
)
def test_a_view_asks_for_what_the_page_would_show(query: str, first: str, last: str) -> None:
    asked = question(query, lambda _: TODAY)

    assert (asked.first.isoformat(), asked.last.isoformat()) == (first, last)


def test_nonsense_is_no_view() -> None:
    with pytest.raises(Refused, match="no view"):
        question("places=abc", lambda _: TODAY)


def test_an_embedded_view_speaks_the_language_of_its_address_and_switches_nothing(manager: Person, shop: Shop) -> None:
    view = keep(manager, "All", "")
    path = manager.ask("POST", f"/views/{view['id']}/link").json["path"]
    browser = shop.app.test_client()

    framed = browser.get(f"{path}?lang=de", headers={"Sec-Fetch-Dest": "iframe"})

    assert '<html lang="de"' in framed.text
    assert "Zufriedenheit" in framed.text
    assert '<html lang="en"' in browser.get("/login").text
