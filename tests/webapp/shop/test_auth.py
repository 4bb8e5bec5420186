"""Who may do what; and that sessions, keys and passwords are guarded."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.webapp.shop.counts import batch, bearer, cell
from webapp.shop import auth, store
from webapp.shop.schema import users

PASSWORD = "a long enough one"
PLACE = {"name": "Main street", "time_zone": "Europe/Berlin", "opening": {"mon": [["09:00", "18:00"]]}, "gender": False}


class Person:
    """Somebody with a browser, logged in."""

    def __init__(self, app: Flask, email: str):
        self.client: FlaskClient = app.test_client()
        self.session = self.client.post("/api/v1/session", json={"email": email, "password": PASSWORD}).json

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        return self.client.open(f"/api/v1{path}", method=method, json=body, headers={"X-CSRF-Token": self.session["csrf"]})


@pytest.fixture(autouse=True, scope="module")
def one_hash() -> Iterator[None]:
    """Hash each password of the tests once: hashing is slow on purpose."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auth, "generate_password_hash", cache(auth.generate_password_hash))
        yield


@pytest.fixture
def person(shop_app: Flask) -> Callable[[str], Person]:
    """Log in as an owner, a manager or a viewer of one organisation, or as `other`, an owner of another."""
    with shop_app.extensions["allsmiles_store"].writing() as connection:
        ours, theirs = (auth.make_organisation(connection, name, confirmed_by="owner@example.org") for name in ("Bakery", "Butcher"))
        for role in ("owner", "manager", "viewer"):
            auth.make_user(connection, ours, f"{role}@example.org", PASSWORD, role)
        auth.make_user(connection, theirs, "other@example.org", PASSWORD, "owner")
    return lambda name: Person(shop_app, f"{name}@example.org")


def test_the_first_owner_is_made_once_with_the_code_of_the_start(shop_app: Flask) -> None:
    code = auth.setup_code(shop_app.extensions["allsmiles_store"])
    wish = {"code": code, "organisation": "Bakery", "email": "Anna@Example.org ", "password": PASSWORD, "confirmed": True}
    client = shop_app.test_client()

    wrong = client.post("/api/v1/setup", json={**wish, "code": "guessed"})
    silent = [client.post("/api/v1/setup", json={**wish, "confirmed": said}).status_code for said in (False, None, "on")]
    first = client.post("/api/v1/setup", json=wish)
    again = shop_app.test_client().post("/api/v1/setup", json={**wish, "email": "b@example.org"})

    assert (wrong.status_code, first.status_code, again.status_code) == (403, 200, 403)
    assert silent == [422] * 3
    entry = client.get("/api/v1/audit").json[0]
    assert (entry["who"], entry["action"]) == ("anna@example.org", "confirm notice and zones")
    assert abs(entry["at"] - store.now()) < 60
    assert (first.json["email"], first.json["role"], first.json["organisation"]) == ("anna@example.org", "owner", "Bakery")
    assert auth.setup_code(shop_app.extensions["allsmiles_store"]) is None


def test_what_changes_something_needs_the_token_of_the_session(person: Callable[[str], Person]) -> None:
    owner = person("owner")

    without = owner.client.post("/api/v1/places", json=PLACE)
    guessed = owner.client.post("/api/v1/places", json=PLACE, headers={"X-CSRF-Token": "guessed"})

    assert [answer.json["error"] for answer in (without, guessed)] == ["no_token", "no_token"]
    assert owner.ask("GET", "/places").json == []


def test_another_sites_page_cannot_log_in(shop_app: Flask, person: Callable[[str], Person]) -> None:
    wish = {"email": "owner@example.org", "password": PASSWORD}

    answer = shop_app.test_client().post("/api/v1/session", json=wish, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403


def test_the_cookie_cannot_be_read_by_scripts_and_travels_by_https_only_where_the_page_does(shop_app: Flask, person: Any) -> None:
    wish = {"email": "owner@example.org", "password": PASSWORD}

    plain = shop_app.test_client().post("/api/v1/session", json=wish).headers["Set-Cookie"]
    safe = shop_app.test_client().post("/api/v1/session", json=wish, base_url="https://localhost").headers["Set-Cookie"]

    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert "Secure" not in plain
    assert "Secure" in safe


def test_wrong_passwords_are_slowed_down_for_that_account_only(shop_app: Flask, person: Callable[[str], Person]) -> None:
    client = shop_app.test_client()
    wrong = [client.post("/api/v1/session", json={"email": "owner@example.org", "password": f"guess {n}"}) for n in range(7)]
    right = client.post("/api/v1/session", json={"email": "owner@example.org", "password": PASSWORD})

    assert [answer.status_code for answer in wrong] == [401] * 5 + [429] * 2
    assert right.status_code == 429
    assert right.json["retry_ms"] > 0
    assert person("viewer").session["role"] == "viewer"


def test_many_guesses_at_once_are_no_more_guesses(shop_app: Flask, person: Callable[[str], Person]) -> None:
    def guess(number: int) -> int:
        wish = {"email": "owner@example.org", "password": f"guess {number}"}
        return shop_app.test_client().post("/api/v1/session", json=wish).status_code

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(guess, range(24)))

    assert sorted(answers) == [401] * 5 + [429] * 19


def test_who_logs_in_rightly_uses_up_no_tries(shop_app: Flask, person: Callable[[str], Person]) -> None:
    wish = {"email": "owner@example.org", "password": PASSWORD}

    assert {shop_app.test_client().post("/api/v1/session", json=wish).status_code for _ in range(4 * auth.TRIES + 1)} == {200}


def test_an_unknown_account_is_answered_like_a_wrong_password(shop_app: Flask, person: Any) -> None:
    client = shop_app.test_client()

    answers = [client.post("/api/v1/session", json={"email": f"{who}@example.org", "password": "x"}) for who in ("owner", "nobody")]

    assert answers[0].json == answers[1].json


def test_a_new_password_ends_all_other_sessions(person: Callable[[str], Person]) -> None:
    here, there = person("viewer"), person("viewer")

    changed = here.ask("PUT", "/session/password", {"old": PASSWORD, "new": "another long one"})

    assert changed.status_code == 200
    assert here.client.get("/api/v1/session").status_code == 200
    assert there.client.get("/api/v1/session").status_code == 401


LOWEST = [
    ("GET", "/places", None, "viewer"),
    ("POST", "/places", PLACE, "manager"),
    ("PUT", "/places/1", PLACE, "manager"),
    ("POST", "/places/1/stations", {"name": "Till"}, "manager"),
    ("PUT", "/stations/1", {"name": "Till"}, "manager"),
    ("POST", "/stations/1/keys", None, "manager"),
    ("DELETE", "/stations/1/keys/1", None, "manager"),
    ("DELETE", "/places/1", None, "owner"),
    ("DELETE", "/stations/1", None, "owner"),
    ("GET", "/users", None, "owner"),
    ("POST", "/users", {"email": "x@example.org", "role": "viewer", "password": PASSWORD}, "owner"),
    ("PUT", "/users/0", {"role": "viewer"}, "owner"),
    ("DELETE", "/users/0", None, "owner"),
    ("PUT", "/confirmation", {"confirmed": True}, "owner"),
    ("GET", "/audit", None, "owner"),
]


def test_roles_have_their_limits(shop_app: Flask, person: Callable[[str], Person]) -> None:
    ranks = ["viewer", "manager", "owner"]
    people = [person(role) for role in ranks]
    nobody = shop_app.test_client()

    for method, path, body, lowest in LOWEST:
        allowed = [one.ask(method, path, body).status_code != 403 for one in people]
        assert allowed == [rank >= ranks.index(lowest) for rank in range(3)], (method, path)
        assert nobody.open(f"/api/v1{path}", method=method, json=body).status_code == 401


def test_every_view_of_the_admin_says_who_may(shop_app: Flask) -> None:
    views = {rule.endpoint for rule in shop_app.url_map.iter_rules() if rule.endpoint.startswith("admin.")}

    assert len(LOWEST) == len(views)


def test_other_organisations_see_and_change_nothing(person: Callable[[str], Person]) -> None:
    ours, other = person("owner"), person("other")
    place = ours.ask("POST", "/places", PLACE).json
    station = ours.ask("POST", f"/places/{place['id']}/stations", {"name": "Till 1"}).json["station_id"]
    user = ours.ask("GET", "/users").json[0]["id"]

    assert other.ask("GET", "/places").json == []
    for method, path, body in [
        ("PUT", f"/places/{place['id']}", PLACE),
        ("DELETE", f"/places/{place['id']}", None),
        ("POST", f"/places/{place['id']}/stations", {"name": "Till"}),
        ("PUT", f"/stations/{station}", {"name": "Till"}),
        ("DELETE", f"/stations/{station}", None),
        ("POST", f"/stations/{station}/keys", None),
        ("DELETE", f"/users/{user}", None),
    ]:
        assert other.ask(method, path, body).status_code == 404, path


def test_a_key_works_until_it_is_withdrawn_and_is_shown_once(shop_app: Flask, person: Callable[[str], Person]) -> None:
    manager = person("manager")
    place = manager.ask("POST", "/places", PLACE).json
    made = manager.ask("POST", f"/places/{place['id']}/stations", {"name": "Till 1"}).json
    client, url = shop_app.test_client(), f"/api/v1/stations/{made['station_id']}/counts"
    before = client.post(url, json=batch(1, cell(store.now() * 1000)), headers=bearer(made["key"])).status_code
    listed = manager.ask("GET", "/places").json[0]["stations"][0]

    manager.ask("DELETE", f"/stations/{made['station_id']}/keys/{listed['keys'][0]['id']}")
    after = client.post(url, json=batch(2, cell(store.now() * 1000)), headers=bearer(made["key"])).status_code

    assert (before, after) == (200, 403)
    assert listed["state"] == "live"
    assert made["key"] not in str(manager.ask("GET", "/places").json)
    assert person("viewer").ask("GET", "/places").json[0]["stations"][0]["keys"] == []


def test_the_last_owner_stays(person: Callable[[str], Person]) -> None:
    owner = person("owner")
    me = next(user["id"] for user in owner.ask("GET", "/users").json if user["role"] == "owner")

    assert owner.ask("DELETE", f"/users/{me}").json["error"] == "last_owner"
    assert owner.ask("PUT", f"/users/{me}", {"role": "viewer"}).json["error"] == "last_owner"


def test_a_removed_user_is_out_at_once(person: Callable[[str], Person]) -> None:
    owner, viewer = person("owner"), person("viewer")
    them = next(user["id"] for user in owner.ask("GET", "/users").json if user["role"] == "viewer")

    owner.ask("DELETE", f"/users/{them}")

    assert viewer.ask("GET", "/places").status_code == 401


def test_the_audit_log_names_who_did_what(person: Callable[[str], Person]) -> None:
    person("manager").ask("POST", "/places", PLACE)

    entry = person("owner").ask("GET", "/audit").json[0]

    assert (entry["who"], entry["action"], entry["subject"]) == ("manager@example.org", "make place", "Main street")


def test_passwords_are_stored_hashed(shop_app: Flask, person: Any) -> None:
    with shop_app.extensions["allsmiles_store"].reading() as connection:
        stored = connection.execute(select(users.c.password)).scalars().all()

    assert all(value.startswith("scrypt:") for value in stored)


@pytest.mark.parametrize(
    "wrong", [{"time_zone": "Mars/Olympus"}, {"opening": {"mon": [["9", "18"]]}}, {"name": " "}, {"opening": {"xyz": []}}]
)
def test_a_place_that_makes_no_sense_is_refused_with_the_reason(person: Callable[[str], Person], wrong: dict[str, Any]) -> None:
    answer = person("manager").ask("POST", "/places", {**PLACE, **wrong})

    assert answer.status_code == 422
    assert next(iter(wrong)) in answer.json["detail"] or "time zone" in answer.json["detail"]
