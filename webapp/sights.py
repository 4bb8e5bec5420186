"""Encoded pictures in, sightings out: what a thread of the server and a replica of Ray Serve do alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.vision.image import BadImage, decode
from webapp.vision.pipeline import Asked, Networks, Sighting, sight


@dataclass(frozen=True, slots=True)
class Picture:
    """The bytes of a picture, which is not decoded if it has more than `max_pixels`; for the rest see Asked."""

    content: bytes
    max_pixels: int
    side: int | None = None
    most_faces: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """The size of a picture in pixels and the faces in it, most certain first."""

    width: int
    height: int
    sightings: list[Sighting]


def see(networks: Networks, pictures: Sequence[Picture]) -> list[Seen | BadImage]:
    """Return what each picture shows, or why it cannot be looked at; the faces of all are classified together."""
    decoded = [_decoded(picture) for picture in pictures]
    good = [asked for asked in decoded if isinstance(asked, Asked)]
    found = iter(sight(networks, good))
    return [asked if isinstance(asked, BadImage) else _seen(asked, next(found)) for asked in decoded]


def _seen(asked: Asked, sightings: list[Sighting]) -> Seen:
    height, width = asked.image.shape[:2]
    return Seen(width, height, sightings)


def _decoded(picture: Picture) -> Asked | BadImage:
    try:
        return Asked(decode(picture.content, picture.max_pixels), picture.side, picture.most_faces)
    except BadImage as problem:
        return problem
