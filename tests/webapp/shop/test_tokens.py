"""Programs show a token instead of a session: for what it was made for, until it ends."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.webapp.shop.test_auth import PASSWORD, PLACE, Person
from webapp.contract import SCOPES
from webapp.shop import auth, store
from webapp.shop.described import OPERATIONS, SCOPE_OF
from webapp.shop.schema import tokens

pytestmark = pytest.mark.usefixtures("quick_hash")


@pytest.fixture
def person(shop_app: Flask) -> Callable[[str], Person]:
    with shop_app.extensions["allsmiles_store"].writing() as connection:
        ours, theirs = auth.make_organisation(connection, "Bakery"), auth.make_organisation(connection, "Butcher")
        for role in ("owner", "manager", "viewer"):
            auth.make_user(connection, ours, f"{role}@example.org", PASSWORD, role)
        auth.make_user(connection, theirs, "other@example.org", PASSWORD, "owner")
    return lambda name: Person(shop_app, f"{name}@example.org")


def make(manager: Person, *scopes: str, **more: Any) -> Any:
    return manager.ask("POST", "/tokens", {"name": "Warehouse", "scopes": scopes, **more}).json


def ask(app: Flask, token: str, method: str, path: str, body: Any = None) -> Any:
    client = app.test_client(use_cookies=False)
    return client.open(f"/api/v1{path}", method=method, json=body, headers={"Authorization": f"Bearer {token}"})


def test_a_token_opens_what_it_was_made_for_and_nothing_else(shop_app: Flask, person: Callable[[str], Person]) -> None:
    manager = person("manager")
    made = {scope: make(manager, scope)["token"] for scope in SCOPES}

    for address, operation in OPERATIONS.items():
        method, path = address.split()
        if operation.role is None or operation.name == "who_am_i":
            continue
        refused = {
            scope
            for scope, token in made.items()
            if (ask(shop_app, token, method, re.sub(r"{\w+}", "1", path), {}).json or {}).get("error") == "outside_scope"
        }
        assert set(SCOPES) - refused == {SCOPE_OF[operation.name]} if operation.name in SCOPE_OF else refused == set(SCOPES), address


def test_a_program_needs_no_csrf_and_is_named_in_the_audit_log(shop_app: Flask, person: Callable[[str], Person]) -> None:
    token = make(person("manager"), "write:places", "read:counts")["token"]

    made = ask(shop_app, token, "POST", "/places", PLACE)
    listed = ask(shop_app, token, "GET", "/places")

    assert (made.status_code, [place["name"] for place in listed.json]) == (201, ["Main street"])
    entry = person("owner").ask("GET", "/audit").json[0]
    assert (entry["who"], entry["action"]) == ("token Warehouse", "make place")


def test_a_refusal_says_which_scope_is_missing(shop_app: Flask, person: Callable[[str], Person]) -> None:
    token = make(person("manager"), "read:report")["token"]

    answer = ask(shop_app, token, "GET", "/places")

    assert (answer.status_code, answer.json["error"]) == (403, "outside_scope")
    assert "read:counts" in answer.json["detail"]


def test_a_withdrawn_an_ended_and_a_guessed_token_open_nothing(
    shop_app: Flask, person: Callable[[str], Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = person("manager")
    withdrawn, ended = make(manager, "read:counts"), make(manager, "read:counts", days=30)
    before = [ask(shop_app, one["token"], "GET", "/places").status_code for one in (withdrawn, ended)]

    manager.ask("DELETE", f"/tokens/{withdrawn['info']['id']}")
    later = store.now() + 30 * 86_400
    monkeypatch.setattr(store, "now", lambda: later)
    after = [ask(shop_app, token, "GET", "/places").json["error"] for token in (withdrawn["token"], ended["token"], "ast_guessed")]

    assert before == [200, 200]
    assert after == ["wrong_token"] * 3


def test_a_token_is_told_once_and_stored_hashed(shop_app: Flask, person: Callable[[str], Person]) -> None:
    manager = person("manager")
    made = make(manager, "read:counts")
    ask(shop_app, made["token"], "GET", "/places")

    listed = manager.ask("GET", "/tokens").json
    with shop_app.extensions["allsmiles_store"].reading() as connection:
        row = dict(connection.execute(select(tokens)).mappings().one())

    assert made["token"] not in str(listed) + str(row)
    assert (listed[0]["hint"], listed[0]["made_by"]) == (made["token"][:8], "manager@example.org")
    assert listed[0]["used_at"] is not None


def test_a_token_sees_its_own_organisation_only(shop_app: Flask, person: Callable[[str], Person]) -> None:
    person("manager").ask("POST", "/places", PLACE)
    other = person("other")
    token = make(other, "read:counts")

    assert ask(shop_app, token["token"], "GET", "/places").json == []
    assert person("manager").ask("DELETE", f"/tokens/{token['info']['id']}").status_code == 404


def test_viewers_make_no_tokens_and_no_token_makes_another(shop_app: Flask, person: Callable[[str], Person]) -> None:
    token = make(person("manager"), *SCOPES)["token"]

    assert person("viewer").ask("POST", "/tokens", {"name": "x", "scopes": ["read:counts"]}).status_code == 403
    assert ask(shop_app, token, "POST", "/tokens", {"name": "x", "scopes": ["read:counts"]}).json["error"] == "outside_scope"


@pytest.mark.parametrize("wrong", [{"scopes": []}, {"scopes": ["all"]}, {"days": 0}, {"name": " "}])
def test_a_token_that_makes_no_sense_is_refused(person: Callable[[str], Person], wrong: dict[str, Any]) -> None:
    wish = {"name": "Warehouse", "scopes": ["read:counts"], **wrong}

    assert person("manager").ask("POST", "/tokens", wish).status_code == 422


def test_prometheus_hears_of_tokens(shop_app: Flask, person: Callable[[str], Person]) -> None:
    def told() -> list[float]:
        registry = shop_app.extensions["allsmiles"].metrics.registry
        outcomes = ("taken", "outside_scope", "wrong_token")
        return [registry.get_sample_value("allsmiles_token_requests_total", {"outcome": one}) or 0 for one in outcomes]

    token = make(person("manager"), "read:counts")["token"]
    before = told()

    for method, path, shown in (("GET", "/places", token), ("GET", "/alerts", token), ("GET", "/places", "ast_guessed")):
        ask(shop_app, shown, method, path)

    assert [after - once for after, once in zip(told(), before, strict=True)] == [1, 1, 1]
