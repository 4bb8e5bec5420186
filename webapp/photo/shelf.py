"""Shared photos as files, a picture and a sidecar each: one folder, which several processes may use at once."""

import errno
import hashlib
import hmac
import os
import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from flask_babel import gettext as _
from pydantic import BaseModel, ValidationError

TOKEN_BYTES = 18
"""144 random bits: nobody finds a link by trying."""
TOKEN = re.compile(r"[\w-]{24}", re.ASCII)
ABANDONED_S = 3600
"""After this time a file without its other half belongs to nobody who still writes."""


class Kept(BaseModel):
    """The sidecar of a photo; times in seconds since 1970."""

    token: str
    created: float
    expires: float
    size: int
    width: int
    height: int
    event: str = ""
    key_hash: str


class Occasion(BaseModel):
    """An event to which photos are shared; who knows `token` may add to it, who knows `screen` may see its slideshow."""

    token: str
    screen: str
    name: str
    slideshow: bool
    expires: float


M = TypeVar("M", Kept, Occasion)


class ShelfFull(Exception):
    """There is no room for another photo; the text is for people."""


class Shelf:
    """The folder. Files appear whole or not at all: each is written aside and renamed."""

    def __init__(self, folder: Path, keep_s: float, most: int, most_bytes: int):
        self.folder, self._keep_s, self._most, self._most_bytes = folder, keep_s, most, most_bytes

    def add(self, picture: bytes, size: tuple[int, int], event: str = "", now: float | None = None) -> tuple[Kept, str]:
        """Keep a JPEG and return its sidecar and delete key; raise ShelfFull, with nothing left behind, where there is no room."""
        now = time.time() if now is None else now
        self.sweep(now)
        held = list(self._all(Kept))
        if len(held) >= self._most or sum(kept.size for kept in held) + len(picture) > self._most_bytes:
            raise ShelfFull(_("The server keeps as many shared photos as it may. Your photo is still on your device: try again later."))
        token, key = new_token(), new_token()
        kept = Kept(
            token=token,
            created=now,
            expires=now + self._keep_s,
            size=len(picture),
            width=size[0],
            height=size[1],
            event=event,
            key_hash=_hash(key),
        )
        try:
            self._write(self.picture(token), picture)
            # The sidecar comes last: with it the photo exists.
            self._write(self._path(Kept, token), kept.model_dump_json().encode())
        except OSError as problem:
            self._remove(token)
            if problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise ShelfFull(_("The server's disk is full. Your photo is still on your device: try again later.")) from None
            raise
        return kept, key

    def get(self, token: str, now: float | None = None) -> Kept | None:
        """Return a photo's sidecar, or None where there is none or its time is over."""
        return self._read(Kept, token, time.time() if now is None else now)

    def delete(self, token: str, key: str) -> bool:
        """Remove a photo if `key` is its delete key."""
        kept = self.get(token)
        if kept is None or not hmac.compare_digest(kept.key_hash, _hash(key)):
            return False
        self._remove(token)
        return True

    def open_event(self, name: str, slideshow: bool, keep_s: float, now: float | None = None) -> Occasion:
        """Begin an event."""
        now = time.time() if now is None else now
        if sum(1 for _ in self._all(Occasion)) >= self._most:
            raise ShelfFull(_("There are as many events as this server may hold: try again later."))
        occasion = Occasion(token=new_token(), screen=new_token(), name=name, slideshow=slideshow, expires=now + keep_s)
        self._write(self._path(Occasion, occasion.token), occasion.model_dump_json().encode())
        return occasion

    def event(self, token: str, now: float | None = None) -> Occasion | None:
        """Return an event that goes on."""
        return self._read(Occasion, token, time.time() if now is None else now)

    def screen(self, screen: str, now: float | None = None) -> Occasion | None:
        """Return the event whose slideshow this is, if it has one and goes on."""
        now = time.time() if now is None else now
        found = (one for one in self._all(Occasion) if hmac.compare_digest(one.screen.encode(), screen.encode()))
        return next((one for one in found if one.slideshow and one.expires > now), None)

    def of_event(self, token: str, now: float | None = None) -> list[Kept]:
        """Return an event's photos, the oldest first."""
        now = time.time() if now is None else now
        return sorted((kept for kept in self._all(Kept) if kept.event == token and kept.expires > now), key=lambda kept: kept.created)

    def sweep(self, now: float | None = None) -> int:
        """Remove what is over, and halves that a crash left behind; return how many photos went."""
        now = time.time() if now is None else now
        over = [kept for kept in self._all(Kept) if kept.expires <= now]
        for kept in over:
            self._remove(kept.token)
        for occasion in self._all(Occasion):
            if occasion.expires <= now:
                self._path(Occasion, occasion.token).unlink(missing_ok=True)
        for path in self._files():
            half = path.suffix == ".new" or (path.suffix == ".jpg" and not path.with_suffix(".json").exists())
            try:
                if half and path.stat().st_mtime < now - ABANDONED_S:
                    path.unlink(missing_ok=True)
            except FileNotFoundError:
                # Another process swept it.
                continue
        return len(over)

    def picture(self, token: str) -> Path:
        """Return where a photo's picture lies."""
        return self.folder / f"{token}.jpg"

    def _path(self, kind: type[BaseModel], token: str) -> Path:
        return self.folder / f"{token}.{'json' if kind is Kept else 'event'}"

    def _files(self) -> Iterator[Path]:
        if self.folder.is_dir():
            yield from self.folder.iterdir()

    def _all(self, kind: type[M]) -> Iterator[M]:
        for path in self._files():
            if path == self._path(kind, path.stem) and (found := self._read(kind, path.stem)):
                yield found

    def _read(self, kind: type[M], token: str, now: float | None = None) -> M | None:
        if not TOKEN.fullmatch(token):
            return None
        try:
            found = kind.model_validate_json(self._path(kind, token).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None
        return found if now is None or found.expires > now else None

    def _write(self, path: Path, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = path.with_name(f"{new_token()}.new")
        try:
            with aside.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
        except OSError:
            aside.unlink(missing_ok=True)
            raise

    def _remove(self, token: str) -> None:
        # The sidecar goes first: without it there is no photo.
        self._path(Kept, token).unlink(missing_ok=True)
        self.picture(token).unlink(missing_ok=True)


def new_token() -> str:
    """Return an unguessable name."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
