from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.pages import choices, offline_files


@pytest.mark.parametrize("address", ["/", "/models", "/privacy"])
def test_pages_open_under_a_strict_policy(client: FlaskClient, address: str) -> None:
    answer = client.get(address)

    policy = answer.headers["Content-Security-Policy"]
    assert answer.status_code == 200
    assert "unsafe-inline" not in policy
    assert "script-src 'self' 'wasm-unsafe-eval'" in policy
    assert answer.headers["Permissions-Policy"].startswith("camera=(self)")
    assert "<script>" not in answer.text
    assert "style=" not in answer.text


def test_everything_the_page_needs_offline_is_there(client: FlaskClient) -> None:
    told = client.get("/precache.json").json

    assert [url for url in told["urls"] if client.get(url, buffered=True).status_code != 200] == []
    assert {"/?lang=en", "/?lang=de", "/static/models/face/model.json", "/static/js/pages/live.js", "/static/js/lib/tf.js"} <= set(
        told["urls"]
    )
    assert any(url.endswith(".wasm") for url in told["urls"])
    assert not any(url.endswith(".tflite") for url in told["urls"])


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("js/pages/live.js", "text/javascript"),
        ("js/lib/tfjs-backend-wasm-simd.wasm", "application/wasm"),
        ("models/emotion/model.json", "application/json"),
        ("manifest.webmanifest", "application/manifest+json"),
    ],
)
def test_files_have_their_types_and_are_asked_for_anew(client: FlaskClient, name: str, kind: str) -> None:
    first = client.get(f"/static/{name}", buffered=True)
    again = client.get(f"/static/{name}", headers={"If-None-Match": first.headers["ETag"]}, buffered=True)

    assert first.mimetype == kind
    assert first.headers["Cache-Control"] == "no-cache"
    assert again.status_code == 304


def test_weights_are_plain_bytes(client: FlaskClient, models: Path) -> None:
    name = next((models / "emotion").glob("*.bin")).name

    assert client.get(f"/static/models/emotion/{name}", buffered=True).mimetype == "application/octet-stream"


def test_the_service_worker_may_answer_for_every_page(client: FlaskClient) -> None:
    answer = client.get("/sw.js", buffered=True)

    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"


def test_the_models_page_shows_every_card(client: FlaskClient) -> None:
    text = client.get("/models").text

    assert "Mini-Xception" in text
    assert "YuNet" in text
    assert "non-commercial research" in text


def test_a_wrong_address_is_a_friendly_page(client: FlaskClient) -> None:
    answer = client.get("/nowhere")

    assert answer.status_code == 404
    assert 'href="/"' in answer.text


def test_the_version_is_the_same_for_the_same_content(app: Flask, client: FlaskClient) -> None:
    first, second = (client.get("/precache.json").json["version"] for _ in range(2))

    assert first == second == app.jinja_env.globals["version"]


def test_the_menu_offers_the_networks_that_are_there(tmp_path: Path) -> None:
    for name, size in (("emotion", 2048), ("gender", 1024), ("emotion-best", 4096)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text("{}")
        (tmp_path / name / "model.json").write_bytes(b"x" * size)

    assert choices(tmp_path) == {
        "usual": {"folders": {}, "kilobytes": 3},
        "best": {"folders": {"emotion": "emotion-best"}, "kilobytes": 5},
    }


def test_a_choice_without_a_network_of_its_own_for_a_task_has_the_best(tmp_path: Path) -> None:
    for name in ("emotion", "gender", "emotion-ferplus", "gender-best"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text("{}")

    assert choices(tmp_path)["ferplus"]["folders"] == {"emotion": "emotion-ferplus", "gender": "gender-best"}


def test_networks_that_must_be_chosen_are_not_loaded_by_everybody(tmp_path: Path) -> None:
    for name in ("emotion", "emotion-best"):
        (tmp_path / "models" / name).mkdir(parents=True)
        (tmp_path / "models" / name / "model.json").write_text("{}")

    assert [path.parent.name for path in offline_files(tmp_path) if path.name == "model.json"] == ["emotion"]
