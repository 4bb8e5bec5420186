"""Rooms of several cameras: who is there, how close they are, and when all shoot. Pure: values and a time in, values out.

A room is seats and one Capture, whose group are the cameras that are waited for. Times are seconds on the server's clock, those of the
Capture milliseconds; `due` is when every camera of the room shoots.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

from webapp.photo.capture import Capture, CaptureConfig, Event
from webapp.photo.capture import step as capture_step
from webapp.vision.group import Group

STALE_S = 2.0
"""Who says nothing for so long is away: shown so, and not waited for."""
GONE_S = 120.0
"""Who is away for so long loses the seat."""
LEAD_S = 3.0
"""The moment is set so far ahead that all can count down."""
GATHER_S = 60.0
"""How long answers and frames are waited for after the moment."""
FACELESS_S = 5.0
"""A camera that sees nobody for so long, turned away or left alone, is not waited for."""
REST_S = 2.0
"""Nothing is shot so soon after the last photo, so that people may look up."""
LOOK_S = 20.0
"""Who looks at the last photo longer than this does not keep the others from the next."""
CAPTURE = CaptureConfig(countdown_ms=1000 * LEAD_S, apart_ms=700, commit_ms=500, stale_ms=1000 * STALE_S)
"""As for one camera, but news comes four times a second, and so shortly before the moment not all could be told to stop."""

State = Literal["waiting", "counting", "gathering", "showing"]


@dataclass(frozen=True)
class Seat:
    """One participant.

    `word` is when something was last heard, `seen` when a face was; `connection` is who speaks for the seat, the last tab that took it;
    `progress` is one number from 0 to 1 per face; `watching` while somebody there still looks at the last photo; `shares` is the answer
    for the last photo, None while there is none.
    """

    id: str
    name: str
    word: float
    seen: float
    connection: str = ""
    progress: tuple[float, ...] = ()
    smiling: bool = False
    watching: bool = False
    required: bool = True
    shares: bool | None = None
    frame: bool = False


@dataclass(frozen=True)
class Room:
    """What the server knows of a room; pictures are not part of it."""

    code: str
    capture: Capture = Capture(0.0)
    seats: tuple[Seat, ...] = ()
    host: str = ""
    shot: int = 0
    due: float | None = None
    shooters: tuple[str, ...] = field(default=())
    """While counting, who was waited for when it began; afterwards, who took part in the last photo."""
    there: tuple[str, ...] = field(default=())
    """Who was there at the moment of the last photo: its frames go to nobody who came later."""
    ended: bool = False
    """By its host: kept until nothing has been heard of its seats for long, so that who had lost the connection is told on coming back."""

    @property
    def state(self) -> State:
        """What the room is doing."""
        return "gathering" if self.capture.state == "shooting" else self.capture.state


def join(room: Room, id: str, connection: str, now: float) -> Room:
    """Give a seat, or back the one that a reload or a lost connection left; the first is the host. A room that was ended begins anew."""
    if room.ended:
        room = Room(room.code)
    held = seat(room, id)
    if held:
        return step(_with(room, replace(held, word=now, connection=connection)), now)
    taken = {one.name for one in room.seats}
    name = next(name for number in range(1, len(taken) + 2) if (name := f"Camera {number}") not in taken)
    new = Seat(id=id, name=name, word=now, seen=now, connection=connection)
    return step(replace(room, seats=(*room.seats, new), host=room.host or id), now)


def leave(room: Room, id: str, now: float) -> Room:
    """Take a seat away; another camera that is there becomes the host."""
    return step(_without(room, {id}, now), now)


def report(room: Room, id: str, progress: tuple[float, ...], smiling: bool, now: float, watching: bool = False) -> Room:
    """Hear how close one camera's faces are; no face does not smile. Who has no seat is not heard."""
    held = seat(room, id)
    if held is None:
        return room
    heard = replace(held, word=now, seen=now if progress else held.seen, progress=progress, smiling=smiling and bool(progress))
    return step(_with(room, replace(heard, watching=watching)), now)


def agree(room: Room, id: str, shares: bool | None, now: float) -> Room:
    """Hear whether one agrees to share its frame with the room; None: it has none, and is not waited for."""
    held = seat(room, id)
    if held is None or room.state != "gathering":
        return room
    if shares is None:
        room = replace(room, shooters=tuple(one for one in room.shooters if one != id))
    return step(_with(room, replace(held, shares=shares, word=now)), now)


def require(room: Room, by: str, id: str, required: bool, now: float) -> Room:
    """Let the host say who is waited for."""
    held = seat(room, id)
    return room if by != room.host or held is None else step(_with(room, replace(held, required=required)), now)


def fire(room: Room, by: str, now: float) -> Room:
    """Let the host set the moment by hand."""
    if by != room.host or room.state not in ("waiting", "showing"):
        return room
    return _happen(_happen(room, "retake", now), "fire", now)


def stop(room: Room, by: str, now: float) -> Room:
    """Let anybody stop the countdown, as long as all can still be told."""
    return room if seat(room, by) is None or room.state != "counting" else _happen(room, "cancel", now)


def received(room: Room, id: str, shot: int, now: float) -> Room:
    """Note that one camera's frame of this shot has come."""
    held = seat(room, id)
    if held is None or room.state != "gathering" or shot != room.shot or id not in room.shooters or not agreed(room):
        return room
    return step(_with(room, replace(held, frame=True, word=now)), now)


def end(room: Room, now: float) -> Room:
    """End a room; who was in it is remembered for as long as a seat is."""
    return replace(Room(room.code), seats=tuple(replace(one, word=now) for one in room.seats), ended=True)


def step(room: Room, now: float) -> Room:
    """Let time pass. Whatever is not heard of any more, every state ends: a room never hangs."""
    room = _without(room, {one.id for one in room.seats if now - one.word >= GONE_S}, now)
    if room.ended:
        return room
    room = _happen(_host_who_is_there(room, now), _group(room, now), now)
    if room.state == "gathering":
        room = replace(room, shooters=tuple(id for id in room.shooters if seat(room, id)))
    if room.state == "gathering" and _gathered(room, now):
        room = _happen(replace(room, due=None), "taken", now)
    return _happen(room, "again", now) if room.state == "showing" and _looked_at(room, now) else room


def seat(room: Room, id: str) -> Seat | None:
    """Return a participant."""
    return next((one for one in room.seats if one.id == id), None)


def away(one: Seat, now: float) -> bool:
    """Tell whether nothing was heard of a participant for too long."""
    return now - one.word >= STALE_S


def waited_for(room: Room, now: float) -> tuple[Seat, ...]:
    """Return who must smile: required, there, and not without a face for long."""
    return tuple(one for one in room.seats if one.required and not away(one, now) and now - one.seen < FACELESS_S)


def agreed(room: Room) -> bool:
    """Tell whether all who took part share their frames; before that none travels."""
    return room.state == "gathering" and all((one := seat(room, id)) is not None and one.shares is True for id in room.shooters)


def complete(room: Room) -> bool:
    """Tell whether the frames of all who took part are there."""
    return bool(room.shooters) and all((one := seat(room, id)) is not None and one.frame for id in room.shooters)


def _group(room: Room, now: float) -> Group:
    """Take the cameras that are waited for as a group. While it counts nobody new is waited for, nor who has gone."""
    needed = waited_for(room, now)
    if room.state == "counting":
        needed = tuple(one for one in needed if one.id in room.shooters)
    elif sum(not away(one, now) for one in room.seats) < 2:
        # Who waits for others may smile at the screen; the host can still fire.
        needed = ()
    return Group(len(needed), sum(one.smiling and not one.watching for one in needed), False)


def _happen(room: Room, event: Event, now: float) -> Room:
    """Let the capture take an event, and carry out what follows from it."""
    capture, effects = capture_step(room.capture, event, 1000 * now, CAPTURE)
    begins = capture.state == "counting" != room.capture.state
    room = replace(room, capture=capture)
    kinds = [kind for kind, _ in effects]
    if begins and capture.ends is not None:
        seats = tuple(replace(one, frame=False, shares=None) for one in room.seats)
        counted = tuple(one.id for one in waited_for(room, now))
        return replace(room, seats=seats, due=capture.ends / 1000, shot=room.shot + 1, shooters=counted)
    if "shoot" in kinds:
        there = tuple(one.id for one in room.seats if not away(one, now))
        return replace(room, shooters=there, there=there)
    return replace(room, due=None) if "stopped" in kinds else room


def _gathered(room: Room, now: float) -> bool:
    """Tell whether nothing is waited for any more: all frames came, there are not two, somebody refused, or it took too long."""
    shooters = [one for one in room.seats if one.id in room.shooters]
    over = room.due is None or now >= room.due + GATHER_S
    return over or len(shooters) < 2 or any(one.shares is False for one in shooters) or complete(room)


def _looked_at(room: Room, now: float) -> bool:
    """Tell whether the next photo may be waited for."""
    shown = now - room.capture.since / 1000
    return shown >= LOOK_S or (shown >= REST_S and not any(one.watching for one in waited_for(room, now)))


def _with(room: Room, one: Seat) -> Room:
    return replace(room, seats=tuple(one if held.id == one.id else held for held in room.seats))


def _without(room: Room, ids: set[str], now: float) -> Room:
    if not ids:
        return room
    return _host_who_is_there(replace(room, seats=tuple(one for one in room.seats if one.id not in ids)), now)


def _host_who_is_there(room: Room, now: float) -> Room:
    """Keep the host while the seat lasts and is not long away; a room without one could not be ended."""
    held = seat(room, room.host)
    if held and not away(held, now - 10):
        return room
    there = [one for one in room.seats if not away(one, now)]
    return replace(room, host=there[0].id) if there else (room if held else replace(room, host=room.seats[0].id if room.seats else ""))
