"""Invented counts and a shop to send them to."""

from typing import Any

from sqlalchemy import insert

from webapp.shop import store
from webapp.shop.schema import organisations, places, stations
from webapp.shop.stations import make_key
from webapp.shop.store import Store


def make_shop(
    opened: Store, *, time_zone: str = "Europe/Berlin", opening: dict[str, Any] | None = None, gender: bool = False
) -> tuple[int, int, str]:
    """Make a place with one station; return the ids of both and the station's key."""
    with opened.writing() as connection:
        owner = connection.execute(
            insert(organisations).values(name="Bakery", confirmed_at=1, confirmed_by="anna@example.org")
        ).inserted_primary_key[0]
        place = connection.execute(
            insert(places).values(organisation_id=owner, name="Main street", time_zone=time_zone, opening=opening or {}, gender=gender)
        ).inserted_primary_key[0]
        station = connection.execute(insert(stations).values(place_id=place, name="Till 1")).inserted_primary_key[0]
        return place, station, make_key(connection, station)


def cell(start_ms: int, visits: int = 1, smiled: int = 0, **more: Any) -> dict[str, Any]:
    """Return a cell of visits of ten seconds."""
    return {
        "start": start_ms,
        "observed_ms": 5000,
        "visits": visits,
        "smiled": smiled,
        "brightened": 0,
        "dimmed": 0,
        "dwell_ms": 10_000 * visits,
        "dwell": [0, visits, 0, 0, 0],
        "emotion_ms": {"neutral": 10_000 * visits},
        **more,
    }


def batch(sequence: int, *cells: dict[str, Any], stream: str = "stream-1", sent_at: int | None = None) -> dict[str, Any]:
    """Return a batch, sent now by a clock that is right."""
    return {"stream": stream, "sequence": sequence, "sent_at": store.now() * 1000 if sent_at is None else sent_at, "cells": list(cells)}


def bearer(key: str) -> dict[str, str]:
    """Return the headers that carry a station's key."""
    return {"Authorization": f"Bearer {key}"}
