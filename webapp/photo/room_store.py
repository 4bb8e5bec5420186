"""Where rooms are: in this process's memory, or in Redis, where several processes share them. Nothing of them is ever on a disk."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from threading import Lock
from typing import Any, Protocol

from redis.client import Pipeline

from webapp.photo.capture import Capture
from webapp.photo.rooms import GONE_S, Room, Seat, step
from webapp.shared import open_redis

Change = Callable[[Room, float], Room]
CLOCK_S = 30.0


class RoomsFull(Exception):
    """There are as many rooms as there may be."""


class Rooms(Protocol):
    """What a store of rooms does."""

    def now(self) -> float:
        """Return the time on the clock that all processes of the store share, in seconds."""

    def change(self, code: str, change: Change, make: bool = False) -> Room | None:
        """Change a room, whole or not at all, and return it; None where there is none, or it is empty now and forgotten."""


class MemoryRooms:
    """Rooms of one process."""

    def __init__(self, most: int):
        self._most, self._lock = most, Lock()
        self._rooms: dict[str, Room] = {}

    def now(self) -> float:
        """Return the time in seconds."""
        return time.time()

    def change(self, code: str, change: Change, make: bool = False) -> Room | None:
        """Change a room; see Rooms."""
        with self._lock:
            room, now = self._rooms.get(code), self.now()
            if room is None:
                if not make:
                    return None
                self._sweep(now)
                if sum(not held.ended for held in self._rooms.values()) >= self._most:
                    raise RoomsFull
                room = Room(code)
            return self._keep(change(room, now))

    def _keep(self, room: Room) -> Room | None:
        if not room.seats:
            self._rooms.pop(room.code, None)
            return None
        self._rooms[room.code] = room
        return room

    def _sweep(self, now: float) -> None:
        for room in list(self._rooms.values()):
            self._keep(step(room, now))


class RedisRooms:
    """Rooms of several processes. Redis forgets a room of which nothing is heard."""

    def __init__(self, url: str, most: int):
        self._redis = open_redis(url)
        self._most = most
        self._ahead, self._measured = 0.0, -CLOCK_S

    def now(self) -> float:
        """Return the time of Redis, in seconds: the servers' own clocks may differ."""
        if time.monotonic() - self._measured >= CLOCK_S:
            asked = time.time()
            seconds, micro = self._redis.time()  # type: ignore[misc]
            self._ahead = seconds + micro / 1e6 - (asked + time.time()) / 2
            self._measured = time.monotonic()
        return time.time() + self._ahead

    def change(self, code: str, change: Change, make: bool = False) -> Room | None:
        """Change a room; see Rooms. Who was overtaken by another process tries again."""
        now, key = self.now(), _key(code)
        changed: list[Room | None] = []

        def transact(pipe: Pipeline) -> None:
            changed.clear()
            held: Any = pipe.get(key)
            if held is None and make and sum(1 for _ in self._redis.scan_iter(_key("*"), 500)) >= self._most:
                raise RoomsFull
            room = _read(held) if held else Room(code) if make else None
            after = change(room, now) if room else None
            pipe.multi()
            if after and after.seats:
                pipe.set(key, json.dumps(asdict(after)), ex=round(GONE_S))
                changed.append(after)
            else:
                pipe.delete(key)
                changed.append(None)

        self._redis.transaction(transact, key)
        return changed[0]


def open_rooms(url: str, most: int) -> Rooms:
    """Return the store that the settings name."""
    return RedisRooms(url, most) if url else MemoryRooms(most)


def _key(code: str) -> str:
    return f"allsmiles:room:{code}"


def _read(held: bytes) -> Room:
    plain = json.loads(held)
    seats = tuple(Seat(**{**one, "progress": tuple(one["progress"])}) for one in plain["seats"])
    tuples = {name: tuple(plain.get(name, ())) for name in ("shooters", "there")}
    return Room(**{**plain, **tuples, "capture": Capture(**plain["capture"]), "seats": seats})
