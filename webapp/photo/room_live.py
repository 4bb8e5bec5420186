"""Rooms over Socket.IO: every message is answered with the room as it is, so that none that is lost leaves anybody behind."""

import hashlib
import secrets
import time
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_socketio import SocketIO, join_room, leave_room
from pydantic import BaseModel, ValidationError
from redis.exceptions import RedisError

from webapp.config import Config
from webapp.contract import Problem, RoomFinish, RoomJoin, RoomReport, RoomSeat, RoomView
from webapp.photo import rooms
from webapp.photo.photos import address, qr
from webapp.photo.room_store import RoomsFull, open_rooms
from webapp.photo.rooms import Room
from webapp.rates import Rate, Rates
from webapp.shop.wrongs import said

blueprint = Blueprint("rooms", __name__)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that are mistaken for one another when a code is told."""
MESSAGES_PER_SECOND = 20.0
FULL_MS = 20_000
"""After how long a page tries again to join a full room: ten that wait behind one address use up all its joins."""
M = TypeVar("M", bound=BaseModel)
JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"


class NotGranted(Exception):
    """A message that is not obeyed, with its answer."""

    def __init__(self, error: str, detail: str, retry_ms: int | None = None):
        super().__init__(detail)
        self.answer = Problem(error=error, detail=detail, retry_ms=retry_ms).model_dump(exclude_none=True)


@blueprint.get("/room")
def new_room() -> ResponseReturnValue:
    """Make a room."""
    code = "".join(secrets.choice(LETTERS) for _ in range(6))
    response = redirect(url_for("rooms.room", code=code))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/room/<code>")
def room(code: str) -> ResponseReturnValue:
    """Show a room."""
    if code != code.upper():
        return redirect(url_for("rooms.room", code=code.upper()))
    _check(code)
    return render_template("room.html", code=code, link=address("rooms.room", code=code))


@blueprint.get("/room/<code>.svg")
def room_qr(code: str) -> ResponseReturnValue:
    """Draw the QR code of a room's link."""
    _check(code)
    return qr(address("rooms.room", code=code))


def _check(code: str) -> None:
    if len(code) != 6 or not set(code) <= set(LETTERS) or not current_app.extensions["allsmiles_config"].rooms_most:
        abort(404)


class Place:
    """Where one connection sits, and how much it says."""

    def __init__(self) -> None:
        self.rate = Rate(MESSAGES_PER_SECOND)
        self.code = self.seat = ""


class Doors:
    """The connections of this process and the rooms they are in."""

    def __init__(self, config: Config):
        self._config = config
        self.store = open_rooms(config.redis_url, config.rooms_most)
        self._joins = Rates(config.room_joins_per_minute / 60, config.room_joins_per_minute)
        self._lock = Lock()
        self._places: dict[str, Place] = {}

    def forget(self, connection: str) -> None:
        """Forget a connection; its seat stays for who comes back."""
        with self._lock:
            self._places.pop(connection, None)

    def join(self, connection: str, remote: str, message: Any) -> dict[str, Any]:
        """Seat a connection."""
        asked = _understood(RoomJoin, message)
        if not self._config.rooms_most:
            raise NotGranted("off", _("Rooms are switched off on this server."))
        if wait := self._joins.take(remote, time.monotonic()):
            detail = _("Too many joins from this address. This page tries again by itself in a moment.")
            raise NotGranted("too_many_requests", detail, round(wait * 1000) + 1)
        seat = hashlib.sha256(asked.token.encode()).hexdigest()[:12]

        def enter(held: Room, now: float) -> Room:
            if held.ended and rooms.seat(held, seat):
                raise _over()
            if not held.ended and rooms.seat(held, seat) is None and len(held.seats) >= self._config.room_cameras:
                detail = _(
                    "This room is full (cameras allowed: %(count)s). This page comes in by itself when one leaves.",
                    count=self._config.room_cameras,
                )
                raise NotGranted("full", detail, FULL_MS)
            return rooms.join(held, seat, connection, now)

        try:
            entered = self.store.change(asked.code, enter, make=True)
        except RoomsFull:
            raise NotGranted("full", _("There are as many rooms as this server may hold: try again later."), FULL_MS) from None
        place = self._place(connection)
        place.code, place.seat = asked.code, seat
        return self._shown(entered, seat)

    def say(self, connection: str, change: Callable[[Room, str, float], Room]) -> tuple[dict[str, Any], Place, bool]:
        """Change the room that a connection is in, and tell whether its state is another now.

        Raise NotGranted where the connection has no seat there any more.
        """
        place, before = self._place(connection), [""]
        if place.rate.take(time.monotonic()):
            raise NotGranted("busy", "Too many messages: send fewer.")

        def changed(held: Room, now: float) -> Room:
            if held.ended:
                raise _over()
            one = rooms.seat(held, place.seat)
            if one is None:
                raise NotGranted("no_seat", _("Your seat was given up: join again."))
            if one.connection != connection:
                raise NotGranted("replaced", _("This seat was taken in another tab."))
            before[0] = held.state
            return change(held, place.seat, now)

        if not place.code:
            raise NotGranted("no_seat", "Join a room first.")
        shown = self._shown(self.store.change(place.code, changed), place.seat)
        return shown, place, shown["state"] != before[0]

    def end(self, connection: str) -> str:
        """End the room of its host and return its code."""
        shown, place = self.say(connection, lambda held, _, now: rooms.step(held, now))[:2]
        if not any(one["host"] and one["id"] == place.seat for one in shown["seats"]):
            raise NotGranted("not_host", _("Only the host can end the room."))
        self.store.change(place.code, rooms.end)
        return place.code

    def leave(self, connection: str) -> str:
        """Give up a seat and return the code of its room, which is forgotten with its last seat."""
        place = self._place(connection)
        self.store.change(place.code, lambda held, now: rooms.leave(held, place.seat, now))
        return place.code

    def _place(self, connection: str) -> Place:
        with self._lock:
            return self._places.setdefault(connection, Place())

    def _shown(self, held: Room | None, you: str) -> dict[str, Any]:
        if held is None:
            raise NotGranted("over", _("The room is over."))
        return view(held, you, self.store.now()).model_dump()


def view(held: Room, you: str, now: float) -> RoomView:
    """Return a room as the member `you` sees it."""
    seats = [
        RoomSeat(
            id=one.id,
            name=one.name,
            progress=list(one.progress),
            smiling=one.smiling,
            watching=one.watching,
            required=one.required,
            away=rooms.away(one, now),
            host=one.id == held.host,
        )
        for one in held.seats
    ]
    return RoomView(
        code=held.code,
        you=you,
        state=held.state,
        seats=seats,
        shot=held.shot,
        due=None if held.due is None else held.due * 1000,
        shooters=list(held.shooters),
        resting=held.capture.rests_until is not None,
        agreed=rooms.agreed(held),
        time=now * 1000,
    )


def register(socketio: SocketIO, config: Config) -> Callable[[str], None]:
    """Answer `clock` and `room:*` on `socketio`; return what to call for a connection that has ended."""
    doors = Doors(config)

    def me() -> str:
        return request.sid  # type: ignore[attr-defined,no-any-return]

    def on(name: str) -> Callable[[Callable[..., dict[str, Any]]], None]:
        def bind(handler: Callable[..., dict[str, Any]]) -> None:
            def answered(*message: Any) -> dict[str, Any]:
                try:
                    return handler(*message)
                except NotGranted as problem:
                    return problem.answer
                except RedisError:
                    return NotGranted("unreachable", _("The server cannot reach its rooms just now: wait a moment.")).answer
                except TypeError:
                    return NotGranted("not_understood", f"{name} was sent with the wrong arguments.").answer

            socketio.on(name)(answered)

        return bind

    def is_picture(content: Any, signature: bytes) -> bool:
        return isinstance(content, bytes) and content.startswith(signature) and len(content) <= config.frame_kb * 1000

    def say(change: Callable[[Room, str, float], Room]) -> dict[str, Any]:
        shown, place, moved = doors.say(me(), change)
        if moved:
            # Whoever hears it asks at once: a countdown that stops must stop everywhere before its moment.
            socketio.emit("room:news", to=_channel(place.code))
        return shown

    @on("clock")
    def clock() -> dict[str, Any]:
        return {"time": doors.store.now() * 1000}

    @on("room:join")
    def join(message: Any = None) -> dict[str, Any]:
        shown = doors.join(me(), request.remote_addr or "", message)
        join_room(_channel(shown["code"]))
        return shown

    @on("room:report")
    def report(message: Any = None) -> dict[str, Any]:
        told = _understood(RoomReport, message)
        return say(lambda held, seat, now: rooms.report(held, seat, tuple(told.progress), told.smiling, now, told.watching))

    @on("room:agree")
    def agree(shares: Any = None) -> dict[str, Any]:
        return say(lambda held, seat, now: rooms.agree(held, seat, None if shares is None else shares is True, now))

    @on("room:require")
    def require(id: Any = None, required: Any = None) -> dict[str, Any]:
        return say(lambda held, seat, now: rooms.require(held, seat, str(id), required is True, now))

    @on("room:fire")
    def fire() -> dict[str, Any]:
        return say(lambda held, seat, now: rooms.fire(held, seat, now))

    @on("room:stop")
    def stop() -> dict[str, Any]:
        return say(rooms.stop)

    @on("room:frame")
    def frame(content: Any = None, shot: Any = None, finish: Any = None, logo: Any = None) -> dict[str, Any]:
        """Pass a frame on to who was there at the photo, from the host also what stands on the collage; the server keeps none."""
        if not is_picture(content, JPEG) or not (logo is None or is_picture(logo, PNG)):
            raise NotGranted("bad_frame", f"Send a JPEG, and a logo as PNG, of up to {config.frame_kb} kilobytes each.")
        chosen = None if finish is None else _understood(RoomFinish, finish).model_dump()
        receivers: list[str] = []
        by_host: list[bool] = []

        def note(held: Room, seat: str, now: float) -> Room:
            after = rooms.received(held, seat, shot, now)
            # Who joined since agreed to nothing and is agreed to by nobody: a room's code opens no photo.
            receivers[:] = [one.connection for one in after.seats if one.id in after.there] if after is not held else []
            by_host[:] = [seat == held.host]
            return after

        shown, place, _ = doors.say(me(), note)
        told = {"seat": place.seat, "shot": shot, "finish": chosen if by_host[0] else None}
        if receivers:
            socketio.emit("room:frame", (told, content, logo if by_host[0] else None), to=receivers)
        return shown

    @on("room:leave")
    def leave() -> dict[str, Any]:
        code = doors.leave(me())
        leave_room(_channel(code))
        return {}

    @on("room:end")
    def end() -> dict[str, Any]:
        code = doors.end(me())
        socketio.emit("room:over", to=_channel(code))
        return {}

    return doors.forget


def _over() -> NotGranted:
    return NotGranted("over", _("The host ended the room."))


def _understood(kind: type[M], message: Any) -> M:
    try:
        return kind.model_validate(message)
    except ValidationError as problem:
        raise NotGranted("not_understood", said(problem)) from None


def _channel(code: str) -> str:
    return f"room:{code}"
