import threading
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_socketio import SocketIOTestClient
from PIL import Image

from webapp.app import create_app
from webapp.config import Config
from webapp.looking import Looking
from webapp.vision import network


@pytest.fixture
def socket(app: Flask) -> SocketIOTestClient:
    return app.extensions["socketio"].test_client(app)


def ask(socket: SocketIOTestClient, *message: Any) -> dict[str, Any]:
    return socket.emit("frame", *message, callback=True)


def test_a_face_keeps_its_number_over_frames(socket: SocketIOTestClient, astronaut_jpeg: bytes) -> None:
    answers = [ask(socket, astronaut_jpeg, {"time": 100 * number}) for number in range(6)]

    assert answers[-1]["faces"][0]["emotion"] == "happy"
    assert {face["id"] for answer in answers for face in answer["faces"]} == {1}
    assert (answers[-1]["width"], answers[-1]["height"]) == (512, 512)


@pytest.mark.parametrize("gap_ms", [0, 33, 1000, 5000])
def test_the_first_and_every_frame_tells_its_face_however_often_frames_come(
    socket: SocketIOTestClient, astronaut_jpeg: bytes, gap_ms: int
) -> None:
    answers = [ask(socket, astronaut_jpeg, {"time": gap_ms * number}) for number in range(3)]

    assert [len(answer["faces"]) for answer in answers] == [1, 1, 1]


def test_a_frame_on_its_own_tells_what_it_alone_shows(socket: SocketIOTestClient, astronaut_jpeg: bytes) -> None:
    alone = [ask(socket, astronaut_jpeg, {"time": 100 * number, "still": True, "side": 320})["faces"] for number in range(2)]
    one_by_one = ask(socket, astronaut_jpeg, {"time": 1000, "side": 320})["faces"]

    assert alone[0] == alone[1]
    assert [face["box"] for face in one_by_one] == [face["box"] for face in alone[0]]
    assert len(alone[0][0]["landmarks"]) == 5


def test_every_connection_counts_for_itself(app: Flask, astronaut_jpeg: bytes) -> None:
    sockets = [app.extensions["socketio"].test_client(app) for _ in range(2)]

    faces = [[ask(socket, astronaut_jpeg, {"time": 100 * number}) for number in range(3)][-1]["faces"] for socket in sockets]

    assert [face[0]["id"] for face in faces] == [1, 1]


def test_a_server_that_may_not_look_refuses_every_frame(tmp_path: Path, astronaut_jpeg: bytes) -> None:
    app = create_app(Config(data_dir=tmp_path, routes="device"))

    answer = ask(app.extensions["socketio"].test_client(app), astronaut_jpeg, {"time": 1})

    assert answer["error"] == "not_offered"
    assert 'data-routes="device"' in app.test_client().get("/").text


@pytest.mark.parametrize(
    ("message", "word"),
    [
        ((), "no_image"),
        (("text", {"time": 1}), "no_image"),
        ((b"", {"time": 1}), "empty"),
        ((b"no picture", {"time": 1}), "unsupported_type"),
        ((b"no picture", {}), "no_time"),
        ((b"no picture", {"time": float("nan")}), "no_time"),
        ((b"no picture", None), "no_time"),
        ((b"no picture", {"time": True}), "no_time"),
        ((b"no picture", {"time": 1, "side": 5}), "bad_field"),
        ((b"no picture", {"time": 1, "still": "yes"}), "bad_field"),
    ],
)
def test_a_bad_frame_is_answered_with_the_reason(socket: SocketIOTestClient, message: tuple[Any, ...], word: str) -> None:
    assert ask(socket, *message)["error"] == word


def test_a_frame_of_too_many_pixels_is_refused_before_it_is_decoded(socket: SocketIOTestClient) -> None:
    file = BytesIO()
    Image.new("1", (2500, 2000)).save(file, "PNG")

    answer = ask(socket, file.getvalue(), {"time": 1})

    assert answer["error"] == "too_large"
    assert "4 million pixels" in answer["detail"]


def test_a_frame_finds_all_workers_taken_and_is_told_when_to_come_again(
    app: Flask, socket: SocketIOTestClient, astronaut_jpeg: bytes
) -> None:
    pool, end = app.extensions["allsmiles"]._pool, threading.Event()
    held = []
    while pool.refuse() is None:
        held.append(pool.submit(end.wait, hasty=True))

    refused = ask(socket, astronaut_jpeg, {"time": 1})
    end.set()
    assert all(future.result(30) for future in held)
    while pool.taken:
        pass
    answer = ask(socket, astronaut_jpeg, {"time": 2})

    assert refused["error"] == "busy"
    assert refused["retry_ms"] >= 500
    assert len(answer["faces"]) == 1
    assert 'allsmiles_pictures_total{outcome="busy",source="frame"}' in app.test_client().get("/metrics").text


def test_no_thread_makes_a_network_ready_while_a_picture_waits_for_it(
    tmp_path: Path, astronaut_jpeg: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    class Counted(network.Interpreter):  # type: ignore[misc]  # LiteRT has no types
        def __init__(self, **options: Any) -> None:
            made.append(threading.get_ident())
            super().__init__(**options)

    monkeypatch.setattr(network, "Interpreter", Counted)
    looking: Looking = create_app(Config(data_dir=tmp_path, workers=2)).extensions["allsmiles"]
    made.clear()

    looking.begin()

    assert sorted(made.count(thread) for thread in set(made)) == [3, 3]
    looking.look(astronaut_jpeg, looking.viewer(), 0, "frame")
    assert len(made) == 6
