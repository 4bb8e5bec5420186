"""Every answer of the REST interface is one that its OpenAPI document describes, whatever is asked."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from webapp.app import create_app
from webapp.config import Config
from webapp.shop import auth

CSRF = "a token"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(Config(data_dir=tmp_path_factory.mktemp("data"), photos_per_minute=10_000))


@pytest.fixture
def described(server: Flask) -> Any:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", server)
    return schema.include(path_regex="^/api/v1/")


@pytest.fixture(scope="module")
def owner(server: Flask) -> dict[str, str]:
    """The headers of an owner's requests, whose session nothing but another password ends."""
    with server.extensions["allsmiles_store"].writing() as connection:
        organisation = auth.make_organisation(connection, "Bakery")
        user = auth.make_user(connection, organisation, "owner@example.org", "a long enough one", "owner")
    signer = server.session_interface.get_signing_serializer(server)  # type: ignore[attr-defined]
    return {"Cookie": f"allsmiles={signer.dumps({'user': user, 'version': 1, 'csrf': CSRF})}", "X-CSRF-Token": CSRF}


interface = schemathesis.pytest.from_fixture("described")


@interface.parametrize()
@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_what_is_answered_is_described(case: schemathesis.Case, owner: dict[str, str]) -> None:
    case.headers = {**(case.headers or {}), **owner}

    response = case.call()

    case.validate_response(response, checks=CHECKS)


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_no_number_is_too_large_for_a_clear_answer(server: Flask, owner: dict[str, str], number: int) -> None:
    client = server.test_client(use_cookies=False)

    assert client.delete(f"/api/v1/places/{number}", headers=owner).status_code == 404
    asked = client.get(f"/api/v1/summary?first=2026-01-01&last=2026-01-02&places={number}", headers=owner)
    assert asked.status_code == (200 if number < 2**53 else 422)


@pytest.mark.parametrize(("first", "last"), [("0001-01-01", "0001-01-02"), ("9999-12-30", "9999-12-31")])
def test_days_of_another_age_are_refused(server: Flask, owner: dict[str, str], first: str, last: str) -> None:
    answer = server.test_client(use_cookies=False).get(f"/api/v1/summary?first={first}&last={last}", headers=owner)

    assert answer.status_code == 422
    assert "first" in answer.json["detail"]
