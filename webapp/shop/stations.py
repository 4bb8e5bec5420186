"""Counts coming in from stations: in batches, each counted once, and on disk before they are acknowledged."""

import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_socketio import SocketIO
from sqlalchemy import Connection, insert, select

from webapp.contract import LARGEST_ID, CountBatch, CountReceipt, Problem, StationSettings
from webapp.shop import store
from webapp.shop.asking import Refused, answer, opened_store, read, understood
from webapp.shop.confirming import not_confirmed
from webapp.shop.schema import keys, organisations, places, stations

blueprint = Blueprint("stations", __name__, url_prefix="/api/v1/stations")


@blueprint.post("/<int:station_id>/counts")
def counts(station_id: int) -> ResponseReturnValue:
    """Count a batch of a station and answer when it is on disk."""
    return answer(take(station_id, lambda: (bearer(), read(CountBatch, "not_a_batch"))))


def register(socketio: SocketIO) -> None:
    """Answer `counts` on `socketio` as the address above does: {"station", "key", "batch"} in, the receipt or a refusal back."""

    @socketio.on("counts")
    def counts(about: Any = None, *rest: Any) -> dict[str, Any]:
        told = about if isinstance(about, dict) else {}
        station, key = told.get("station"), told.get("key")
        try:
            if not isinstance(key, str) or not key:
                raise Refused(401, "no_key", _('Send {"station": id, "key": the station\'s key, "batch": the counts}.'))
            # A number that no database can hold is nobody's.
            station_id = station if type(station) is int and 0 < station <= LARGEST_ID else 0
            # Over JSON, so that the very same is taken and refused.
            content = json.dumps(told.get("batch")).encode()
            return take(station_id, lambda: (key, understood(CountBatch, content, "not_a_batch"))).model_dump(mode="json")
        except Refused as problem:
            return Problem(error=problem.error, detail=str(problem), retry_ms=problem.retry_ms).model_dump(exclude_none=True)


def take(station_id: int, asked: Callable[[], tuple[str, CountBatch]]) -> CountReceipt:
    """Count the batch that `asked` gives with its key, and tell Prometheus what became of it; raise Refused where it is not taken."""
    metrics = current_app.extensions["allsmiles"].metrics
    try:
        key, batch = asked()
        receipt: CountReceipt = current_app.extensions["allsmiles_intake"].count(station_id, key_hash(key), batch)
    except Refused as problem:
        metrics.batches.labels(problem.error).inc()
        raise
    metrics.batches.labels("duplicate" if receipt.duplicate else "counted").inc()
    if not receipt.duplicate:
        refused = {refusal.index for refusal in receipt.refused}
        visits = sum(cell.visits for index, cell in enumerate(batch.cells) if index not in refused)
        metrics.count_visits(visits, current_app.extensions["allsmiles_config"].min_visits)
    return receipt


@blueprint.get("/<int:station_id>")
def settings(station_id: int) -> ResponseReturnValue:
    """Tell a station about itself: a check of its key too."""
    with opened_store().reading() as connection:
        station = authorised(connection, station_id)
    return answer(StationSettings(id=station["id"], name=station["name"], place=station["place"], gender=station["gender"]))


def bearer() -> str:
    """Return the key in the request; raise Refused without one."""
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not key:
        raise Refused(401, "no_key", "Send the station's key as `Authorization: Bearer <key>`.")
    return key


def authorised(connection: Connection, station_id: int) -> Any:
    """Return the station, with what its place says, that the request's key belongs to. Raise Refused where it may not count."""
    asked = known_stations([key_hash(bearer())]).where(stations.c.id == station_id)
    station = connection.execute(asked).mappings().first()
    if station is None:
        raise wrong_key()
    if station["confirmed_at"] is None:
        raise not_confirmed()
    return station


def known_stations(hashes: Sequence[str]) -> Any:
    """Return the statement for the stations, with what their places say, of keys that are not withdrawn."""
    about = (places.c.name.label("place"), places.c.time_zone, places.c.opening, places.c.gender, organisations.c.confirmed_at)
    return (
        select(stations, keys.c.hash, *about)
        .join(places, places.c.id == stations.c.place_id)
        .join(organisations, organisations.c.id == places.c.organisation_id)
        .join(keys, keys.c.station_id == stations.c.id)
        .where(keys.c.hash.in_(hashes), keys.c.withdrawn_at.is_(None))
    )


def wrong_key() -> Refused:
    """Return the refusal of a key."""
    return Refused(403, "wrong_key", _("This key is not, or no longer, one of this station: make a new one on the dashboard."))


def make_key(connection: Connection, station_id: int) -> str:
    """Make a new key for a station and return it; only its hash is stored."""
    key = secrets.token_urlsafe(24)
    connection.execute(insert(keys).values(station_id=station_id, hash=key_hash(key), hint=key[:4], made_at=store.now()))
    return key


def key_hash(key: str) -> str:
    """Return what is stored of a key; plain SHA-256 is enough for 192 random bits."""
    return hashlib.sha256(key.encode()).hexdigest()
