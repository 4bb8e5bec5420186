import json
import re
import threading
from io import BytesIO

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from numpy.typing import NDArray
from PIL import Image

from tests.conftest import encoded
from webapp.contract import EMOTIONS, AnalyzeResponse
from webapp.pool import Pool

ANALYZE = "/api/v1/analyze"


def test_the_face_of_a_smiling_woman_is_found_and_happy(client: FlaskClient, astronaut_jpeg: bytes) -> None:
    answer = client.post(ANALYZE, data=astronaut_jpeg, content_type="image/jpeg")

    seen = AnalyzeResponse.model_validate_json(answer.data)
    assert answer.status_code == 200
    assert (seen.width, seen.height, len(seen.faces)) == (512, 512, 1)
    face = seen.faces[0]
    assert 160 < face.box.x < 230
    assert 50 < face.box.y < 110
    assert set(face.scores) == set(EMOTIONS)
    assert sum(face.scores.values()) == pytest.approx(1)
    assert face.emotion == "happy"
    assert face.smile == face.scores["happy"]
    assert face.gender in ("female", "unknown")


def test_a_form_field_does_as_well_as_a_body(client: FlaskClient, astronaut_jpeg: bytes) -> None:
    body = client.post(ANALYZE, data=astronaut_jpeg, content_type="image/jpeg").json
    form = client.post(ANALYZE, data={"image": (BytesIO(astronaut_jpeg), "me.jpg")}).json

    assert body["faces"] == form["faces"]


def test_faces_come_from_large_to_small(client: FlaskClient, astronaut: NDArray[np.uint8]) -> None:
    scene = Image.new("RGB", (900, 512), "grey")
    scene.paste(Image.fromarray(astronaut).resize((256, 256)), (0, 100))
    scene.paste(Image.fromarray(astronaut), (380, 0))

    faces = client.post(ANALYZE, data=encoded(scene, "PNG"), content_type="image/png").json["faces"]

    assert [face["box"]["x"] > 380 for face in faces] == [True, False]


def test_no_face_is_an_empty_list(client: FlaskClient) -> None:
    answer = client.post(ANALYZE, data=encoded(Image.new("RGB", (300, 200), "teal"), "WEBP"), content_type="image/webp")

    assert answer.json["faces"] == []
    assert (answer.json["width"], answer.json["height"]) == (300, 200)


@pytest.mark.parametrize(
    ("content", "kind", "status", "word"),
    [
        (b"", "image/jpeg", 400, "empty"),
        (b"hello", "image/jpeg", 415, "unsupported_type"),
        (b"GIF89a" + bytes(30), "image/gif", 415, "unsupported_type"),
        (b"{}", "application/json", 415, "unsupported_type"),
        (bytes(2_100_000), "image/jpeg", 413, "request_entity_too_large"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_remedy(client: FlaskClient, content: bytes, kind: str, status: int, word: str) -> None:
    answer = client.post(ANALYZE, data=content, content_type=kind)

    assert (answer.status_code, answer.json["error"]) == (status, word)
    assert len(answer.json["detail"]) > 20


def test_a_form_without_the_field_is_refused(client: FlaskClient, astronaut_jpeg: bytes) -> None:
    answer = client.post(ANALYZE, data={"photo": (BytesIO(astronaut_jpeg), "me.jpg")})

    assert (answer.status_code, answer.json["error"]) == (400, "no_image")


def test_more_pictures_than_workers_and_waiting_places_are_told_busy(
    app: Flask, astronaut_jpeg: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, started, end = Pool(workers=1, waiting=0), threading.Event(), threading.Event()
    monkeypatch.setattr(app.extensions["allsmiles"], "_pool", pool)
    taken = pool.submit(lambda: (started.set(), end.wait(30)))
    started.wait(30)

    refused = app.test_client().post(ANALYZE, data=astronaut_jpeg, content_type="image/jpeg")
    end.set()
    taken.result(30)
    accepted = app.test_client().post(ANALYZE, data=astronaut_jpeg, content_type="image/jpeg")

    assert (refused.status_code, refused.json["error"]) == (429, "busy")
    assert refused.headers["Retry-After"] == "1"
    assert refused.json["retry_ms"] > 0
    assert accepted.status_code == 200


def test_wrong_methods_and_addresses_are_refused_in_json(client: FlaskClient) -> None:
    wrong_method, wrong_address = client.get(ANALYZE), client.get("/api/v1/nothing")

    assert (wrong_method.status_code, wrong_method.json["error"]) == (405, "method_not_allowed")
    assert "POST" in wrong_method.headers["Allow"]
    assert (wrong_address.status_code, wrong_address.json["error"]) == (404, "not_found")


def test_the_openapi_document_describes_every_answer(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json

    responses = document["paths"][ANALYZE]["post"]["responses"]
    assert set(responses) == {"200", "400", "413", "415", "429", "503"}
    assert {"AnalyzeResponse", "AnalyzedFace", "Box", "Problem"} <= set(document["components"]["schemas"])


def test_the_openapi_document_describes_shared_photos_events_and_rooms(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json

    described = {(path, method) for path, methods in document["paths"].items() for method in methods}
    served = {
        (rule.rule.replace("<", "{").replace(">", "}"), method.lower())
        for rule in client.application.url_map.iter_rules()
        if rule.endpoint.startswith("photos.") and rule.rule.startswith("/api/")
        for method in rule.methods or ()
        if method in ("GET", "POST", "DELETE")
    }
    assert served <= described
    assert {"SharedPhoto", "OpenedEvent", "RoomJoin", "RoomReport", "RoomView"} <= set(document["components"]["schemas"])
    named = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))
    assert named <= set(document["components"]["schemas"])


def test_the_openapi_document_describes_every_route_and_nothing_else(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json

    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in client.application.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in rule.methods or ()
        if method in ("GET", "POST", "PUT", "DELETE")
    }
    told = {(path, method) for path, methods in document["paths"].items() for method in methods if path.startswith("/api/v1/")}
    assert told == served - {("/api/v1/openapi.json", "get")}
    names = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(names) == len(set(names))
