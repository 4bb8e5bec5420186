"""Rooms over sockets: seats, codes, limits, and what travels."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_socketio import SocketIOTestClient

from tests.services import redis_server
from webapp.app import create_app
from webapp.config import Config
from webapp.photo.room_store import MemoryRooms, RedisRooms, Rooms
from webapp.photo.rooms import Room, join, leave, report

CODE = "ABCDEF"
JPEG, PNG = b"\xff\xd8\xff" + bytes(100), b"\x89PNG\r\n\x1a\n" + bytes(100)


@pytest.fixture(scope="module")
def room_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(Config(data_dir=tmp_path_factory.mktemp("rooms"), room_cameras=2, rooms_most=2))


def connected(app: Flask) -> SocketIOTestClient:
    return app.extensions["socketio"].test_client(app)


def ask(socket: SocketIOTestClient, name: str, *message: Any) -> dict[str, Any]:
    return socket.emit(name, *message, callback=True)


def joined(app: Flask, token: str, code: str = CODE) -> tuple[SocketIOTestClient, dict[str, Any]]:
    socket = connected(app)
    return socket, ask(socket, "room:join", {"code": code, "token": token * 16})


def test_members_see_numbers_of_the_others_and_a_reload_keeps_the_seat(room_app: Flask) -> None:
    first, alone = joined(room_app, "a")
    second, _ = joined(room_app, "b")
    ask(second, "room:report", {"progress": [0.5], "smiling": False})

    seen = ask(first, "room:report", {"progress": [], "smiling": False})
    again, back = joined(room_app, "a")

    assert [(one["name"], one["progress"], one["host"]) for one in seen["seats"]] == [("Camera 1", [], True), ("Camera 2", [0.5], False)]
    assert back["you"] == alone["you"]
    assert len(back["seats"]) == 2
    assert ask(first, "room:report", {"progress": [], "smiling": False})["error"] == "replaced"
    for socket in (again, second):
        ask(socket, "room:leave")


def test_a_room_that_is_empty_is_forgotten(room_app: Flask) -> None:
    first, _ = joined(room_app, "a")
    ask(first, "room:leave")

    second, seen = joined(room_app, "b")

    assert [one["name"] for one in seen["seats"]] == ["Camera 1"]
    assert seen["seats"][0]["host"]
    ask(second, "room:leave")


def test_rooms_and_cameras_have_limits(room_app: Flask) -> None:
    sockets = [joined(room_app, token) for token in "abc"]
    others = [joined(room_app, "d", "BBBBBB"), joined(room_app, "e", "CCCCCC")]

    assert sockets[2][1]["error"] == "full"
    assert sockets[2][1]["retry_ms"] > 0
    assert "error" not in others[0][1]
    assert others[1][1]["error"] == "full"
    for socket, _ in [*sockets[:2], others[0]]:
        ask(socket, "room:leave")


def test_only_the_host_ends_a_room_and_all_hear_it(room_app: Flask) -> None:
    host, _ = joined(room_app, "a", "HEARXX")
    guest, _ = joined(room_app, "b", "HEARXX")

    assert ask(guest, "room:end")["error"] == "not_host"
    assert ask(host, "room:end") == {}
    assert "room:over" in [one["name"] for one in guest.get_received()]
    assert ask(guest, "room:report", {"progress": [], "smiling": False})["error"] == "over"


def test_who_had_lost_the_connection_when_the_room_ended_is_told_so_and_others_may_use_its_code(room_app: Flask) -> None:
    code = "ENDEDD"
    host, _ = joined(room_app, "a", code)
    guest, _ = joined(room_app, "b", code)
    guest.disconnect()
    ask(host, "room:end")

    _, answer = joined(room_app, "b", code)
    stranger, seen = joined(room_app, "c", code)

    assert answer["error"] == "over"
    assert [one["name"] for one in seen["seats"]] == ["Camera 1"]
    ask(stranger, "room:leave")


def test_all_hear_at_once_that_a_countdown_began_or_stopped(room_app: Flask) -> None:
    host, _ = joined(room_app, "a")
    guest, _ = joined(room_app, "b")

    assert ask(guest, "room:report", {"progress": [0.2], "smiling": False})["state"] == "waiting"
    assert host.get_received() == []
    ask(host, "room:fire")

    assert "room:news" in [one["name"] for one in guest.get_received()]
    seen = ask(guest, "room:report", {"progress": [1.0], "smiling": True, "watching": True})
    assert seen["state"] == "counting"
    assert [one["watching"] for one in seen["seats"]] == [False, True]
    for socket in (host, guest):
        ask(socket, "room:leave")


def test_no_frame_is_passed_on_before_all_agreed(room_app: Flask) -> None:
    first, _ = joined(room_app, "a")
    second, _ = joined(room_app, "b")

    ask(first, "room:frame", JPEG, 0)

    assert second.get_received() == []
    for socket in (first, second):
        ask(socket, "room:leave")


def test_frames_go_to_nobody_who_joined_after_the_photo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(Config(data_dir=tmp_path))
    cast = {token: joined(app, token)[0] for token in "ab"}
    shot = ask(cast["a"], "room:fire")
    for before_s in (1.5, 0.0):
        monkeypatch.setattr("webapp.photo.room_store.MemoryRooms.now", lambda _, now=shot["due"] / 1000 - before_s: now)
        for socket in cast.values():
            ask(socket, "room:report", {"progress": [1.0], "smiling": True})
    cast["late"], seen = joined(app, "c")
    for token in "ab":
        ask(cast[token], "room:agree", True)

    ask(cast["a"], "room:frame", JPEG, shot["shot"])

    assert seen["state"] == "gathering"
    heard = {name: [one["name"] for one in socket.get_received()] for name, socket in cast.items()}
    assert ["room:frame" in heard[name] for name in ("a", "b", "late")] == [True, True, False]


def test_who_joins_too_often_is_told_when_to_try_again(tmp_path: Path) -> None:
    app = create_app(Config(data_dir=tmp_path, room_joins_per_minute=1))
    joined(app, "a")

    _, refused = joined(app, "a")

    assert refused["error"] == "too_many_requests"
    assert 50_000 < refused["retry_ms"] <= 60_001


def test_what_stands_on_the_collage_comes_with_the_frame_of_the_host_alone(room_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.photo.rooms.received", lambda room, id, shot, now: replace(room, there=tuple(one.id for one in room.seats)))
    host, _ = joined(room_app, "a")
    guest, _ = joined(room_app, "b")

    ask(host, "room:frame", JPEG, 1, {"frame": "sunny", "title": "Party", "date": True}, PNG)
    ask(guest, "room:frame", JPEG, 1, {"title": "Mine"}, PNG)

    first, second = (one["args"] for one in guest.get_received() if one["name"] == "room:frame")
    assert first[0]["finish"] == {"frame": "sunny", "title": "Party", "date": True}
    assert first[1:] == [JPEG, PNG]
    assert (second[0]["finish"], second[2]) == (None, None)
    for socket in (host, guest):
        ask(socket, "room:leave")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("room:frame", (JPEG, 1, None, b"no png")),
        ("room:frame", (JPEG, 1, {"frame": "golden"})),
        ("room:join", ()),
        ("room:join", ({"code": "../../", "token": "a" * 16},)),
        ("room:report", ({"progress": [2.0], "smiling": True},)),
        ("room:report", ({"progress": [0.1] * 100, "smiling": True},)),
        ("room:frame", ("text", 1)),
        ("room:frame", (b"no jpeg", 1)),
        ("room:fire", (1, 2, 3)),
        ("room:end", ()),
    ],
)
def test_a_wrong_message_is_answered_with_the_reason(room_app: Flask, name: str, message: tuple[Any, ...]) -> None:
    assert ask(connected(room_app), name, *message)["detail"]


def test_a_connection_that_talks_without_end_is_refused(room_app: Flask) -> None:
    socket, _ = joined(room_app, "a")

    answers = [ask(socket, "room:report", {"progress": [], "smiling": False}) for _ in range(60)]

    assert answers[-1]["error"] == "busy"
    ask(socket, "room:leave")


def test_the_page_of_a_room_shows_its_code_and_no_other_name_is_a_room(room_app: Flask) -> None:
    browser = room_app.test_client()
    made = browser.get("/room").headers["Location"]

    assert made.rsplit("/", 1)[1] in browser.get(made).text
    assert browser.get(f"{made}.svg").mimetype == "image/svg+xml"
    assert [browser.get(f"/room/{name}").status_code for name in ("AAAAAO", "ABC", "ABCDEFG")] == [404, 404, 404]


@pytest.mark.parametrize("kind", ["memory", "redis"])
def test_two_processes_share_a_room_as_one_does(kind: str, tmp_path: Path) -> None:
    if kind == "memory":
        both_see(store := MemoryRooms(10), store)
        return
    with redis_server() as url:
        both_see(RedisRooms(url, 10), RedisRooms(url, 10))


def both_see(one: Rooms, other: Rooms) -> None:
    def enter(id: str) -> Any:
        return lambda room, now: join(room, id, id, now)

    one.change(CODE, enter("a"), make=True)
    other.change(CODE, enter("b"), make=True)
    one.change(CODE, lambda room, now: report(room, "a", (1.0,), True, now))

    seen: Room | None = other.change(CODE, lambda room, now: report(room, "b", (0.25,), False, now))

    assert seen
    assert [(seat.id, seat.progress, seat.smiling) for seat in seen.seats] == [("a", (1.0,), True), ("b", (0.25,), False)]
    assert abs(one.now() - other.now()) < 1
    one.change(CODE, lambda room, now: leave(room, "a", now))
    assert other.change(CODE, lambda room, now: leave(room, "b", now)) is None
    assert one.change(CODE, lambda room, _: room) is None
