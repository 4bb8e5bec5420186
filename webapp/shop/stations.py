"""Counts coming in from stations: in batches, each counted once, and on disk before they are acknowledged."""

import hashlib
import secrets
from typing import Any

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, delete, insert, select, update

from webapp.config import Config
from webapp.contract import CountBatch, CountCell, CountReceipt, RefusedCell, StationSettings
from webapp.shop import store
from webapp.shop.asking import Refused, answer, opened_store, read
from webapp.shop.rollup import add_minutes
from webapp.shop.schema import DWELL, EMOTION_MS, EMOTIONS, GENDERS, PERCEIVED_GENDERS, batches, keys, places, stations

blueprint = Blueprint("stations", __name__, url_prefix="/api/v1/stations")
RIGHT_MS = 2000
"""A clock wrong by less is right: what is seen is mostly the way through the network."""
HOPELESS_MS = 24 * 3600 * 1000
"""A clock wrong by more is refused: its queue may mix times from before and after it was set."""
DAY = 24 * 3600


@blueprint.post("/<int:station_id>/counts")
def counts(station_id: int) -> ResponseReturnValue:
    """Count a batch of a station and answer when it is on disk."""
    batch = read(CountBatch, "not_a_batch")
    opened, config = opened_store(), current_app.extensions["allsmiles_config"]
    with opened.writing() as connection:
        station = authorised(connection, station_id)
        receipt = receive(connection, station, batch, config)
    return answer(receipt)


@blueprint.get("/<int:station_id>")
def settings(station_id: int) -> ResponseReturnValue:
    """Tell a station about itself: a check of its key too."""
    with opened_store().reading() as connection:
        station = authorised(connection, station_id)
    return answer(StationSettings(id=station["id"], name=station["name"], place=station["place"], gender=station["gender"]))


def receive(connection: Connection, station: Any, batch: CountBatch, config: Config) -> CountReceipt:
    """Add a batch to the counts of a station, once; raise Refused for a clock beyond help."""
    time = store.now()
    error_ms = batch.sent_at - time * 1000
    if abs(error_ms) > HOPELESS_MS:
        raise Refused(
            409,
            "clock_wrong",
            f"The station's clock is {abs(error_ms) // 3_600_000} hours {'ahead' if error_ms > 0 else 'behind'}: set it.",
        )
    row = {"station_id": station["id"], "stream": batch.stream, "sequence": batch.sequence, "received_at": time}
    added = store.insert(connection, batches).on_conflict_do_nothing().returning(batches.c.sequence)
    new = connection.execute(added, row).first() is not None
    refusals: list[RefusedCell] = []
    rows = []
    for index, cell in enumerate(batch.cells if new else []):
        start = (cell.start - (error_ms if abs(error_ms) > RIGHT_MS else 0)) // 1000
        refusal = _refusal(index, start, time, config.max_age_days)
        if refusal:
            refusals.append(refusal)
        else:
            rows.append({"start": start, **_sums(cell, station["gender"])})
    add_minutes(connection, station, rows, config.min_visits)
    connection.execute(update(stations).where(stations.c.id == station["id"]).values(seen_at=time, clock_error_ms=error_ms))
    if batch.sequence % 1000 == 0:
        # Nothing older is taken any more, so that nothing older can be counted twice.
        connection.execute(delete(batches).where(batches.c.received_at < time - (config.max_age_days + 3) * DAY))
    return CountReceipt(accepted=len(rows), duplicate=not new, refused=refusals, clock_error_ms=error_ms, server_time=time * 1000)


def _refusal(index: int, start: int, time: int, max_age_days: int) -> RefusedCell | None:
    if start < time - max_age_days * DAY:
        return RefusedCell(index=index, error="too_old", detail=f"counts older than {max_age_days} days are not taken")
    if start > time + 60:
        return RefusedCell(index=index, error="in_the_future", detail="these counts say that they come from the future")
    return None


def _sums(cell: CountCell, gender: bool) -> dict[str, int]:
    return {
        **{name: getattr(cell, name) for name in ("observed_ms", "visits", "smiled", "brightened", "dimmed", "dwell_ms")},
        **dict(zip(DWELL, cell.dwell, strict=True)),
        **{column: cell.emotion_ms.get(label, 0) for column, label in zip(EMOTION_MS, EMOTIONS, strict=True)},  # type: ignore[call-overload]
        # A place that does not ask for it stores none, whatever a station sends.
        **{column: cell.gender.get(label, 0) if gender else 0 for column, label in zip(GENDERS, PERCEIVED_GENDERS, strict=True)},  # type: ignore[call-overload]
    }


def authorised(connection: Connection, station_id: int) -> Any:
    """Return the station, with what its place says, that the request's key belongs to; its row is held. Raise Refused without one."""
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not key:
        raise Refused(401, "no_key", "Send the station's key as `Authorization: Bearer <key>`.")
    found = connection.execute(
        select(stations, places.c.name.label("place"), places.c.time_zone, places.c.opening, places.c.gender)
        .join(places, places.c.id == stations.c.place_id)
        .join(keys, keys.c.station_id == stations.c.id)
        .where(stations.c.id == station_id, keys.c.hash == key_hash(key), keys.c.withdrawn_at.is_(None))
        .with_for_update(of=stations)
    ).mappings()
    station = found.first()
    if station is None:
        raise Refused(403, "wrong_key", "This key is not, or no longer, one of this station: make a new one on the dashboard.")
    return station


def make_key(connection: Connection, station_id: int) -> str:
    """Make a new key for a station and return it; only its hash is stored."""
    key = secrets.token_urlsafe(24)
    connection.execute(insert(keys).values(station_id=station_id, hash=key_hash(key), hint=key[:4], made_at=store.now()))
    return key


def key_hash(key: str) -> str:
    """Return what is stored of a key; plain SHA-256 is enough for 192 random bits."""
    return hashlib.sha256(key.encode()).hexdigest()
