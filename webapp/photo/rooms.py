"""Rooms of several cameras: who is there, how close they are, and when all shoot. Pure: values and a time in, values out.

Times are seconds on the server's clock; `due` is when every camera of the room shoots.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

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

State = Literal["waiting", "counting", "gathering"]


@dataclass(frozen=True)
class Seat:
    """One participant.

    `word` is when something was last heard, `seen` when a face was; `connection` is who speaks for the seat, the last tab that took it;
    `progress` is one number from 0 to 1 per face; `shares` is the answer for the last photo, None while there is none.
    """

    id: str
    name: str
    word: float
    seen: float
    connection: str = ""
    progress: tuple[float, ...] = ()
    smiling: bool = False
    required: bool = True
    shares: bool | None = None
    frame: bool = False


@dataclass(frozen=True)
class Room:
    """What the server knows of a room; pictures are not part of it."""

    code: str
    hold_s: float = 0.6
    state: State = "waiting"
    seats: tuple[Seat, ...] = ()
    host: str = ""
    shot: int = 0
    since: float | None = None
    due: float | None = None
    by_hand: bool = False
    rest_until: float = 0.0
    shooters: tuple[str, ...] = field(default=())


def join(room: Room, id: str, connection: str, now: float) -> Room:
    """Give a seat, or back the one that a reload or a lost connection left; the first is the host."""
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


def report(room: Room, id: str, progress: tuple[float, ...], smiling: bool, now: float) -> Room:
    """Hear how close one camera's faces are; no face does not smile. Who has no seat is not heard."""
    held = seat(room, id)
    if held is None:
        return room
    heard = replace(held, word=now, seen=now if progress else held.seen, progress=progress, smiling=smiling and bool(progress))
    return step(_with(room, heard), now)


def agree(room: Room, id: str, shares: bool, now: float) -> Room:
    """Hear whether one agrees to share its frame with the room."""
    held = seat(room, id)
    return room if held is None or room.state != "gathering" else step(_with(room, replace(held, shares=shares, word=now)), now)


def require(room: Room, by: str, id: str, required: bool, now: float) -> Room:
    """Let the host say who is waited for."""
    held = seat(room, id)
    return room if by != room.host or held is None else step(_with(room, replace(held, required=required)), now)


def fire(room: Room, by: str, now: float) -> Room:
    """Let the host set the moment by hand."""
    if by != room.host or room.state != "waiting":
        return room
    return _count(room, now, by_hand=True)


def received(room: Room, id: str, shot: int, now: float) -> Room:
    """Note that one camera's frame of this shot has come."""
    held = seat(room, id)
    if held is None or room.state != "gathering" or shot != room.shot or id not in room.shooters or not agreed(room):
        return room
    return step(_with(room, replace(held, frame=True, word=now)), now)


def step(room: Room, now: float) -> Room:
    """Let time pass. Whatever is not heard of any more, every state ends: a room never hangs."""
    room = _without(room, {one.id for one in room.seats if now - one.word >= GONE_S}, now)
    room = _host_who_is_there(room, now)
    if room.state == "waiting":
        return _wait(room, now)
    if room.state == "counting":
        return _counting(room, now)
    return _gathering(room, now)


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


def _all_smile(room: Room, now: float) -> bool:
    # Who opened the room and waits for others may smile at the screen; the host can still fire.
    needed = waited_for(room, now) if len(room.seats) > 1 else ()
    return bool(needed) and all(one.smiling for one in needed)


def _wait(room: Room, now: float) -> Room:
    if not _all_smile(room, now) or now < room.rest_until:
        return replace(room, since=None)
    since = now if room.since is None else room.since
    room = replace(room, since=since)
    return _count(room, now, by_hand=False) if now - since >= room.hold_s else room


def _count(room: Room, now: float, by_hand: bool) -> Room:
    seats = tuple(replace(one, frame=False, shares=None) for one in room.seats)
    return replace(room, state="counting", seats=seats, since=None, due=now + LEAD_S, by_hand=by_hand, shot=room.shot + 1, shooters=())


def _counting(room: Room, now: float) -> Room:
    there = tuple(one for one in room.seats if not away(one, now))
    if not there:
        return _rest(room, now)
    if room.due is not None and now >= room.due:
        return replace(room, state="gathering", shooters=tuple(one.id for one in there))
    return room


def _gathering(room: Room, now: float) -> Room:
    room = replace(room, shooters=tuple(id for id in room.shooters if seat(room, id)))
    unwilling = any(one.shares is False for one in room.seats if one.id in room.shooters)
    over = room.due is None or now >= room.due + GATHER_S
    return _rest(room, now) if over or unwilling or not room.shooters or complete(room) else room


def _rest(room: Room, now: float) -> Room:
    return replace(room, state="waiting", since=None, due=None, by_hand=False, rest_until=now + REST_S)


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
