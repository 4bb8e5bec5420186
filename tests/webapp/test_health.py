from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.config import Config
from webapp.looking import Looking
from webapp.metrics import Metrics


def test_a_living_server_with_networks_is_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ready"}


def test_without_networks_it_lives_but_says_what_is_missing(
    app: Flask, astronaut_jpeg: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "allsmiles", Looking(Config(), tmp_path, Metrics()))
    client = app.test_client()

    alive, ready = client.get("/healthz"), client.get("/readyz")
    refused = client.post("/api/v1/analyze", data=astronaut_jpeg, content_type="image/jpeg")

    assert alive.status_code == 200
    assert (ready.status_code, refused.status_code) == (503, 503)
    assert "allsmiles-export convert" in ready.json["detail"]
    assert refused.json["error"] == "not_ready"


def test_metrics_count_pictures_faces_and_refusals(client: FlaskClient, astronaut_jpeg: bytes) -> None:
    def value(name: str) -> float:
        lines = client.get("/metrics").text.splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name))

    seen, refused = 'allsmiles_pictures_total{outcome="seen",source="analyze"}', 'allsmiles_pictures_total{outcome="unsupported_type"'
    before = value(seen), value(refused), value("allsmiles_faces_total")
    client.post("/api/v1/analyze", data=astronaut_jpeg, content_type="image/jpeg")
    client.post("/api/v1/analyze", data=b"no picture", content_type="image/jpeg")

    assert (value(seen), value(refused), value("allsmiles_faces_total")) == tuple(count + 1 for count in before)
